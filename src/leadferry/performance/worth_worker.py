"""Asks the three kept sums (submissions, what became of leads, costs) for one look: a period, what it is narrowed to,
and the period before. A few statements, whatever is told by what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from leadferry.performance import outcome_store
from leadferry.performance.breakdown import NONE_WORDS, TYPE_WORDS
from leadferry.performance.cost_rows import Spent
from leadferry.performance.cost_store import CostStore
from leadferry.performance.figures_store import FigureStore
from leadferry.performance.narrowing import PERIODS, Narrowing, Period
from leadferry.performance.outcome_stages import REACHED_QUALIFIED
from leadferry.performance.outcome_store import OutcomeStore
from leadferry.performance.worth import Side, Worth, by_month, paid_as_told, together, with_payers
from leadferry.words import _

Days = tuple[int, int]
_SPONSORED = "SPONSORED"
_PARTS = ("owner", "campaign", "form", "type")
"""What conversion is asked by at once: whatever is told by whichever of them, the sums are walked through once."""


@dataclass
class WorthLook:
    """`sums`: those of the submissions, as the page asks for them, so that nothing is asked twice."""

    figures: FigureStore
    costs: CostStore
    outcomes: OutcomeStore
    environment_id: int
    period: Period
    narrowing: Narrowing
    sums: Callable[[list[str], Days], Mapping[tuple[Any, ...], int]]
    _kept: dict[tuple[str, Days], dict[Any, Side]] = field(default_factory=dict)

    def whole(self) -> Worth:
        """Everything together, each currency for itself."""
        currencies = {key: one.currency for key, one in self.costs.readings(self.environment_id).items()}
        now, before = (
            together((side, currencies.get(key, "")) for key, side in self._by("owner", days).items())
            for days in (self.period.span, self.period.before)
        )
        return Worth(0, _("All"), now, before)

    def lines(self, kind: str) -> list[Worth]:
        """Most submissions first. What only the period before had is there with 0."""
        now, before = self._by(kind, self.period.span), self._by(kind, self.period.before)
        names, payers = self._names(kind), paid_as_told if kind == "ad" else with_payers
        found = [
            Worth(key, names(key), payers(now.get(key, Side())), payers(before.get(key, Side())))
            for key in now.keys() | before.keys()
        ]
        return sorted(found, key=_most_first)

    def days(self) -> list[Worth]:
        """Each day of the period beside the one as many days before; of all time months."""
        now, before = self._paid_days(self.period.span), self._paid_days(self.period.before)
        if self.period.ever:
            return by_month(now)
        back = self.period.days
        return [Worth(day, "", now.get(day, Side()), before.get(day - back, Side())) for day in self.period]

    def _paid_days(self, days: Days) -> dict[Any, Side]:
        """With what each currency's accounts brought on each day."""
        found = self._by("day", days)
        currencies = {key: one.currency for key, one in self.costs.readings(self.environment_id).items()}
        if len(set(currencies.values())) < 2:
            return {day: with_payers(side) for day, side in found.items()}
        paid = _by_currency(self.sums(["day", "owner"], days), currencies)
        asked = self.outcomes.sums(self.environment_id, ["day", "owner", "stage"], days=days, narrowing=self.narrowing)
        reached = {key[:2]: 0 for key in asked}
        for (day, owner, stage), count in asked.items():
            reached[day, owner] += count if stage in REACHED_QUALIFIED else 0
        qualified = _by_currency(reached, currencies)
        return {
            day: replace(side, paid=paid.get(day, {}), paid_qualified=qualified.get(day, {}))
            for day, side in found.items()
        }

    def _by(self, kind: str, days: Days) -> dict[Any, Side]:
        if (kind, days) not in self._kept:
            self._kept[kind, days] = self._asked(kind, days)
        return self._kept[kind, days]

    def _asked(self, kind: str, days: Days) -> dict[Any, Side]:
        outcomes = _nested(self.sums([kind, "outcome"], days)) if kind != "ad" else {}
        stages = self._stages(kind, days)
        spent, ads = self._spent(kind, days)
        return {
            key: Side(
                outcomes.get(key, {}),
                stages.get(key, {}),
                spent.get(key, {}),
                *_of_ads(ads.get(key, Spent())),
            )
            for key in outcomes.keys() | stages.keys() | spent.keys()
        }

    def _stages(self, kind: str, days: Days) -> dict[Any, dict[int, int]]:
        if kind not in outcome_store.COLUMNS:
            return {}
        if kind == "day":
            return _nested(
                self.outcomes.sums(self.environment_id, ["day", "stage"], days=days, narrowing=self.narrowing)
            )
        asked = self.outcomes.sums(self.environment_id, [*_PARTS, "stage"], days=days, narrowing=self.narrowing)
        place, found = _PARTS.index(kind), dict[Any, dict[int, int]]()
        for key, count in asked.items():
            stages = found.setdefault(key[place], {})
            stages[key[-1]] = stages.get(key[-1], 0) + count
        return found

    def _spent(self, kind: str, days: Days) -> tuple[dict[Any, dict[str, int]], dict[Any, Spent]]:
        """(money, and what else LinkedIn counts), by key."""
        by = ["day"] if kind == "day" else ["campaign", "ad"]
        found = self.costs.sums(self.environment_id, by, days=days, narrowing=self.narrowing)
        currencies = self.costs.readings(self.environment_id) if found else {}
        key_of = self._key_of(kind)
        money: dict[Any, dict[str, int]] = {}
        ads: dict[Any, Spent] = {}
        for cell, one in found.items():
            key, currency = key_of(cell), currencies[cell[0]].currency
            money.setdefault(key, {})[currency] = money.get(key, {}).get(currency, 0) + one.micros
            ads[key] = ads.get(key, Spent()) + one
        return money, ads

    def _key_of(self, kind: str) -> Callable[[tuple[Any, ...]], Any]:
        """What a cell of costs (account, day; or account, campaign, ad) is told under."""
        if kind == "form":
            forms = self.costs.forms_of_ads(self.environment_id)
            return lambda cell: forms.get(cell[2], 0)
        if kind == "type":
            return lambda _cell: _SPONSORED
        place = {"owner": 0, "day": 1, "campaign": 1, "ad": 2}[kind]
        return lambda cell: cell[place]

    def _names(self, kind: str) -> Callable[[Any], str]:
        if kind == "type":
            return lambda key: TYPE_WORDS.get(key, str(key))
        if kind == "ad":
            known = self.costs.ad_names(self.environment_id)
            return lambda key: known.get(key) or (_("Ad {number}", number=key) if key else _("Not told by ad"))
        names = self.figures.names(self.environment_id).get(kind, {})
        return lambda key: names.get(key) or NONE_WORDS.get(kind, str(key))


def warm(costs: CostStore, outcomes: OutcomeStore, environment_id: int, today: int) -> None:
    """Makes the sums that pages ask for, so that nobody waits for the first look at a long period."""
    for days in PERIODS:
        period = Period(days, today)
        for span in (period.span, period.before):
            for by in (["day"], ["campaign", "ad"]):
                costs.sums(environment_id, by, days=span)
            for told in (["day"], _PARTS):
                outcomes.sums(environment_id, [*told, "stage"], days=span)


def _by_currency(counts: Mapping[tuple[Any, ...], int], currencies: Mapping[int, str]) -> dict[Any, dict[str, int]]:
    """`counts`: (day, account) -> how many. Returns day -> currency -> how many."""
    found: dict[Any, dict[str, int]] = {}
    for (day, owner), count in counts.items():
        if currency := currencies.get(owner):
            by_currency = found.setdefault(day, {})
            by_currency[currency] = by_currency.get(currency, 0) + count
    return found


def _most_first(one: Worth) -> tuple[Any, ...]:
    return -one.now.submissions, -one.now.told_leads, -one.before.submissions, one.name


def _nested(sums: Mapping[tuple[Any, ...], int]) -> dict[Any, dict[int, int]]:
    found: dict[Any, dict[int, int]] = {}
    for (key, part), count in sums.items():
        found.setdefault(key, {})[part] = count
    return found


def _of_ads(spent: Spent) -> tuple[int, int, int, int]:
    return spent.impressions, spent.clicks, spent.opens, spent.leads
