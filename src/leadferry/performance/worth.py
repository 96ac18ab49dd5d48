"""What leads cost and became, of one period beside the one before: by campaign, day, or whatever told. Pure.

Money is millionths, each currency for itself: amounts of different currencies are never added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from leadferry.performance.figures import IN_DYNAMICS, Outcome, first_day, month_of
from leadferry.performance.outcome_stages import REACHED_QUALIFIED, Stage
from leadferry.words import _

KINDS: Mapping[str, str] = {
    "campaign": _("Campaign"),
    "form": _("Form"),
    "owner": _("Account"),
    "type": _("Source"),
    "ad": _("Ad"),
}
"""What costs and conversion are told by."""
Money = Mapping[str, int]
"""Currency -> millionths."""


@dataclass(frozen=True, slots=True)
class Side:
    """One period. `outcomes`: where submissions stand; `stages`: what became of their leads. `paid`, `paid_qualified`:
    submissions that the costs of a currency brought, and those of them whose lead was qualified."""

    outcomes: Mapping[int, int] = field(default_factory=dict)
    stages: Mapping[int, int] = field(default_factory=dict)
    spent: Money = field(default_factory=dict)
    impressions: int = 0
    clicks: int = 0
    opens: int = 0
    told_leads: int = 0
    """LinkedIn's own count."""
    paid: Mapping[str, int] = field(default_factory=dict)
    paid_qualified: Mapping[str, int] = field(default_factory=dict)

    @property
    def submissions(self) -> int:
        return sum(self.outcomes.values())

    @property
    def in_dynamics(self) -> int:
        return sum(self.outcomes.get(int(one), 0) for one in IN_DYNAMICS)

    @property
    def created(self) -> int:
        return self.outcomes.get(int(Outcome.CREATED), 0)

    @property
    def qualified(self) -> int:
        return sum(self.stages.get(int(one), 0) for one in REACHED_QUALIFIED)

    @property
    def won(self) -> int:
        return self.stages.get(int(Stage.WON), 0)

    @property
    def disqualified(self) -> int:
        return self.stages.get(int(Stage.DISQUALIFIED), 0)

    @property
    def per_lead(self) -> Money:
        return _per(self.spent, self.paid)

    @property
    def per_qualified(self) -> Money:
        return _per(self.spent, self.paid_qualified)

    @property
    def empty(self) -> bool:
        return not (self.submissions or self.stages or self.spent)


@dataclass(frozen=True, slots=True)
class Worth:
    """`key`: an id, a day, a kind of lead; 0 for none."""

    key: Any
    name: str
    now: Side
    before: Side


def _per(spent: Money, counts: Mapping[str, int]) -> dict[str, int]:
    return {currency: micros // counts[currency] for currency, micros in spent.items() if counts.get(currency)}


def with_payers(side: Side) -> Side:
    """For what costs in one currency at most: all its submissions were brought by these costs."""
    if len(side.spent) != 1:
        return side
    (currency,) = side.spent
    numbers = (side.impressions, side.clicks, side.opens, side.told_leads)
    paid = ({currency: side.submissions}, {currency: side.qualified})
    return Side(side.outcomes, side.stages, side.spent, *numbers, *paid)  # `replace` takes three times as long


def paid_as_told(side: Side) -> Side:
    """For ads, by which our submissions are not told: what LinkedIn counts."""
    return replace(side, paid=dict.fromkeys(side.spent, side.told_leads))


def together(sides: Iterable[tuple[Side, str]]) -> Side:
    """`sides`: of each account, with its currency ("" for a page, which costs nothing). What an account brought counts
    for its currency, whether or not it cost anything in the period."""
    outcomes, stages, spent, paid, qualified = {}, {}, {}, {}, {}  # type: ignore[var-annotated]
    numbers = dict.fromkeys(("impressions", "clicks", "opens", "told_leads"), 0)
    for side, currency in sides:
        for into, values in ((outcomes, side.outcomes), (stages, side.stages), (spent, side.spent)):
            _add(into, values)
        if currency:
            _add(paid, {currency: side.submissions})
            _add(qualified, {currency: side.qualified})
        numbers = {name: count + getattr(side, name) for name, count in numbers.items()}
    return Side(outcomes, stages, spent, **numbers, paid=paid, paid_qualified=qualified)


def by_month(days: Mapping[int, Side]) -> list[Worth]:
    """Every month from the first to the last, by its first day, with nothing before."""
    months: dict[int, list[Side]] = {}
    for day, side in days.items():
        months.setdefault(month_of(day), []).append(side)
    every = range(min(months), max(months) + 1) if months else ()
    return [Worth(first_day(month), "", _summed(months.get(month, [])), Side()) for month in every]


def _summed(sides: Iterable[Side]) -> Side:
    known = list(sides)
    whole, paid, qualified = together((side, "") for side in known), dict[str, int](), dict[str, int]()
    for side in known:
        _add(paid, side.paid)
        _add(qualified, side.paid_qualified)
    return replace(whole, paid=paid, paid_qualified=qualified)


def _add(into: dict[Any, int], values: Mapping[Any, int]) -> None:
    for key, value in values.items():
        into[key] = into.get(key, 0) + value
