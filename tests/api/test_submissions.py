"""Form submissions over the API: the list, one of them, files, and what can be done."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from api.conftest import Ask
from api.test_api import code
from delivery.conftest import Ferry
from leadferry.console.rights import Scope
from leadferry.delivery.model import EventKind, MatchingStatus, ProcessingState, Settlement, State


def pages(ask: Ask, path: str, **query: Any) -> list[list[dict[str, Any]]]:
    found, cursor = [], ""
    while cursor is not None:
        page = ask("GET", f"{path}?{urlencode({**query, 'cursor': cursor})}").json()
        found.append(page["items"])
        cursor = page["next"]
    return found


def test_pages_hold_still_while_submissions_arrive(ferry: Ferry, crossing: Ask) -> None:
    before = [ferry.respond(last_name=f"N{number}") for number in range(7)]
    first = crossing("GET", "submissions?limit=3").json()
    for _ in range(4):
        ferry.respond(last_name="Late")
    seen, cursor = first["items"], first["next"]
    while cursor is not None:
        page = crossing("GET", f"submissions?limit=3&cursor={cursor}").json()
        seen, cursor = seen + page["items"], page["next"]
    assert [one["response_id"] for one in seen] == before[::-1]


def test_the_filters_are_those_of_the_page(ferry: Ferry, crossing: Ask) -> None:
    ferry.respond("real", last_name="Brandt", email="anna@nord.test", company_name="Nordwasser")
    ferry.respond("test", last_name="Tried", email="b@x.test", test=True)
    ferry.deliver()
    ferry.respond("open", last_name="Open")

    def found(**query: Any) -> list[str]:
        return [one["response_id"] for page in pages(crossing, "submissions", **query) for one in page]

    assert found() == ["open", "test", "real"]
    assert found(sort="submitted-oldest", limit=1) == ["real", "test", "open"]
    assert found(test="only") == ["test"]
    assert found(state="pending") == ["open"]
    assert found(status="created", test="no") == ["real"]
    assert found(q="nordw") == ["real"]
    assert found(form=1, type="SPONSORED") == ["open", "test", "real"]
    assert found(owner=9) == found(campaign=9) == found(**{"from": "2099-01-01"}) == found(to="1999-01-01") == []
    assert found(period="today") == ["open", "test", "real"]


@pytest.mark.parametrize("query", ["status=x", "period=1d", "from=monday", "cursor=x", "cursor=YWZ0ZXI6MQ", "limit=0"])
def test_a_filter_that_cannot_be_is_a_problem(ask: Ask, query: str) -> None:
    assert code(ask("GET", f"submissions?{query}"))[0] == 422


def test_one_tells_its_answers_what_was_changed_why_and_when(ferry: Ferry, crossing: Ask) -> None:
    [lead] = ferry.dynamics.seed("lead", [{"emailaddress1": "ada@x.test", "lastname": "Old"}])
    ferry.respond(email="ada@x.test", last_name="Crane", job_title="Beekeeper")
    ferry.deliver()
    found = crossing("GET", "submissions/1").json()
    assert (found["state"], found["status"], found["matching_status"]) == (
        "delivered",
        "updated",
        "Updated existing lead",
    )
    assert (found["name"], found["lead_id"], found["attempts"]) == ("Crane", lead, 1)
    assert found["lead_address"].endswith(f"etn=lead&id={lead}")
    assert {"column": "lastname", "before": "Old", "after": "Crane"} in found["changes"]
    assert "emailaddress1" in found["why"]
    [title] = [one for one in found["answers"] if one["column"] == "jobtitle"]
    assert (title["question"], title["answer"], title["written"]) == ("JOB_TITLE", "Beekeeper", "Beekeeper")
    assert [one["kind"] for one in found["timeline"]] == ["updated", "received", "submitted"]
    assert found["undo"] == "updated"


def test_an_attempt_that_failed_says_what_the_service_answered(sqlite_ferry: Ferry, ask: Ask) -> None:
    sqlite_ferry.respond(last_name="Crane")
    told = {"code": "dataverse-unavailable", "message": "Dynamics is away.", "status": 503, "request_id": "r-1"}
    states = (State.RETRY, MatchingStatus.PENDING, ProcessingState.UNPROCESSED, EventKind.RETRY)
    sqlite_ferry.app.submissions.settle(
        [Settlement(1, *states, attempts=1, due_at=sqlite_ferry.clock.now, detail=told)]
    )
    found = ask("GET", "submissions/1").json()
    assert (found["state"], found["attempts"], found["why"]) == ("retry", 1, "Dynamics is away.")
    assert found["next_attempt_at"]
    [attempt] = [one for one in found["timeline"] if one["kind"] == "retry"]
    assert (attempt["code"], attempt["status"], attempt["request_id"]) == ("dataverse-unavailable", 503, "r-1")


def test_the_raw_response_needs_a_scope_of_its_own(sqlite_ferry: Ferry, ask: Ask) -> None:
    sqlite_ferry.respond("one", last_name="Crane")
    others = [scope for scope in Scope if scope is not Scope.RAW]
    assert code(ask("GET", "submissions/1/raw", *others)) == (403, "scope-needed")
    raw = ask("GET", "submissions/1/raw", Scope.RAW).json()
    assert (raw["id"], raw["leadType"]) == ("one", "SPONSORED")
    assert code(ask("GET", "submissions/1", Scope.RAW, Scope.READ)) == (403, "scope-needed")


def test_a_file_holds_the_filtered_list(sqlite_ferry: Ferry, ask: Ask) -> None:
    sqlite_ferry.respond("a", first_name="=cmd", last_name="Brandt")
    sqlite_ferry.respond("b", last_name="Tried", test=True)
    text = ask("GET", "submissions/export?test=no")
    assert text.headers["content-type"].startswith("text/csv")
    [row] = csv.DictReader(io.StringIO(text.text))
    assert (row["form_response"], row["name"]) == ("a", "'=cmd Brandt")
    lines = ask("GET", "submissions/export?format=jsonl&id=2&id=1").text.splitlines()
    assert [json.loads(line)["response_id"] for line in lines] == ["b", "a"]
    entries = sqlite_ferry.app.audit.list(sqlite_ferry.environment)
    assert [(one.action, one.after) for one in entries] == [
        ("submission.read", {"selected": 2}),
        ("submission.read", {"filters": "test=no"}),
    ]


def test_a_submission_is_replayed_and_crosses_at_once(ferry: Ferry, crossing: Ask) -> None:
    ferry.respond(last_name="Crane", email="ada@x.test")
    ferry.deliver()
    answer = crossing("POST", "submissions/1/replay")
    assert (answer.status_code, answer.json()) == (200, {"ids": [1], "refused": [], "crossed": True, "detail": ""})
    assert crossing("GET", "submissions/1").json()["timeline"][0]["text"]
    assert [one["kind"] for one in crossing("GET", "submissions/1").json()["timeline"]][1] == "replayed"


def test_of_many_those_that_can_be_are_replayed(sqlite_ferry: Ferry, ask: Ask) -> None:
    sqlite_ferry.respond(last_name="Crane", email="ada@x.test")
    sqlite_ferry.deliver()
    sqlite_ferry.respond(last_name="Open", email="bo@x.test")
    answer = ask("POST", "submissions/replay", json={"ids": [1, 2, 77, 1]}).json()
    assert answer["ids"] == [1]
    assert [(one["id"], one["code"]) for one in answer["refused"]] == [(2, "not-settled"), (77, "submission-not-found")]
    assert code(ask("POST", "submissions/replay", json={"ids": []})) == (422, "nothing-named")


def test_an_update_is_undone_and_told(ferry: Ferry, crossing: Ask) -> None:
    [lead] = ferry.dynamics.seed("lead", [{"emailaddress1": "ada@x.test", "lastname": "Old"}])
    ferry.respond(email="ada@x.test", last_name="Crane")
    ferry.deliver()
    assert "old values" in crossing("POST", "submissions/1/undo").json()["done"]
    assert [(row["leadid"], row["lastname"]) for row in ferry.dynamics.rows("lead")] == [(lead, "Old")]
    assert code(crossing("POST", "submissions/1/undo")) == (422, "nothing-to-undo")
    assert ferry.app.audit.list(ferry.environment)[0].person.startswith("script (lf_")


def test_the_lead_of_a_test_is_deleted_and_of_no_other(sqlite_ferry: Ferry, ask: Ask) -> None:
    sqlite_ferry.respond(last_name="Tried", email="t@x.test", test=True)
    sqlite_ferry.respond(last_name="Real", email="r@x.test")
    sqlite_ferry.deliver()
    assert ask("DELETE", "submissions/1/lead").json() == {"done": "The lead is deleted"}
    assert [row["lastname"] for row in sqlite_ferry.dynamics.rows("lead")] == ["Real"]
    assert code(ask("DELETE", "submissions/2/lead")) == (422, "not-a-test-lead")
    assert code(ask("DELETE", "submissions/2/lead", Scope.SUBMISSIONS)) == (403, "scope-needed")


def test_saved_views_are_those_of_the_tokens_maker(sqlite_ferry: Ferry, ask: Ask) -> None:
    made = ask("POST", "views", json={"name": " Failed  ones ", "query": "?state=failed&period=7d"})
    assert (made.status_code, made.json()) == (201, {"id": 1, "name": "Failed ones", "query": "state=failed&period=7d"})
    assert ask("GET", "views").json() == [made.json()]
    assert [one.name for one in sqlite_ferry.app.views.list(1, "operator")] == ["Failed ones"]
    assert ask("GET", f"submissions?{made.json()['query']}").status_code == 200
    assert code(ask("POST", "views", json={"name": "x", "query": "state=nonsense"})) == (422, "bad-filter")
    assert ask("DELETE", "views/1").status_code == 204
    assert code(ask("DELETE", "views/1")) == (404, "view-not-found")
