"""Making a dashboard: its name, who sees it, its charts and their order. All of it works without script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from litestar import Response
from litestar.params import FromPath, URLEncodedBody

from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.rights import Action
from leadferry.errors import InputError, NotFoundError
from leadferry.performance.breakdown import TYPE_WORDS
from leadferry.performance.dashboard_charts import (
    FIRST,
    LONGEST_TITLE,
    MEASURES,
    PERIODS,
    SHAPES,
    SIZES,
    Dashboard,
    moved,
    read_chart,
)
from leadferry.performance.dashboard_routes import BASE, ONE, list_page, may_change, rooms_of, the_chart, the_dashboard
from leadferry.performance.narrowing import TYPES
from leadferry.performance.worth import KINDS
from leadferry.words import _

Form = URLEncodedBody[dict[str, str]]
KIND = "dashboard"
NEW = {"shape": "bars", "measure": "submissions", "by": "campaign", "days": "30", "size": "half", "title": ""}
NARROW = {
    "owner": _("Only of this account"),
    "campaign": _("Only of this campaign"),
    "form": _("Only of this form"),
}


@post(BASE, Action.KEEP_DASHBOARDS)
def add(desk: AtDesk, data: Form) -> Response[Any]:
    """Begins with some charts, to be changed."""
    name, store = data.get("name", ""), rooms_of(desk).dashboards
    try:
        key = store.add(desk.here.id, desk.person.id, desk.person.name, name, FIRST)
    except InputError as error:
        return list_page(desk, name, str(error))
    desk.record(Action.KEEP_DASHBOARDS, KIND, key, name.strip(), after={"charts": len(FIRST)})
    return desk.go(desk.address(f"dashboards/{key}/edit"), toast=_('"{name}" is made', name=name.strip()))


@page(f"{ONE}/edit", Action.KEEP_DASHBOARDS)
def edit(desk: AtDesk, dashboard_id: FromPath[int]) -> Response[Any]:
    return _form(desk, _mine(desk, dashboard_id))


@post(ONE, Action.KEEP_DASHBOARDS)
def change(desk: AtDesk, dashboard_id: FromPath[int], data: Form) -> Response[Any]:
    """Name, and who sees it."""
    found = _mine(desk, dashboard_id)
    shared = data.get("shared") == "yes" if desk.may(Action.SHARE_DASHBOARDS) else found.shared
    try:
        rooms_of(desk).dashboards.change(found, data.get("name", ""), shared=shared)
    except InputError as error:
        return _form(desk, replace(found, shared=shared), name=data.get("name", ""), wrong={"name": str(error)})
    action = Action.SHARE_DASHBOARDS if shared != found.shared else Action.KEEP_DASHBOARDS
    after = {"name": data.get("name", "").strip(), "shared": shared}
    desk.record(action, KIND, found.id, found.name, before={"name": found.name, "shared": found.shared}, after=after)
    return desk.go(desk.address(f"dashboards/{found.id}"), toast=_("Dashboard saved"))


@post(f"{ONE}/charts", Action.KEEP_DASHBOARDS)
def add_chart(desk: AtDesk, dashboard_id: FromPath[int], data: Form) -> Response[Any]:
    found = _mine(desk, dashboard_id)
    try:
        chart = read_chart(data)
        rooms_of(desk).dashboards.set_charts(found, [*found.charts, chart])
    except InputError as error:
        return _form(desk, found, chart=data, wrong={"chart": str(error)})
    desk.record(Action.KEEP_DASHBOARDS, KIND, found.id, found.name, after={"added": chart.called})
    return desk.go(desk.address(f"dashboards/{found.id}/edit#charts"), toast=_('"{name}" is added', name=chart.called))


@post(f"{ONE}/charts/{{place:int}}", Action.KEEP_DASHBOARDS)
def change_chart(desk: AtDesk, dashboard_id: FromPath[int], place: FromPath[int], data: Form) -> Response[Any]:
    """`do`: up, down, remove, or save what the form says."""
    found = _mine(desk, dashboard_id)
    chart, store = the_chart(found, place), rooms_of(desk).dashboards
    match data.get("do"):
        case "up" | "down" as way:
            store.set_charts(found, moved(found.charts, place, -1 if way == "up" else 1))
            done = {"moved": f"{chart.called}, {way}"}
        case "remove":
            store.set_charts(found, [one for number, one in enumerate(found.charts) if number != place])
            done = {"removed": chart.called}
        case _:
            try:
                chart = read_chart(data)
            except InputError as error:
                return _form(desk, found, chart=data, place=place, wrong={"chart": str(error)})
            store.set_charts(found, [*found.charts[:place], chart, *found.charts[place + 1 :]])
            done = {"changed": chart.called}
    desk.record(Action.KEEP_DASHBOARDS, KIND, found.id, found.name, after=done)
    return desk.go(desk.address(f"dashboards/{found.id}/edit#charts"))


@page(f"{ONE}/charts/{{place:int}}", Action.KEEP_DASHBOARDS)
def chart_form(desk: AtDesk, dashboard_id: FromPath[int], place: FromPath[int]) -> Response[Any]:
    found = _mine(desk, dashboard_id)
    chart = the_chart(found, place)
    narrowed = {name: str(value) for name, value in chart.narrowing.values().items()}
    values = {name: str(getattr(chart, name)) for name in NEW} | narrowed
    return _form(desk, found, chart=values, place=place)


@post(f"{ONE}/delete", Action.KEEP_DASHBOARDS)
def delete(desk: AtDesk, dashboard_id: FromPath[int]) -> Response[Any]:
    found = _mine(desk, dashboard_id)
    rooms_of(desk).dashboards.delete(found)
    before = {"name": found.name, "shared": found.shared, "charts": len(found.charts)}
    desk.record(Action.KEEP_DASHBOARDS, KIND, found.id, found.name, before=before)
    return desk.go(desk.address("dashboards"), toast=_('"{name}" is deleted', name=found.name))


def _mine(desk: Desk, dashboard_id: int) -> Dashboard:
    """Another's shared one is only looked at."""
    found = the_dashboard(desk, dashboard_id)
    if not may_change(desk, found):
        raise NotFoundError(
            _('The dashboard "{name}" is {person}\'s: only they change it.', name=found.name, person=found.person),
            fix=_("Make one of your own."),
            code="dashboard-not-found",
        )
    return found


def _form(
    desk: Desk,
    found: Dashboard,
    *,
    name: str | None = None,
    chart: Mapping[str, str] | None = None,
    place: int | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response[Any]:
    """`place`: of the chart that is being changed; None while one is added."""
    return desk.page(
        "performance/dashboard_edit.html",
        status=422 if wrong else 200,
        dashboard=found,
        name=found.name if name is None else name,
        chart={**NEW, **(chart or {})},
        place=place,
        wrong=wrong or {},
        periods=PERIODS,
        choices=_choices(desk),
        longest=LONGEST_TITLE,
    )


def _choices(desk: Desk) -> list[tuple[str, str, list[tuple[Any, str]]]]:
    """Of a chart: (name, label, [(value, words)])."""
    names = rooms_of(desk).figures.names(desk.here.id)
    found: list[tuple[str, str, list[tuple[Any, str]]]] = [
        ("shape", _("Shown as"), list(SHAPES.items())),
        ("measure", _("What"), [(key, one.words) for key, one in MEASURES.items()]),
        ("by", _("By, of bars and tables"), list(KINDS.items())),
        ("days", _("Time, up to today"), list(PERIODS.items())),
        ("size", _("Size"), list(SIZES.items())),
    ]
    every: tuple[Any, str] = ("", _("All"))
    narrow = [(kind, words, [every, *names[kind].items()]) for kind, words in NARROW.items()]
    return [*found, *narrow, ("type", _("Only of this source"), [every, *((one, TYPE_WORDS[one]) for one in TYPES)])]


HANDLERS: tuple[Any, ...] = (add, edit, change, add_chart, chart_form, change_chart, delete)
