"""One renewal at a time, whichever thread or process wants it. Counted at the simulator."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from guardian.conftest import House, ada, environment_of
from leadferry.accounts.model import Authorization
from leadferry.accounts.tokens_store import StoredTokens
from leadferry.errors import LinkedInError
from leadferry.linkedin.tokens import Tokens
from samples import response

RENEW = """
import sys
from leadferry.app import open_app
from leadferry.settings import load_settings
with open_app(load_settings()) as app:
    environment = app.environments.get("test")
    source = app.token_source(app.profiles.get(environment.id, "Ada"))
    print("ready", flush=True)
    sys.stdin.readline()
    print(hash(source.token()) != 0, flush=True)
"""

DIE = """
import os, signal
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
from leadferry.accounts.tokens_store import StoredTokens
from leadferry.linkedin import tokens
saved = StoredTokens.save
moment = os.environ["MOMENT"]
if moment == "before LinkedIn is asked":
    tokens.TokenSource._renewed = die
elif moment == "LinkedIn has answered":
    StoredTokens.save = die
else:
    StoredTokens.save = lambda self, new, before: die(saved(self, new, before))
"""


def make_due(house: House) -> None:
    """As `profile authorize` with a refresh token leaves it: no access token yet."""
    with house.opened() as app:
        environment, profile = environment_of(app), ada(app)
        app.profiles.save_tokens(environment.id, profile.id, Tokens("", str(house.linkedin.tokens()["refresh_token"])))


def test_two_processes_that_race_for_a_renewal_renew_once(both: House) -> None:
    make_due(both)
    both.linkedin.fault("latency", path="accessToken", seconds=0.3, times=-1)
    before = both.renewals()
    environ = {**os.environ, **both.environ}
    racing = [
        subprocess.Popen(
            [sys.executable, "-c", RENEW], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for one in racing:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    answers = [None, None]
    for one in racing:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    answers = [one.communicate(timeout=60)[0].strip() for one in racing]  # type: ignore[misc]
    both.linkedin.no_faults()
    assert answers == ["True", "True"]
    assert both.renewals() == before + 1


@pytest.mark.parametrize(
    ("moment", "rotate", "asked_in_all"),
    [
        ("before LinkedIn is asked", False, 1),
        ("LinkedIn has answered", False, 2),
        ("LinkedIn has answered", True, 2),
        ("the new token is stored", True, 1),
    ],
)
def test_a_process_killed_in_a_renewal_costs_at_most_one_more(
    both: House, moment: str, rotate: bool, asked_in_all: int
) -> None:
    """Nobody waits for the dead, nothing is lost. LinkedIn takes the refresh token again, whether it gives another or
    not (linkedin-api 1.3)."""
    make_due(both)
    both.linkedin.settings(rotate_refresh_tokens=rotate)
    before, environ = both.renewals(), {**os.environ, **both.environ, "MOMENT": moment}
    killed = subprocess.run(
        [sys.executable, "-c", DIE + RENEW], env=environ, input="\n", capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with both.opened() as app:
        both.linkedin.respond(response("after-the-death", app.clock() - 60_000, email="d@x.test", last_name="Death"))
        result = app.sync_once(environment_of(app))
        assert (result.troubles, result.created) == ([], 1)
        assert ada(app).authorization is Authorization.AUTHORIZED
        assert ada(app).refresh_expires_at is not None
    assert both.renewals() == before + asked_in_all


def test_threads_of_two_sources_renew_once(both: House) -> None:
    make_due(both)
    with both.opened() as app:
        sources = [app.token_source(ada(app)) for _ in range(2)]
        before, found, together = both.renewals(), [], threading.Barrier(6)

        def ask(number: int) -> None:
            together.wait()
            found.append(sources[number % 2].token())

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(found)) == 1
        assert both.renewals() == before + 1


def test_a_renewal_that_another_has_done_is_taken_over_after_a_refusal(house: House) -> None:
    with house.opened() as app:
        first, second = app.token_source(ada(app)), app.token_source(ada(app))
        token, before = first.token(), house.renewals()
        renewed = first.after_refusal(token)
        assert second.after_refusal(token) == renewed
        assert house.renewals() == before + 1


def test_a_consent_given_during_a_renewal_is_not_overwritten(both: House) -> None:
    with both.opened() as app:
        environment, profile = environment_of(app), ada(app)
        before = app.profiles.tokens(environment.id, profile.id)
        assert before is not None
        consented = Tokens("consented", "refresh", app.clock() + 10**9, app.clock() + 10**10)
        app.profiles.save_tokens(environment.id, profile.id, consented)
        renewed = Tokens("renewed", before.refresh, app.clock() + 10**9)
        shared = StoredTokens(app.profiles, environment.id, profile.id)
        assert shared.save(renewed, before).access == "consented"
        stored = app.profiles.tokens(environment.id, profile.id)
        assert stored is not None
        assert stored.access == "consented"


def test_a_late_refusal_of_older_tokens_does_not_expire_a_new_consent(both: House) -> None:
    told: list[str] = []
    with both.opened() as app:
        environment, profile = environment_of(app), ada(app)
        before = app.profiles.tokens(environment.id, profile.id)
        assert before is not None
        shared = StoredTokens(app.profiles, environment.id, profile.id, lambda: told.append("expired"))
        app.profiles.save_tokens(environment.id, profile.id, Tokens("new", "new", app.clock() + 10**9))
        shared.refused(before, LinkedInError("Withdrawn."))
        assert (ada(app).authorization, told) == (Authorization.AUTHORIZED, [])
        shared.refused(Tokens("new", "new"), LinkedInError("Withdrawn."))
        shared.refused(Tokens("new", "new"), LinkedInError("Withdrawn."))
        assert (ada(app).authorization, ada(app).status_text) == (Authorization.EXPIRED, "Withdrawn.")
        assert told == ["expired"]


def test_a_fresh_token_that_is_refused_for_seconds_does_not_expire_the_profile(house: House) -> None:
    with house.opened() as app:
        house.pass_time(days=55)
        house.linkedin.fault(
            "status", status=401, path="leadFormResponses", times=1,
        )  # fmt: skip
        assert app.sync_once(environment_of(app)).troubles == []
        assert ada(app).authorization is Authorization.AUTHORIZED


def test_leads_cross_while_an_early_renewal_is_refused_and_the_profile_says_so(house: House) -> None:
    """The access token is good for ten more days; only the refresh token is gone."""
    with house.opened() as app:
        house.pass_time(days=51)
        house.linkedin.call("POST", "tokens/revoke", {"kind": "refresh"})
        assert app.sync_once(environment_of(app)).troubles == []
        assert ada(app).authorization is Authorization.EXPIRED


@pytest.mark.parametrize("rotate", [True, False])
def test_the_refresh_token_counts_down_and_its_end_does_not_move(house: House, rotate: bool) -> None:
    house.linkedin.settings(rotate_refresh_tokens=rotate)
    with house.opened() as app:
        app.token_source(ada(app)).token()
        end = ada(app).refresh_expires_at
        assert end is not None
        house.pass_time(days=59)
        app.token_source(ada(app)).token()
        assert abs((ada(app).refresh_expires_at or 0) - end) < 60_000
