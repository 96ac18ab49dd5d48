"""The page *Sync status*: figures, a sync at once, and a reset that is tried first."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from acceptance.conftest import now_ms
from guardian.conftest import House, environment_of
from leadferry.console.rights import Scope
from leadferry.engine.dry_run_worker import DryRun
from samples import response
from visitor import Visitor, text_of
from web import Console, serving

HOUR_MS = 3_600_000


@pytest.fixture
def console(house: House) -> Iterator[Console]:
    with house.opened() as app, serving(app) as console:
        yield console


def two_leads(house: House) -> None:
    house.linkedin.respond(
        response("r-1", now_ms() - HOUR_MS, email="a@crane.example", last_name="Ada"),
        response("r-2", now_ms() - HOUR_MS, email="b@crane.example", last_name="Bob"),
    )


def synced(console: Console, visitor: Visitor) -> str:
    visitor.post("/e/1/sync")
    console.app.background.wait()
    return text_of(visitor.get("/e/1/sync"))


def test_before_the_first_sync_the_page_says_so(console: Console) -> None:
    assert "Nothing was synchronized yet" in text_of(console.operator().get("/e/1/sync"))


def test_a_first_sync_that_begins_while_the_page_is_written_is_told(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.app.rounds, "under_way", lambda _: True)
    answer = console.operator().get("/e/1/sync/live")
    assert (answer.status_code, "A sync is under way" in text_of(answer)) == (200, True)


def test_sync_now_carries_leads_and_the_figures_of_each_account_agree(console: Console, house: House) -> None:
    two_leads(house)
    visitor = console.operator()
    text = synced(console, visitor)
    assert "Leads created, ever 2" in text
    assert "Account 5001" in text
    assert "2 form responses stored, 2 leads created" in text
    entry = console.app.audit.list(environment_of(console.app))[0]
    assert (entry.action, entry.via) == ("sync.run", "console")


def test_what_a_walk_was_refused_stands_at_the_account(console: Console, house: House) -> None:
    house.linkedin.fault("status", status=403, path="leadFormResponses", times=50)
    text = synced(console, console.operator())
    house.linkedin.no_faults()
    assert "Account 5001: " in text


def test_a_reset_without_a_dry_run_is_refused(console: Console) -> None:
    answer = console.operator().post("/e/1/sync/reset")
    assert answer.status_code == 422
    assert "There is no finished dry run" in text_of(answer)


def test_the_dry_run_tells_what_a_reset_would_fetch_and_writes_nothing(console: Console, house: House) -> None:
    two_leads(house)
    visitor = console.operator()
    synced(console, visitor)
    before = console.app.owners.cursors(1)
    house.linkedin.respond(response("r-3", now_ms() - HOUR_MS, email="c@crane.example", last_name="Cy"))
    visitor.post("/e/1/sync/dry-run", {"account": ""})
    console.app.dry_runs.background.wait()
    text = text_of(visitor.get("/e/1/sync"))
    assert "Read from LinkedIn again 3" in text
    assert "Leave alone, stored already 2" in text
    assert "Fetch and deliver, missing here 1" in text
    assert console.app.owners.cursors(1) == before
    assert console.app.counts(environment_of(console.app))["all"] == 2


def test_a_reset_delivers_what_was_missing_and_nothing_twice(console: Console, house: House) -> None:
    two_leads(house)
    visitor = console.operator()
    synced(console, visitor)
    leads = house.dynamics.leads()
    for _ in range(2):
        visitor.post("/e/1/sync/dry-run", {"account": str(console.app.owners.list(1)[0].id)})
        console.app.dry_runs.background.wait()
        visitor.post("/e/1/sync/reset")
        console.app.background.wait()
    assert house.dynamics.leads() == leads
    entry = next(one for one in console.app.audit.list(environment_of(console.app)) if one.action == "sync.reset")
    assert entry.after == {"accounts": ["Account 5001"], "read_again": 2, "missing": 0}


def test_a_dry_run_that_is_stopped_cannot_be_carried_out(console: Console, house: House) -> None:
    one = DryRun(None, 0, stopped=True)
    two_leads(house)
    console.app.dry_run(environment_of(console.app), one)
    one.ended_at = 1
    assert not one.complete
    assert one.read == 0


def test_the_command_line_resets_after_showing_what_it_will_do(house: House) -> None:
    two_leads(house)
    assert house.run("sync", "--once").returncode == 0
    tried = house.run("sync", "--reset", "--dry-run")
    assert tried.returncode == 0, tried.stderr
    assert "2 would be read again, 2 are stored already, 0 would be fetched and delivered" in tried.stdout
    done = house.run("sync", "--reset", "--once", "--account", "Account 5001")
    assert done.returncode == 0, done.stderr
    assert len(house.dynamics.leads()) == 2
    refused = house.run("sync", "--dry-run")
    assert refused.returncode == 2
    with house.opened() as app:
        assert app.audit.list(environment_of(app))[0].action == "sync.reset"


def test_the_api_tells_the_same_and_tries_a_reset(console: Console, house: House) -> None:
    two_leads(house)
    synced(console, console.operator())
    _, token = console.app.tokens.make(1, "script", tuple(Scope), 1, "Ada")
    head = {"Authorization": f"Bearer {token}"}
    with httpx2.Client(base_url=f"{console.url}/api/v1/", headers=head) as api:
        status = api.get("sync").json()
        assert (status["submissions"]["created"], status["accounts"][0]["submissions"]["created"]) == (2, 2)
        tried = api.post("sync/reset", json={"dry_run": True}).json()
        assert (tried["read"], tried["stored"], tried["missing"]) == (2, 2, 0)
        assert api.post("sync/reset", json={"dry_run": False, "account_ids": [99]}).status_code == 404
        assert api.post("sync").json()["started"] in {True, False}
        console.app.background.wait()
        (form,) = api.get("forms").json()
        assert (form["name"], form["mapped"], form["submissions"]["created"]) == ("Paper", 7, 2)
        assert [one["name"] for one in api.get("campaigns").json()] == ["Autumn"]
        refused = api.patch("configuration", json={"on_match_fail": "create", "parallel": 99})
        assert refused.status_code == 422
        assert api.get("configuration").json()["on_match_fail"] == "ignore"
        assert api.patch("configuration", json={"on_match_fail": "create"}).json()["on_match_fail"] == "create"
    assert console.app.audit.list(environment_of(console.app))[0].via == "api"
