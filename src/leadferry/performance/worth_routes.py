"""The part of Performance about costs and conversion: what its template shows, and its files of figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from leadferry.accounts.model import Authorization, UserProfile
from leadferry.accounts.profile_store import ProfileStore
from leadferry.console.desk_routes import Desk
from leadferry.errors import NotFoundError
from leadferry.performance import charts, worth_table
from leadferry.performance.cost_store import CostStore
from leadferry.performance.cost_store import tells as costs_tell
from leadferry.performance.cost_words import CostState, cost_notice
from leadferry.performance.facet_worth_worker import FacetWorth
from leadferry.performance.outcome_store import OutcomeStore
from leadferry.performance.worth import KINDS, Worth
from leadferry.performance.worth_worker import WorthLook
from leadferry.words import _

TABLES = {
    "campaign": _("Campaigns: conversion and costs"),
    "form": _("Forms: conversion and costs"),
    "ad": _("Ads: conversion and costs"),
}
FILES = ("funnel", "spent", *(f"cost-{kind}" for kind in KINDS))
ROWS = 10


class WorthRooms(Protocol):
    """What costs and conversion need of the application."""

    costs: CostStore
    outcomes: OutcomeStore
    profiles: ProfileStore
    settings: Any


def worth_of_page(desk: Desk, look: WorthLook, facets: FacetWorth) -> dict[str, Any]:
    """For `performance/_worth.html` and its like."""
    whole = facets.completed(look.whole())
    days = look.days(costs_alone=True) if whole.now.spent or whole.before.spent else []
    return {
        "worth": whole,
        "funnel": worth_table.funnel(whole),
        "spending": spending(desk, whole, days),
        "money": lambda amounts: worth_table.in_words(amounts, desk.reader.money),
        "compared": charts.change,
        "compared_money": worth_table.compared,
        "compared_prices": worth_table.compared_prices,
        "outcome_reading": look.reading,
        "cost_notice": notice_of(desk, look),
    }


@dataclass(frozen=True, slots=True)
class Table:
    kind: str
    title: str
    rows: Sequence[worth_table.Row]

    @property
    def words(self) -> str:
        """Of what a row is."""
        return KINDS[self.kind]

    @property
    def full(self) -> bool:
        """Whether there may be more."""
        return len(self.rows) == ROWS


def worth_tables_of(desk: Desk, look: WorthLook) -> list[Table]:
    """For `performance/_worth.html`."""
    number, money = desk.reader.number, desk.reader.money
    return [
        Table(kind, title, [worth_table.row_of(kind, one, number, money) for one in look.lines(kind, ROWS)])
        for kind, title in (TABLES if look.tells else {}).items()
    ]


def spending(desk: Desk, whole: Worth, days: Sequence[Worth]) -> list[tuple[str, charts.Plot, Callable[[int], str]]]:
    """(currency, drawing, money in words), of each currency in which something was spent."""
    found = []
    for currency in sorted({*whole.now.spent, *whole.before.spent}):
        now = [round(one.now.spent.get(currency, 0) / 1_000_000) for one in days]
        before = [round(one.before.spent.get(currency, 0) / 1_000_000) for one in days]
        found.append((currency, charts.lines(now, before), _speller(desk, currency)))
    return found


def spent_of_page(desk: Desk, look: WorthLook, currency: str) -> dict[str, Any]:
    """For the table of what was spent in one currency by day. Raises NotFoundError where no account pays in it."""
    if currency not in {one.currency for one in look.readings.values()}:
        fix = _("Open Performance again.")
        raise NotFoundError(_("No account pays in this currency."), fix=fix, code="no-file")
    return {
        "title": _("Spent over time, {currency}", currency=currency),
        "currency": currency,
        "spell": _speller(desk, currency),
        "days": look.days(),
    }


def _speller(desk: Desk, currency: str) -> Callable[[int], str]:
    return lambda micros: desk.reader.money(micros, currency)


def notice_of(desk: Desk, look: WorthLook) -> tuple[str, str]:
    """(what, what to do) where costs are not told; "" where they are."""
    rooms: WorthRooms = desk.rooms
    profiles = [one for one in rooms.profiles.list(desk.here.id) if one.authorization is Authorization.AUTHORIZED]
    state = CostState(
        wanted=CostState.SCOPE in rooms.settings.linkedin_scopes,
        held=any(_may_hold(one) for one in profiles),
        readings=list(look.readings.values()),
        told=costs_tell(look.narrowing),
    )
    return cost_notice(state)


def _may_hold(profile: UserProfile) -> bool:
    """Where LinkedIn did not say what was granted, asking tells."""
    return not profile.scopes or CostState.SCOPE in profile.scopes.split()


def worth_rows(look: WorthLook, name: str) -> Iterator[Sequence[Any]] | None:
    """The rows of a file of figures; None where it is none of these."""
    if name == "funnel":
        return worth_table.funnel_rows(look.whole())
    if name == "spent":
        return worth_table.spent_rows(look.days())
    kind = name.removeprefix("cost-")
    if name in FILES:
        return worth_table.cost_rows(KINDS[kind].lower(), look.lines(kind))
    return None
