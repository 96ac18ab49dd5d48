"""`/e/{id}`: whether every response is accounted for, the key figures, what needs a person, what came last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from litestar import Response

from leadferry.accounts.model import Environment
from leadferry.console.desk_routes import AtDesk, Desk, page
from leadferry.console.rights import Action
from leadferry.guardian.finding_store import FindingStore
from leadferry.performance import charts
from leadferry.performance.figures import LABELS, OUTCOMES, Outcome, date_of, percentile
from leadferry.performance.figures_store import FigureStore
from leadferry.performance.narrowing import Period, read_period, rows_query
from leadferry.performance.tasks import tasks_of
from leadferry.words import _

SEGMENTS = ((1, _("Today")), (7, _("7 days")), (30, _("30 days")))
SHOWN = 6
MARKS: Mapping[Outcome, tuple[str, str]] = {
    Outcome.CREATED: ("created", "add_circle"),
    Outcome.UPDATED: ("updated", "edit"),
    Outcome.LINKED: ("linked", "link"),
    Outcome.REVIEW: ("review", "question_circle"),
    Outcome.FAILED: ("failed", "dismiss_circle"),
    Outcome.REJECTED: ("rejected", "subtract_circle"),
    Outcome.RETRY: ("review", "hourglass"),
    Outcome.PENDING: ("updated", "hourglass"),
}
"""Colour and icon; the words stand beside them."""


class Rooms(Protocol):
    """What this page needs of the application."""

    figures: FigureStore
    findings: FindingStore

    def keep_figures(self, environment: Environment) -> int: ...


@page("/e/{environment_id:int}", Action.READ_ENVIRONMENT)
def home(desk: AtDesk) -> Response[Any]:
    rooms: Rooms = desk.rooms
    period = read_period(desk.request.query_params, rooms.keep_figures(desk.here))
    return desk.page(
        "performance/home.html",
        segments=SEGMENTS,
        period=period,
        counted=rooms.figures.counted(desk.here.id),
        reconciled=rooms.figures.reconciliation(desk.here.id),
        tasks=_tasks(desk),
        arrived=_arrived(desk),
        marks=MARKS,
        labels=LABELS,
        Outcome=Outcome,
        date_of=date_of,
        **_figures(desk, period),
        **_by_day(desk, period),
    )


def _figures(desk: Desk, period: Period) -> dict[str, Any]:
    rooms: Rooms = desk.rooms
    now = rooms.figures.sums(desk.here.id, ["outcome"], days=period.span)
    before = rooms.figures.sums(desk.here.id, [], days=period.before)
    figures = {outcome: now.get((int(outcome),), 0) for outcome in Outcome}
    times = rooms.figures.latencies(desk.here.id, period.span)
    total = sum(figures.values())
    return {
        "figures": figures,
        "total": total,
        "settled": sum(figures[one] for one in Outcome if one not in {Outcome.PENDING, Outcome.RETRY}),
        "change": charts.change(total, before.get((), 0)),
        "share": charts.share,
        "median": percentile(times, 0.5),
        "p95": percentile(times, 0.95),
        "rows": lambda outcome=None: desk.address("submissions") + rows_query(period.span, outcome),
    }


def _by_day(desk: Desk, period: Period) -> dict[str, Any]:
    """A chart of one day has nothing to show: then the week around it."""
    shown = period if period.days > 1 else Period(7, period.today)
    found = desk.rooms.figures.sums(desk.here.id, ["day", "outcome"], days=shown.span)
    days = [(day, charts.in_stack({int(o): found.get((day, int(o)), 0) for o in Outcome})) for day in shown]
    return {
        "days": days,
        "plot_of_days": charts.stacked([parts for _, parts in days]),
        "day_words": [desk.reader.short_date(date_of(days[n][0])) for n in charts.marks(len(days))],
        "of_day": lambda day: desk.address("submissions") + rows_query((day, day)),
    }


def _tasks(desk: Desk) -> list[Any]:
    """Only of those who can do something about it."""
    rooms: Rooms = desk.rooms
    found = rooms.findings.list(desk.here.id) if desk.may(Action.READ_HEALTH) else []
    waiting: dict[Outcome, int] = {}
    if desk.may(Action.READ_SUBMISSIONS):
        sums = rooms.figures.sums(desk.here.id, ["outcome"], outcomes=[Outcome.REVIEW, Outcome.FAILED])
        waiting = {Outcome(key): count for (key,), count in sums.items()}
    return tasks_of(found, waiting.get(Outcome.FAILED, 0), waiting.get(Outcome.REVIEW, 0))


def _arrived(desk: Desk) -> list[dict[str, Any]]:
    if not desk.may(Action.READ_SUBMISSIONS):
        return []
    rows = desk.rooms.figures.latest(desk.here.id, SHOWN)
    return [{**row, "outcome": Outcome(OUTCOMES[row["state"], row["matching_status"]])} for row in rows]


HANDLERS: tuple[Any, ...] = (home,)
