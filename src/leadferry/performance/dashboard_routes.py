"""`/e/{id}/dashboards`: the pages of charts that people made for themselves, and those that are shared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from litestar import Response
from litestar.params import FromPath

from leadferry.accounts.model import Environment
from leadferry.console.audit_export import cell, line
from leadferry.console.desk_routes import AtDesk, Desk, page
from leadferry.console.rights import Action
from leadferry.errors import NotFoundError
from leadferry.performance import charts
from leadferry.performance.dashboard_charts import PERIODS, Chart, Dashboard
from leadferry.performance.dashboard_drawing import ROWS, Drawn, drawn, table
from leadferry.performance.dashboard_store import DashboardStore
from leadferry.performance.figures import date_of
from leadferry.performance.figures_store import Look
from leadferry.performance.look_worker import FigureLook
from leadferry.performance.narrowing import Period, address_query
from leadferry.performance.worth import Worth
from leadferry.performance.worth_routes import WorthRooms
from leadferry.performance.worth_worker import WorthLook
from leadferry.words import _

BASE = "/e/{environment_id:int}/dashboards"
ONE = f"{BASE}/{{dashboard_id:int}}"
MOST_ROWS = 50
"""Of a chart that is a table; a file has all of them."""


class Rooms(WorthRooms, Protocol):
    """What dashboards need of the application."""

    dashboards: DashboardStore
    figures: Any

    def keep_figures(self, environment: Environment) -> int: ...


def rooms_of(desk: Desk) -> Rooms:
    rooms: Rooms = desk.rooms
    return rooms


def the_dashboard(desk: Desk, dashboard_id: int) -> Dashboard:
    return rooms_of(desk).dashboards.get(desk.here.id, desk.person.id, dashboard_id)


def may_change(desk: Desk, found: Dashboard) -> bool:
    """One's own; and who may share may also take back what others shared."""
    return desk.may(Action.KEEP_DASHBOARDS) and (found.person_id == desk.person.id or desk.may(Action.SHARE_DASHBOARDS))


def drawn_all(rooms: Rooms, here: Environment, some: Iterable[tuple[int, Chart]]) -> list[Drawn]:
    """Charts with their places, of one look."""
    today = rooms.keep_figures(here)
    with rooms.figures.looking(here.id) as look:
        looks = _Looks(rooms, here, today, look)
        return [looks.drawn(place, chart) for place, chart in some]


@dataclass
class _Looks:
    """Charts of the same time and filter are asked for once."""

    rooms: Rooms
    here: Environment
    today: int
    look: Look
    _known: dict[Any, WorthLook] = field(default_factory=dict)

    def of(self, chart: Chart) -> WorthLook:
        key = (chart.days, chart.narrowing)
        if key not in self._known:
            period = Period(chart.days, self.today)
            look = FigureLook(self.rooms.figures, self.here.id, period, chart.narrowing, self.look)
            self._known[key] = look.worth(self.rooms)
        return self._known[key]

    def drawn(self, place: int, chart: Chart) -> Drawn:
        return drawn(place, chart, self._told(chart))

    def _told(self, chart: Chart) -> Sequence[Worth]:
        look = self.of(chart)
        match chart.shape:
            case "number" | "funnel":
                return [look.whole()]
            case "line":
                return look.days()
            case _:
                return look.lines(chart.by)


@page(BASE, Action.READ_PERFORMANCE)
def dashboards(desk: AtDesk) -> Response[Any]:
    return list_page(desk)


def list_page(desk: Desk, name: str = "", wrong: str = "") -> Response[Any]:
    found = rooms_of(desk).dashboards.list(desk.here.id, desk.person.id)
    return desk.page(
        "performance/dashboards.html",
        status=422 if wrong else 200,
        mine=[one for one in found if one.person_id == desk.person.id],
        others=[one for one in found if one.person_id != desk.person.id],
        name=name,
        wrong=wrong,
    )


@page(ONE, Action.READ_PERFORMANCE)
def dashboard(desk: AtDesk, dashboard_id: FromPath[int]) -> Response[Any]:
    found = the_dashboard(desk, dashboard_id)
    return desk.page(
        "performance/dashboard.html",
        dashboard=found,
        mine=found.person_id == desk.person.id,
        may_change=may_change(desk, found),
        charts=drawn_all(rooms_of(desk), desk.here, enumerate(found.charts)),
        behind=lambda chart: behind(desk, chart),
        day_words=lambda days: [desk.reader.short_date(date_of(days[n])) for n in charts.marks(len(days))],
        rows=ROWS,
        most=MOST_ROWS,
        names=_names(desk, found.charts),
        share=charts.share,
        compared=charts.change,
        **_words(desk),
    )


def _words(desk: Desk) -> dict[str, Any]:
    return {"spell": lambda value, unit: spelled(desk, value, unit), "date_of": date_of, "periods": PERIODS}


def _names(desk: Desk, shown: Sequence[Chart]) -> dict[str, dict[int, str]]:
    """Of what charts are narrowed to."""
    kinds = {kind for chart in shown for kind in chart.narrowing.values()}
    return rooms_of(desk).figures.names(desk.here.id, kinds) if kinds else {}


@page(f"{ONE}/table/{{place:int}}", Action.READ_PERFORMANCE)
def as_table(desk: AtDesk, dashboard_id: FromPath[int], place: FromPath[int]) -> Response[Any]:
    """All rows of one chart. To htmx the table alone, otherwise a page of its own."""
    found = the_dashboard(desk, dashboard_id)
    (one,) = drawn_all(rooms_of(desk), desk.here, [(place, the_chart(found, place))])
    template = "_dashboard_table" if desk.by_htmx else "dashboard_table"
    return desk.page(f"performance/{template}.html", dashboard=found, one=one, **_words(desk))


def spelled(desk: Desk, value: float, unit: str) -> str:
    """Of no money at all there is nothing to say: a cost per lead without a lead, say."""
    if unit.startswith("money:"):
        if not value:
            return "-"
        return desk.reader.money(int(value), unit.removeprefix("money:"))
    return f"{desk.reader.number(value)} %" if unit == "%" else desk.reader.number(value)


def behind(desk: Desk, chart: Chart) -> str:
    """Performance, of the chart's time and filter."""
    return desk.address("performance") + address_query(days=chart.days, **chart.narrowing.values())


@page(f"{ONE}/csv/{{place:int}}", Action.READ_PERFORMANCE)
def as_csv(desk: AtDesk, dashboard_id: FromPath[int], place: FromPath[int]) -> Response[str]:
    """All rows of one chart."""
    found = the_dashboard(desk, dashboard_id)
    chart = the_chart(found, place)
    (shown,) = drawn_all(rooms_of(desk), desk.here, [(place, chart)])
    text = "".join(line([cell(value) for value in row]) for row in table(shown))
    headers = {"content-disposition": f'attachment; filename="leadferry-dashboard-{found.id}-{place + 1}.csv"'}
    return Response(text, media_type="text/csv", headers=headers)


def the_chart(found: Dashboard, place: int) -> Chart:
    if not 0 <= place < len(found.charts):
        raise NotFoundError(
            _("The dashboard has no such chart any more."), fix=_("Open the dashboard again."), code="no-chart"
        )
    return found.charts[place]


HANDLERS: tuple[Any, ...] = (dashboards, dashboard, as_table, as_csv)
