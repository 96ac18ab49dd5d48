"""A period's figures told by form, campaign, account, kind of lead or outcome, beside the period before. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from leadferry.performance.charts import Change, change
from leadferry.performance.figures import IN_DYNAMICS, Outcome, first_day, month_of
from leadferry.performance.narrowing import NONE, Narrowing
from leadferry.words import _

KINDS: Mapping[str, str] = {
    "campaign": _("Campaign"),
    "form": _("Form"),
    "creative": _("Creative"),
    "owner": _("Account"),
    "type": _("Source"),
    "country": _("Country"),
    "industry": _("Industry"),
}
BY: Mapping[str, str] = {
    "form": _("By form"),
    "creative": _("By creative"),
    "owner": _("By account"),
    "type": _("By source"),
    "country": _("By country"),
    "industry": _("By industry"),
}
NONE_WORDS: Mapping[str, str] = {
    "campaign": _("No campaign"),
    "form": _("Form unknown"),
    "creative": _("No creative"),
    "owner": _("Account unknown"),
    "country": _("Not answered"),
    "industry": _("Not answered"),
}
TYPE_WORDS: Mapping[str, str] = {
    "SPONSORED": _("Sponsored content"),
    "EVENT": _("Event"),
    "COMPANY": _("Company page"),
    "ORGANIZATION_PRODUCT": _("Product page"),
}
Sums = Mapping[tuple[Any, ...], int]


@dataclass(frozen=True, slots=True)
class Line:
    """`key`: the id or the kind; 0 for none, None for several together. `outcomes`: Outcome -> how many."""

    key: Any
    name: str
    count: int
    before: int
    outcomes: Mapping[int, int]

    @property
    def filter(self) -> Any:
        """What narrows figures and lists to this line; None where nothing does."""
        return _filter(self.key)

    @property
    def in_dynamics(self) -> int:
        return sum(self.outcomes.get(int(one), 0) for one in IN_DYNAMICS)

    def of(self, outcome: Outcome) -> int:
        return self.outcomes.get(int(outcome), 0)

    @property
    def change(self) -> Change:
        return change(self.count, self.before)


@dataclass(frozen=True, slots=True)
class Bar:
    """As `Line`, of one period alone."""

    key: Any
    name: str
    count: int

    @property
    def filter(self) -> Any:
        return _filter(self.key)


def _filter(key: Any) -> Any:
    return NONE if key == 0 else key or None


def bars(kind: str, counts: Sums, keys: Sequence[Any], names: Mapping[int, str]) -> list[Bar]:
    """These in this order, then the others as one. `counts`: (key,) -> count."""
    shown = [Bar(key, _name(kind, key, names), counts.get((key,), 0)) for key in keys]
    if left := len(counts) - len(shown):
        rest = sum(counts.values()) - sum(one.count for one in shown)
        shown.append(Bar(None, _others(left), rest))
    return shown


def _others(count: int) -> str:
    return _("{count} others", count=count)


def lines(kind: str, now: Sums, before: Sums, names: Mapping[int, str]) -> list[Line]:
    """Most first. `now`: (key, outcome) -> count; `before`: (key,) -> count. What only the period before had is there
    with 0."""
    by_key: dict[Any, dict[int, int]] = {key: {} for (key,) in before}
    for (key, outcome), count in now.items():
        by_key.setdefault(key, {})[outcome] = count
    found = [
        Line(key, _name(kind, key, names), sum(outcomes.values()), before.get((key,), 0), outcomes)
        for key, outcomes in by_key.items()
    ]
    return sorted(found, key=lambda one: (-one.count, -one.before, one.name))


def _name(kind: str, key: Any, names: Mapping[int, str]) -> str:
    if kind == "type":
        return TYPE_WORDS.get(key, str(key) or _("Unknown"))
    return names.get(key) or NONE_WORDS[kind]


def first_keys(now: Sums, before: Sums, most: int) -> list[Any]:
    """Of `most` lines at least as great as any other, of the same ones each time. `now`, `before`: (key,) -> count."""

    def first(key: tuple[Any, ...]) -> tuple[Any, ...]:
        return -now.get(key, 0), -before.get(key, 0), key[0]

    return [key for (key,) in heapq.nsmallest(most, now.keys() | before.keys(), key=first)]


def others(shown: Sequence[Line], whole: Mapping[Outcome, int], before: int, every: int) -> Line:
    """All the lines that are not shown, as one. `whole`, `before`, `every`: of all lines together."""
    outcomes = {int(outcome): count - sum(one.of(outcome) for one in shown) for outcome, count in whole.items()}
    return Line(
        None,
        _others(every - len(shown)),
        sum(outcomes.values()),
        before - sum(one.before for one in shown),
        {outcome: count for outcome, count in outcomes.items() if count},
    )


def by_month(days: Mapping[tuple[Any, ...], int]) -> list[tuple[int, int, int]]:
    """(first day of the month, how many, 0), every month from the first to the last. `days`: (day,) -> count."""
    months: dict[int, int] = {}
    for (day,), count in days.items():
        months[month_of(day)] = months.get(month_of(day), 0) + count
    every = range(min(months), max(months) + 1) if months else ()
    return [(first_day(month), months.get(month, 0), 0) for month in every]


def narrowed(narrowing: Narrowing, kind: str, key: Any) -> Narrowing:
    return replace(narrowing, **{kind: key})


COLUMNS = ("count", "before", _("in dynamics"), *(one.name.lower() for one in Outcome))


def table(kind: str, found: Sequence[Line]) -> Iterator[Sequence[Any]]:
    """For CSV and the API: a head, then a row each."""
    yield (kind, *COLUMNS)
    for one in found:
        yield (one.name, one.count, one.before, one.in_dynamics, *(one.of(outcome) for outcome in Outcome))
