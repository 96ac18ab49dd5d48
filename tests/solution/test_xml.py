"""Views, charts, forms, dashboard and site map name only what there is, and hang together as Dynamics reads them."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from leadferry.simulators.dataverse.definitions.standard import standard_catalog
from leadferry.solution.charts import CHARTS, Chart, data_description, presentation
from leadferry.solution.components import OBJECT_CODE
from leadferry.solution.form_xml import CONTROL_OF, DASHBOARD_ID, GRID, dashboard_xml, form_xml
from leadferry.solution.forms import LEAD_INFO, MAIN_FORMS, Form
from leadferry.solution.model import Kind, Table
from leadferry.solution.publishing import publish_xml
from leadferry.solution.sitemap import SETTINGS, USE, console_in, entries_in, site_map_xml
from leadferry.solution.tables import LEADS, PAIRS, TABLES
from leadferry.solution.views import VIEWS, View, fetch_xml, layout_xml, view_of
from leadferry.solution.wanted import wanted

PLATFORM = {"createdon": Kind.MOMENT, "modifiedon": Kind.MOMENT, "ownerid": Kind.LOOKUP, "statecode": Kind.CHOICE,
            "statuscode": Kind.CHOICE}  # fmt: skip
LEAD = standard_catalog().tables["lead"]
LEAD_KINDS = {"Picklist": Kind.CHOICE, "Status": Kind.CHOICE, "Owner": Kind.LOOKUP, "DateTime": Kind.MOMENT,
              "Memo": Kind.MEMO, "String": Kind.TEXT}  # fmt: skip
TABLE_NAMES = {table.name: table for table in (*TABLES, LEADS)}


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own


def kind_of(table: Table, column: str) -> Kind | None:
    """None for a column that the table has not."""
    declared = {one.name: one.kind for one in table.columns} | {table.primary_id: None}
    if column in declared:
        return declared[column] or Kind.TEXT
    if table is LEADS:
        found = LEAD.columns.get(column)
        return LEAD_KINDS.get(found.kind, Kind.TEXT) if found else None
    if table.organization_owned and column == "ownerid":
        return None
    return PLATFORM.get(column)


of_views = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
of_charts = pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
of_forms = pytest.mark.parametrize("form", MAIN_FORMS, ids=lambda form: form.name)


@of_views
def test_a_view_names_columns_that_its_table_has(view: View) -> None:
    entity = parsed(fetch_xml(view))[0]
    assert entity.get("name") == view.table.name
    named = [
        one.get("name") or one.get("attribute") or ""
        for tag in ("attribute", "order", "condition")
        for one in entity.iter(tag)
    ]
    assert [name for name in named if not kind_of(view.table, name)] == []


@of_views
def test_a_view_shows_exactly_what_it_fetches(view: View) -> None:
    grid = parsed(layout_xml(view))
    fetched = {one.get("name") for one in parsed(fetch_xml(view)).iter("attribute")}
    shown = [one.get("name") for one in grid.iter("cell")]
    assert grid.get("object") == OBJECT_CODE
    assert grid[0].get("id") == view.table.primary_id
    assert set(shown) | {view.table.primary_id, view.order} == fetched
    assert len(shown) == len(set(shown))


def test_every_table_has_a_view_and_a_form() -> None:
    assert {view.table.name for view in VIEWS} == TABLE_NAMES.keys() == {form.table.name for form in MAIN_FORMS}


def test_a_condition_of_a_view_names_an_option_that_exists() -> None:
    for view in VIEWS:
        for column, operator, value in view.conditions:
            choice = view.table.short.get(column.removeprefix("ferry_"))
            assert operator == "eq"
            assert choice is None or int(value) in view.table.choice_of(choice).values()


@of_charts
def test_a_chart_counts_its_table_by_a_column_that_it_has(chart: Chart) -> None:
    data = parsed(data_description(chart))
    fetch, category = data.find("fetchcollection/fetch"), data.find("categorycollection/category")
    assert fetch is not None
    assert category is not None
    group, count, order = fetch[0]
    expected = {"alias": "group"} if chart.by_period else {"alias": "rows", "descending": "true"}
    assert order.attrib == expected, "most first, or oldest first"
    assert (fetch[0].get("name"), fetch.get("aggregate")) == (chart.table.name, "true")
    assert kind_of(chart.table, group.get("name") or "")
    assert (count.get("name"), count.get("aggregate")) == (chart.table.primary_id, "count")
    assert category.get("alias") == group.get("alias")
    assert [one.get("alias") for one in category.iter("measure")] == [count.get("alias")]


@of_charts
def test_a_chart_has_a_series_for_each_of_its_measures(chart: Chart) -> None:
    shown = parsed(presentation(chart))
    measures = parsed(data_description(chart)).iter("measurecollection")
    assert [one.get("ChartType") for one in shown.findall("Series/Series")] == [chart.kind] * len(list(measures))
    assert chart.view.table is chart.table
    assert bool(chart.by_period) == (kind_of(chart.table, chart.group_by) is Kind.MOMENT)


@of_forms
def test_a_form_shows_columns_that_its_table_has_with_the_control_of_their_type(form: Form) -> None:
    controls = [one for one in parsed(form_xml(form)).iter("control") if one.get("datafieldname")]
    assert [one.get("datafieldname") for one in controls if one.get("datafieldname") not in form.columns()] == []
    for control in controls:
        kind = kind_of(form.table, control.get("datafieldname") or "")
        assert kind, control.get("datafieldname")
        assert control.get("classid") == CONTROL_OF[kind]


@of_forms
def test_what_leadferry_counts_is_not_typed_into_a_form(form: Form) -> None:
    counted = {column.name for column in form.table.columns if column.counted}
    controls = [one for one in parsed(form_xml(form)).iter("control") if one.get("datafieldname")]
    assert {one.get("datafieldname") for one in controls if one.get("disabled") == "true"} == counted & set(
        form.columns()
    )


@of_forms
def test_a_list_on_a_form_follows_a_relationship_between_the_two_tables(form: Form) -> None:
    pairs = {pair.schema_name: {pair.table_1, pair.table_2} for pair in PAIRS}
    for grid in form.grids():
        pointing = {column.relationship: column.target for column in grid.table.lookups()}
        reached = (
            pairs[grid.relationship] - {grid.table.name}
            if grid.relationship in pairs
            else {pointing[grid.relationship]}
        )
        assert reached == {form.table.name}


@of_forms
def test_ids_within_a_form_are_unique_and_lists_have_their_rows(form: Form) -> None:
    root = parsed(form_xml(form))
    ids = [one.get("id") for one in root.iter() if one.tag in {"tab", "section", "cell", "header"}]
    assert len(ids) == len(set(ids))
    controls = [one.get("id") for one in root.iter("control")]
    assert len(controls) == len(set(controls))
    for section in root.iter("section"):
        spans = [int(cell.get("rowspan") or 1) for cell in section.iter("cell")]
        assert sum(spans) == len(list(section.iter("row")))


def test_the_lead_s_tab_is_the_original_s() -> None:
    names = [section.name for section in LEAD_INFO.sections]
    assert (LEAD_INFO.name, LEAD_INFO.label) == ("LinkedIn_Lead_Info", "LinkedIn Lead Info")
    assert names == ["LinkedIn_Contact", "Company", "Education", "Source_Context", "LINKEDIN_FORM_SUBMISSIONS"]


def test_the_dashboard_shows_every_chart_over_its_view() -> None:
    root = parsed(dashboard_xml())
    controls = list(root.iter("control"))
    shown = {(one.findtext("parameters/VisualizationId"), one.findtext("parameters/ViewId")) for one in controls}
    assert shown == {(f"{{{chart.id.upper()}}}", f"{{{chart.view.id.upper()}}}") for chart in CHARTS}
    assert {one.get("classid") for one in controls} == {GRID}
    for section in root.iter("section"):
        rows = len(list(section.iter("row")))
        assert {int(cell.get("rowspan") or 0) for cell in section.iter("cell")} == {rows}


def test_settings_in_the_site_map_open_the_console_and_lists_open_tables() -> None:
    opens = dict(entries_in(site_map_xml("https://ferry.example/e/1")))
    assert opens["ferry_strategies"] == "https://ferry.example/e/1/strategies"
    assert opens["ferry_profiles"] == "ferry_linkedinuserprofile"
    assert opens["ferry_performance"] == f"{{{DASHBOARD_ID.upper()}}}"
    assert [entry.title for entry in (*USE, *SETTINGS)] == [
        "User Profiles", "Form Submissions", "Sync Status", "Lead Matching Strategies", "Lead Field Mappings",
        "Configuration",
    ]  # fmt: skip


def test_the_console_s_address_is_read_back_from_a_site_map() -> None:
    assert console_in(site_map_xml("https://ferry.example/e/1")) == "https://ferry.example/e/1"
    assert console_in(site_map_xml("")) == ""


def test_without_a_console_every_entry_opens_a_table() -> None:
    tables = {what for name, what in entries_in(site_map_xml("")) if name != "ferry_performance"}
    assert tables <= TABLE_NAMES.keys()


def test_only_our_own_things_and_the_lead_are_published() -> None:
    root = parsed(publish_xml(wanted("unit", "")))
    assert {one.text for one in root.iter("entity")} == TABLE_NAMES.keys()
    assert all((one.text or "").startswith("ferry_") for one in root.iter("optionset"))


def test_a_grid_s_view_is_a_view_of_its_table() -> None:
    assert all(view_of(grid.table).table is grid.table for form in MAIN_FORMS for grid in form.grids())


def test_component_ids_differ() -> None:
    ids = [component.id for component in wanted("unit", "").components]
    assert len(ids) == len(set(ids))
