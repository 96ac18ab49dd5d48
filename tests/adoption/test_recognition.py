"""A response that Microsoft's connector brought is known again, whatever id LinkedIn gives it today."""

from __future__ import annotations

import pytest

from adoption.conftest import SUBMISSIONS, Succession
from leadferry.delivery.model import EventKind, State
from leadferry.intake.model import Door
from leadferry.intake.recognition import Trace, same
from leadferry.simulators.dataverse.original_rows import original_id

OLD = 2
"""A submission whose id had the old form: `urn:li:leadGenFormResponse:7000002`."""


def test_a_poll_that_shows_it_under_a_new_id_stores_no_second_one(on_both: Succession) -> None:
    on_both.adopt()
    on_both.receive(OLD, "3f0c-new-4", late_ms=567)
    assert on_both.count() == SUBMISSIONS
    shown = on_both.show("3f0c-new-4")
    assert (shown["state"], shown["lead_id"]) == (State.DELIVERED, original_id("lead", OLD))
    assert shown["events"][-1]["kind"] is EventKind.RECOGNISED
    assert shown["events"][-1]["detail"]["was"] == "7000002"
    assert b'"id":"3f0c-new-4"' in shown["body"]
    assert on_both.app.deliver(on_both.environment).created == 0


def test_after_that_neither_a_poll_nor_an_adoption_finds_anything_new(on_both: Succession) -> None:
    on_both.adopt()
    for _ in range(2):
        on_both.receive(OLD, "3f0c-new-4", late_ms=567)
        assert on_both.adopt().submissions.new == 0
    assert on_both.count() == SUBMISSIONS


def test_the_same_id_is_known_at_once(succession: Succession) -> None:
    succession.adopt()
    succession.receive(OLD, "7000002", email="someone@else.example")
    assert succession.count() == SUBMISSIONS


def test_a_row_of_an_old_download_is_known_and_leaves_the_submission_as_it_is(succession: Succession) -> None:
    succession.adopt()
    for _ in range(2):
        succession.receive(OLD, "csv-0123", door=Door.CSV)
    assert succession.count() == SUBMISSIONS
    assert [event["kind"] for event in succession.show("7000002")["events"]] == [EventKind.ADOPTED]


@pytest.mark.parametrize(
    ("late_ms", "email"), [(5_000, ""), (0, "someone@else.example")], ids=["another moment", "another person"]
)
def test_another_one_is_new(succession: Succession, late_ms: int, email: str) -> None:
    succession.adopt()
    succession.receive(OLD, "3f0c-new-4", late_ms=late_ms, email=email)
    assert succession.count() == SUBMISSIONS + 1


def test_one_adopted_submission_is_one_response_at_most(succession: Succession) -> None:
    succession.adopt()
    succession.receive(OLD, "3f0c-new-4")
    succession.receive(OLD, "3f0c-new-5")
    assert succession.count() == SUBMISSIONS + 1


@pytest.mark.parametrize("response_id", ["7000002", "3f0c-new-4"], ids=["the same id", "another id"])
def test_what_waits_here_and_was_delivered_there_is_not_delivered_again(on_both: Succession, response_id: str) -> None:
    before = on_both.dynamics.leads()
    on_both.receive(OLD, response_id)
    report = on_both.adopt()
    assert (report.linked, report.submissions.new, on_both.count()) == (1, SUBMISSIONS - 1, SUBMISSIONS)
    shown = on_both.show(response_id)
    assert (shown["state"], shown["lead_id"]) == (State.DELIVERED, original_id("lead", OLD))
    on_both.app.deliver(on_both.environment)
    assert on_both.dynamics.leads() == before
    assert on_both.adopt().linked == 0


def test_without_an_adoption_a_poll_asks_nothing_more_of_the_database(succession: Succession) -> None:
    """The doors are the hot path."""
    asked = _statements(succession)
    succession.receive(0, "one")
    plain = len(asked)
    succession.adopt()
    asked.clear()
    succession.receive(SUBMISSIONS + 1000, "two")
    assert len(asked) == plain


def _statements(succession: Succession) -> list[str]:
    from sqlalchemy import event

    asked: list[str] = []
    event.listen(succession.app.database.engine, "before_cursor_execute", lambda _c, _u, text, *_: asked.append(text))
    return asked


EMAIL, NAME = "ada@crane.example", "ada"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Trace(1, "", 100, frozenset({EMAIL, NAME})), Trace(1, "", 101, frozenset({EMAIL})), True),
        (Trace(1, "", 100, frozenset({EMAIL})), Trace(1, "", 102, frozenset({EMAIL})), False),
        (Trace(1, "", 100, frozenset({EMAIL})), Trace(2, "", 100, frozenset({EMAIL})), False),
        (Trace(1, "paper", 100, frozenset({EMAIL})), Trace(2, "paper", 100, frozenset({EMAIL})), True),
        (Trace(0, "", 100, frozenset({EMAIL})), Trace(2, "paper", 100, frozenset({EMAIL})), True),
        (Trace(1, "", 100, frozenset({NAME})), Trace(1, "", 100, frozenset({NAME, "crane"})), True),
        (Trace(1, "", 100, frozenset({NAME, "x"})), Trace(1, "", 100, frozenset({NAME, "crane"})), False),
        (Trace(1, "", 100, frozenset({EMAIL})), Trace(1, "", 100, frozenset({NAME})), False),
        (Trace(1, "", 100, frozenset()), Trace(1, "", 100, frozenset()), False),
    ],
)
def test_the_table_of_what_is_the_same(one: Trace, other: Trace, expected: bool) -> None:
    assert same(one, other) is same(other, one) is expected
