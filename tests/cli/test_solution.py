"""`leadferry solution`, as a person and a script meet it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from acceptance.conftest import Scene
from cli.conftest import Said
from leadferry.cli import solution
from leadferry.simulators.dataverse.users import USER_ID

CONSOLE = ("--console-url", "https://ferry.example/")


def step_of(said: Said, name: str) -> str:
    return str(next(step["detail"] for step in said.json["steps"] if step["name"] == name))


def test_from_nothing_to_installed_and_back(line: Callable[..., Said], connected: Scene) -> None:
    planned = line("solution", "plan", "--json")
    assert {"do": "create", "kind": "table", "name": "ferry_linkedinform"} in planned.json["steps"]
    assert "steps." in line("solution", "plan").out
    missing = line("solution", "status", "--json")
    assert (missing.code, missing.json["state"]) == (1, "missing")
    assert "solution install" in step_of(line("environment", "check", "--json"), "Solution")

    installed = line("solution", "install", *CONSOLE, "--json")
    assert (installed.code, installed.json["steps"]) == (0, len(planned.json["steps"]))
    again = line("solution", "install")
    assert (again.code, "nothing had to be changed" in again.out) == (0, True)
    assert line("solution", "upgrade").code == 0
    status = line("solution", "status", "--json")
    assert (status.code, status.json["state"]) == (0, "installed")
    assert status.json["console_url"] == "https://ferry.example/e/1"
    assert "installed and complete" in line("solution", "status").out
    assert line("solution", "plan").out == "Nothing to do: everything is as it should be.\n"
    assert "is installed" in step_of(line("environment", "check", "--json"), "Solution")

    unsaid = line("solution", "uninstall", "--yes")
    assert (unsaid.code, "Code: solution-data" in unsaid.err) == (2, True)
    unconfirmed = line("solution", "uninstall", "--keep-data")
    assert (unconfirmed.code, "Code: not-confirmed" in unconfirmed.err) == (2, True)
    kept = line("solution", "uninstall", "--keep-data", "--yes", "--json")
    assert kept.code == 0
    assert kept.json["notes"] == ["Left: 12 tables with their rows, and the columns of the lead."]
    assert line("solution", "status", "--json").json["state"] == "unfinished"


def test_missing_privileges_are_named(line: Callable[..., Said], connected: Scene) -> None:
    connected.dynamics.call("PUT", f"users/{USER_ID}", {"roles": ["Basic User"]})
    said = line("solution", "install")
    assert said.code == 1
    assert "prvCreateEntity" in said.err
    assert "Code: solution-privileges" in said.err
    checked = line("environment", "check", "--json")
    assert "Solution" not in [step["name"] for step in checked.json["steps"] if not step["ok"]]


def test_an_upgrade_of_nothing_and_a_bad_address_are_told(line: Callable[..., Said], connected: Scene) -> None:
    upgraded = line("solution", "upgrade")
    assert (upgraded.code, "Code: solution-missing" in upgraded.err) == (2, True)
    bad = line("solution", "plan", "--console-url", "ferry.example")
    assert (bad.code, "Code: bad-console-url" in bad.err) == (2, True)
    gone = line("solution", "uninstall", "--delete-data", "--yes")
    assert (gone.code, "Nothing of the solution is left" in gone.out) == (0, True)


def test_both_ways_with_the_data_at_once_are_refused(line: Callable[..., Said], connected: Scene) -> None:
    said = line("solution", "uninstall", "--delete-data", "--keep-data", "--yes")
    assert (said.code, "Code: solution-data" in said.err) == (2, True)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", ["30", "80"])
def test_the_progress_bar_fits_a_terminal(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    from leadferry.solution.install_worker import Progress

    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("TERM", "xterm")
    with solution.progress_bar() as (tell, waiting):
        tell(Progress(3, 9, "create column ferry_linkedinformsubmission.ferry_linkedinformsubmission_textid"))
        waiting(5)
    assert screen.getvalue()
