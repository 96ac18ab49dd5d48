"""What is asked before anything changes, and what taking the solution away leaves."""

from __future__ import annotations

from typing import Any

import pytest

from leadferry.dataverse.customizing_client import CustomizingClient
from leadferry.errors import InputError, LeadferryError
from leadferry.simulators.dataverse.users import USER_ID
from leadferry.solution import definitions
from leadferry.solution.columns import text
from leadferry.solution.sitemap import checked_console_url
from leadferry.solution.tables import ACCOUNTS, LEAD_SOURCE, PROFILES
from solution.conftest import Environment


def keep_all_but(environment: Environment, lacking: set[str]) -> None:
    """The application user's only role from now on holds every privilege but these."""
    client = environment.client()
    unit = client.who_am_i().business_unit_id
    role = client.create("roles", {"name": "Installer", "businessunitid@odata.bind": f"/businessunits({unit})"})
    granted = [
        {"PrivilegeId": row["privilegeid"], "Depth": "Global", "BusinessUnitId": unit}
        for row in client.query("privileges", select=["privilegeid", "name"])
        if row["name"] not in lacking
    ]
    CustomizingClient(client).action(f"roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole", {"Privileges": granted})
    environment.dynamics.call("PUT", f"users/{USER_ID}", {"roles": ["Installer"]})


def test_missing_privileges_are_named_before_anything_changes(environment: Environment) -> None:
    lacking = {"prvCreateEntity", "prvWriteRole", "prvPublishCustomization"}
    keep_all_but(environment, lacking)
    before = environment.writes()
    with pytest.raises(LeadferryError) as caught:
        environment.small().install()
    assert caught.value.code == "solution-privileges"
    assert all(name in caught.value.message for name in lacking)
    assert "lacks 3 privileges" in caught.value.message
    assert environment.writes() == before
    assert environment.small().status().state == "missing"


def test_an_installation_with_just_enough_privileges_goes_through(environment: Environment) -> None:
    """System Customizer, and the right to write roles: what the how-to says."""
    environment.dynamics.call("PUT", f"users/{USER_ID}", {"roles": ["System Customizer"]})
    environment.small().install()
    assert environment.small().plan() == []


def test_an_upgrade_needs_an_installation(environment: Environment) -> None:
    with pytest.raises(InputError) as caught:
        environment.small().upgrade()
    assert caught.value.code == "solution-missing"


def test_a_new_version_is_an_upgrade_and_keeps_rows(environment: Environment) -> None:
    environment.small(version="0.9.0.0").install()
    row = environment.client().create(PROFILES.entity_set, {PROFILES.primary_name: "Ada"})
    assert environment.small(version="0.10.0.0").status().state == "older"
    with pytest.raises(InputError) as caught:
        environment.small(version="0.10.0.0").install()
    assert caught.value.code == "solution-older"
    environment.small(version="0.10.0.0").upgrade()
    assert environment.small(version="0.10.0.0").status().state == "installed"
    assert environment.small(version="0.9.0.0").status().state == "newer"
    assert environment.client().get(PROFILES.entity_set, row, [PROFILES.primary_name])


def test_removing_leaves_the_environment_as_it_was(environment: Environment) -> None:
    before = everything(environment)
    environment.installer().install()
    assert everything(environment) != before
    result = environment.installer().uninstall(delete_data=True)
    assert result.notes == []
    assert everything(environment) == before


def everything(environment: Environment) -> dict[str, Any]:
    """Definitions and rows of what a solution can change, as the Web API tells them."""
    client = environment.client()
    customizing = CustomizingClient(client)
    names = [row["LogicalName"] for row in (customizing.read("EntityDefinitions?$select=LogicalName") or {})["value"]]
    lead = client.table("lead")
    sets = {
        "savedqueries": "savedqueryid",
        "savedqueryvisualizations": "savedqueryvisualizationid",
        "systemforms": "formid",
        "sitemaps": "sitemapid",
        "appmodules": "appmoduleid",
        "roles": "roleid",
        "publishers": "publisherid",
        "solutions": "solutionid",
        "privileges": "name",
    }
    choices = (customizing.read("GlobalOptionSetDefinitions?$select=Name") or {})["value"]
    return {
        "tables": sorted(names),
        "lead": sorted(lead.columns),
        "sources": sorted(lead.columns["leadsourcecode"].options),
        "choices": sorted(one["Name"] for one in choices),
        **{name: sorted(row[key] for row in client.query(name, select=[key])) for name, key in sets.items()},
    }


def test_without_data_the_rows_stay_and_an_installation_brings_the_rest_back(environment: Environment) -> None:
    environment.small().install()
    row = environment.client().create(PROFILES.entity_set, {PROFILES.primary_name: "Ada"})
    result = environment.small().uninstall(delete_data=False)
    assert result.notes == ["Left: 2 tables with their rows, and the columns of the lead."]
    assert environment.client().get(PROFILES.entity_set, row, [PROFILES.primary_name])
    assert environment.small().status().state == "unfinished"
    environment.small().install()
    assert environment.small().plan() == []
    assert environment.client().get(PROFILES.entity_set, row, [PROFILES.primary_name])


def test_rows_that_would_be_lost_are_counted(environment: Environment) -> None:
    environment.small().install()
    for name in ("Ada", "Bo"):
        environment.client().create(PROFILES.entity_set, {PROFILES.primary_name: name})
    assert environment.small().removal(delete_data=True)[1] == 2
    assert environment.small().removal(delete_data=False)[1] == 0


def test_what_others_made_stays(environment: Environment) -> None:
    """A column on our table, a table of theirs, a lead with our source, another solution of our publisher."""
    environment.small().install()
    customizing = CustomizingClient(environment.client())
    column = definitions.column_body(text("x", "Region", 10, "Theirs."))
    path = f"EntityDefinitions(LogicalName='{ACCOUNTS.name}')/Attributes"
    customizing.create(path, {**column, "SchemaName": "contoso_Region"})
    lead = environment.client().create("leads", {"lastname": "Roy", "leadsourcecode": LEAD_SOURCE})
    result = environment.small().uninstall(delete_data=True)
    assert any("contoso_region" in note for note in result.notes)
    assert any("leads have it" in note for note in result.notes)
    client = environment.client()
    assert client.entity_sets([ACCOUNTS.name, PROFILES.name]) == {ACCOUNTS.name: ACCOUNTS.entity_set}
    assert "contoso_region" in client.table(ACCOUNTS.name).columns
    assert client.get("leads", lead, ["leadsourcecode"])["leadsourcecode"] == LEAD_SOURCE
    assert LEAD_SOURCE in client.table("lead").columns["leadsourcecode"].options


def test_a_role_of_the_same_name_that_others_made_is_left_alone(environment: Environment) -> None:
    client = environment.client()
    unit = client.who_am_i().business_unit_id
    name = "LinkedIn Lead Gen S2S Inbound"
    theirs = client.create("roles", {"name": name, "businessunitid@odata.bind": f"/businessunits({unit})"})
    result = environment.small().install()
    assert result.notes == [f'There is another role "{name}"; ours is "{name} (Leadferry)".']
    assert client.get("roles", theirs, ["name"])["name"] == name
    environment.small().uninstall(delete_data=True)
    assert client.get("roles", theirs, ["name"])["name"] == name


@pytest.mark.parametrize("address", ["ftp://x", "ferry.example", "https://", "https://x/?a=1", "javascript:alert(1)"])
def test_a_console_s_address_that_no_browser_opens_is_refused(address: str) -> None:
    with pytest.raises(InputError) as caught:
        checked_console_url(address)
    assert caught.value.code == "bad-console-url"
