"""Strategies and mappings over the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from databases import KINDS
from delivery.conftest import Ferry, dynamics, open_ferry
from leadferry.console.rights import Scope
from services import Dynamics
from web import serving

__all__ = ["dynamics"]
Ask = Callable[..., httpx2.Response]


@pytest.fixture(params=KINDS)
def ferry(request: pytest.FixtureRequest, dynamics: Dynamics, tmp_path: Path) -> Iterator[Ferry]:
    with open_ferry(dynamics, tmp_path, request.param) as ferry:
        yield ferry


@pytest.fixture
def ask(ferry: Ferry) -> Iterator[Ask]:
    with serving(ferry.app) as console:

        def asked(method: str, path: str, *scopes: Scope, **more: Any) -> httpx2.Response:
            _, token = ferry.app.tokens.make(1, "script", scopes or (Scope.RULES,), 1, "Ada")
            return httpx2.request(
                method, f"{console.url}/api/v1/{path}", headers={"Authorization": f"Bearer {token}"}, **more
            )

        yield asked


def key_of(ferry: Ferry, key: str) -> int:
    return next(one.id for one in ferry.app.mappings.list(1) if one.key == key)


def test_a_strategy_is_made_changed_activated_and_the_other_removed(ferry: Ferry, ask: Ask) -> None:
    email, last = key_of(ferry, "EMAIL"), key_of(ferry, "LAST_NAME")
    made = ask("POST", "strategies", json={"name": "Mail and name", "fields": [email, last]})
    assert made.status_code == 201
    assert made.json()["active"] is False
    path = f"strategies/{made.json()['id']}"
    changed = ask("PATCH", path, json={"fields": [email], "active": True, "create_contacts": False}).json()
    assert changed == made.json() | {"fields": [email], "active": True, "create_contacts": False}
    assert ask("GET", path).json() == changed
    assert ask("PATCH", path, json={"active": False}).json()["detail"].endswith("cannot be switched off.")
    assert ask("DELETE", path).status_code == 422
    assert ask("DELETE", "strategies/1").status_code == 204
    assert [one["id"] for one in ask("GET", "strategies").json()["items"]] == [made.json()["id"]]
    assert [one.record for one in ferry.app.audit.list(ferry.environment)] == [
        "E-mail address",
        "Mail and name",
        "Mail and name",
    ]


def test_a_field_without_a_lead_column_is_refused(ferry: Ferry, ask: Ask) -> None:
    answer = ask("POST", "strategies", json={"name": "x", "fields": [key_of(ferry, "SENIORITY")]})
    assert answer.status_code == 422
    assert "has no lead column" in answer.json()["detail"]


def test_a_preview_counts_ends_and_says_which_would_differ_without_an_answer(ferry: Ferry, ask: Ask) -> None:
    ferry.dynamics.seed("lead", [{"emailaddress1": "ada@x.test", "lastname": "Other"}])
    ferry.respond(email="ada@x.test", last_name="Crane")
    fields = [key_of(ferry, "EMAIL"), key_of(ferry, "LAST_NAME")]
    answer = ask("POST", "strategies/preview", Scope.READ, json={"fields": fields})
    found = answer.json()
    assert found["today"] == {"create": 0, "update": 1, "link": 0, "hold": 0}
    assert found["edited"] == {"create": 0, "update": 0, "link": 0, "hold": 1}
    [change] = found["differences"]
    assert (change["submission_id"], change["today"], change["edited"]) == (1, "update", "hold")
    assert "ada@x.test" not in answer.text
    assert "Crane" not in answer.text
    assert ask("POST", "strategies/preview", json={}).json()["code"] == "strategy-unusable"
    assert ask("POST", "strategies/preview", json={"fields": fields, "last": 9}).status_code == 400


def test_a_mapping_is_made_changed_and_removed(ferry: Ferry, ask: Ask) -> None:
    made = ask("POST", "mappings", json={"source": "hidden", "key": "utm_source", "column": "description"})
    assert made.status_code == 201
    path = f"mappings/{made.json()['id']}"
    changed = ask("PATCH", path, json={"column": "industrycode", "synonyms": {"Bees": "2"}, "on_update": "fill"}).json()
    wanted = {"column": "industrycode", "synonyms": {"Bees": "2"}, "on_update": "fill"}
    assert changed == made.json() | wanted
    assert ask("GET", path).json() == changed
    assert ask("PATCH", path, json={"transform": "nonsense"}).json()["code"] == "unknown-transform"
    assert ask("PATCH", path, json={"on_update": "sometimes"}).status_code == 400
    assert ask("DELETE", path).status_code == 204
    assert ask("GET", path).status_code == 404
    assert len(ferry.app.audit.list(ferry.environment)) == 3


def test_a_field_that_a_strategy_uses_keeps_its_column(ferry: Ferry, ask: Ask) -> None:
    path = f"mappings/{key_of(ferry, 'EMAIL')}"
    assert ask("PATCH", path, json={"column": None}).status_code == 422
    assert ask("DELETE", path).status_code == 422


def test_mappings_come_in_pages_in_their_order(ferry: Ferry, ask: Ask) -> None:
    first = ask("GET", "mappings?limit=30").json()
    rest = ask("GET", f"mappings?limit=30&cursor={first['next']}").json()
    assert rest["next"] is None
    ids = [one["id"] for one in (*first["items"], *rest["items"])]
    assert ids == [one.id for one in ferry.app.mappings.list(1)]


def test_a_mapping_is_tried_on_answers_by_who_may_read_them(ferry: Ferry, ask: Ask) -> None:
    ferry.respond(email="ada@x.test", job_title="Beekeeping")
    path = f"mappings/{key_of(ferry, 'JOB_TITLE')}/preview"
    assert ask("POST", path, json={}).status_code == 403
    [one] = ask("POST", path, Scope.SUBMISSIONS, json={}).json()
    assert (one["answer"], one["times"], one["written"], one["problem"]) == ("Beekeeping", 1, "Beekeeping", "")
    [one] = ask("POST", path, Scope.SUBMISSIONS, json={"column": "industrycode"}).json()
    assert (one["written"], one["problem"]) == (None, "unknown_choice")
    assert ferry.app.mappings.get(1, key_of(ferry, "JOB_TITLE")).column == "jobtitle"
