"""The charts: what is counted, by what. Both XML parts are written from them. Pure.

Source: docs `model-driven-apps/understand-charts-underlying-data-chart-representation.md`; dataverse-api 6.11.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from leadferry.solution.components import Component, component_id
from leadferry.solution.markup import element, written
from leadferry.solution.model import Table
from leadferry.solution.tables import LEADS, SUBMISSIONS
from leadferry.solution.views import View, view_of


@dataclass(frozen=True, slots=True)
class Chart:
    """Counts rows of `table` by `group_by`, most first. `kind` is the ChartType; `by_period` groups a moment, oldest
    first: day, week, month."""

    table: Table
    name: str
    description: str
    group_by: str
    kind: str
    view: View
    """What the dashboard lets it count."""
    by_period: str = ""

    @property
    def id(self) -> str:
        return component_id("chart", self.table.name, self.name)


_ALL = view_of(SUBMISSIONS, "All form submissions")

CHARTS: tuple[Chart, ...] = (
    Chart(LEADS, "Leads by source", "Every lead, by lead source.", "leadsourcecode", "Bar",
          view_of(LEADS, "Leads by source")),
    Chart(LEADS, "Leads by LinkedIn campaign", "Leads made from form submissions, by campaign.",
          LEADS["linkedincampaign"].name, "Bar", view_of(LEADS, "LinkedIn leads")),
    Chart(SUBMISSIONS, "Form submissions by campaign", "Which campaign brings how many.",
          SUBMISSIONS["linkedincampaign"].name, "Bar", _ALL),
    Chart(SUBMISSIONS, "Form submissions by form", "Which form brings how many.",
          SUBMISSIONS["linkedinformid"].name, "Bar", _ALL),
    Chart(SUBMISSIONS, "Form submissions over time", "How many a week.",
          SUBMISSIONS["submissiondate"].name, "Line", _ALL, "week"),
    Chart(SUBMISSIONS, "Form submissions by matching status", "What became of them.",
          SUBMISSIONS["matchingstatus"].name, "Pie", _ALL),
)  # fmt: skip


def data_description(chart: Chart) -> str:
    grouping: dict[str, object] = {"groupby": True, "alias": "group", "name": chart.group_by}
    if chart.by_period:
        grouping["dategrouping"] = chart.by_period
    counting = {"alias": "rows", "name": chart.table.primary_id, "aggregate": "count"}
    order = {"alias": "group"} if chart.by_period else {"alias": "rows", "descending": True}
    parts = (element("attribute", grouping), element("attribute", counting), element("order", order))
    entity = element("entity", {"name": chart.table.name}, *parts)
    fetch = element("fetch", {"mapping": "logical", "aggregate": True}, entity)
    measure = element("measurecollection", {}, element("measure", {"alias": "rows"}))
    category = element("categorycollection", {}, element("category", {"alias": "group"}, measure))
    return written(element("datadefinition", {}, element("fetchcollection", {}, fetch), category))


def presentation(chart: Chart) -> str:
    series = element("Series", {}, element("Series", {"ChartType": chart.kind, "IsValueShownAsLabel": "True"}))
    area = element("ChartArea", {}, element("AxisY"), element("AxisX"))
    return written(element("Chart", {}, series, element("ChartAreas", {}, area)))


def chart_components(charts: Iterable[Chart] = CHARTS) -> list[Component]:
    return [
        Component(
            "chart",
            "savedqueryvisualizations",
            "savedqueryvisualizationid",
            chart.id,
            chart.name,
            {"datadescription": data_description(chart), "presentationdescription": presentation(chart)},
            {"primaryentitytypecode": chart.table.name, "isdefault": False},
            chart.table.name,
            chart.description,
        )
        for chart in charts
    ]
