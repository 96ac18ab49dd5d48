"""Asks the three kept sums (submissions, what became of leads, costs) for one look: a period, what it is narrowed to,
and the period before. A few statements, whatever is told by what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from leadferry.performance import cost_store, outcome_store
from leadferry.performance.breakdown import NONE_WORDS, TYPE_WORDS
from leadferry.performance.cost_rows import Reading, Spent
from leadferry.performance.cost_store import CostStore, Told
from leadferry.performance.figures_store import FigureStore
from leadferry.performance.narrowing import PERIODS, Narrowing, Period
from leadferry.performance.outcome_stages import REACHED_QUALIFIED
from leadferry.performance.outcome_store import PARTS, OutcomeStore
from leadferry.performance.outcome_store import Reading as OutcomeReading
from leadferry.performance.worth import Side, Worth, by_month, paid_as_told, together, with_payers
from leadferry.words import _

Days = tuple[int, int]
_NOTHING, _EMPTY = Told({}, Spent()), Side()


class Sums(Protocol):
    """How the page asks for submissions. `among`: these of the first of `by` only."""

    def __call__(self, by: list[str], days: Days, among: Collection[Any] = ()) -> Mapping[tuple[Any, ...], int]: ...


@dataclass
class WorthLook:
    """`sums`: those of the submissions, as the page asks for them, so that nothing is asked twice."""

    figures: FigureStore
    costs: CostStore
    outcomes: OutcomeStore
    environment_id: int
    period: Period
    narrowing: Narrowing
    sums: Sums
    named: Callable[[str], Mapping[Any, str]] | None = None
    """Names of forms, campaigns and accounts, where the page knows them."""
    _kept: dict[tuple[str, Days], dict[Any, Side]] = field(default_factory=dict)

    @cached_property
    def readings(self) -> dict[int, Reading]:
        """Of costs, by account."""
        return self.costs.readings(self.environment_id)

    @cached_property
    def reading(self) -> OutcomeReading:
        """Of what became of leads."""
        return self.outcomes.reading(self.environment_id)

    @property
    def tells(self) -> bool:
        """Whether costs or conversion are told of what the figures are narrowed to."""
        return cost_store.tells(self.narrowing) or outcome_store.tells(self.narrowing)

    def whole(self) -> Worth:
        """Everything together, each currency for itself."""
        spans = (self.period.span, self.period.before)
        if not self.tells:  # nor are submissions told by account then, where there are many
            now, before = (
                Side({key: count for (key,), count in self.sums(["outcome"], days).items()}) for days in spans
            )
            return Worth(0, _("All"), now, before)
        now, before = (
            together((side, self._currency(key)) for key, side in self._by("owner", days).items()) for days in spans
        )
        return Worth(0, _("All"), now, before)

    def lines(self, kind: str, most: int = 0) -> list[Worth]:
        """Most submissions first; `most` of them, unless that is 0. What only the period before had is there with 0."""
        spans, names = (self.period.span, self.period.before), self._names(kind)
        shown = self._first(kind, names, most) if most else []
        now, before = (self._sides(kind, days, shown) if shown else self._by(kind, days) for days in spans)
        if not most:
            shown = sorted(now.keys() | before.keys(), key=lambda key: (*_order(key, now, before), names(key)))
        payers = paid_as_told if kind == "ad" else with_payers
        return [Worth(key, names(key), payers(now.get(key, _EMPTY)), payers(before.get(key, _EMPTY))) for key in shown]

    def _first(self, kind: str, names: Callable[[Any], str], most: int) -> list[Any]:
        """Whose line comes first, without a look at what became of any."""
        spans = (self.period.span, self.period.before)
        counts, then = (self._counts(kind, days) for days in spans)
        told, told_then = (self._told(kind, days) for days in spans)
        stages, stages_then = (self._stages(kind, days) for days in spans)
        every = set().union(counts, then, told, told_then, stages, stages_then)

        def first(key: Any) -> tuple[Any, ...]:
            return -counts.get(key, 0), -told.get(key, _NOTHING).spent.leads, -then.get(key, 0), names(key)

        return sorted(every, key=first)[:most]

    def days(self, *, costs_alone: bool = False) -> list[Worth]:
        """Each day of the period beside the one as many days before; of all time months. `costs_alone`: without what
        the costs brought."""
        of = self._spent_days if costs_alone else self._paid_days
        now, before = of(self.period.span), of(self.period.before)
        if self.period.ever:
            return by_month(now)
        back = self.period.days
        return [Worth(day, "", now.get(day, Side()), before.get(day - back, Side())) for day in self.period]

    def _spent_days(self, days: Days) -> dict[Any, Side]:
        return {day: Side(spent=one.money) for day, one in self._told("day", days).items()}

    def _paid_days(self, days: Days) -> dict[Any, Side]:
        """With what each currency's accounts brought on each day."""
        found = self._by("day", days)
        currencies = {key: one.currency for key, one in self.readings.items()}
        if len(set(currencies.values())) < 2:
            return {day: with_payers(side) for day, side in found.items()}
        paid = _by_currency(self.sums(["day", "owner"], days), currencies)
        by = ["day", "owner", "stage"]
        asked = self.outcomes.sums(self.environment_id, by, days=days, narrowing=self.narrowing, known=self.reading)
        reached = {key[:2]: 0 for key in asked}
        for (day, owner, stage), count in asked.items():
            reached[day, owner] += count if stage in REACHED_QUALIFIED else 0
        qualified = _by_currency(reached, currencies)
        return {
            day: replace(side, paid=paid.get(day, {}), paid_qualified=qualified.get(day, {}))
            for day, side in found.items()
        }

    def _currency(self, owner: Any) -> str:
        return self.readings[owner].currency if owner in self.readings else ""

    def _by(self, kind: str, days: Days) -> dict[Any, Side]:
        if (kind, days) not in self._kept:
            self._kept[kind, days] = self._sides(kind, days)
        return self._kept[kind, days]

    def _sides(self, kind: str, days: Days, among: Collection[Any] = ()) -> dict[Any, Side]:
        """`among`: of these only, unless there are none."""
        outcomes = _nested(self.sums([kind, "outcome"], days, among)) if kind != "ad" else {}
        stages, told = self._stages(kind, days), self._told(kind, days)
        return {
            key: Side(outcomes.get(key, {}), stages.get(key, {}), one.money, *_of_ads(one.spent))
            for key in among or outcomes.keys() | stages.keys() | told.keys()
            for one in (told.get(key, _NOTHING),)
        }

    def _counts(self, kind: str, days: Days) -> dict[Any, int]:
        return {key: count for (key,), count in self.sums([kind], days).items()} if kind != "ad" else {}

    def _stages(self, kind: str, days: Days) -> Mapping[Any, Mapping[int, int]]:
        if kind not in {*PARTS, "day"}:
            return {}
        return self.outcomes.told(self.environment_id, kind, days, self.narrowing, self.reading)

    def _told(self, kind: str, days: Days) -> Mapping[Any, Told]:
        return self.costs.told(self.environment_id, kind, days, self.narrowing, self.readings)

    def _names(self, kind: str) -> Callable[[Any], str]:
        if kind == "type":
            return lambda key: TYPE_WORDS.get(key, str(key))
        if kind == "ad":
            known = self.costs.names_told(self.environment_id, self.readings)
            return lambda key: known.get(key) or (_("Ad {number}", number=key) if key else _("Not told by ad"))
        names = self.named(kind) if self.named else self.figures.names(self.environment_id, [kind]).get(kind, {})
        return lambda key: names.get(key) or NONE_WORDS.get(kind, str(key))


def warm(costs: CostStore, outcomes: OutcomeStore, environment_id: int, today: int) -> None:
    """Makes the sums that pages ask for, so that nobody waits for the first look at a long period."""
    readings, known, anything = costs.readings(environment_id), outcomes.reading(environment_id), Narrowing()
    for days in PERIODS:
        period = Period(days, today)
        for span in (period.span, period.before):
            for kind in ("day", "campaign"):
                costs.told(environment_id, kind, span, anything, readings)
                outcomes.told(environment_id, kind, span, anything, known)


def _by_currency(counts: Mapping[tuple[Any, ...], int], currencies: Mapping[int, str]) -> dict[Any, dict[str, int]]:
    """`counts`: (day, account) -> how many. Returns day -> currency -> how many."""
    found: dict[Any, dict[str, int]] = {}
    for (day, owner), count in counts.items():
        if currency := currencies.get(owner):
            by_currency = found.setdefault(day, {})
            by_currency[currency] = by_currency.get(currency, 0) + count
    return found


def _nested(sums: Mapping[tuple[Any, ...], int]) -> dict[Any, dict[int, int]]:
    found: dict[Any, dict[int, int]] = {}
    for (key, part), count in sums.items():
        found.setdefault(key, {})[part] = count
    return found


def _order(key: Any, now: Mapping[Any, Side], before: Mapping[Any, Side]) -> tuple[int, int, int]:
    """Most submissions first."""
    one = now.get(key, _EMPTY)
    return -one.submissions, -one.told_leads, -before.get(key, _EMPTY).submissions


def _of_ads(spent: Spent) -> tuple[int, int, int, int]:
    return spent.impressions, spent.clicks, spent.opens, spent.leads
