"""`/api/v1/figures`: the figures of Home and Performance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Request

from leadferry.api.call_routes import AtCall, read
from leadferry.api.shapes import moment
from leadferry.console.rights import Action
from leadferry.errors import InputError
from leadferry.performance.breakdown import KINDS
from leadferry.performance.figures import Outcome, date_of, percentile
from leadferry.performance.look_worker import FigureLook, look_of

BY = ("day", *KINDS, "outcome")


class Figure(msgspec.Struct):
    """`key`: the day, the id (0 for none), the lead type or the outcome. `before`: in the period before."""

    key: str | int
    name: str
    count: int
    before: int


class Figures(msgspec.Struct):
    since: str
    until: str
    by: str
    items: list[Figure]


class TimeToLead(msgspec.Struct):
    """Null where no lead got to Dynamics in that time. `p95_ms`: 95 of 100 took no longer."""

    since: str
    until: str
    median_ms: float | None
    p95_ms: float | None


class Reconciled(msgspec.Struct):
    """Form responses that LinkedIn still shows, those stored here, those with an outcome; `gap`: how many have none."""

    counted_at: str | None
    forms: int
    at_linkedin: int
    stored: int
    settled: int
    gap: int


@read("/figures", Action.READ_PERFORMANCE)
def figures(call: AtCall, request: Request[Any, Any, Any]) -> Figures:
    """How many form submissions, without test leads, `by` day, campaign, form, creative, owner, type, country, industry
    or outcome, in the last `days` days (1, 7, 30, 90, 365, all; of all time a month a line) of the environment's time
    zone. `campaign`, `form`, `creative`, `owner`, `type`, `country` and `industry` narrow it by the keys of an earlier
    answer; `none` are those without."""
    by = told_by(request.query_params, BY, "day")
    asked = look_of(call.rooms, call.here, request.query_params)
    first, last = asked.period.span
    return Figures(date_of(first).isoformat(), date_of(last).isoformat(), by, _items(asked, by))


@read("/figures/time-to-lead", Action.READ_PERFORMANCE)
def time_to_lead(call: AtCall, request: Request[Any, Any, Any]) -> TimeToLead:
    """From the moment somebody sent the form until the outcome was stored, of those that have a lead in Dynamics, in
    the last `days` days (1, 7, 30, 90, 365, all); right to 5 %."""
    asked = look_of(call.rooms, call.here, request.query_params)
    first, last = asked.period.span
    times = asked.figures.latencies(call.here.id, asked.period.span)
    about = (date_of(first).isoformat(), date_of(last).isoformat())
    return TimeToLead(*about, percentile(times, 0.5), percentile(times, 0.95))


@read("/figures/reconciliation", Action.READ_ENVIRONMENT)
def reconciliation(call: AtCall) -> Reconciled:
    """What the last nightly reconciliation counted, all forms together; `counted_at` null before the first."""
    one = call.rooms.figures.reconciliation(call.here.id)
    if one is None:
        return Reconciled(None, 0, 0, 0, 0, 0)
    return Reconciled(moment(one.counted_at), one.forms, one.linkedin, one.stored, one.settled, one.gap)


def told_by(query: Mapping[str, str], known: Sequence[str], otherwise: str) -> str:
    """What `by` asks for. Raises InputError `bad-filter`."""
    by = query.get("by", "") or otherwise
    if by not in known:
        raise InputError(
            'Figures are not told by what "by" says.', fix=f"It is one of {', '.join(known)}.", code="bad-filter"
        )
    return by


def _items(asked: FigureLook, by: str) -> list[Figure]:
    if by == "day":
        return [Figure(date_of(day).isoformat(), "", now, before) for day, now, before in asked.days()]
    if by == "outcome":
        now, before = asked.outcomes(), asked.outcomes_before()
        return [Figure(one.name.lower(), one.label, now[one], before[one]) for one in Outcome]
    return [Figure(one.key, one.name, one.count, one.before) for one in asked.lines(by)]


HANDLERS: tuple[Any, ...] = (figures, time_to_lead, reconciliation)
