"""`/api/v1/dashboards`: pages of charts. They are those of the person who made the token, and those that are shared."""

from __future__ import annotations

from typing import Any

from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET

from leadferry.api import paging
from leadferry.api.call_routes import AtCall, Call, delete, patch, post, read
from leadferry.api.dashboards_shapes import (
    ChartFigures,
    DashboardChange,
    DashboardPage,
    DashboardShape,
    NewDashboard,
    Sharing,
    chart_figures,
    dashboard_shape,
    recorded,
)
from leadferry.console.rights import Action
from leadferry.errors import NotFoundError
from leadferry.performance.dashboard_charts import FIRST, Dashboard
from leadferry.performance.dashboard_edited import KIND
from leadferry.performance.dashboard_routes import drawn_all


@read("/dashboards", Action.READ_PERFORMANCE)
def dashboards(call: AtCall, cursor: FromQuery[str] = "", limit: FromQuery[int] = 100) -> DashboardPage:
    """Own dashboards and shared ones, oldest first. `next` is the cursor of the page after this."""
    known = sorted(call.rooms.dashboards.list(call.here.id, call.person.id), key=lambda one: one.id)
    items, following = paging.of_list(known, cursor, limit)
    return DashboardPage([dashboard_shape(one, call.person.id) for one in items], following)


@read("/dashboards/{dashboard_id:int}", Action.READ_PERFORMANCE)
def dashboard(call: AtCall, dashboard_id: FromPath[int]) -> DashboardShape:
    """One dashboard with its charts."""
    return _shown(call, dashboard_id)


@read("/dashboards/{dashboard_id:int}/figures", Action.READ_PERFORMANCE)
def dashboard_figures(call: AtCall, dashboard_id: FromPath[int]) -> list[ChartFigures]:
    """What each of its charts shows now, beside the period before."""
    some = enumerate(_one(call, dashboard_id).charts)
    return [chart_figures(one) for one in drawn_all(call.rooms, call.here, some)]


@post("/dashboards", Action.KEEP_DASHBOARDS)
def make_dashboard(call: AtCall, data: JSONBody[NewDashboard]) -> DashboardShape:
    """Makes one, which nobody else sees until it is shared."""
    charts = list(FIRST) if data.charts is UNSET else [one.chart() for one in data.charts]
    key = call.rooms.dashboards.add(call.here.id, call.person.id, call.person.name, data.name, charts)
    call.record(Action.KEEP_DASHBOARDS, KIND, key, data.name.strip(), after=recorded(_one(call, key)))
    return _shown(call, key)


@patch("/dashboards/{dashboard_id:int}", Action.KEEP_DASHBOARDS)
def change_dashboard(call: AtCall, dashboard_id: FromPath[int], data: JSONBody[DashboardChange]) -> DashboardShape:
    """Its name, and its charts with their order. Another's shared one only by who may share."""
    before, store = _mine(call, dashboard_id), call.rooms.dashboards
    charts = None if data.charts is UNSET else [one.chart() for one in data.charts]
    with call.changing(lambda: _shown(call, dashboard_id)):
        store.change(before, before.name if data.name is UNSET else data.name, shared=before.shared, charts=charts)
    after = _one(call, dashboard_id)
    if after != before:
        told = {"before": recorded(before), "after": recorded(after)}
        call.record(Action.KEEP_DASHBOARDS, KIND, dashboard_id, after.name, **told)
    return _shown(call, dashboard_id)


@patch("/dashboards/{dashboard_id:int}/sharing", Action.SHARE_DASHBOARDS)
def share_dashboard(call: AtCall, dashboard_id: FromPath[int], data: JSONBody[Sharing]) -> DashboardShape | None:
    """Shares it within the environment, or takes that back; `null` where that leaves nothing of it to see."""
    before = _one(call, dashboard_id)
    with call.changing(lambda: _shown(call, dashboard_id)):
        call.rooms.dashboards.change(before, before.name, shared=data.shared)
    if data.shared != before.shared:
        told = {"before": {"shared": before.shared}, "after": {"shared": data.shared}}
        call.record(Action.SHARE_DASHBOARDS, KIND, dashboard_id, before.name, **told)
    return _shown(call, dashboard_id) if data.shared or before.person_id == call.person.id else None


@delete("/dashboards/{dashboard_id:int}", Action.KEEP_DASHBOARDS)
def delete_dashboard(call: AtCall, dashboard_id: FromPath[int]) -> None:
    """Deletes it. Another's shared one only by who may share."""
    found = _mine(call, dashboard_id)
    with call.changing(lambda: _shown(call, dashboard_id)):
        call.rooms.dashboards.delete(found)
    call.record(Action.KEEP_DASHBOARDS, KIND, found.id, found.name, before=recorded(found))


def _one(call: Call, dashboard_id: int) -> Dashboard:
    found: Dashboard = call.rooms.dashboards.get(call.here.id, call.person.id, dashboard_id)
    return found


def _shown(call: Call, dashboard_id: int) -> DashboardShape:
    return dashboard_shape(_one(call, dashboard_id), call.person.id)


def _mine(call: Call, dashboard_id: int) -> Dashboard:
    found = _one(call, dashboard_id)
    if found.person_id != call.person.id and not call.may(Action.SHARE_DASHBOARDS):
        raise NotFoundError(
            f'The dashboard "{found.name}" is {found.person}\'s: only they change it.',
            fix="Make one of your own.",
            code="dashboard-not-found",
        )
    return found


HANDLERS: tuple[Any, ...] = (
    dashboards,
    dashboard,
    dashboard_figures,
    make_dashboard,
    change_dashboard,
    share_dashboard,
    delete_dashboard,
)
