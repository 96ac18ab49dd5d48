"""Whatever expires or is lost: the page and the doctor say it, an alert arrives, and once mended nothing is missing."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.catchers import Caught, http_catcher
from console.entra_scene import ADMIN, Scene, entra_scene
from environments import certificate_pem
from guardian.conftest import House, ada, environment_of, house, services
from leadferry.accounts.model import Authorization
from leadferry.alerts.model import Event
from leadferry.alerts.wishes import Wishes
from leadferry.app import App, open_app
from leadferry.cli.main import run
from leadferry.simulators.dataverse.users import USER_ID
from leadferry.simulators.linkedin.settings import ACTIVE
from samples import response
from services import LinkedIn
from simulators.entra.directory import APP, SECRET
from visitor import text_of
from web import serving

__all__ = ["house", "services"]  # fixtures
Line = Callable[..., tuple[int, str]]


@pytest.fixture
def line(house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Line:
    """The command line, by the house's clock."""
    for name, value in house.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("leadferry.app.open_app", lambda settings: open_app(settings, tools=house.tools))

    def said(*arguments: str, stdin: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return code, out + err

    return said


@pytest.fixture
def told() -> Iterator[Caught]:
    with http_catcher() as caught:
        yield caught


@dataclass(frozen=True)
class Way:
    """`words`: what the page, the doctor and the alert say. `mended`: as a person does it, mostly by a command.
    `stays`: an alert that the time which passed brought besides."""

    breaks: Callable[[House, App], None]
    words: str
    event: Event
    mended: Callable[[House, Line], None]
    stays: str = ""


def authorize(house: House, line: Line) -> None:
    code, said = line(
        "profile", "authorize", "Ada", "--refresh-token-stdin", stdin=str(house.linkedin.tokens()["refresh_token"])
    )
    assert code == 0, said


def new_secret(house: House, line: Line) -> None:
    house.dynamics.call("PUT", f"users/{USER_ID}", {"secret": "newer", "secret_expired": False})
    code, said = line("environment", "set-secret", "test", "--secret-stdin", stdin="newer")
    assert code == 0, said


def refresh_token_ends(house: House, _: App) -> None:
    house.pass_time(days=366)


def member_revokes(house: House, _: App) -> None:
    house.linkedin.call("POST", "tokens/revoke", {})


def scope_is_gone(house: House, app: App) -> None:
    """The app lost its product, and the member consented to what was left."""
    from leadferry.linkedin.tokens import Tokens

    environment, profile = environment_of(app), ada(app)
    left = str(house.linkedin.tokens("r_ads")["refresh_token"])
    app.profiles.save_tokens(environment.id, profile.id, Tokens("", left))
    app.token_source(ada(app)).token()


def role_is_lost(house: House, _: App) -> None:
    house.linkedin.put("members", LinkedIn.MEMBER, name="Ada", account_roles={}, page_roles={})


def role_is_back(house: House, _: Line) -> None:
    house.linkedin.put("members", LinkedIn.MEMBER, name="Ada", account_roles={"5001": "VIEWER"}, page_roles={})


def secret_ends(house: House, _: App) -> None:
    house.dynamics.call("PUT", f"users/{USER_ID}", {"secret_expired": True})
    house.pass_time(seconds=3_700)  # the token that it gave is good for an hour more


def certificate_ends(house: House, app: App) -> None:
    """Changed over to a certificate that has ten days left; then eleven pass."""
    pem = certificate_pem(datetime.fromtimestamp(app.clock() / 1000, UTC) + timedelta(days=10))
    house.dynamics.call("PUT", f"users/{USER_ID}", {"certificates": [pem], "secret": ""})
    app.environments.set_credential(environment_of(app).id, certificate_pem=pem)
    app.check_environment(environment_of(app))
    house.pass_time(days=11)


def app_secret_changes(house: House, _: App) -> None:
    """At LinkedIn's developer portal; noticed when the access token is over."""
    house.linkedin.put("apps", LinkedIn.APP, secret="rolled-over", redirect_uris=[])
    house.pass_time(days=61)


def app_secret_is_entered(_: House, line: Line) -> None:
    code, said = line(
        *("environment", "linkedin-app", "test", "--client-id", LinkedIn.APP, "--secret-stdin", "--yes"),
        stdin="rolled-over",
    )
    assert code == 0, said


def version_is_switched_off(house: House, _: App) -> None:
    house.linkedin.settings(active_versions=["202608"])


def version_is_adopted(_: House, line: Line) -> None:
    code, said = line("linkedin-version", "adopt", "202608", "--untested")
    assert code == 0, said


def roles_are_taken(house: House, _: App) -> None:
    house.dynamics.call("PUT", f"users/{USER_ID}", {"roles": []})


def roles_are_given(house: House, _: Line) -> None:
    house.dynamics.call("PUT", f"users/{USER_ID}", {"roles": ["System Administrator"]})


WAYS = {
    "refresh token expired": Way(
        refresh_token_ends, "Ada's authorization at LinkedIn", Event.TOKEN, authorize, stays="version:-:0"
    ),
    "revoked by the member": Way(member_revokes, "Ada's authorization at LinkedIn is gone.", Event.TOKEN, authorize),
    "scope changed": Way(scope_is_gone, "Account 5001: sponsored leads", Event.ROLE, authorize),
    "role lost on an account": Way(role_is_lost, "Account 5001: sponsored leads", Event.ROLE, role_is_back),
    "Dynamics secret expired": Way(
        secret_ends, "The client secret for Dynamics has expired.", Event.CREDENTIAL, new_secret
    ),
    "certificate expired": Way(certificate_ends, "The certificate for Dynamics", Event.CREDENTIAL, new_secret),
    "LinkedIn app secret wrong": Way(
        app_secret_changes,
        "LinkedIn refuses the app's client id or client secret.",
        Event.CREDENTIAL,
        app_secret_is_entered,
    ),
    "LinkedIn version sunset": Way(
        version_is_switched_off,
        "LinkedIn has switched off version 202609 of its API.",
        Event.VERSION,
        version_is_adopted,
    ),
    "security role in Dynamics lost": Way(roles_are_taken, "privilege", Event.DELIVERY, roles_are_given),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_it_is_said_told_and_mended_and_nothing_is_lost(house: House, told: Caught, line: Line, way: Way) -> None:
    with house.opened() as app:
        begin(house, app, told, way)
        way.breaks(house, app)
        house.linkedin.respond(response("meanwhile", app.clock() - 1_000, email="m@x.test", last_name="Meanwhile"))
        try:
            work(house, app)
            assert emails(house) == ["first@x.test"]
            see(app, told, line, way.words)
        finally:
            way.mended(house, line)
        recover(house, app, way.stays)


def begin(house: House, app: App, told: Caught, way: Way) -> None:
    """A first lead crosses; somebody wants to be told of one kind of trouble."""
    wishes = Wishes("Ops", frozenset({way.event}))
    address = f"json://127.0.0.1:{told.port}/"
    app.channels.add(environment_of(app).id, wishes, address=address, service="JSON", shown="json://127.0.0.1")
    house.linkedin.respond(response("first", app.clock() - 60_000, email="first@x.test", last_name="First"))
    assert app.sync_once(environment_of(app)).troubles == []
    app.check_now(environment_of(app))
    assert told.messages == []


def work(house: House, app: App) -> None:
    """What `leadferry web` does by itself, for some minutes."""
    for _ in range(2):
        app.sync_once(environment_of(app))
        app.check_now(environment_of(app))
        house.pass_time(seconds=400)
    app.sync_once(environment_of(app))


def see(app: App, told: Caught, line: Line, words: str) -> None:
    with serving(app) as console:
        page = text_of(console.operator().get(f"/e/{environment_of(app).id}/health"))
    code, doctor = line("doctor", "--names", "--offline")
    assert words in page
    assert (words in doctor, code) == (True, 1), doctor
    assert [one for one in told.messages if words in one["title"] + one["message"]], told.messages


def recover(house: House, app: App, stays: str = "") -> None:
    environment = environment_of(app)
    result = app.sync_once(environment)
    app.check_now(environment)
    assert (result.troubles, emails(house)) == ([], ["first@x.test", "m@x.test"])
    app.sync_once(environment)
    assert emails(house) == ["first@x.test", "m@x.test"]
    assert ada(app).authorization is Authorization.AUTHORIZED
    # The simulators' sockets tell the machine's own time, whatever their clocks say.
    assert {one.key for one in app.alerts.list(environment.id, open_only=True)} <= {"clock:-:now", stays}


def emails(house: House) -> list[str]:
    return [str(lead["emailaddress1"]) for lead in house.dynamics.leads()]


def test_an_expired_access_token_is_renewed_and_nobody_is_bothered(house: House, told: Caught) -> None:
    with house.opened() as app:
        begin(house, app, told, WAYS["revoked by the member"])
        house.pass_time(days=61)
        house.linkedin.respond(response("meanwhile", app.clock() - 1_000, email="m@x.test", last_name="Meanwhile"))
        app.sync_once(environment_of(app))
        recover(house, app)
        assert told.messages == []


def test_an_expired_secret_for_sign_in_is_named_and_the_link_still_leads_in(tmp_path: Path) -> None:
    with entra_scene(tmp_path) as scene:
        scene.give(ADMIN)
        register(scene, [{"value": SECRET, "expires_at": scene.time.clock() - 1}])
        page = text_of(scene.sign_in().last)  # type: ignore[arg-type]
        assert "Leadferry's client secret has expired." in page
        assert "The operator makes a new one in the app registration, and gives it to Leadferry." in page
        assert SECRET not in page
        assert scene.console.operator().get("/e/1/audit").status_code == 200
        register(scene, [{"value": SECRET}])
        assert scene.sign_in(return_to="/e/1/audit").get("/e/1/audit").status_code == 200


def register(scene: Scene, secrets: list[dict[str, object]]) -> None:
    back = [f"{scene.console.url}/sign-in/back"]
    scene.directory.put("apps", APP, name="Crane console", secrets=secrets, redirect_uris=back)


def test_every_version_that_is_tried_here_is_one_that_linkedin_has() -> None:
    assert {"202608", "202609"} <= set(ACTIVE)
