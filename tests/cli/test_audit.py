from __future__ import annotations

import getpass
from typing import Any

from acceptance.conftest import Scene
from cli.conftest import Line
from leadferry.app import open_app
from leadferry.settings import load_settings


def entries() -> list[Any]:
    with open_app(load_settings()) as app:
        return app.audit.list(app.environments.list()[0])


def test_what_a_command_changes_stands_in_the_audit_with_the_user_of_the_machine(line: Line, connected: Scene) -> None:
    assert line("config", "set", "on_match_fail", "create").code == 0
    assert line("accounts", "set", "5001", "--no-sync").code == 0
    assert line("strategies", "set", "--always-create").code == 0
    assert line("mappings", "set", "EMAIL", "--on-update", "fill").code == 0
    found = entries()
    assert [one.action for one in reversed(found)] == [
        "environment.add",
        "profile.authorize",
        "configuration.change",
        "account.change",
        "rule.change",
        "rule.change",
    ]
    assert {(one.person, one.via) for one in found} == {(getpass.getuser(), "command line")}
    changed = {one.record_kind: (one.before, one.after) for one in found}
    assert changed["option"] == ({"on_match_fail": "ignore"}, {"on_match_fail": "create"})
    assert changed["account"][0]["sync_enabled"] is True
    assert changed["account"][1]["sync_enabled"] is False


def test_no_secret_reaches_the_audit(line: Line, connected: Scene) -> None:
    assert line("environment", "set-secret", "--secret-stdin", stdin="another-secret").code == 0
    assert "another-secret" not in repr(entries())
    assert connected.refresh_token not in repr(entries())


def test_an_environment_that_is_removed_stays_in_the_audit(line: Line, connected: Scene) -> None:
    assert connected
    assert line("environment", "remove", "test", "--yes").code == 0
    with open_app(load_settings()) as app:
        assert app.audit.list(None)[0].action == "environment.remove"
