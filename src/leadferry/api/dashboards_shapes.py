"""Dashboards, their charts and the charts' figures, as the API takes and sends them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from leadferry.api.shapes import moment
from leadferry.performance.dashboard_charts import Chart, Dashboard, read_chart
from leadferry.performance.dashboard_drawing import Drawn, Row
from leadferry.performance.figures import date_of
from leadferry.performance.worth_table import amount


class ChartShape(msgspec.Struct, forbid_unknown_fields=True):
    """`shape`: number, line, bars, table or funnel. `measure`: submissions, in-dynamics, created, qualified,
    qualified-share, won, won-share, disqualified, spent, per-lead, per-qualified, impressions, clicks or opens.
    `by`, of bars and tables: as `by` of `figures/costs`. `days`: 7, 30, 90 or 365, up to today. `size`: third, half or
    full. `title` "": the usual one. `narrowing`: as the parameters of `figures`, `{"campaign": "7"}`."""

    shape: str
    measure: str = "submissions"
    by: str = "campaign"
    days: int = 30
    size: str = "half"
    title: str = ""
    narrowing: dict[str, str] = {}

    def chart(self) -> Chart:
        """Raises InputError `bad-chart` or `bad-filter`."""
        plain = {name: str(getattr(self, name)) for name in ("shape", "measure", "by", "days", "size", "title")}
        return read_chart({**self.narrowing, **plain})


class DashboardShape(msgspec.Struct):
    """`mine`: of the person who made the token; others' are there while they are shared."""

    id: int
    name: str
    made_by: str
    mine: bool
    shared: bool
    changed_at: str | None
    charts: list[ChartShape]


class DashboardPage(msgspec.Struct):
    items: list[DashboardShape]
    next: str | None


class NewDashboard(msgspec.Struct, forbid_unknown_fields=True):
    """Without `charts` it begins with those that a new one has at the console."""

    name: str
    charts: list[ChartShape] | UnsetType = UNSET


class DashboardChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays. `charts`: all of them, in their order."""

    name: str | UnsetType = UNSET
    charts: list[ChartShape] | UnsetType = UNSET


class Sharing(msgspec.Struct, forbid_unknown_fields=True):
    """Whether everybody who sees lead performance in the environment sees it."""

    shared: bool


class ChartFigure(msgspec.Struct):
    """`key`: the day, the id (0 for none), the lead type; `all`. `unit`: "" of counts, `%`, or a currency, whose
    amounts are decimals as text, so that nothing is lost."""

    key: str | int
    name: str
    unit: str
    value: float | str
    before: float | str


class ChartFigures(msgspec.Struct):
    """Of the chart at this `place`, counted from 0. Of a funnel its steps."""

    place: int
    title: str
    items: list[ChartFigure]


def dashboard_shape(one: Dashboard, person_id: str) -> DashboardShape:
    mine, charts = one.person_id == person_id, [_shape(chart) for chart in one.charts]
    return DashboardShape(one.id, one.name, one.person, mine, one.shared, moment(one.changed_at), charts)


def _shape(chart: Chart) -> ChartShape:
    narrowing = {name: str(value) for name, value in chart.narrowing.address().items()}
    return ChartShape(chart.shape, chart.measure, chart.by, chart.days, chart.size, chart.title, narrowing)


def chart_figures(found: Drawn) -> ChartFigures:
    if found.steps:
        items = [ChartFigure(step.name.lower(), step.name, "", step.count, step.before) for step in found.steps]
    else:
        items = [_figure(row, _key(found, row)) for row in found.rows]
    return ChartFigures(found.place, found.chart.called, items)


def _key(found: Drawn, row: Row) -> str | int:
    if found.days:
        return date_of(row.key).isoformat()
    key: str | int = "all" if found.chart.shape == "number" else row.key
    return key


def _figure(row: Row, key: str | int) -> ChartFigure:
    unit = row.unit.removeprefix("money:")
    now, before = (amount(int(value)) if unit != row.unit else value for value in (row.now, row.before))
    return ChartFigure(key, row.name, unit, now, before)


def recorded(one: Dashboard | None) -> Mapping[str, Any] | None:
    """For the audit."""
    return {"name": one.name, "charts": [chart.called for chart in one.charts]} if one else None
