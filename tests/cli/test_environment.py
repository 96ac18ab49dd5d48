"""`leadferry environment`: what is changed later, and the LinkedIn app of an environment."""

from __future__ import annotations

from acceptance.conftest import Scene
from cli.conftest import Line
from leadferry.app import open_app
from leadferry.settings import load_settings
from services import LinkedIn


def test_an_environment_is_renamed_and_its_secrets_end_told(line: Line, connected: Scene) -> None:
    changed = line("environment", "change", "test", "--rename", "production", "--expires", "2027-11-30", "--json")
    assert (changed.code, changed.json["name"]) == (0, "production")
    assert changed.json["credential_expires_at"] == 1_827_619_199_999
    assert line("environment", "change", "production").code == 2
    assert line("environment", "change", "production", "--expires", "soon").code == 2


def test_a_linkedin_app_that_linkedin_refuses_is_not_kept(line: Line, connected: Scene) -> None:
    refused = line(
        *("environment", "linkedin-app", "test", "--client-id", LinkedIn.APP, "--secret-stdin"), stdin="guessed"
    )
    assert refused.code == 3
    assert "guessed" not in refused.out + refused.err
    assert line("environment", "linkedin-app", "test", "--json").json["own"] is False


def test_another_linkedin_app_is_taken_only_after_a_yes(line: Line, connected: Scene) -> None:
    connected.linkedin.put("apps", "other", secret="other-secret", redirect_uris=["http://127.0.0.1:1/back"])
    asked = ("environment", "linkedin-app", "test", "--client-id", "other", "--secret-stdin")
    assert line(*asked, stdin="other-secret").code == 2
    assert line("environment", "linkedin-app", "test", "--json").json["client_id"] == LinkedIn.APP
    assert line(*asked, "--yes", stdin="other-secret").code == 0
    assert line("environment", "linkedin-app", "test", "--json").json["client_id"] == "other"
    assert line("environment", "linkedin-app", "test", "--none", "--yes").code == 0
    assert line("environment", "linkedin-app", "test", "--json").json["own"] is False


def test_changes_by_command_are_in_the_audit(line: Line, connected: Scene) -> None:
    line("environment", "change", "test", "--expires", "2027-11-30")
    with open_app(load_settings()) as app:
        entries = app.audit.list(app.environments.get("test"))
    assert [(one.action, one.via) for one in entries] == [
        ("environment.change", "command line"),
        ("profile.authorize", "command line"),
        ("environment.add", "command line"),
    ]
