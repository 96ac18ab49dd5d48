"""One look at the figures: a period beside the one before, and what they are narrowed to. Whatever a page tells by
what, each question goes to the database once, of both periods together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from leadferry.accounts.model import Environment
from leadferry.performance.breakdown import KINDS, Bar, Line, bars, by_month, first_keys, lines, others
from leadferry.performance.cost_store import CostStore
from leadferry.performance.figures import Outcome
from leadferry.performance.figures_store import FigureStore, Look
from leadferry.performance.narrowing import Narrowing, Period, read_narrowing, read_period
from leadferry.performance.outcome_store import OutcomeStore
from leadferry.performance.sums_store import CELL, Asked, Cells, told_by
from leadferry.performance.worth_worker import WorthLook

Days = tuple[int, int]
Sums = Mapping[tuple[Any, ...], int]
Question = tuple[tuple[str, ...], Days, frozenset[Any]]
"""By what, of which days, of which values of the first of it; of all where there are none."""


class Rooms(Protocol):
    """What figures need of the application."""

    figures: FigureStore

    def keep_figures(self, environment: Environment) -> int:
        """Returns today, as a day of the figures."""
        ...


class WorthStores(Protocol):
    """What costs and conversion need of it."""

    costs: CostStore
    outcomes: OutcomeStore


@dataclass
class FigureLook:
    """`look`: what one page reads with, see FigureStore.looking."""

    figures: FigureStore
    environment_id: int
    period: Period
    narrowing: Narrowing
    look: Look | None = None
    _kept: dict[Question, Sums] = field(default_factory=dict)
    _cells: dict[tuple[Days, bool, Sequence[str]], Cells] = field(default_factory=dict)

    @cached_property
    def names(self) -> dict[str, dict[int, str]]:
        """Without those of creatives, of which there may be thousands."""
        return self.figures.names(self.environment_id, [kind for kind in KINDS if kind != "creative"])

    def names_of(self, kind: str, keys: Collection[Any]) -> dict[int, str]:
        return self.figures.creatives(self.environment_id, keys) if kind == "creative" else self.names.get(kind, {})

    def told(self, kind: str) -> bool:
        """Whether there is an answer: see FigureStore.sums."""
        return not self.walked(kind) or self._few

    def walked(self, *by: str) -> bool:
        """Whether no sums answer, but the submissions themselves."""
        return self._met(by).from_submissions

    def _met(self, by: Sequence[str]) -> Asked:
        """What is told by, and what narrows it."""
        return Asked(self.environment_id, by, narrowing=self.narrowing)

    @cached_property
    def _few(self) -> bool:
        """Whether submissions themselves may be looked at, whatever is told by."""
        before, span = self.period.before, self.period.span
        whole = (before[0] if before[0] <= before[1] else span[0]), span[1]
        return self.figures.told(self.environment_id, CELL, whole, self.narrowing, self.look)

    def lines(self, kind: str) -> list[Line]:
        """Raises InputError where there is no answer."""
        now, before = self.sums([kind, "outcome"], self.period.span), self.sums([kind], self.period.before)
        return lines(kind, now, before, self.names_of(kind, {key for key, *_ in (*now, *before)}))

    def first_lines(self, kind: str, most: int) -> list[Line]:
        """At most so many: of more the first ones, and the others as one."""
        now, before = self.sums([kind], self.period.span), self.sums([kind], self.period.before)
        if len(now.keys() | before.keys()) <= most:
            return self.lines(kind)
        keys = first_keys(now, before, most - 1)
        outcomes = self.sums([kind, "outcome"], self.period.span, keys)
        shown = lines(kind, outcomes, {(key,): before.get((key,), 0) for key in keys}, self.names_of(kind, keys))
        return [*shown, others(shown, self.outcomes(), sum(before.values()), len(now.keys() | before.keys()))]

    def bars(self, kind: str, most: int) -> list[Bar]:
        """As `first_lines`, of the period alone."""
        now = self._known(((kind,), self.period.span, frozenset()))
        if now is None:
            now = self._asked([kind], [self.period.span], frozenset())[0]
        keys = first_keys(now, {}, most if len(now) <= most else most - 1)
        return bars(kind, now, keys, self.names_of(kind, keys))

    def outcomes(self) -> dict[Outcome, int]:
        return self._by_outcome(self.period.span)

    def outcomes_before(self) -> dict[Outcome, int]:
        return self._by_outcome(self.period.before)

    def _by_outcome(self, days: Days) -> dict[Outcome, int]:
        found = self.sums(["outcome"], days)
        return {one: found.get((int(one),), 0) for one in Outcome}

    def days(self) -> list[tuple[int, int, int]]:
        """(day, how many, how many as many days before); of all time months, each by its first day."""
        now, before = self.sums(["day"], self.period.span), self.sums(["day"], self.period.before)
        if self.period.ever:
            return by_month(now)
        back = self.period.days
        return [(day, now.get((day,), 0), before.get((day - back,), 0)) for day in self.period]

    def worth(self, rooms: WorthStores) -> WorthLook:
        """What leads cost and became, of the same look."""
        about = (self.environment_id, self.period, self.narrowing)
        return WorthLook(
            self.figures, rooms.costs, rooms.outcomes, *about, self.sums, lambda kind: self.names.get(kind, {})
        )

    # Questions

    def sums(self, by: Sequence[str], days: Days, among: Collection[Any] = ()) -> Sums:
        """Of one of the two periods; the other one will be asked for too. Where submissions themselves are walked, it
        is not told by as much."""
        question = (tuple(by), days, frozenset(among))
        found = self._known(question)
        if found is None:
            spans = [days] if self._from_cells(by) and self.walked(*by) else [self.period.span, self.period.before]
            for span, sums in zip(spans, self._asked(by, spans, question[2]), strict=True):
                self._kept[(question[0], span, question[2])] = sums
            found = self._kept[question]
        return found

    def _known(self, question: Question) -> Sums | None:
        """From this question or a wider one."""
        by, days, among = question
        for (known, span, values), sums in self._kept.items():
            if known == by and span == days and (not values or (among and values >= among)):
                return sums if values == among else {key: sums[key] for key in sums if key[0] in among}
        return None

    def _asked(self, by: Sequence[str], spans: Sequence[Days], among: frozenset[Any]) -> Sequence[Sums]:
        if self._from_cells(by):
            return [told_by(self._cells_of(by, days), by, among) for days in spans]
        about = (self.environment_id, by, spans)
        return self.figures.sums_of(*about, narrowing=self.narrowing, among=sorted(among, key=str), look=self.look)

    def _from_cells(self, by: Sequence[str]) -> bool:
        """Whether sums by one dimension alone do not answer."""
        return bool(self.narrowing.values()) and "day" not in by and len(self._met(by).dimensions) > 1

    def _cells_of(self, by: Sequence[str], days: Days) -> Cells:
        """One look for all that hangs together with a campaign, of both periods; where creative, country or industry
        do, one of the period, and what is asked for of the one before."""
        walked = self.walked(*by)
        whole = not walked or days != self.period.before
        key = (walked, () if whole else tuple(by))
        if (days, *key) not in self._cells:
            spans = [days] if walked else [self.period.span, self.period.before]
            found = self.figures.cells(self.environment_id, by, spans, self.narrowing, self.look, whole=whole)
            self._cells |= {(span, *key): one for span, one in zip(spans, found, strict=True)}
        return self._cells[days, *key]


def look_of(rooms: Rooms, environment: Environment, query: Any) -> FigureLook:
    """What an address asks for. Raises InputError for what no page of ours ever says."""
    today, figures = rooms.keep_figures(environment), rooms.figures
    period = read_period(query, today, lambda: figures.first_day(environment.id))
    return FigureLook(figures, environment.id, period, read_narrowing(query))
