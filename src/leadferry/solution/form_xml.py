"""Forms and the dashboard as Dynamics keeps them: FormXML, with ids of ours for every tab, section and cell. Pure.

Source: docs `model-driven-apps/form-xml-schema.md`, `create-dashboard.md`; dataverse-api 6.11.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element

from leadferry.solution.charts import CHARTS, Chart
from leadferry.solution.components import Component, component_id
from leadferry.solution.forms import MAIN_FORMS, Form, Grid, Section, Tab
from leadferry.solution.markup import braced, element, labels, parameters, rows_of, written
from leadferry.solution.model import Kind
from leadferry.solution.views import view_of

MAIN, DASHBOARD = 2, 0
DASHBOARD_NAME = "LinkedIn lead performance"
DASHBOARD_ID = component_id("dashboard", DASHBOARD_NAME)
GRID = "{E7A81278-8635-4D9E-8D4D-59480B391C5B}"
_GRID_ROWS, _CHART_ROWS, _CHARTS_A_ROW = 8, 12, 3

CONTROL_OF: Mapping[Kind, str] = {
    Kind.TEXT: "{4273EDBD-AC1D-40D3-9FB2-095C621B552D}",
    Kind.MEMO: "{E0DECE4B-6FC8-4A8F-A065-082708572369}",
    Kind.WHOLE: "{C6D124CA-7EDA-4A60-AEA9-7FB8D318B68F}",
    Kind.MOMENT: "{5B773807-9FB2-42DB-97C3-7A91EFF8ADFF}",
    Kind.YES_NO: "{67FAC785-CD58-4F9F-ABB3-4B7DDC6ED5ED}",
    Kind.CHOICE: "{3EF39988-22BB-4F0B-BBBE-64B5A3748AEE}",
    Kind.LOOKUP: "{270BD3DB-D9AF-4782-9025-509E298DEC0A}",
}
"""Which control shows a column of which type."""

_OF_DYNAMICS: Mapping[str, tuple[str, Kind]] = {
    "ownerid": ("Owner", Kind.LOOKUP),
    "statecode": ("Status", Kind.CHOICE),
    "statuscode": ("Status Reason", Kind.CHOICE),
    "createdon": ("Created On", Kind.MOMENT),
    "leadsourcecode": ("Lead Source", Kind.CHOICE),
    "subject": ("Topic", Kind.TEXT),
    "firstname": ("First Name", Kind.TEXT),
    "lastname": ("Last Name", Kind.TEXT),
    "jobtitle": ("Job Title", Kind.TEXT),
    "companyname": ("Company Name", Kind.TEXT),
    "emailaddress1": ("Email", Kind.TEXT),
    "telephone1": ("Business Phone", Kind.TEXT),
    "mobilephone": ("Mobile Phone", Kind.TEXT),
    "websiteurl": ("Website", Kind.TEXT),
    "description": ("Description", Kind.MEMO),
}
"""Columns that every environment has, with their label and type."""


def form_xml(form: Form) -> str:
    tabs = element("tabs", {}, *(_tab(form, tab) for tab in form.tabs))
    cells = [_cell(form, "header", name) for name in form.header]
    header = {"id": _id(form, "header"), "celllabelposition": "Top", "columns": "1" * max(1, len(cells))}
    return written(
        element("form", {}, tabs, element("header", header, element("rows", {}, element("row", {}, *cells))))
    )


def _tab(form: Form, tab: Tab) -> Element:
    sections = element("sections", {}, *(_section(form, tab, section) for section in tab.sections))
    columns = element("columns", {}, element("column", {"width": "100%"}, sections))
    named = {"name": tab.name, "id": _id(form, tab.name), "expanded": True, "showlabel": True, "IsUserDefined": 1}
    return element("tab", named, labels(tab.label), columns)


def _section(form: Form, tab: Tab, section: Section) -> Element:
    rows = rows_of(_cell(form, f"{tab.name}/{section.name}", name) for name in section.columns)
    for grid in section.grids:
        rows += _grid_rows(form, grid)
    named = {"name": section.name, "id": _id(form, tab.name, section.name), "showlabel": True, "showbar": False}
    named |= {"columns": 1, "IsUserDefined": 0}
    return element("section", named, labels(section.label), element("rows", {}, *rows))


def _cell(form: Form, place: str, name: str) -> Element:
    declared = form.table.short.get(name.removeprefix("ferry_"))
    mine = declared is not None and declared.name == name
    label, kind = (declared.label, declared.kind) if declared and mine else _OF_DYNAMICS[name]
    control = {
        "id": _control_id(form, place, name),
        "classid": CONTROL_OF[kind],
        "datafieldname": name,
        "disabled": bool(declared and mine and declared.counted),
    }
    return element("cell", {"id": _id(form, place, name)}, labels(label), element("control", control))


def _control_id(form: Form, place: str, name: str) -> str:
    """Must be unique in the form, also where two tabs show the same column."""
    alone = place != "header" and form.columns().count(name) == 1
    return name if alone else f"{place.replace('/', '_')}_{name}"


def _grid_rows(form: Form, grid: Grid) -> list[Element]:
    """A list takes several rows: the first holds it, the others are empty."""
    values = {
        "ViewId": braced(view_of(grid.table).id),
        "IsUserView": "false",
        "RelationshipName": grid.relationship,
        "TargetEntityType": grid.table.name,
        "AutoExpand": "Fixed",
        "EnableQuickFind": "false",
        "EnableViewPicker": "false",
        "RecordsPerPage": "8",
    }
    control = element("control", {"id": grid.name, "classid": GRID, "indicationOfSubgrid": True}, parameters(values))
    cell = element("cell", {"id": _id(form, "grid", grid.name), "rowspan": _GRID_ROWS}, labels(grid.label), control)
    return [element("row", {}, cell), *(element("row") for _ in range(_GRID_ROWS - 1))]


def _id(form: Form, *parts: str) -> str:
    return braced(component_id("form part", form.id, *parts))


def dashboard_xml(charts: Iterable[Chart] = CHARTS) -> str:
    """Three charts in a row; the rowspan of a chart equals the number of its row elements."""
    sections = [_dashboard_section(place, some) for place, some in enumerate(_by(_CHARTS_A_ROW, list(charts)))]
    column = element("column", {"width": "100%"}, element("sections", {}, *sections))
    named = {"name": "performance", "id": _dashboard_id("tab"), "expanded": True, "showlabel": False}
    tab = element("tab", named, labels(DASHBOARD_NAME), element("columns", {}, column))
    return written(element("form", {}, element("tabs", {}, tab)))


def _by(size: int, charts: list[Chart]) -> Iterator[list[Chart]]:
    return (charts[start : start + size] for start in range(0, len(charts), size))


def _dashboard_section(place: int, charts: list[Chart]) -> Element:
    cells = [_dashboard_cell(chart) for chart in charts]
    rows = [element("row", {}, *cells), *(element("row") for _ in range(_CHART_ROWS - 1))]
    named = {"name": f"charts_{place}", "id": _dashboard_id("section", str(place)), "showlabel": False}
    named |= {"showbar": False, "columns": "1" * len(charts)}
    return element("section", named, labels("Charts"), element("rows", {}, *rows))


def _dashboard_cell(chart: Chart) -> Element:
    values = {
        "ViewId": braced(chart.view.id),
        "IsUserView": "false",
        "TargetEntityType": chart.table.name,
        "ChartGridMode": "Chart",
        "VisualizationId": braced(chart.id),
        "RecordsPerPage": "10",
        "AutoExpand": "Fixed",
        "EnableViewPicker": "true",
        "EnableChartPicker": "false",
    }
    control = element("control", {"id": f"chart_{chart.id[:8]}", "classid": GRID}, parameters(values))
    named = {"id": _dashboard_id("cell", chart.id), "rowspan": _CHART_ROWS, "colspan": 1}
    return element("cell", named, labels(chart.name), control)


def _dashboard_id(*parts: str) -> str:
    return braced(component_id("dashboard part", *parts))


def form_components(forms: Iterable[Form] = MAIN_FORMS) -> list[Component]:
    return [
        Component(
            "form",
            "systemforms",
            "formid",
            form.id,
            form.name,
            {"formxml": form_xml(form)},
            {"objecttypecode": form.table.name, "type": MAIN},
            form.table.name,
            f"Main form {form.name}.",
        )
        for form in forms
    ]


def dashboard_component() -> Component:
    return Component(
        "dashboard",
        "systemforms",
        "formid",
        DASHBOARD_ID,
        DASHBOARD_NAME,
        {"formxml": dashboard_xml()},
        {"objecttypecode": "none", "type": DASHBOARD},
        description="What LinkedIn lead gen forms bring.",
    )
