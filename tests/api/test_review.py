"""The review queue over the API."""

from __future__ import annotations

import pytest

from api.conftest import Ask
from api.test_api import code
from delivery.conftest import Ferry
from leadferry.console.rights import Scope


def held(ferry: Ferry, name: str = "Aasen") -> str:
    """A submission that agrees with one lead in the last name only. Returns the lead."""
    ferry.match_by("emailaddress1", "lastname")
    [lead] = ferry.dynamics.seed("lead", [{"emailaddress1": "old@x.test", "lastname": name, "firstname": "Jon"}])
    ferry.respond(first_name="Jon", last_name=name, email="new@x.test", job_title="Metering Lead")
    ferry.deliver()
    return str(lead)


def test_the_queue_shows_why_each_waits_and_what_it_resembles(ferry: Ferry, crossing: Ask) -> None:
    lead = held(ferry)
    [item] = crossing("GET", "review").json()["items"]
    assert (item["submission"]["id"], item["submission"]["state"]) == (1, "review")
    assert item["candidates"] == [lead]
    assert sorted(item["compared"]) == ["emailaddress1", "lastname"]
    assert item["why"]


def test_one_stands_beside_its_candidates_as_they_are_now(ferry: Ferry, crossing: Ask) -> None:
    lead = held(ferry)
    found = crossing("GET", "review/1").json()
    assert (found["live"], found["count"], found["first"]) == (True, 1, 0)
    [candidate] = found["candidates"]
    assert (candidate["lead_id"], candidate["name"], candidate["open"]) == (lead, "Jon Aasen", True)
    fields = {one["name"]: one for one in found["fields"]}
    assert fields["Last Name"]["cells"] == [{"text": "Aasen", "verdict": "same"}]
    assert fields["Email"]["cells"] == [{"text": "old@x.test", "verdict": "differs"}]


@pytest.mark.parametrize(("decision", "status"), [("update", "updated"), ("link", "not-updated")])
def test_a_decision_for_a_lead_crosses_at_once(ferry: Ferry, crossing: Ask, decision: str, status: str) -> None:
    lead = held(ferry)
    answer = crossing("POST", "review/decisions", json={"ids": [1], "decision": decision, "lead_id": lead}).json()
    assert answer == {"ids": [1], "refused": [], "crossed": True, "detail": "", "earlier": []}
    found = crossing("GET", "submissions/1").json()
    assert (found["status"], found["lead_id"]) == (status, lead)
    assert ferry.app.audit.list(ferry.environment)[0].after is not None
    assert code(crossing("GET", "review/1")) == (404, "not-in-review")


@pytest.mark.parametrize(("decision", "state"), [("create", "delivered"), ("ignore", "rejected")])
def test_many_are_decided_at_once_and_none_twice(ferry: Ferry, crossing: Ask, decision: str, state: str) -> None:
    held(ferry)
    held(ferry, "Berg")
    body = {"ids": [1, 2], "decision": decision}
    assert crossing("POST", "review/decisions", json=body).json()["ids"] == [1, 2]
    assert {one["state"] for one in crossing("GET", "submissions").json()["items"]} == {state}
    again = crossing("POST", "review/decisions", json=body).json()
    assert (again["ids"], again["earlier"]) == ([], [1, 2])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"ids": [], "decision": "create"}, (422, "nothing-named")),
        (
            {"ids": [1, 2], "decision": "link", "lead_id": "6b0d3c11-0000-4000-8000-000000000001"},
            (422, "nothing-named"),
        ),
        ({"ids": [1], "decision": "link"}, (422, "nothing-named")),
        ({"ids": [1], "decision": "create", "lead_id": "x"}, (422, "nothing-named")),
        ({"ids": [1], "decision": "link", "lead_id": "x"}, (422, "bad-id")),
        ({"ids": [1], "decision": "reject"}, (400, "bad-request")),
    ],
)
def test_a_decision_that_cannot_be_is_a_problem(ask: Ask, body: object, expected: tuple[int, str]) -> None:
    assert code(ask("POST", "review/decisions", json=body)) == expected


def test_deciding_needs_its_scope(ask: Ask) -> None:
    assert code(ask("POST", "review/decisions", Scope.READ, json={"ids": [1], "decision": "create"}))[0] == 403
