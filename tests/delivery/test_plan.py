"""The matching table of design section 5, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from leadferry.delivery import intent
from leadferry.delivery.plan import ActionKind, Item, Rules, changed_columns, plan
from leadferry.mapping.model import Mapped, OnUpdate, Problem, ProblemKind
from leadferry.matching.candidates import CandidateIndex, Match

COLUMNS = ("emailaddress1", "companyname")
OWN = "99999999-0000-0000-0000-000000000000"


def lead(number: int, **columns: Any) -> dict[str, Any]:
    key = f"{number:08d}-0000-0000-0000-000000000000"
    return {"leadid": key, "statecode": 0, "modifiedon": "2026-01-01T00:00:00Z", **columns}


ADA = lead(1, emailaddress1="Ada@x.test", companyname="Crane", firstname="A.")
ADA_NEWER = lead(2, emailaddress1="ada@X.test", companyname="CRANE", modifiedon="2026-02-01T00:00:00Z")
ADA_SAME_AGE = lead(3, emailaddress1="ada@x.test", companyname="Crane", modifiedon="2026-02-01T00:00:00Z")
ADA_ELSEWHERE = lead(4, emailaddress1="ada@x.test", companyname="Other")
CLOSED = lead(5, emailaddress1="ada@x.test", companyname="Crane", statecode=2)
VALUES = {"emailaddress1": "ada@x.test", "companyname": "Crane", "firstname": "Ada"}


def item(values: dict[str, Any] | None = None, **more: Any) -> Item:
    mapped = Mapped(VALUES if values is None else values, create_only={"subject": "LinkedIn: Paper"})
    return Item(7, "response-7", OWN, mapped, **more)


def found(rows: list[dict[str, Any]], values: dict[str, Any] | None = None, only: str = "") -> Match:
    return CandidateIndex(rows, COLUMNS).find(VALUES if values is None else values, only=only)


@pytest.mark.parametrize(
    ("case", "rows", "values", "rules", "kind", "lead_id"),
    [
        ("all equal: update it", [ADA], VALUES, Rules(), ActionKind.UPDATE, ADA["leadid"]),
        ("newest modified first", [ADA, ADA_NEWER], VALUES, Rules(), ActionKind.UPDATE, ADA_NEWER["leadid"]),
        ("then lowest id", [ADA_SAME_AGE, ADA_NEWER], VALUES, Rules(), ActionKind.UPDATE, ADA_NEWER["leadid"]),
        ("closed: link only", [CLOSED], VALUES, Rules(), ActionKind.LINK, CLOSED["leadid"]),
        ("updating off: link only", [ADA], VALUES, Rules(update_matched=False), ActionKind.LINK, ADA["leadid"]),
        ("some equal, Ignore: hold", [ADA_ELSEWHERE], VALUES, Rules(), ActionKind.HOLD, None),
        ("some equal, Create", [ADA_ELSEWHERE], VALUES, Rules(create_on_partial=True), ActionKind.CREATE, OWN),
        ("nothing: create", [], VALUES, Rules(), ActionKind.CREATE, OWN),
        ("no strategy field answered: create", [ADA], {"firstname": "Ada"}, Rules(), ActionKind.CREATE, OWN),
        ("always create", [ADA], VALUES, Rules(always_create=True), ActionKind.CREATE, OWN),
    ],
    ids=lambda value: value if isinstance(value, str) and ":" in value else None,
)
def test_the_matching_table(
    case: str, rows: list[Any], values: dict[str, Any], rules: Rules, kind: ActionKind, lead_id: str | None
) -> None:
    action = plan(item(values), found(rows, values), rules)
    assert (action.kind, action.lead_id) == (kind, lead_id), case


def test_the_other_matches_are_recorded_as_duplicates() -> None:
    action = plan(item(), found([ADA, ADA_NEWER, ADA_SAME_AGE]), Rules())
    assert action.duplicates == (ADA_SAME_AGE["leadid"], ADA["leadid"])


def test_a_held_submission_names_its_candidates_and_why_in_words_without_personal_data() -> None:
    action = plan(item(), found([ADA_ELSEWHERE]), Rules())
    assert action.candidates == (ADA_ELSEWHERE["leadid"],)
    assert "emailaddress1 equal, companyname differs" in action.why
    assert "ada" not in action.why.lower()
    assert action.row == {}


def test_a_second_response_of_one_person_is_planned_against_the_first_ones_result() -> None:
    index = CandidateIndex([], COLUMNS)
    first = plan(item(), index.find(VALUES), Rules())
    index.add({**first.row, "statecode": 0})
    shouted = {**VALUES, "emailaddress1": "ADA@X.TEST", "jobtitle": "Engineer"}
    second = plan(item(shouted), index.find(shouted), Rules())
    assert (second.kind, second.lead_id) == (ActionKind.UPDATE, first.lead_id)
    assert second.row == {"emailaddress1": "ADA@X.TEST", "jobtitle": "Engineer"}


def test_always_create_never_creates_again_for_the_same_submission() -> None:
    action = plan(item(delivered_lead_id=OWN), found([ADA]), Rules(always_create=True))
    assert (action.kind, action.lead_id) == (ActionKind.LINK, OWN)


def test_a_lead_that_a_lost_attempt_made_is_not_written_again() -> None:
    action = plan(item(made_already=True), found([ADA]), Rules())
    assert (action.kind, action.lead_id, action.row) == (ActionKind.CREATE, OWN, {})


@pytest.mark.parametrize(
    ("order", "kind", "lead_id"),
    [
        ("create", ActionKind.CREATE, OWN),
        (f"lead:{ADA_ELSEWHERE['leadid']}", ActionKind.UPDATE, ADA_ELSEWHERE["leadid"]),
    ],
)
def test_a_persons_decision_beats_the_match(order: str, kind: ActionKind, lead_id: str) -> None:
    match = found([ADA_ELSEWHERE], only=order.removeprefix("lead:") if order.startswith("lead:") else "")
    action = plan(item(order=order), match, Rules())
    assert (action.kind, action.lead_id) == (kind, lead_id)


def test_a_created_lead_gets_our_id_the_row_owner_and_what_only_new_leads_get() -> None:
    action = plan(item(row_owner_id="0a"), found([]), Rules())
    assert action.row == {
        **VALUES, "subject": "LinkedIn: Paper", "leadid": OWN, "ownerid@odata.bind": "/systemusers(0a)"
    }  # fmt: skip


def test_an_update_sends_only_what_changes_and_keeps_what_was_there() -> None:
    action = plan(item(), found([{**ADA, "emailaddress1": "ada@x.test"}]), Rules())
    assert action.row == {"firstname": "Ada"}
    assert action.old == {"firstname": "A."}


@pytest.mark.parametrize(
    ("before", "after", "policy", "sent"),
    [
        (None, "x", OnUpdate.OVERWRITE, True),
        ("y", "x", OnUpdate.OVERWRITE, True),
        ("x", "x", OnUpdate.OVERWRITE, False),
        (None, "", OnUpdate.OVERWRITE, False),
        (1.0, 1, OnUpdate.OVERWRITE, False),
        (None, "x", OnUpdate.FILL, True),
        ("", "x", OnUpdate.FILL, True),
        ("y", "x", OnUpdate.FILL, False),
        (0, 5, OnUpdate.FILL, False),
        (None, "x", OnUpdate.KEEP, False),
    ],
)
def test_each_columns_policy_decides_what_an_update_does(before: Any, after: Any, policy: OnUpdate, sent: bool) -> None:
    changes, old = changed_columns({"jobtitle": before}, Mapped({"jobtitle": after}, on_update={"jobtitle": policy}))
    assert changes == ({"jobtitle": after} if sent else {})
    assert old == ({"jobtitle": before} if sent else {})


def test_a_lookup_is_compared_by_the_id_it_is_read_as() -> None:
    mapped = Mapped({"campaignid@odata.bind": "/campaigns(0b)"})
    assert changed_columns({"_campaignid_value": "0b"}, mapped) == ({}, {})
    assert changed_columns({"_campaignid_value": "0a"}, mapped)[0] == {"campaignid@odata.bind": "/campaigns(0b)"}


def test_an_intent_comes_back_as_it_was() -> None:
    action = plan(item(row_owner_id="0a"), found([ADA]), Rules())
    action.problems = (Problem(ProblemKind.TOO_LONG, "Job title", "jobtitle", "300 of 100 characters", "cut"),)
    assert intent.from_bytes(intent.to_bytes([action])) == [action]
