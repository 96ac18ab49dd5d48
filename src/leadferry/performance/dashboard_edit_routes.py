"""Making a dashboard: its name, who sees it, its charts and their order. All of it works without script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from litestar import Response
from litestar.params import FromPath, URLEncodedBody

from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.edited import ChangedMeanwhileError, Drawn
from leadferry.console.edited_routes import saving
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
    Chart,
    Dashboard,
    moved,
    read_chart,
)
from leadferry.performance.dashboard_edited import KIND, about, chart_values, drawn_chart, merged_chart, place_of
from leadferry.performance.dashboard_routes import BASE, ONE, list_page, may_change, rooms_of, the_chart, the_dashboard
from leadferry.performance.narrowing import TYPES
from leadferry.performance.worth import KINDS
from leadferry.store.statements import settled
from leadferry.words import _, together

Form = URLEncodedBody[dict[str, str]]
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
    found, name = _mine(desk, dashboard_id), data.get("name", "")
    shared = data.get("shared") == "yes" if desk.may(Action.SHARE_DASHBOARDS) else found.shared
    wanted = replace(found, name=" ".join(name.split()), shared=shared)
    try:
        with saving(desk, lambda: about(_mine(desk, dashboard_id)), about(wanted)):
            rooms_of(desk).dashboards.change(found, name, shared=shared)
            action = Action.SHARE_DASHBOARDS if shared != found.shared else Action.KEEP_DASHBOARDS
            told = {
                "before": {"name": found.name, "shared": found.shared},
                "after": {"name": wanted.name, "shared": shared},
            }
            desk.record(action, KIND, found.id, found.name, **told)
    except ChangedMeanwhileError as error:
        now = _mine(desk, dashboard_id)
        stay = {key: getattr(now, key) for key in error.changed.untouched}
        return _form(desk, now, typed=replace(wanted, **stay), refused="about")
    except InputError as error:
        return _form(desk, found, typed=replace(wanted, name=name), wrong={"name": str(error)})
    return desk.go(desk.address(f"dashboards/{found.id}"), toast=_("Dashboard saved"))


@post(f"{ONE}/charts", Action.KEEP_DASHBOARDS)
def add_chart(desk: AtDesk, dashboard_id: FromPath[int], data: Form) -> Response[Any]:
    """At the end of those that are there now."""
    try:
        chart = read_chart(data)
        with settled(desk.rooms.database, desk.here.id):
            found = _mine(desk, dashboard_id)
            rooms_of(desk).dashboards.set_charts(found, [*found.charts, chart])
            desk.record(Action.KEEP_DASHBOARDS, KIND, found.id, found.name, after={"added": chart.called})
    except InputError as error:
        return _form(desk, _mine(desk, dashboard_id), chart=data, wrong={"chart": str(error)})
    return desk.go(desk.address(f"dashboards/{found.id}/edit#charts"), toast=_('"{name}" is added', name=chart.called))


@post(f"{ONE}/charts/{{place:int}}", Action.KEEP_DASHBOARDS)
def change_chart(desk: AtDesk, dashboard_id: FromPath[int], place: FromPath[int], data: Form) -> Response[Any]:
    """`do`: up, down, remove, or save what the form says; of the chart that the form was drawn from, wherever it stands
    by now."""
    if data.get("do") in {"up", "down", "remove"}:
        return _arrange(desk, dashboard_id, place, str(data["do"]))
    try:
        chart = read_chart(data)
    except InputError as error:
        return _form(desk, _mine(desk, dashboard_id), chart=data, place=place, wrong={"chart": str(error)})
    try:
        with saving(desk, lambda: _at(desk, dashboard_id, place), drawn_chart(dashboard_id, chart)):
            found = _mine(desk, dashboard_id)
            there = place_of(found, place, desk.sent_tag)
            _put(desk, found, [*found.charts[:there], chart, *found.charts[there + 1 :]], {"changed": chart.called})
    except ChangedMeanwhileError as error:
        found = _mine(desk, dashboard_id)
        merged = merged_chart(data, found.charts[place], error.changed.untouched)
        return _form(desk, found, chart=merged, place=place, refused="chart")
    except NotFoundError as error:
        return _gone(desk, dashboard_id, error, data)
    return desk.go(desk.address(f"dashboards/{dashboard_id}/edit#charts"))


def _arrange(desk: Desk, dashboard_id: int, place: int, do: str) -> Response[Any]:
    try:
        with saving(desk, lambda: _at(desk, dashboard_id, place), None):
            found = _mine(desk, dashboard_id)
            there = place_of(found, place, desk.sent_tag)
            called = the_chart(found, there).called
            if do == "remove":
                left = [one for number, one in enumerate(found.charts) if number != there]
                _put(desk, found, left, {"removed": called})
            else:
                _put(desk, found, moved(found.charts, there, -1 if do == "up" else 1), {"moved": f"{called}, {do}"})
    except ChangedMeanwhileError:
        return _form(desk, _mine(desk, dashboard_id), refused="chart")
    except NotFoundError as error:
        return _gone(desk, dashboard_id, error, {})
    return desk.go(desk.address(f"dashboards/{dashboard_id}/edit#charts"))


def _put(desk: Desk, found: Dashboard, charts: list[Chart], done: Mapping[str, str]) -> None:
    rooms_of(desk).dashboards.set_charts(found, charts)
    desk.record(Action.KEEP_DASHBOARDS, KIND, found.id, found.name, after=done)


def _at(desk: Desk, dashboard_id: int, place: int) -> Drawn:
    found = _mine(desk, dashboard_id)
    return drawn_chart(found.id, the_chart(found, place_of(found, place, desk.sent_tag)))


def _gone(desk: Desk, dashboard_id: int, error: NotFoundError, typed: Mapping[str, str]) -> Response[Any]:
    """Somebody has removed the chart: what was typed can be added anew. Raises where the dashboard itself is gone."""
    if error.code != "no-chart":
        raise error
    told = _("The chart is not there any more; nothing was changed.")
    again = _("What you typed stands here: add it, and it comes last.") if typed else ""
    return _form(desk, _mine(desk, dashboard_id), chart=typed, wrong={"chart": together(filter(None, (told, again)))})


@page(f"{ONE}/charts/{{place:int}}", Action.KEEP_DASHBOARDS)
def chart_form(desk: AtDesk, dashboard_id: FromPath[int], place: FromPath[int]) -> Response[Any]:
    found = _mine(desk, dashboard_id)
    return _form(desk, found, chart=chart_values(the_chart(found, place)), place=place)


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
    typed: Dashboard | None = None,
    chart: Mapping[str, str] | None = None,
    place: int | None = None,
    wrong: Mapping[str, str] | None = None,
    refused: str = "",
) -> Response[Any]:
    """`typed`: name and sharing as the form has them. `place`: of the chart that is being changed; None while one is
    added. `refused`: the form that could not be saved, because of what somebody else has saved since."""
    return desk.page(
        "performance/dashboard_edit.html",
        status=422 if wrong else 200,
        dashboard=found,
        typed=typed or found,
        chart={**NEW, **(chart or {})},
        place=place,
        wrong=wrong or {},
        refused=refused,
        drawn=about(found),
        drawn_chart=partial(drawn_chart, found.id),
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
