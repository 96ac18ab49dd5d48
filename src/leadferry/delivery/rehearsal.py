"""What a matching strategy would have done with real submissions, and where another one ends otherwise. Pure.

The submissions come again in their order, into Dynamics as it is today without the leads that they made themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadferry.delivery.plan import Action, ActionKind, Item, Rules, plan, read_name
from leadferry.matching.candidates import CandidateIndex

WEEK_MS = 604_800_000
Row = Mapping[str, Any]
Found = Mapping[str, Sequence[Row]]
"""Strategy column -> leads that have one of the values asked for."""
Asked = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A submission and its end under each strategy."""

    submission_id: int
    person: str
    form: str
    today: Action
    edited: Action

    @property
    def differs(self) -> bool:
        return (self.today.kind, self.today.lead_id) != (self.edited.kind, self.edited.lead_id)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`requests`: how many questions Dynamics was asked."""

    ends: tuple[Rehearsed, ...]
    unreadable: int = 0
    requests: int = 0
    took_ms: int = 0
    span_ms: int = 0

    @property
    def today(self) -> Counter[ActionKind]:
        return Counter(one.today.kind for one in self.ends)

    @property
    def edited(self) -> Counter[ActionKind]:
        return Counter(one.edited.kind for one in self.ends)

    @property
    def differences(self) -> tuple[Rehearsed, ...]:
        """Newest first."""
        return tuple(one for one in reversed(self.ends) if one.differs)

    @property
    def more_reviews_a_week(self) -> int:
        """At the pace of these submissions; 0 where they say too little about a week."""
        more = self.edited[ActionKind.HOLD] - self.today[ActionKind.HOLD]
        return round(more * WEEK_MS / self.span_ms) if self.span_ms >= WEEK_MS // 7 else 0


def rehearse(
    items: Iterable[Item], found: Found, asked: Asked, columns: Sequence[str], rules: Rules
) -> dict[int, Action]:
    """By submission id. `items` oldest first; as in a delivery, each is planned against what those before it did."""
    items = list(items)
    own = {item.own_lead_id for item in items}
    rows = {row["leadid"]: row for column in columns for row in found.get(column, ()) if row["leadid"] not in own}
    index = CandidateIndex(rows.values(), columns, asked={column: asked.get(column, ()) for column in columns})
    ends = {}
    for item in items:
        action = ends[item.submission_id] = plan(item, index.find(item.mapped.values), rules)
        if action.kind is ActionKind.CREATE:
            index.add({**action.row, "statecode": 0, "modifiedon": "9999"})
        elif action.kind is ActionKind.UPDATE and action.lead_id:
            index.update(action.lead_id, {read_name(column): value for column, value in action.row.items()})
    return ends


def person_of(values: Mapping[str, Any]) -> str:
    """As a list names somebody: `Ada Crane`, else the e-mail address."""
    name = " ".join(str(values[column]) for column in ("firstname", "lastname") if values.get(column))
    return name or str(values.get("emailaddress1", ""))
