"""`/api/v1/figures/costs` and `/api/v1/figures/conversion`: what leads cost and became."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request

from leadferry.api.call_routes import AtCall, read
from leadferry.api.figures_routes import told_by
from leadferry.console.rights import Action
from leadferry.errors import InputError
from leadferry.performance.facet_outcome_store import tells
from leadferry.performance.facet_worth_worker import NAMES, FacetWorth
from leadferry.performance.figures import date_of
from leadferry.performance.look_worker import look_of
from leadferry.performance.narrowing import read_narrowing
from leadferry.performance.worth import KINDS, Side, Worth
from leadferry.performance.worth_table import amount

BY = ("all", "day", *KINDS)
CONVERSION_BY = (*(one for one in BY if one != "ad"), *NAMES)


class Conversion(msgspec.Struct):
    """Form submissions, and how many of them got how far. `qualified` counts those that were won too."""

    submissions: int
    in_dynamics: int
    qualified: int
    won: int
    disqualified: int


class ConversionOf(msgspec.Struct):
    """`key`: the day, the id (0 for none), the lead type; `all`. `before`: of the period before."""

    key: str | int
    name: str
    now: Conversion
    before: Conversion


class Conversions(msgspec.Struct):
    """`read_at`: when Dynamics was last asked, in ms UTC; None: never."""

    since: str
    until: str
    by: str
    read_at: int | None
    items: list[ConversionOf]


class Cost(msgspec.Struct):
    """Decimals as text, so that nothing is lost. None where there is nothing to divide by."""

    currency: str
    spent: str
    per_lead: str | None
    per_qualified: str | None


class CostOf(msgspec.Struct):
    """One cost for each currency: they are never added up. Counts of ads are LinkedIn's, by days of UTC."""

    key: str | int
    name: str
    impressions: int
    clicks: int
    form_opens: int
    now: list[Cost]
    before: list[Cost]


class Costs(msgspec.Struct):
    since: str
    until: str
    by: str
    items: list[CostOf]


@read("/figures/conversion", Action.READ_PERFORMANCE)
def conversion(call: AtCall, request: Request[Any, Any, Any]) -> Conversions:
    """What became of leads, `by` all, day, campaign, form, owner, type, creative, country or industry, in the last
    `days` days (1, 7, 30, 90, 365, all; of all time a month a line) of the environment's time zone. The filters are
    those of `figures`; by `day` one of creative, country and industry stands alone."""
    by = told_by(request.query_params, CONVERSION_BY, "all")
    narrowing = read_narrowing(request.query_params)
    if by == "day" and tells(narrowing) and len(narrowing.values()) > 1:
        raise InputError(
            "Conversion is told by day for one creative, country or industry, not where another filter meets it.",
            fix="Leave the other filter out, or tell it by something else.",
            code="bad-filter",
        )
    since, until, found = _found(call, request.query_params, by)
    read_at = call.rooms.outcomes.reading(call.here.id).counted_at
    items = [ConversionOf(_key(one, by), one.name, _conversion(one.now), _conversion(one.before)) for one in found]
    return Conversions(since, until, by, read_at, items)


@read("/figures/costs", Action.READ_PERFORMANCE)
def costs(call: AtCall, request: Request[Any, Any, Any]) -> Costs:
    """What ads cost, `by` all, day, campaign, form, owner, type or ad, in the last `days` days (1, 7, 30, 90, 365, all;
    of all time a month a line); `campaign`, `form`, `owner` and `type` narrow it. LinkedIn tells no costs by who
    answered, so there are none by country and industry."""
    by = told_by(request.query_params, BY, "all")
    since, until, found = _found(call, request.query_params, by)
    return Costs(since, until, by, [_cost_of(one, by) for one in found])


def _cost_of(one: Worth, by: str) -> CostOf:
    ads = (one.now.impressions, one.now.clicks, one.now.opens)
    return CostOf(_key(one, by), one.name, *ads, _costs(one.now), _costs(one.before))


def _found(call: AtCall, query: Any, by: str) -> tuple[str, str, list[Worth]]:
    """(first day, last day, lines)"""
    asked = look_of(call.rooms, call.here, query)
    look = asked.worth(call.rooms)
    first, last = asked.period.span
    facets = FacetWorth(
        call.rooms.facet_outcomes, asked, lambda: str(call.rooms.environments.configuration(call.here).time_zone)
    )
    match by:
        case "all":
            found = [facets.completed(look.whole())]
        case "day":
            found = facets.completed_days(look.days())
        case _:
            found = facets.lines(by, look) if by in NAMES or tells(asked.narrowing) else look.lines(by)
    return date_of(first).isoformat(), date_of(last).isoformat(), found


def _key(one: Worth, by: str) -> str | int:
    if by == "all":
        return "all"
    key: str | int = date_of(one.key).isoformat() if by == "day" else one.key
    return key


def _conversion(side: Side) -> Conversion:
    return Conversion(side.submissions, side.in_dynamics, side.qualified, side.won, side.disqualified)


def _costs(side: Side) -> list[Cost]:
    return [
        Cost(name, amount(micros), _maybe(side.per_lead, name), _maybe(side.per_qualified, name))
        for name, micros in sorted(side.spent.items())
    ]


def _maybe(amounts: Mapping[str, int], currency: str) -> str | None:
    return amount(amounts[currency]) if currency in amounts else None


HANDLERS: tuple[Any, ...] = (conversion, costs)
