"""The whole solution in a simulated environment, over HTTP."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterator

import pytest

import simulated
from leadferry.dataverse.customizing_client import CustomizingClient
from leadferry.dataverse.metadata import ColumnType
from leadferry.errors import DataverseError
from leadferry.solution.charts import CHARTS
from leadferry.solution.form_xml import DASHBOARD_ID
from leadferry.solution.forms import MAIN_FORMS
from leadferry.solution.install_worker import Progress
from leadferry.solution.model import Kind
from leadferry.solution.roles import MASKS, ROLES
from leadferry.solution.sitemap import APP_ID, SITE_MAP_ID
from leadferry.solution.tables import LEAD_SOURCE, LEADS, PAIRS, SUBMISSIONS, TABLES
from leadferry.solution.views import VIEWS
from leadferry.solution.wanted import SOLUTION_ID, UNIQUE_NAME, solution_version
from scripted_service import Time
from services import Dynamics
from solution.conftest import Environment

CONSOLE = "https://ferry.example/e/1"


@pytest.fixture(scope="module")
def told() -> list[Progress]:
    """What the one installation of this file told."""
    return []


@pytest.fixture(scope="module")
def installed(told: list[Progress]) -> Iterator[Environment]:
    time = Time()
    with simulated.fresh(time.clock) as running:
        environment = Environment(Dynamics(running), time)
        environment.installer(console_url=CONSOLE).install(told.append)
        yield environment


def test_afterwards_there_is_nothing_to_do(installed: Environment) -> None:
    assert installed.installer().plan() == []
    status = installed.installer().status()
    assert (status.state, status.version, status.console_url) == ("installed", solution_version(), CONSOLE)


def test_a_second_installation_writes_nothing(installed: Environment) -> None:
    before = installed.writes()
    assert installed.installer().install().steps == 0
    assert installed.writes() == before


def test_progress_goes_from_the_first_step_to_the_check(installed: Environment, told: list[Progress]) -> None:
    assert [one.done for one in told] == list(range(told[0].total + 1))
    assert (told[0].doing, told[-1].doing) == ("create publisher leadferry", "check")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_is_there_with_its_columns(installed: Environment, table: object) -> None:
    declared = next(one for one in TABLES if one is table)
    found = installed.client().table(declared.name)
    assert (found.entity_set, found.primary_id, found.primary_name) == (
        declared.entity_set, declared.primary_id, declared.primary_name
    )  # fmt: skip
    for column in declared.columns:
        there = found.columns[column.name]
        assert there.type == ColumnType(column.kind.value)
        assert (there.max_length or 0) == column.max_length
        assert there.required == column.required
        if column.kind is Kind.LOOKUP:
            assert dict(there.navigation) == {column.target: column.schema_name}
        if column.options:
            assert dict(there.options) == declared.choice_of(column).values()


def test_the_lead_has_its_columns_and_its_source(installed: Environment) -> None:
    lead = installed.client().table("lead")
    assert {column.name for column in LEADS.columns} <= lead.columns.keys()
    assert lead.columns["leadsourcecode"].options[LEAD_SOURCE] == "LinkedIn Sponsored Content"
    assert lead.columns["leadsourcecode"].options[8] == "Web"


def test_a_mirror_can_write_and_find_rows_by_the_declared_names(installed: Environment) -> None:
    client, s = installed.client(), SUBMISSIONS
    lead = client.create("leads", {"lastname": "Roy", "leadsourcecode": LEAD_SOURCE})
    text_id = s["linkedinformsubmission_textid"].name
    row = {s.primary_name: "x", text_id: "1f0c7a52-4", s["lead"].bind: f"/leads({lead})"}
    made = client.create(s.entity_set, row)
    found = client.get(s.entity_set, made, [s["lead"].read_name, s["matchingstatus"].name])
    assert (found[s["lead"].read_name], found[s["matchingstatus"].name]) == (lead, 192350000)
    with pytest.raises(DataverseError) as caught:
        client.create(s.entity_set, row)
    assert caught.value.code == "dataverse-duplicate"
    client.delete("leads", lead)
    assert client.get(s.entity_set, made, [s["lead"].read_name])[s["lead"].read_name] is None
    client.delete(s.entity_set, made)


def test_many_to_many_rows_can_be_linked(installed: Environment) -> None:
    client = installed.client()
    ids = [client.create(table.entity_set, {table.primary_name: "x"}) for table in (TABLES[0], TABLES[1])]
    expand = f"{PAIRS[0].schema_name}($select={TABLES[1].primary_id})"
    path = f"{TABLES[0].entity_set}({ids[0]})/{PAIRS[0].schema_name}"
    CustomizingClient(client).link(path, f"{TABLES[1].entity_set}({ids[1]})")
    rows = list(client.query(TABLES[0].entity_set, select=[TABLES[0].primary_id], expand=expand))
    assert [one[TABLES[1].primary_id] for one in rows[0][PAIRS[0].schema_name]] == [ids[1]]


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_role_holds_what_the_table_of_roles_says(installed: Environment, role: object) -> None:
    declared = next(one for one in ROLES if one is role)
    client = installed.client()
    names = {row["privilegeid"]: row["name"] for row in client.query("privileges", select=["privilegeid", "name"])}
    rows = client.query(
        "roleprivilegescollection", select=["privilegeid", "privilegedepthmask"], filter=f"roleid eq {declared.id}"
    )
    held = {names[row["privilegeid"]]: row["privilegedepthmask"] for row in rows}
    wanted = {name: MASKS[depth] for name, depth in declared.privileges().items() if name in names.values()}
    assert held == wanted
    assert [name for name in declared.privileges() if "ferry_" in name and name not in held] == []


def test_views_charts_forms_dashboard_and_app_are_there(installed: Environment) -> None:
    client = installed.client()
    for entity_set, primary_id, ids in (
        ("savedqueries", "savedqueryid", {view.id for view in VIEWS}),
        ("savedqueryvisualizations", "savedqueryvisualizationid", {chart.id for chart in CHARTS}),
        ("systemforms", "formid", {*(form.id for form in MAIN_FORMS), DASHBOARD_ID}),
        ("sitemaps", "sitemapid", {SITE_MAP_ID}),
        ("appmodules", "appmoduleid", {APP_ID}),
    ):
        assert client.existing_ids(entity_set, primary_id, sorted(ids)) == ids


def test_the_app_is_seen_by_the_two_roles_of_people_and_by_no_other(installed: Environment) -> None:
    rows = installed.client().query(
        "appmodules", select=["appmoduleid"], expand="appmoduleroles_association($select=name)"
    )
    [app] = [row for row in rows if row["appmoduleid"] == APP_ID]
    seen_by = {role["name"] for role in app["appmoduleroles_association"]}
    assert seen_by == {role.name for role in ROLES if role.for_people}
    assert len(seen_by) == 2


def test_a_view_s_layout_names_its_table_by_number(installed: Environment) -> None:
    view = next(view for view in VIEWS if view.table is SUBMISSIONS)
    layout = installed.client().get("savedqueries", view.id, ["layoutxml"])["layoutxml"]
    code = installed.client().connection.call("GET", f"EntityDefinitions(LogicalName='{SUBMISSIONS.name}')", what="x")
    assert f'object="{int(json.loads(code.body)["ObjectTypeCode"])}"' in layout


def test_every_part_is_in_the_solution(installed: Environment) -> None:
    rows = installed.client().query(
        "solutioncomponents", select=["componenttype", "objectid"], filter=f"_solutionid_value eq {SOLUTION_ID}"
    )
    kinds = [row["componenttype"] for row in rows]
    assert kinds.count(20) == len(ROLES)
    assert kinds.count(26) >= len(VIEWS)
    assert kinds.count(59) == len(CHARTS)
    assert kinds.count(1) >= len(TABLES)
    assert {9, 60, 62, 80} <= set(kinds)


def test_the_platform_can_export_it_as_a_managed_package(installed: Environment) -> None:
    asked = {"SolutionName": UNIQUE_NAME, "Managed": True}
    answer = CustomizingClient(installed.client()).action("ExportSolution", asked)
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(answer["ExportSolutionFile"]))) as package:
        manifest = package.read("solution.xml").decode()
    assert f"<UniqueName>{UNIQUE_NAME}</UniqueName>" in manifest
    assert all(f'schemaName="{table.name}"' in manifest for table in TABLES)


def test_another_console_s_address_changes_the_site_map_and_is_kept(installed: Environment) -> None:
    installed.installer(console_url="https://other.example/e/1").install()
    xml = installed.client().get("sitemaps", SITE_MAP_ID, ["sitemapxml"])["sitemapxml"]
    assert 'Url="https://other.example/e/1/strategies"' in xml
    assert installed.installer().plan() == []
    installed.installer(console_url=CONSOLE).install()
