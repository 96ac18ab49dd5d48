"""Costs and conversion as tables: the funnel, the rows of files, amounts in words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any

from leadferry.performance import charts
from leadferry.performance.charts import Change, change
from leadferry.performance.figures import date_of
from leadferry.performance.worth import Money, Side, Worth
from leadferry.words import _


@dataclass(frozen=True, slots=True)
class Step:
    """Of the funnel. `of`: how many the step above has, `before_of` in the period before."""

    name: str
    count: int
    of: int
    before: int
    before_of: int


def funnel(worth: Worth) -> list[Step]:
    """Each step counts those who got at least so far."""
    now, before = ([_reached(side, words) for words in STEPS] for side in (worth.now, worth.before))
    above, above_before = [now[0], *now], [before[0], *before]
    return [Step(words, now[n], above[n], before[n], above_before[n]) for n, words in enumerate(STEPS)]


STEPS = (_("Submitted"), _("In Dynamics"), _("Qualified"), _("Won"))


def _reached(side: Side, step: str) -> int:
    return {
        "Submitted": side.submissions,
        "In Dynamics": side.in_dynamics,
        "Qualified": side.qualified,
        "Won": side.won,
    }[step]


def in_words(amounts: Money, spell: Callable[[int, str], str]) -> str:
    """`€40.94`, `€40.94 and CHF 12.00`; "-" of nothing."""
    spelled = [spell(micros, currency) for currency, micros in sorted(amounts.items())]
    return reduce(_with, spelled) if spelled else "-"


def _with(some: str, more: str) -> str:
    return _("{some} and {more}", some=some, more=more)


def compared(now: Money, before: Money) -> list[tuple[str, Change]]:
    """Each currency with itself; of one alone its name is left out."""
    names = sorted({*now, *before})
    return [(name if len(names) > 1 else "", change(now.get(name, 0), before.get(name, 0))) for name in names]


def compared_prices(now: Money, before: Money) -> list[tuple[str, Change]]:
    """As `compared`, of what one lead cost: without a lead there is no price, and no lower one."""
    return compared(now, {name: value for name, value in before.items() if name in now})


# Tables of the page


@dataclass(frozen=True, slots=True)
class Cell:
    """`before`: of the period before, "" of nothing; `share`: beside the figure; `strong`: what the table is about."""

    head: str
    text: str
    before: str = ""
    share: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    key: Any
    name: str
    cells: Sequence[Cell]


def row_of(kind: str, one: Worth, number: Callable[[float], str], spell: Callable[[int, str], str]) -> Row:
    """As the reader writes numbers and money."""
    now, before = one.now, one.before

    def count(head: str, part: str, *, share: bool = False, strong: bool = False) -> Cell:
        value = getattr(now, part)
        of = f"{charts.share(value, now.submissions)} %" if share else ""
        return Cell(head, number(value), number(getattr(before, part)), of, strong)

    def money(head: str, part: str) -> Cell:
        was = in_words(getattr(before, part), spell) if getattr(before, part) else ""
        return Cell(head, in_words(getattr(now, part), spell), was)

    if kind == "ad":
        counts = (
            count(_("Form opens"), "opens"),
            count(_("Leads"), "told_leads", strong=True),
            count(_("Clicks"), "clicks"),
        )
        return Row(0, one.name, (*counts, money(_("Spent"), "spent"), money(_("Per lead"), "per_lead")))
    cells = (
        count(_("Submissions"), "submissions", strong=True),
        count(_("Qualified"), "qualified", share=True),
        count(_("Won"), "won"),
        money(_("Spent"), "spent"),
        money(_("Per lead"), "per_lead"),
        money(_("Per qualified"), "per_qualified"),
    )
    return Row(one.key, one.name, cells)


# Files of figures


def funnel_rows(worth: Worth) -> Iterator[Sequence[Any]]:
    yield ("step", "count", "before")
    for step in funnel(worth):
        yield (step.name.lower(), step.count, step.before)
    yield ("disqualified", worth.now.disqualified, worth.before.disqualified)


def spent_rows(days: Sequence[Worth]) -> Iterator[Sequence[Any]]:
    """A day for each currency."""
    yield ("day", "currency", "spent", "before")
    currencies = sorted({currency for one in days for side in (one.now, one.before) for currency in side.spent})
    for one in days:
        for currency in currencies:
            amounts = (one.now.spent.get(currency, 0), one.before.spent.get(currency, 0))
            yield (str(date_of(one.key)), currency, *map(amount, amounts))


_COUNTS = ("submissions", "in dynamics", "qualified", "won", "disqualified")
_ADS = ("impressions", "clicks", "form opens", "leads told by linkedin")
_MONEY = ("spent", "cost per lead", "cost per qualified lead")


def cost_rows(kind: str, found: Sequence[Worth]) -> Iterator[Sequence[Any]]:
    """A row each, and one more for each further currency, with nothing but its money."""
    before = tuple(f"{name} before" for name in (*_COUNTS, *_MONEY))
    yield (kind, *_COUNTS, *_ADS, "currency", *_MONEY, *before)
    for one in found:
        for number, currency in enumerate(sorted({*one.now.spent, *one.before.spent}) or [""]):
            counts, ads, past = (_counts(one.now), _ads(one.now), _counts(one.before))
            if number:
                counts, ads, past = (("",) * len(part) for part in (counts, ads, past))
            now, then = _money(one.now, currency), _money(one.before, currency)
            yield (one.name, *counts, *ads, currency, *now, *past, *then)


def _counts(side: Side) -> tuple[Any, ...]:
    return side.submissions, side.in_dynamics, side.qualified, side.won, side.disqualified


def _ads(side: Side) -> tuple[Any, ...]:
    return side.impressions, side.clicks, side.opens, side.told_leads


def _money(side: Side, currency: str) -> tuple[str, ...]:
    """An amount that there is not is empty."""
    amounts = (side.spent, side.per_lead, side.per_qualified)
    return tuple(amount(one[currency]) if currency in one else "" for one in amounts)


def amount(micros: int) -> str:
    """`141270000` -> `141.27`, exactly."""
    return f"{Decimal(micros) / 1_000_000:.6f}".rstrip("0").rstrip(".") or "0"
