"""What became of leads by creative, country and industry, beside how many there were.

What they cost is told by ad, not by country and industry: LinkedIn's figures by members' demographics are estimates
that leave small numbers out, so no price of a lead can be made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from leadferry.performance.breakdown import Line
from leadferry.performance.facet_outcome_store import NAMES, FacetOutcomeStore, Stages, tells
from leadferry.performance.figures import month_of
from leadferry.performance.narrowing import Narrowing, Period
from leadferry.performance.outcome_stages import REACHED_QUALIFIED, Stage
from leadferry.performance.worth import Side, Worth

Sums = Mapping[tuple[Any, ...], int]


class Look(Protocol):
    """Of one page or answer: `performance_routes.Asked`."""

    environment_id: int
    period: Period
    narrowing: Narrowing

    def lines(self, kind: str) -> list[Line]: ...


class Summing(Protocol):
    """`worth_worker.WorthLook`, as far as submissions are concerned."""

    def sums(self, by: list[str], days: tuple[int, int], /) -> Sums: ...


@dataclass
class FacetWorth:
    """`zone`: tells whose days the figures are."""

    store: FacetOutcomeStore
    look: Look
    zone: Callable[[], str]
    _kept: dict[Any, Stages] = field(default_factory=dict)

    def stages(self, name: str, days: tuple[int, int] | None = None) -> Stages:
        """Of the period, or of other days."""
        key = (name, days or self.look.period.span)
        if key not in self._kept:
            self._kept[key] = self.store.stages(self.look.environment_id, *key, self.look.narrowing, self.zone())
        return self._kept[key]

    def lines(self, name: str, counts: Summing) -> list[Worth]:
        """Most submissions first. What only the period before had is there with 0."""
        now, before = (
            _sides(counts.sums([name, "outcome"], days), self.stages(name, days))
            for days in (self.look.period.span, self.look.period.before)
        )
        nothing = Side()
        shown = self.look.lines(name)
        return [Worth(one.key, one.name, now.get(one.key, nothing), before.get(one.key, nothing)) for one in shown]

    def completed(self, whole: Worth) -> Worth:
        """Everything together, where the figures are narrowed to one of the three."""
        name = tells(self.look.narrowing)
        if not name:
            return whole
        now, before = (
            _together(self.stages(name, days).values()) for days in (self.look.period.span, self.look.period.before)
        )
        return replace(whole, now=replace(whole.now, stages=now), before=replace(whole.before, stages=before))

    def completed_days(self, days: Sequence[Worth]) -> list[Worth]:
        """Each day, of all time each month, where the figures are narrowed to one of the three and nothing else."""
        name, period = tells(self.look.narrowing), self.look.period
        if not name or len(self.look.narrowing.values()) > 1:
            return list(days)
        now, before = (
            self.store.by_day(self.look.environment_id, name, span, self.look.narrowing)
            for span in (period.span, period.before)
        )
        return [
            replace(
                one,
                now=replace(one.now, stages=_of_month(now, one.key) if period.ever else now.get(one.key, {})),
                before=replace(one.before, stages={} if period.ever else before.get(one.key - period.days, {})),
            )
            for one in days
        ]


def _of_month(stages: Stages, first: int) -> dict[int, int]:
    return _together(some for day, some in stages.items() if month_of(day) == month_of(first))


def _sides(outcomes: Sums, stages: Stages) -> dict[Any, Side]:
    by_value: dict[Any, dict[int, int]] = {}
    for (value, outcome), count in outcomes.items():
        by_value.setdefault(value, {})[outcome] = count
    return {value: Side(by_value.get(value, {}), stages.get(value, {})) for value in by_value.keys() | stages.keys()}


def _together(some: Iterable[Mapping[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for stages in some:
        for stage, count in stages.items():
            found[stage] = found.get(stage, 0) + count
    return found


@dataclass(frozen=True, slots=True)
class Became:
    """Of one line of a chart."""

    qualified: int
    won: int
    disqualified: int


def became(line: Line, shown: Collection[Line], stages: Stages) -> Became:
    """`shown`: all lines of the chart; of several together (key None) it is what the others leave."""
    if line.key is None:
        named = {one.key for one in shown}
        return _became(_together(found for key, found in stages.items() if key not in named))
    return _became(stages.get(line.key, {}))


def _became(stages: Mapping[int, int]) -> Became:
    qualified = sum(stages.get(int(one), 0) for one in REACHED_QUALIFIED)
    return Became(qualified, stages.get(int(Stage.WON), 0), stages.get(int(Stage.DISQUALIFIED), 0))


def with_stages(rows: Iterator[Sequence[Any]], found: Sequence[Line], stages: Stages) -> Iterator[Sequence[Any]]:
    """A file of figures, with what became of each line."""
    yield (*next(rows), "qualified", "won", "disqualified")
    for row, line in zip(rows, found, strict=True):
        one = became(line, found, stages)
        yield (*row, one.qualified, one.won, one.disqualified)


__all__ = ["NAMES", "FacetWorth", "became", "with_stages"]
