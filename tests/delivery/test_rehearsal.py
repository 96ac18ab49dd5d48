from __future__ import annotations

import pytest

from leadferry.delivery.plan import Action, ActionKind, Item, Rules
from leadferry.delivery.rehearsal import WEEK_MS, Comparison, Rehearsed, person_of, rehearse
from leadferry.mapping.model import Mapped

HOLD, CREATE = (Action(1, kind, None) for kind in (ActionKind.HOLD, ActionKind.CREATE))


def item(number: int, **values: str) -> Item:
    return Item(number, f"r{number}", f"own-{number}", Mapped(values))


def kinds(ends: dict[int, Action]) -> list[str]:
    return [action.kind.value for action in ends.values()]


def test_each_is_planned_against_what_those_before_it_did() -> None:
    items = [item(1, lastname="Crane"), item(2, lastname="CRANE"), item(3, lastname="Finch")]
    assert kinds(rehearse(items, {}, {}, ["lastname"], Rules())) == ["create", "update", "create"]


def test_a_lead_that_a_submission_made_itself_is_not_there() -> None:
    found = {"lastname": [{"leadid": "own-1", "lastname": "Crane", "statecode": 0}]}
    assert kinds(rehearse([item(1, lastname="Crane")], found, {}, ["lastname"], Rules())) == ["create"]


def test_a_lead_of_another_column_does_not_count_for_a_strategy_without_it() -> None:
    found = {"lastname": [{"leadid": "x", "lastname": "Crane", "companyname": "Works", "statecode": 0}]}
    one = [item(1, lastname="Crane", companyname="Works")]
    assert kinds(rehearse(one, found, {}, ["companyname"], Rules())) == ["create"]
    assert kinds(rehearse(one, found, {}, ["lastname"], Rules())) == ["update"]
    assert kinds(rehearse(one, found, {}, [], Rules(always_create=True))) == ["create"]


@pytest.mark.parametrize(("span", "reviews"), [(WEEK_MS, 1), (WEEK_MS // 2, 2), (WEEK_MS // 7, 7), (60_000, 0), (0, 0)])
def test_reviews_a_week_are_told_where_the_submissions_cover_a_day(span: int, reviews: int) -> None:
    ends = (Rehearsed(1, "", "", CREATE, HOLD), Rehearsed(2, "", "", HOLD, HOLD))
    assert Comparison(ends, span_ms=span).more_reviews_a_week == reviews
    assert [one.submission_id for one in Comparison(ends).differences] == [1]


def test_a_person_is_named_as_a_list_names_them() -> None:
    assert person_of({"firstname": "Ada", "lastname": "Crane", "emailaddress1": "a@x.test"}) == "Ada Crane"
    assert person_of({"emailaddress1": "a@x.test"}) == "a@x.test"
    assert person_of({}) == ""
