"""Publishers, solutions, their components, and the zip that is handed out. Contract: dataverse-api, 6.8 and 6.9."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from simulators.dataverse.talking import NOBODY, Api, code, message
from simulators.dataverse_definitions.conftest import label, table_body
from simulators.dataverse_roles.conftest import ADA, Person, grant, role_id, unit_of
from simulators.dataverse_roles.interface_samples import CHART, DASHBOARD, SITE_MAP, VIEW

CRM = "Microsoft.Dynamics.CRM."
PUBLISHER = {
    "uniquename": "leadferry", "friendlyname": "Leadferry", "customizationprefix": "li",
    "customizationoptionvalueprefix": 72_700,
}  # fmt: skip
COLUMNS = "EntityInfo/entity/attributes/attribute"
IN = {"MSCRM.SolutionUniqueName": "LinkedIn"}


@pytest.fixture
def solution(api: Api) -> str:
    publisher = api.make("publishers", **PUBLISHER)
    return api.make("solutions", **solution_body(publisher))


def solution_body(publisher: str, **more: Any) -> dict[str, Any]:
    bind = {"publisherid@odata.bind": f"/publishers({publisher})"}
    return {"uniquename": "LinkedIn", "friendlyname": "LinkedIn", "version": "1.0.0.0", **bind, **more}


def components(api: Api) -> list[int]:
    found = api("GET", "solutioncomponents?$select=componenttype").json()["value"]
    return sorted(row["componenttype"] for row in found)


def metadata_id(api: Api, address: str) -> str:
    found: str = api("GET", f"{address}?$select=MetadataId").json()["MetadataId"]
    return found


def exported(api: Api, **more: Any) -> dict[str, Element]:
    body = {"SolutionName": "LinkedIn", "Managed": False, **more}
    file = base64.b64decode(api("POST", "ExportSolution", body).json()["ExportSolutionFile"])
    with zipfile.ZipFile(io.BytesIO(file)) as found:
        return {name: ElementTree.fromstring(found.read(name)) for name in found.namelist()}  # noqa: S314


@pytest.mark.parametrize(("change", "expected"), [
    ({"customizationprefix": "l"}, (400, "0x80040203")), ({"customizationprefix": "1li"}, (400, "0x80040203")),
    ({"customizationprefix": "mscrmx"}, (400, "0x80040203")), ({"customizationprefix": "li_"}, (400, "0x80040203")),
    ({"customizationoptionvalueprefix": 9_999}, (400, "0x80048402")),
    ({"customizationoptionvalueprefix": 100_000}, (400, "0x80048402")),
    ({"uniquename": "lead ferry"}, (400, "0x8004F002")), ({"uniquename": None}, (400, "0x80040203")),
])  # fmt: skip
def test_a_publisher_that_breaks_a_rule_is_refused(api: Api, change: dict[str, Any], expected: tuple[int, str]) -> None:
    assert code(api("POST", "publishers", {**PUBLISHER, **change})) == expected


@pytest.mark.parametrize(("change", "expected"), [
    ({"uniquename": "1st"}, (400, "0x8004F002")), ({"version": "1.0"}, (400, "0x80040203")),
    ({"publisherid@odata.bind": None}, (400, "0x80040203")), ({"uniquename": "Default"}, (412, "0x80040237")),
])  # fmt: skip
def test_a_solution_that_breaks_a_rule_is_refused(api: Api, change: dict[str, Any], expected: tuple[int, str]) -> None:
    publisher = api.make("publishers", **PUBLISHER)
    assert code(api("POST", "solutions", {**solution_body(publisher), **change})) == expected


def test_a_name_is_taken_once(api: Api, solution: str) -> None:
    assert code(api("POST", "publishers", PUBLISHER)) == (412, "0x80040237")
    assert code(api("PATCH", f"solutions({solution})", {"version": "2"})) == (400, "0x80040203")
    assert api("PATCH", f"solutions({solution})", {"version": "1.0.0.1"}).status_code == 204


@pytest.mark.usefixtures("solution")
def test_whatever_is_made_under_the_header_joins_the_solution(api: Api) -> None:
    text = {"@odata.type": f"{CRM}StringAttributeMetadata", "SchemaName": "li_Code", "MaxLength": 10}
    choice = {"@odata.type": f"{CRM}OptionSetMetadata", "Name": "li_status", "OptionSetType": "Picklist",
              "Options": [{"Value": 727_000_000, "Label": label("New")}]}  # fmt: skip
    relation = {"@odata.type": f"{CRM}ManyToManyRelationshipMetadata", "SchemaName": "li_lead_event",
                "Entity1LogicalName": "lead", "Entity2LogicalName": "li_event",
                "IntersectEntityName": "li_lead_event"}  # fmt: skip
    key = {"SchemaName": "li_CodeKey", "KeyAttributes": ["li_code"], "DisplayName": label("Code")}
    for tail, body, kinds in (
        ("EntityDefinitions", table_body("li_Event"), [1]),
        ("EntityDefinitions(LogicalName='lead')/Attributes", text, [1, 1, 2]),
        ("EntityDefinitions(LogicalName='lead')/Keys", key, [1, 1, 2, 14]),
        ("GlobalOptionSetDefinitions", choice, [1, 1, 2, 9, 14]),
        ("RelationshipDefinitions", relation, [1, 1, 2, 9, 10, 14]),
        ("savedqueries", VIEW, [1, 1, 2, 9, 10, 14, 26]),
        ("savedqueryvisualizations", CHART, [1, 1, 2, 9, 10, 14, 26, 59]),
        ("systemforms", DASHBOARD, [1, 1, 2, 9, 10, 14, 26, 59, 60]),
        ("sitemaps", SITE_MAP, [1, 1, 2, 9, 10, 14, 26, 59, 60, 62]),
    ):  # fmt: skip
        answer = api("POST", tail, body, **IN)
        assert answer.status_code == 204, answer.text
        assert components(api) == kinds


def test_a_component_for_a_solution_that_does_not_exist_is_refused_and_not_made(api: Api) -> None:
    assert code(api("POST", "savedqueries", VIEW, **IN)) == (404, "0x80040217")
    assert code(api("POST", "EntityDefinitions", table_body("li_Event"), **IN)) == (404, "0x80040217")
    assert api("GET", f"savedqueries?$filter=name eq '{VIEW['name']}'").json()["value"] == []
    assert api("GET", "EntityDefinitions(LogicalName='li_event')").status_code == 404


def test_a_component_is_added_once_and_removed_again(api: Api, solution: str) -> None:
    lead = metadata_id(api, "EntityDefinitions(LogicalName='lead')")
    body = {"ComponentId": lead, "ComponentType": 1, "SolutionUniqueName": "LinkedIn", "AddRequiredComponents": False,
            "DoNotIncludeSubcomponents": True}  # fmt: skip
    made = [api("POST", "AddSolutionComponent", body).json()["id"] for _ in range(2)]
    row = api("GET", f"solutioncomponents({made[0]})").json()
    assert (made[0], row["objectid"], row["_solutionid_value"]) == (made[1], lead, solution)
    assert row["rootcomponentbehavior"] == 2
    assert code(api("POST", "AddSolutionComponent", {**body, "ComponentId": NOBODY})) == (404, "0x80040217")
    named = {"SolutionComponent": {"@odata.type": f"{CRM}solutioncomponent", "solutioncomponentid": lead},
             "ComponentType": 1, "SolutionUniqueName": "LinkedIn"}  # fmt: skip
    assert api("POST", "RemoveSolutionComponent", named).status_code == 200
    assert components(api) == []
    assert code(api("POST", "RemoveSolutionComponent", named)) == (404, "0x80040217")


@pytest.mark.usefixtures("solution")
def test_an_option_that_names_the_solution_brings_its_column(api: Api) -> None:
    body = {"EntityLogicalName": "lead", "AttributeLogicalName": "leadsourcecode", "Value": 727_000_000,
            "Label": label("LinkedIn"), "SolutionUniqueName": "LinkedIn"}  # fmt: skip
    assert api("POST", "InsertOptionValue", body).json()["NewOptionValue"] == 727_000_000
    assert components(api) == [1, 2]


def test_deleting_an_unmanaged_solution_leaves_its_components(api: Api, solution: str) -> None:
    view = api("POST", "savedqueries", VIEW, **IN).headers["OData-EntityId"]
    assert api("DELETE", f"solutions({solution})").status_code == 204
    assert components(api) == []
    assert api("GET", view.removeprefix(f"{api.root}/")).status_code == 200


@pytest.mark.usefixtures("solution")
def test_a_deleted_component_is_in_no_solution(api: Api) -> None:
    api("POST", "EntityDefinitions", table_body("li_Event"), **IN)
    view = api("POST", "savedqueries", VIEW, **IN).headers["OData-EntityId"].removeprefix(f"{api.root}/")
    assert components(api) == [1, 26]
    assert api("DELETE", view).status_code == 204
    assert api("DELETE", "EntityDefinitions(LogicalName='li_event')").status_code == 204
    assert components(api) == []


def test_the_default_solution_is_neither_exported_nor_deleted(api: Api) -> None:
    default = api("GET", "solutions?$filter=uniquename eq 'Default'").json()["value"][0]["solutionid"]
    assert code(api("POST", "ExportSolution", {"SolutionName": "Default", "Managed": False})) == (400, "0x80071158")
    assert api("DELETE", f"solutions({default})").status_code == 405
    assert code(api("POST", "ExportSolution", {"SolutionName": "Nosuch"})) == (404, "0x80040217")


@pytest.mark.usefixtures("solution")
def test_an_export_needs_its_privilege(api: Api, person: Person) -> None:
    body = {"SolutionName": "LinkedIn", "Managed": False}
    assert "prvExportCustomization" in message(person(ADA, "Salesperson")("POST", "ExportSolution", body))
    assert api("POST", "ExportSolution", body).status_code == 200


@pytest.mark.usefixtures("solution")
def test_the_zip_holds_the_solution_and_its_components(api: Api) -> None:
    api("POST", "EntityDefinitions", table_body("li_Event"), **IN)
    text = {"@odata.type": f"{CRM}StringAttributeMetadata", "SchemaName": "li_Code", "MaxLength": 10}
    api("POST", "EntityDefinitions(LogicalName='lead')/Attributes", text, **IN)
    api("POST", "EntityDefinitions(LogicalName='li_event')/Keys",
        {"SchemaName": "li_NameKey", "KeyAttributes": ["li_name"], "DisplayName": label("Name")})  # fmt: skip
    for entity_set, body in (("savedqueries", VIEW), ("savedqueryvisualizations", CHART), ("systemforms", DASHBOARD)):
        assert api("POST", entity_set, body, **IN).status_code == 204
    role = {"name": "LinkedIn", "businessunitid@odata.bind": unit_of(api)}
    assert api("POST", "roles", role, **IN).status_code == 204
    grant(api, "LinkedIn", prvReadLead="Global")
    files = exported(api, Managed=True)
    assert set(files) == {"[Content_Types].xml", "solution.xml", "customizations.xml"}
    manifest = files["solution.xml"].find("SolutionManifest")
    assert manifest is not None
    assert [manifest.findtext(name) for name in ("UniqueName", "Version", "Managed")] == ["LinkedIn", "1.0.0.0", "1"]
    assert manifest.findtext("Publisher/CustomizationPrefix") == "li"
    roots = [(one.get("type"), one.get("schemaName"), one.get("behavior")) for one in manifest.iter("RootComponent")]
    assert roots[:2] == [("1", "li_event", "0"), ("1", "lead", "2")]
    assert ("20", None, "0") in roots
    whole = files["customizations.xml"]
    tables = {one.findtext("Name"): one for one in whole.findall("Entities/Entity")}
    assert set(tables) == {"li_Event", "Lead"}
    assert [one.findtext("LogicalName") for one in tables["Lead"].iterfind(COLUMNS)] == ["li_code"]
    assert {"li_name", "ownerid"} <= {one.findtext("LogicalName") for one in tables["li_Event"].iterfind(COLUMNS)}
    assert [one.findtext("Name") for one in tables["li_Event"].iter("EntityKey")] == ["li_NameKey"]
    assert [len(list(tables["li_Event"].iter(tag))) for tag in ("savedquery", "systemform")] == [1, 1]
    assert [len(list(tables["Lead"].iter(tag))) for tag in ("savedquery", "visualization")] == [1, 1]
    rights = [(one.get("name"), one.get("level")) for one in whole.iter("RolePrivilege")]
    assert rights == [("prvReadLead", "Global")]
    assert len(whole.findall("Dashboards/Dashboard/FormXml/form")) == 1


def test_apps_have_components_roles_and_need_a_site_map(api: Api) -> None:
    app = api.make("appmodules", name="LinkedIn", uniquename="li_app", clienttype=4, webresourceid=NOBODY)
    check = f"ValidateApp(AppModuleId={app})"
    found = api("GET", check).json()["AppValidationResponse"]
    assert found["ValidationSuccess"] is False
    assert found["ValidationIssueList"][0]["CRMErrorCode"] == -2147155684
    site_map, view = api.make("sitemaps", **SITE_MAP), api.make("savedqueries", **VIEW)
    body = {"AppId": app, "Components": [
        {"sitemapid": site_map, "@odata.type": f"{CRM}sitemap"}, {"savedqueryid": view},
    ]}  # fmt: skip
    assert api("POST", "AddAppComponents", body).status_code == 204
    assert api("GET", check).json()["AppValidationResponse"]["ValidationSuccess"] is True
    listed = api("GET", f"appmodules({app})/appmodule_appmodulecomponent?$select=componenttype").json()["value"]
    assert sorted(row["componenttype"] for row in listed) == [26, 62]
    role = {"@odata.id": f"{api.root}/roles({role_id(api, 'Salesperson')})"}
    assert api("POST", f"appmodules({app})/appmoduleroles_association/$ref", role).status_code == 204
    publish = f"<importexportxml><appmodules><appmodule>{app}</appmodule></appmodules></importexportxml>"
    assert api("POST", "PublishXml", {"ParameterXml": publish}).status_code == 204
    assert api("GET", f"appmodules({app})").json()["publishedon"] == "2026-11-23T10:00:00Z"
    unknown = {"AppId": app, "Components": [{"sitemapid": NOBODY}]}
    assert code(api("POST", "AddAppComponents", unknown)) == (404, "0x80040217")
