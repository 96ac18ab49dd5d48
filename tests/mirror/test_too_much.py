"""Rows that are too many for Dynamics' time limit go in smaller parts, and from then on less at once."""

from __future__ import annotations

from typing import Any

import pytest

from delivery.conftest import FIELDS, Ferry
from leadferry.dataverse.refusals import DataverseTimeoutError
from leadferry.delivery.outcomes import SMALLEST, SQL_TIMEOUT, is_too_much, is_too_slow
from leadferry.delivery.write_worker import MAX_TRIES
from leadferry.errors import DataverseError
from leadferry.mirror.mirror_client import TRIES

LEADS, MOST = 120, 50


def requests(ferry: Ferry) -> int:
    return sum(count for label, count in ferry.dynamics.counts().items() if "oken" not in label)


def respond(ferry: Ferry, wave: str) -> None:
    answers: dict[str, Any] = {name.lower(): "x" for name in FIELDS}
    for person in range(LEADS):
        ferry.respond(**{**answers, "email": f"p{person}-{wave}@x.test"})


def test_leads_and_answers_beyond_the_time_limit_cross_and_the_next_go_in_parts_at_once(sqlite_ferry: Ferry) -> None:
    ferry, cost = sqlite_ferry, []
    ferry.dynamics.settings(max_multiple=MOST)
    for number, wave in enumerate(("first", "second"), 1):
        respond(ferry, wave)
        before = requests(ferry)
        result = ferry.deliver()
        assert (result.created, result.troubles) == (LEADS, [])
        cost.append(requests(ferry) - before)
        assert len(ferry.dynamics.rows("ferry_linkedinformsubmission", "ferry_name")) == number * LEADS
        assert len(ferry.dynamics.rows("ferry_linkedinformanswer", "ferry_name")) == number * LEADS * len(FIELDS)
    assert ferry.waits == [], "nothing is waited for: it is not the service that is busy"
    assert cost[1] < cost[0]


@pytest.mark.parametrize("undone", [True, False])
def test_what_a_gateway_gave_up_on_crosses_once_and_the_next_go_in_parts_at_once(
    sqlite_ferry: Ferry, undone: bool
) -> None:
    """Whether or not it was carried out after all: the answer does not tell."""
    ferry, cost = sqlite_ferry, []
    ferry.dynamics.settings(gateway_rows=MOST, gateway_undoes=undone)
    for number, wave in enumerate(("first", "second"), 1):
        respond(ferry, wave)
        before = requests(ferry)
        result = ferry.deliver()
        assert (result.created, result.retrying, result.troubles) == (LEADS, 0, [])
        cost.append(requests(ferry) - before)
        assert len(ferry.dynamics.leads()) == number * LEADS
        assert len(ferry.dynamics.rows("ferry_linkedinformsubmission", "ferry_name")) == number * LEADS
        assert len(ferry.dynamics.rows("ferry_linkedinformanswer", "ferry_name")) == number * LEADS * len(FIELDS)
    assert cost[1] < cost[0]


def test_updates_that_a_gateway_gave_up_on_are_looked_at_and_the_rest_goes_in_parts(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    ferry.configure("mirror", "no")
    respond(ferry, "first")
    ferry.deliver()
    ferry.dynamics.settings(gateway_rows=MOST, gateway_undoes=True)
    for person in range(LEADS):
        ferry.respond(email=f"p{person}-first@x.test", job_title="Captain")
    result = ferry.deliver()
    assert (result.updated, result.retrying, result.troubles) == (LEADS, 0, [])
    assert {lead["jobtitle"] for lead in ferry.dynamics.leads("jobtitle")} == {"Captain"}


def test_where_not_even_a_part_is_answered_in_time_the_others_wait_too(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    ferry.configure("mirror", "no")
    ferry.strategy(create_contacts=False)
    respond(ferry, "first")
    ferry.dynamics.fault("status", status=504, method="POST", path="CreateMultiple", times=-1)
    assert (ferry.deliver().retrying, ferry.dynamics.counts()["POST leads/CreateMultiple"]) == (LEADS, MAX_TRIES)
    ferry.dynamics.no_faults()
    ferry.clock.now += 3_600_000
    assert ferry.deliver().created == LEADS


def test_a_mirror_that_is_answered_too_late_waits_and_goes_on_with_less(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    ferry.respond(email="somebody@x.test")
    ferry.deliver()  # definitions, forms, mappings: once, whatever follows
    respond(ferry, "first")
    ferry.dynamics.call("POST", "zero")
    ferry.dynamics.fault("status", status=504, method="POST", path="$batch", times=-1)
    result = ferry.deliver()
    assert (result.created, ferry.dynamics.counts()["POST $batch"]) == (LEADS, TRIES)
    assert "the mirror in Dynamics waits and catches up by itself" in result.notes[0]
    ferry.dynamics.no_faults()
    ferry.dynamics.call("POST", "zero")
    ferry.clock.now += 59_000
    ferry.deliver()
    assert len(ferry.dynamics.rows("ferry_linkedinformsubmission", "ferry_name")) == LEADS + 1
    rows = LEADS * (1 + len(FIELDS))
    assert ferry.dynamics.counts()["POST $batch"] >= 2**TRIES, f"{rows} rows in parts from the start"


@pytest.mark.parametrize(
    ("error", "rows", "expected"),
    [
        (DataverseError("", vendor_code=SQL_TIMEOUT, status=500), SMALLEST + 1, True),
        (DataverseError("", vendor_code=SQL_TIMEOUT, status=500), SMALLEST, False),
        (DataverseError("", code="dataverse-too-large", status=413), 2, True),
        (DataverseError("", code="dataverse-too-large", status=413), 1, False),
        (DataverseError("", code="dataverse-unavailable", status=503), 500, False),
    ],
)
def test_only_size_makes_parts_smaller(error: DataverseError, rows: int, expected: bool) -> None:
    assert is_too_much(error, rows) == expected


@pytest.mark.parametrize(
    ("error", "rows", "expected"),
    [
        (DataverseTimeoutError("", status=504), SMALLEST + 1, True),
        (DataverseTimeoutError("", status=504), SMALLEST, False),
        (DataverseError("", status=503, unknown_outcome=True), 500, False),
    ],
)
def test_only_a_long_wait_for_many_rows_makes_parts_smaller(error: DataverseError, rows: int, expected: bool) -> None:
    assert is_too_slow(error, rows) == expected
