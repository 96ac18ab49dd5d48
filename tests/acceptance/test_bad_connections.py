"""Whatever LinkedIn or Dynamics refuses: a message with the way out, and everything crosses once it is mended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from leadferry.accounts.model import Authorization, Environment, FormSync
from leadferry.app import App, Tools, open_app
from leadferry.engine.progress import SyncResult
from leadferry.errors import DataverseError
from leadferry.linkedin.client import LinkedInClient
from leadferry.linkedin.tokens import Tokens
from leadferry.settings import load_settings
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID, USER_ID
from samples import response

Open = Callable[..., AbstractContextManager[App]]
NOWHERE = "http://127.0.0.1:1"
POLLED = "Account 5001, SPONSORED: "


@pytest.fixture
def environment(scene: Any) -> Iterator[Environment]:
    """Connected, with one form response waiting at LinkedIn."""
    environment = scene.connect()
    with scene.app() as app:
        scene.linkedin.respond(response("r1", app.clock() - 3_600_000, email="a@x.test", last_name="Ant"))
    before = scene.linkedin.call("GET", "settings")
    yield environment
    scene.linkedin.no_faults()
    scene.dynamics.no_faults()
    scene.linkedin.settings(**before)


@pytest.fixture
def opened(scene: Any) -> Open:
    """The application, with settings of its own; what would be waited for is not."""

    def opened(**settings: str) -> AbstractContextManager[App]:
        return open_app(load_settings({**scene.environ, **settings}), tools=Tools(sleep=lambda _: None))

    return opened


def synced(opened: Open, **settings: str) -> SyncResult:
    with opened(**settings) as app:
        return app.sync_once(app.environments.get("test"))


def user(scene: Any, **changes: object) -> None:
    scene.dynamics.call("PUT", f"users/{USER_ID}", changes)


def nothing_is_lost(scene: Any, opened: Open) -> None:
    """After the mending: one lead, and no trouble is left standing."""
    assert synced(opened).troubles == []
    assert [row["emailaddress1"] for row in scene.dynamics.leads()] == ["a@x.test"]
    with opened() as app:
        assert app.environments.get("test").trouble == ""


# Dynamics


@pytest.mark.parametrize(
    ("broken", "mended", "told"),
    [
        (
            {"secret": "another"},
            {"secret": CLIENT_SECRET},
            (
                f"Entra refused the client secret of app {CLIENT_ID}. Enter the secret's value, not its id: `leadferry "
                "environment set-secret`."
            ),
        ),
        (
            {"secret_expired": True},
            {"secret_expired": False},
            (
                f"The client secret of app {CLIENT_ID} has expired. Make a new secret in the app registration and "
                "enter it: `leadferry environment set-secret`."
            ),
        ),
        (
            {"privileges": ["prvReadLead", "prvReadContact"]},
            {"privileges": ["*"]},
            (
                "The application user lacks the privilege prvCreateContact on contact (0x80040220). Give the "
                "application user a security role that has prvCreateContact."
            ),
        ),
    ],
    ids=["wrong secret", "expired secret", "lost role"],
)
def test_what_dynamics_refuses_of_us_is_told_and_the_submissions_wait(
    scene: Any, opened: Open, environment: Environment, broken: dict[str, Any], mended: dict[str, Any], told: str
) -> None:
    user(scene, **broken)
    with opened() as app:
        assert app.sync_once(environment).troubles == [told]
        assert app.environments.get("test").trouble == told
        assert app.counts(environment)["pending"] == 1
    user(scene, **mended)
    nothing_is_lost(scene, opened)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"member": False}, "Create an application user for this client id in the environment, with a security role."),
        ({"disabled": True}, "Enable the application user in the environment."),
    ],
)
def test_an_application_user_who_is_none_is_told_with_the_way_out(
    scene: Any, opened: Open, environment: Environment, change: dict[str, Any], told: str
) -> None:
    user(scene, **change)
    with opened() as app:
        (trouble,) = app.sync_once(environment).troubles
        assert trouble.endswith(told)
        (step,) = app.check_environment(environment)
        assert (step.ok, step.fix) == (False, told)
        assert app.counts(environment)["pending"] == 1
    user(scene, member=True, disabled=False)
    nothing_is_lost(scene, opened)


def test_dynamics_out_of_reach_is_told_and_what_linkedin_shows_is_stored_meanwhile(
    scene: Any, opened: Open, environment: Environment
) -> None:
    scene.dynamics.fault("cut_before", path="api/data", times=-1)
    with opened() as app:
        (trouble,) = app.sync_once(environment).troubles
        assert trouble.startswith(f"The environment {scene.dynamics.url} cannot be reached: ")
        assert trouble.endswith("Check its address, the network and the proxy.")
        assert app.environments.get("test").trouble == trouble
        assert app.counts(environment)["pending"] == 1
    scene.dynamics.no_faults()
    nothing_is_lost(scene, opened)


def test_an_environment_that_was_never_reached_is_named_with_what_to_check(scene: Any, opened: Open) -> None:
    with opened() as app:
        app.environments.add(
            "far", NOWHERE, tenant_id=TENANT_ID, client_id=CLIENT_ID, secret=CLIENT_SECRET, authority=scene.dynamics.url
        )
        with pytest.raises(DataverseError) as refusal:
            app.sync_once(app.environments.get("far"))
        assert NOWHERE in str(refusal.value)
        assert refusal.value.fix
        (step,) = app.check_environment(app.environments.get("far"))
        assert not step.ok
        assert step.fix == refusal.value.fix
    ran = scene.run("sync", "--once", "--environment", "far")
    assert ran.returncode == 3
    assert refusal.value.message in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_environment_never_reached_is_told_every_round_and_stops_no_other(
    scene: Any, opened: Open, environment: Environment
) -> None:
    stop, told = threading.Event(), dict[str, SyncResult]()

    def on_round(name: str, result: SyncResult) -> None:
        told[name] = result
        if len(told) == 2:
            stop.set()

    with opened() as app:
        far: dict[str, Any] = {"tenant_id": TENANT_ID, "client_id": CLIENT_ID, "secret": CLIENT_SECRET}
        app.environments.add("far", NOWHERE, authority=scene.dynamics.url, **far)
        app.run_forever(app.environments.list(), stop, on_round)
    assert told["test"].created == 1
    (trouble,) = told["far"].troubles
    assert NOWHERE in trouble


# LinkedIn


def test_linkedin_out_of_reach_is_told_with_what_to_check(scene: Any, opened: Open, environment: Environment) -> None:
    result = synced(opened, LEADFERRY_LINKEDIN_API_URL=NOWHERE)
    assert result.troubles == [
        (
            f"{POLLED}LinkedIn at {NOWHERE} cannot be reached: Connection refused. Check the network, the proxy and "
            "LEADFERRY_LINKEDIN_API_URL."
        )
    ]
    nothing_is_lost(scene, opened)


def test_linkedins_sign_in_out_of_reach_is_told(scene: Any, opened: Open, environment: Environment) -> None:
    scene.linkedin.call("POST", "tokens/expire", {"kind": "access"})
    result = synced(opened, LEADFERRY_LINKEDIN_OAUTH_URL=NOWHERE)
    assert result.troubles == [
        (
            f"{POLLED}LinkedIn's sign-in at {NOWHERE} cannot be reached: Connection refused. Check the network, the "
            "proxy and LEADFERRY_LINKEDIN_OAUTH_URL."
        )
    ]
    nothing_is_lost(scene, opened)


def test_a_wrong_linkedin_client_secret_is_told_with_the_setting(
    scene: Any, opened: Open, environment: Environment
) -> None:
    scene.linkedin.call("POST", "tokens/expire", {"kind": "access"})
    result = synced(opened, LEADFERRY_LINKEDIN_CLIENT_SECRET="another")
    assert result.troubles == [
        (
            f"{POLLED}LinkedIn refused the app's client id or client secret. Set LEADFERRY_LINKEDIN_CLIENT_SECRET to "
            "the one that the app shows in LinkedIn's developer portal."
        )
    ]
    nothing_is_lost(scene, opened)


def test_a_withdrawn_authorization_asks_for_the_member_and_shows_at_the_profile(
    scene: Any, opened: Open, environment: Environment
) -> None:
    scene.linkedin.call("POST", "tokens/revoke", {})
    with opened() as app:
        result = app.sync_once(environment)
        assert result.troubles == [
            (
                f"{POLLED}LinkedIn refused to renew the member's authorization. Let the member authorize the user "
                "profile again: `leadferry profile authorize`."
            )
        ]
        (profile,) = app.profiles.list(environment.id)
        assert profile.authorization is Authorization.EXPIRED
        app.profiles.save_tokens(environment.id, profile.id, Tokens("", scene.linkedin.tokens()["refresh_token"]))
    nothing_is_lost(scene, opened)
    with opened() as app:
        assert app.profiles.list(environment.id)[0].authorization is Authorization.AUTHORIZED


def test_a_missing_scope_is_named(scene: Any, opened: Open, environment: Environment) -> None:
    with opened() as app:
        (profile,) = app.profiles.list(environment.id)
        fewer = scene.linkedin.tokens("r_ads", "r_organization_admin")["refresh_token"]
        app.profiles.save_tokens(environment.id, profile.id, Tokens("", fewer))
    scope = "r_marketing_leadgen_automation"
    assert synced(opened).troubles == [
        (
            f"{POLLED}LinkedIn does not let us read leadFormResponses: the authorization lacks the scope {scope}. Ask "
            f"for {scope} in the app's products, add it to the scopes, and authorize the user profile again."
        )
    ]
    with opened() as app:
        app.profiles.save_tokens(environment.id, profile.id, Tokens("", scene.linkedin.tokens()["refresh_token"]))
    nothing_is_lost(scene, opened)


def test_a_lost_role_is_told_with_the_roles_that_would_do(scene: Any, opened: Open, environment: Environment) -> None:
    scene.linkedin.put("members", scene.linkedin.MEMBER, name="Ada", account_roles={}, page_roles={})
    (trouble,) = synced(opened).troubles
    assert trouble.startswith(
        f"{POLLED}LinkedIn does not let us read leadFormResponses: the member's role is missing. For leads of ads the "
        "member needs a role on the ad account (VIEWER is enough)"
    )
    give_role_back(scene)
    nothing_is_lost(scene, opened)


def test_a_lost_role_seen_when_looking_for_accounts_is_told_too(
    scene: Any, opened: Open, environment: Environment
) -> None:
    scene.linkedin.put("members", scene.linkedin.MEMBER, name="Ada", account_roles={}, page_roles={})
    with opened() as app:
        (profile,) = app.profiles.list(environment.id)
        assert app.discover(environment, profile) == [
            (
                "Account 5001: Ada has no role there any more. Its leads stay at LinkedIn until Ada has one again, or "
                "another member with a role authorizes a user profile."
            )
        ]
        (owner,) = app.owners.list(environment.id)
        assert owner.form_sync_status is FormSync.FORBIDDEN
        assert owner.status_text == "Ada has no role there any more."
        give_role_back(scene)
        assert app.discover(environment, profile) == []
    nothing_is_lost(scene, opened)


def give_role_back(scene: Any) -> None:
    roles = {"5001": "CAMPAIGN_MANAGER"}
    scene.linkedin.put("members", scene.linkedin.MEMBER, name="Ada", account_roles=roles, page_roles={})


def test_a_defect_of_ours_is_told_without_what_it_met_and_passes_for_no_success(
    scene: Any, opened: Open, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("a@x.test")

    with monkeypatch.context() as patched, opened() as app:
        patched.setattr(LinkedInClient, "find_responses", broken)
        (trouble,) = app.sync_once(environment).troubles
    assert trouble.startswith(
        "Ada: A defect of Leadferry stopped the pull: KeyError in broken (test_bad_connections.py"
    )
    assert trouble.endswith("Nothing is lost, the next sync begins where this one did; please report it.")
    assert "a@x.test" not in trouble
    nothing_is_lost(scene, opened)


def test_a_sunset_version_is_named_with_the_setting(scene: Any, opened: Open, environment: Environment) -> None:
    scene.linkedin.settings(active_versions=["202702"])
    told = (
        f"{POLLED}LinkedIn has switched off version 202609 of its API. Set LEADFERRY_LINKEDIN_VERSION to a supported "
        "one."
    )
    assert synced(opened).troubles == [told]
    ran = scene.run("sync", "--once")
    assert ran.returncode == 3
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr
    assert synced(opened, LEADFERRY_LINKEDIN_VERSION="202702").troubles == []
    assert len(scene.dynamics.leads()) == 1
