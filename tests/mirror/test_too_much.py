"""Rows that are too many for Dynamics' time limit go in smaller parts, and from then on less at once."""

from __future__ import annotations

from typing import Any

import pytest

from delivery.conftest import FIELDS, Ferry
from leadferry.delivery.outcomes import SMALLEST, SQL_TIMEOUT, is_too_much
from leadferry.errors import DataverseError

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
