"""What became of a lead after it got to Dynamics, and which leads a change concerns. Pure.

Source: dataverse-api 7.2 (lead statecode 0 Open, 1 Qualified, 2 Disqualified), 7.4 (a qualified lead's opportunity
names it as its originating lead; opportunity statecode 0 Open, 1 Won, 2 Lost).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any

from leadferry.words import worded

WON = 1
"""`statecode` of an opportunity."""


class Stage(IntEnum):
    """The value stands in `submission_outcomes` and `daily_conversions`."""

    OPEN = 0
    QUALIFIED = 1
    WON = 2
    DISQUALIFIED = 3
    GONE = 4
    """Dynamics has no such lead any more."""

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Stage.OPEN: worded("Open"),
    Stage.QUALIFIED: worded("Qualified"),
    Stage.WON: worded("Won"),
    Stage.DISQUALIFIED: worded("Disqualified"),
    Stage.GONE: worded("Deleted in Dynamics"),
}
REACHED_QUALIFIED = (Stage.QUALIFIED, Stage.WON)
"""Whoever won was qualified before."""


def stage_of(statecode: int | None, *, won: bool) -> Stage:
    """`statecode` None: there is no such lead. A lead with a won opportunity that was opened again is open."""
    match statecode:
        case None:
            return Stage.GONE
        case 1:
            return Stage.WON if won else Stage.QUALIFIED
        case 2:
            return Stage.DISQUALIFIED
        case _:
            return Stage.OPEN


def won_by_lead(opportunities: Iterable[Mapping[str, Any]]) -> dict[str, bool]:
    """Lead's id -> whether one of these opportunities was won."""
    found: dict[str, bool] = {}
    for row in opportunities:
        if lead := str(row.get("_originatingleadid_value") or "").lower():
            found[lead] = found.get(lead, False) or row.get("statecode") == WON
    return found
