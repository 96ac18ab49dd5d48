"""What the forms of a dashboard show, to be held against what is there. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from leadferry.console.edited import Drawn, Part, marks_in
from leadferry.performance.dashboard_charts import MEASURES, PERIODS, SHAPES, SIZES, Chart, Dashboard
from leadferry.performance.narrowing import Narrowing
from leadferry.performance.worth import KINDS
from leadferry.words import _

KIND = "dashboard"
ARRANGED = ("added", "changed", "moved", "removed")
"""What the audit says of charts."""


def about(dashboard: Dashboard) -> Drawn:
    parts = (Part("name", _("Name"), dashboard.name), Part("shared", _("Shared"), dashboard.shared))
    return Drawn(KIND, dashboard.id, parts)


def drawn_chart(dashboard_id: int, chart: Chart) -> Drawn:
    parts = (
        Part("shape", _("Shown as"), chart.shape, SHAPES[chart.shape]),
        Part("measure", _("What"), chart.measure, MEASURES[chart.measure].words),
        Part("by", _("By, of bars and tables"), chart.by, KINDS[chart.by]),
        Part("days", _("Time, up to today"), chart.days, PERIODS[str(chart.days)]),
        Part("size", _("Size"), chart.size, SIZES[chart.size]),
        Part("title", _("Title"), chart.title, chart.title or chart.called),
        Part("narrowing", _("Narrowed"), chart.narrowing.values(), _("Yes") if chart.narrowing.values() else _("No")),
    )
    return Drawn(KIND, dashboard_id, parts, form="chart", also=ARRANGED)


def place_of(dashboard: Dashboard, place: int, tag: str) -> int:
    """Where the chart that a form was drawn from stands now; `place` where it is not told, or not there any more."""
    marks = marks_in(tag)
    alike = [number for number, one in enumerate(dashboard.charts) if drawn_chart(dashboard.id, one).marks == marks]
    return place if place in alike or not alike else alike[0]


def chart_values(chart: Chart) -> dict[str, str]:
    """As its form has it."""
    names = ("shape", "measure", "by", "days", "size", "title")
    narrowed = {name: str(value) for name, value in chart.narrowing.values().items()}
    return {name: str(getattr(chart, name)) for name in names} | narrowed


def merged_chart(typed: Mapping[str, str], now: Chart, untouched: Collection[str]) -> dict[str, str]:
    """The form as it comes back: what was typed, and for what was not touched what is there now."""
    stays = {*untouched, *(Narrowing.__slots__ if "narrowing" in untouched else ())}
    kept = {name: text for name, text in typed.items() if name not in stays}
    return kept | {name: text for name, text in chart_values(now).items() if name in stays}
