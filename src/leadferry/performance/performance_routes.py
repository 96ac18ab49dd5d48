"""`/e/{id}/performance`: how many leads come from where, and what becomes of them, beside the period before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from litestar import Response
from litestar.params import FromPath

from leadferry.accounts.model import Environment
from leadferry.console.audit_export import cell, line
from leadferry.console.desk_routes import AtDesk, Desk, page
from leadferry.console.rights import Action
from leadferry.errors import NotFoundError
from leadferry.performance import charts
from leadferry.performance.breakdown import (
    BY,
    KINDS,
    NONE_WORDS,
    TYPE_WORDS,
    Line,
    by_month,
    first_keys,
    lines,
    narrowed,
    others,
    table,
)
from leadferry.performance.facet_worth_worker import NAMES, FacetWorth, became, with_stages
from leadferry.performance.figures import IN_DYNAMICS, Outcome, date_of, percentile
from leadferry.performance.figures_store import FigureStore, Look
from leadferry.performance.narrowing import (
    ALL_TIME,
    TYPES,
    Narrowing,
    Period,
    address_query,
    read_narrowing,
    read_period,
    rows_query,
)
from leadferry.performance.sums_store import MOST_WALKED, Cells, told_by
from leadferry.performance.worth_routes import FILES, WorthRooms, worth_of_page, worth_rows
from leadferry.performance.worth_worker import WorthLook
from leadferry.words import _

SEGMENTS: tuple[tuple[int | str, str], ...] = (
    (7, _("7 days")),
    (30, _("30 days")),
    (90, _("90 days")),
    (365, _("A year")),
    (ALL_TIME, _("All time")),
)
ROWS, BARS = 25, 8
FACET_KINDS = {"creative", "country", "industry"}


class Rooms(Protocol):
    """What this page needs of the application."""

    figures: FigureStore

    def keep_figures(self, environment: Environment) -> None: ...
    def today(self, environment: Environment) -> int: ...


@dataclass
class Asked:
    """One look at the figures: the period and what they are narrowed to."""

    figures: FigureStore
    environment_id: int
    period: Period
    narrowing: Narrowing
    look: Look | None = None
    _kept: dict[Any, dict[tuple[Any, ...], int]] = field(default_factory=dict)
    _cells: dict[Any, Cells] = field(default_factory=dict)

    @cached_property
    def names(self) -> dict[str, dict[int, str]]:
        """Without those of creatives, of which there may be thousands."""
        return self.figures.names(self.environment_id, [kind for kind in KINDS if kind != "creative"])

    def names_of(self, kind: str, keys: Collection[Any]) -> dict[int, str]:
        return self.figures.creatives(self.environment_id, keys) if kind == "creative" else self.names.get(kind, {})

    def told(self, kind: str) -> bool:
        """Whether there is an answer: see FigureStore.sums."""
        return self.figures.told(self.environment_id, [kind], self._whole, self.narrowing, self.look)

    @property
    def _whole(self) -> tuple[int, int]:
        """Both periods."""
        before, span = self.period.before, self.period.span
        return (before[0] if before[0] <= before[1] else span[0]), span[1]

    def lines(self, kind: str) -> list[Line]:
        """Raises InputError where there is no answer."""
        now, before = self._sums([kind, "outcome"], self.period.span), self._sums([kind], self.period.before)
        return lines(kind, now, before, self.names_of(kind, {key for key, *_ in (*now, *before)}))

    def first_lines(self, kind: str, most: int) -> list[Line]:
        """At most so many: of more the first ones, and the others as one."""
        now, before = self._sums([kind], self.period.span), self._sums([kind], self.period.before)
        if len(now.keys() | before.keys()) <= most:
            return self.lines(kind)
        keys = first_keys(now, before, most - 1)
        outcomes = self._sums([kind, "outcome"], self.period.span, keys)
        shown = lines(kind, outcomes, {(key,): before.get((key,), 0) for key in keys}, self.names_of(kind, keys))
        return [*shown, others(shown, self.outcomes(), sum(before.values()), len(now.keys() | before.keys()))]

    def outcomes(self) -> dict[Outcome, int]:
        found = self._sums(["outcome"], self.period.span)
        return {one: found.get((int(one),), 0) for one in Outcome}

    def outcomes_before(self) -> dict[Outcome, int]:
        found = self._sums(["outcome"], self.period.before)
        return {one: found.get((int(one),), 0) for one in Outcome}

    def days(self) -> list[tuple[int, int, int]]:
        """(day, how many, how many as many days before); of all time months, each by its first day."""
        now, before = self._sums(["day"], self.period.span), self._sums(["day"], self.period.before)
        if self.period.ever:
            return by_month(now)
        back = self.period.days
        return [(day, now.get((day,), 0), before.get((day - back,), 0)) for day in self.period]

    def _sums(
        self, by: Sequence[str], days: tuple[int, int], among: Collection[Any] = ()
    ) -> dict[tuple[Any, ...], int]:
        key = (*by, *days, *sorted(among, key=str))
        kept = self._kept.get(key)
        if kept is None and self._from_cells(by):
            kept = self._kept[key] = told_by(self._cells_of(by, days), by, among)
        if kept is None:
            more: dict[str, Any] = {"narrowing": self.narrowing, "among": among, "look": self.look}
            kept = self.figures.sums(self.environment_id, by, days=days, **more)
            self._kept[key] = kept
        return kept

    def _from_cells(self, by: Sequence[str]) -> bool:
        """Whether sums by one dimension alone do not answer."""
        narrowed = self.narrowing.values().keys()
        return bool(narrowed) and "day" not in by and len({*by, *narrowed} - {"outcome"}) > 1

    def _cells_of(self, by: Sequence[str], days: tuple[int, int]) -> Cells:
        """One look for all that hangs together with a campaign, one more where creative, country or industry do."""
        kinds = FACET_KINDS if FACET_KINDS & {*by, *self.narrowing.values()} else {"owner", "form", "campaign", "type"}
        key = (days, frozenset(kinds))
        if key not in self._cells:
            about = (self.environment_id, kinds, days, self.narrowing)
            self._cells[key] = self.figures.cells(*about, self.look)
        return self._cells[key]

    def worth(self, rooms: WorthRooms) -> WorthLook:
        """What leads cost and became, of the same look."""
        about = (self.environment_id, self.period, self.narrowing)
        return WorthLook(
            self.figures, rooms.costs, rooms.outcomes, *about, self._sums, lambda kind: self.names.get(kind, {})
        )


def asked_of(rooms: Rooms, environment: Environment, query: Any) -> Asked:
    """What the address asks for. Raises InputError for what no page of ours ever says."""
    rooms.keep_figures(environment)
    period = read_period(query, rooms.today(environment), rooms.figures.first_day(environment.id))
    return Asked(rooms.figures, environment.id, period, read_narrowing(query))


@page("/e/{environment_id:int}/performance", Action.READ_PERFORMANCE)
def performance(desk: AtDesk) -> Response[Any]:
    asked = asked_of(desk.rooms, desk.here, desk.request.query_params)
    with asked.figures.looking(desk.here.id) as asked.look:
        return _page(desk, asked)


def _page(desk: Desk, asked: Asked) -> Response[Any]:
    outcomes, before, days = asked.outcomes(), asked.outcomes_before(), asked.days()
    times = asked.figures.latencies(desk.here.id, asked.period.span)
    period, narrowing, facets = asked.period, asked.narrowing, _facets(desk, asked)
    return desk.page(
        "performance/performance.html",
        segments=SEGMENTS,
        period=period,
        narrowing=narrowing,
        choices=_choices(asked),
        outcomes=outcomes,
        before=before,
        total=sum(outcomes.values()),
        total_before=sum(before.values()),
        in_dynamics=sum(outcomes[one] for one in IN_DYNAMICS),
        in_dynamics_before=sum(before[one] for one in IN_DYNAMICS),
        median=percentile(times, 0.5),
        p95=percentile(times, 0.95),
        days=days,
        plot_of_days=charts.lines([now for _, now, _ in days], [was for _, _, was in days]),
        day_words=[desk.reader.short_date(date_of(days[n][0])) for n in charts.marks(len(days))],
        counted=asked.figures.counted(desk.here.id),
        most=MOST_WALKED,
        campaigns=_shown(asked, "campaign", ROWS),
        parts=[
            (kind, words, BY[kind], _shown(asked, kind, BARS)) for kind, words in KINDS.items() if kind != "campaign"
        ],
        Outcome=Outcome,
        date_of=date_of,
        share=charts.share,
        change=charts.change,
        here=lambda **more: "performance" + address_query(**{"days": period.asked, **narrowing.address(), **more}),
        into=lambda kind, key: address_query(days=period.asked, **narrowed(narrowing, kind, key).address()),
        rows=lambda outcome=None, kind="", key=None: (
            desk.address("submissions")
            + rows_query(period.span, outcome, narrowed(narrowing, kind, key) if kind else narrowing)
        ),
        csv=lambda name: (
            desk.address(f"performance/csv/{name}") + address_query(days=period.asked, **narrowing.address())
        ),
        became=lambda kind, one, shown: became(one, shown, facets.stages(kind)) if kind in NAMES else None,
        **worth_of_page(desk, asked.worth(desk.rooms), facets),
    )


def _shown(asked: Asked, kind: str, most: int) -> list[Line] | None:
    """None where too many submissions would have to be looked at."""
    return asked.first_lines(kind, most) if asked.told(kind) else None


def _choices(asked: Asked) -> list[tuple[str, str, list[tuple[Any, str]]]]:
    """The filters: (name in the address, label, [(value, words)]). Of creatives there are thousands: only the one that
    is chosen is among them, the chart leads to the others."""
    found: list[tuple[str, str, list[tuple[Any, str]]]] = []
    for kind in ("owner", "campaign", "form", "country", "industry", "creative"):
        chosen = [asked.narrowing.creative] if asked.narrowing.creative > 0 else []
        known = asked.names_of(kind, chosen)
        found.append((kind, KINDS[kind], [("", _("All")), ("none", NONE_WORDS[kind]), *known.items()]))
    return [*found, ("type", KINDS["type"], [("", _("All")), *((kind, TYPE_WORDS[kind]) for kind in TYPES)])]


@page("/e/{environment_id:int}/performance/csv/{name:str}", Action.READ_PERFORMANCE)
def as_csv(desk: AtDesk, name: FromPath[str]) -> Response[str]:
    """`days`, or one of KINDS: what the chart shows, all of it."""
    asked = asked_of(desk.rooms, desk.here, desk.request.query_params)
    rows = worth_rows(asked.worth(desk.rooms), name) or _rows(desk, asked, name)
    text = "".join(line([cell(value) for value in row]) for row in rows)
    headers = {"content-disposition": f'attachment; filename="leadferry-{name}.csv"'}
    return Response(text, media_type="text/csv", headers=headers)


def _facets(desk: Desk, asked: Asked) -> FacetWorth:
    return FacetWorth(desk.rooms.facet_outcomes, asked, desk.rooms.environments.configuration(desk.here).time_zone)


def _rows(desk: Desk, asked: Asked, name: str) -> Iterator[Sequence[Any]]:
    if name == "days":
        return iter([("day", "count", "before"), *((str(date_of(day)), now, was) for day, now, was in asked.days())])
    if name not in KINDS:
        fix = _("There are days, {kinds}.", kinds=", ".join((*KINDS, *FILES)))
        raise NotFoundError(_("There is no such file of figures."), fix=fix, code="no-file")
    found = asked.lines(name)
    if name in NAMES:
        return with_stages(table(name, found), found, _facets(desk, asked).stages(name))
    return table(name, found)


HANDLERS: tuple[Any, ...] = (performance, as_csv)
