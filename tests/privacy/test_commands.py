"""The same by command and over the API: found, handed out, erased, counted, and written down without a name."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from delivery.conftest import Ferry, open_ferry
from leadferry.cli.main import run
from leadferry.console.rights import Scope
from privacy.conftest import ADA, BOB, NAMES, dynamics, everything, number_of
from services import Dynamics
from web import serving

__all__ = ["dynamics"]

Line = Callable[..., tuple[int, str]]
YEAR_MS = 365 * 86_400_000


@pytest.fixture
def ferry(dynamics: Dynamics, tmp_path: Path) -> Iterator[Ferry]:
    with open_ferry(dynamics, tmp_path, "sqlite") as ferry:
        yield ferry


@pytest.fixture
def line(ferry: Ferry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Line:
    monkeypatch.setenv("LEADFERRY_DATA", str(tmp_path))

    def said(*arguments: str, stdin: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return code, out + err

    return said


def two_people(ferry: Ferry) -> list[int]:
    keys = [ferry.respond(**ADA), ferry.respond(**BOB)]
    ferry.deliver()
    return [number_of(ferry, key) for key in keys]


def test_a_person_is_shown_handed_out_and_erased(ferry: Ferry, line: Line, tmp_path: Path) -> None:
    two_people(ferry)
    code, said = line("erase", ADA["email"], "--dry-run")
    assert (code, "this e-mail address" in said) == (0, True)
    code, said = line("erase", ADA["email"])
    assert (code, "nobody can be asked" in said) == (2, True)
    document = tmp_path / "ada.json"
    code, said = line("erase", "-", "--document", str(document), "--delete-leads", "--yes", stdin=f"{ADA['email']}\n")
    assert (code, "1 erased, 1 leads deleted in Dynamics" in said) == (0, True), said
    assert json.loads(document.read_text("utf-8"))["submissions"][0]["answers"][0]["answer"] == ADA["first_name"]
    assert [lead["emailaddress1"] for lead in ferry.dynamics.leads()] == [BOB["email"]]
    assert not any(name in everything(ferry.app.database) for name in NAMES)
    assert "Erased, " in line("submissions", "show", "response-1")[1]
    code, said = line("erase", ADA["email"], "--yes")
    assert (code, "There is nothing of this person" in said) == (2, True)


def test_a_number_that_is_not_among_those_found_erases_nothing(ferry: Ferry, line: Line) -> None:
    _, bob = two_people(ferry)
    code, said = line("erase", ADA["email"], "--number", str(bob), "--yes")
    assert (code, "not among those found" in said) == (2, True)
    assert ADA["email"] in everything(ferry.app.database)


def test_retention_is_shown_tried_and_run(ferry: Ferry, line: Line) -> None:
    ferry.clock.now -= 3 * YEAR_MS
    two_people(ferry)
    ferry.clock.now += 3 * YEAR_MS
    _, said = line("retention", "show", "--answers", "90")
    assert "2 form submissions lose their answers" in said
    _, said = line("retention", "show")
    assert "Nothing is due" in said
    assert line("config", "set", "keep_answers_days", "90")[0] == 0
    _, said = line("retention", "run", "--json")
    assert json.loads(said)["answers"] == 2
    _, said = line("retention", "show", "--json")
    assert (json.loads(said)["due"]["answers"], json.loads(said)["last_run"]["answers"]) == (0, 2)
    assert line("retention", "clean") == (0, "Clean.\n")


def test_all_test_leads_go_by_command(ferry: Ferry, line: Line) -> None:
    ferry.respond(test=True, **ADA)
    ferry.deliver()
    code, said = line("submissions", "delete-test-leads", "--yes", "--json")
    assert code == 0
    assert json.loads(said) == {"submissions": 1, "leads": 1, "undone": 0, "kept": []}
    assert ferry.dynamics.leads() == []
    assert "quensel" not in everything(ferry.app.database)


# The API


@dataclass
class Api:
    ferry: Ferry
    url: str
    token: str

    def __call__(self, method: str, path: str, body: Any = None) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx2.request(method, f"{self.url}/api/v1/{path}", headers=headers, json=body, timeout=30)


@pytest.fixture
def api(ferry: Ferry) -> Iterator[Api]:
    with serving(ferry.app) as console:
        yield Api(ferry, console.url, ferry.app.tokens.make(ferry.environment.id, "script", list(Scope), 1, "Ada")[1])


def test_a_script_finds_hands_out_and_erases(api: Api) -> None:
    number, _ = two_people(api.ferry)
    found = api("POST", "people/find", {"who": ADA["email"]}).json()
    assert found == {
        "submissions": {str(number): "this e-mail address"},
        "mentioned_in": [],
        "saved_views": 0,
        "more": False,
    }
    document = api("POST", "people/document", {"numbers": [number]}).json()
    assert document["submissions"][0]["raw"]["id"] == "response-1"
    wish = {"numbers": [number], "email": ADA["email"], "leads": True, "contacts": True}
    result = api("POST", "people/erase", wish).json()
    wanted = {"submissions": 1, "leads_deleted": 1, "contacts_deleted": 1, "leads_left": [], "clean": True}
    assert result == wanted
    assert not any(name in everything(api.ferry.app.database) for name in NAMES)
    entries = api.ferry.app.audit.list(api.ferry.environment)
    assert [(one.action, one.via) for one in entries][:2] == [("submission.delete", "api"), ("submission.read", "api")]
    assert api.ferry.app.erased_before(api.ferry.environment, ADA["email"]) is not None


def test_answers_are_handed_out_by_their_own_scope_alone(api: Api) -> None:
    """A token that may erase may not read."""
    number, _ = two_people(api.ferry)
    scopes = [Scope.ADMIN, Scope.READ]
    api.token = api.ferry.app.tokens.make(api.ferry.environment.id, "admin", scopes, 1, "Ada")[1]
    assert api("POST", "people/document", {"numbers": [number]}).status_code == 403
    found = api("POST", "people/find", {"who": ADA["email"]})
    assert (found.status_code, "Adalinde" in found.text) == (200, False)


def test_retention_and_test_leads_over_the_api(api: Api) -> None:
    two_people(api.ferry)
    api.ferry.respond(test=True, **ADA | {"email": "test@x.test"})
    api.ferry.deliver()
    assert api("GET", "retention").json()["days"]["answers"] == 0
    tried = api("POST", "retention/dry-run", {"days": {"answers": 30}}).json()
    assert (tried["answers"], tried["undecided"]) == (0, 0)
    assert api("POST", "retention/dry-run", {"days": {"answers": 3}}).status_code in {400, 422}
    assert api("GET", "test-leads").json() == {"submissions": 1, "leads": 1}
    assert api("DELETE", "test-leads").json() == {"submissions": 1, "leads": 1, "undone": 0, "kept": []}
    assert len(api.ferry.dynamics.leads()) == 2
