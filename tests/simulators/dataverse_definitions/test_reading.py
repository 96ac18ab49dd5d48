"""Reading definitions over HTTP. Dataverse-api reference, section 6.1."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from simulators.dataverse_definitions.conftest import CRM, Call, refusal

LEAD = "EntityDefinitions(LogicalName='lead')"


def test_one_table_with_what_was_selected_and_expanded(call: Call) -> None:
    found = call(
        "GET", f"{LEAD}?$select=EntitySetName,PrimaryIdAttribute,ObjectTypeCode"
        "&$expand=Attributes($select=LogicalName,AttributeType),Keys",
    ).json()  # fmt: skip
    columns = {one["LogicalName"]: one["AttributeType"] for one in found.pop("Attributes")}
    assert columns["customerid"] == "Customer"
    assert columns["ownerid"] == "Owner"
    assert found.pop("@odata.context").endswith("/$metadata#EntityDefinitions/$entity")
    found.pop("MetadataId")
    assert found == {"EntitySetName": "leads", "PrimaryIdAttribute": "leadid", "ObjectTypeCode": 4, "Keys": []}


def test_tables_are_found_by_simple_comparisons_only(call: Call) -> None:
    text = "IsPrivate eq false and (LogicalName eq 'lead' or SchemaName eq 'Account')"
    found = call("GET", "EntityDefinitions", **{"$filter": text, "$select": "LogicalName"}).json()["value"]
    assert sorted(one["LogicalName"] for one in found) == ["account", "lead"]
    answer = call("GET", "EntityDefinitions", **{"$filter": "startswith(LogicalName,'le')"})
    assert refusal(answer) == (501, "0x8006088a")


def test_columns_of_one_type_with_their_choices(call: Call) -> None:
    path = f"{LEAD}/Attributes/{CRM}PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options)"
    found = {one["LogicalName"]: one["OptionSet"]["Options"] for one in call("GET", path).json()["value"]}
    labels = {one["Value"]: one["Label"]["UserLocalizedLabel"]["Label"] for one in found["leadsourcecode"]}
    assert labels[7] == "Trade Show"
    assert "statecode" not in found
    texts = call("GET", f"{LEAD}/Attributes/{CRM}StringAttributeMetadata?$select=LogicalName,MaxLength").json()["value"]
    assert {one["LogicalName"]: one["MaxLength"] for one in texts}["subject"] == 300


def test_one_column_plain_and_typed(call: Call) -> None:
    plain = call("GET", f"{LEAD}/Attributes(LogicalName='statuscode')?$select=SchemaName,AttributeType").json()
    assert plain["@odata.type"] == "#Microsoft.Dynamics.CRM.StatusAttributeMetadata"
    typed = call(
        "GET", f"{LEAD}/Attributes(LogicalName='statuscode')/{CRM}StatusAttributeMetadata?$expand=OptionSet"
    ).json()
    assert [(one["Value"], one["State"]) for one in typed["OptionSet"]["Options"]][-1] == (7, 2)
    assert call("GET", f"{LEAD}/Attributes(LogicalName='nosuch')").status_code == 404
    cast = call("GET", f"{LEAD}/Attributes(LogicalName='statuscode')/{CRM}StringAttributeMetadata")
    assert cast.status_code == 404


def test_relationships_from_both_sides(call: Call) -> None:
    many = call("GET", f"{LEAD}/ManyToOneRelationships?$filter=ReferencingAttribute eq 'customerid'").json()["value"]
    assert {one["ReferencingEntityNavigationPropertyName"] for one in many} == {
        "customerid_account",
        "customerid_contact",
    }
    assert {one["CascadeConfiguration"]["Delete"] for one in many} == {"Cascade"}
    one = call("GET", "RelationshipDefinitions(SchemaName='lead_parent_account')").json()
    assert (one["ReferencedEntity"], one["ReferencedEntityNavigationPropertyName"]) == (
        "account",
        "lead_parent_account",
    )
    kind = "RelationshipType eq Microsoft.Dynamics.CRM.RelationshipType'ManyToManyRelationship'"
    pairs = call("GET", "RelationshipDefinitions", **{"$filter": kind}).json()["value"]
    assert {one["IntersectEntityName"] for one in pairs} >= {"accountleads", "teammembership"}


def test_typed_columns_come_by_retrieve_metadata_changes(call: Call) -> None:
    def equals(value: str) -> dict[str, object]:
        condition = {"PropertyName": "LogicalName", "ConditionOperator": "Equals",
                     "Value": {"Type": "System.String", "Value": value}}  # fmt: skip
        return {"Conditions": [condition]}

    query = {
        "Properties": {"PropertyNames": ["LogicalName", "Attributes"]},
        "Criteria": equals("lead"),
        "AttributeQuery": {"Properties": {"PropertyNames": ["MaxLength"]}, "Criteria": equals("lastname")},
    }
    found = call("GET", "RetrieveMetadataChanges(Query=@p1)", **{"@p1": json.dumps(query)}).json()
    assert found["ServerVersionStamp"]
    [table] = found["EntityMetadata"]
    [column] = table["Attributes"]
    assert (table["LogicalName"], column["LogicalName"], column["MaxLength"]) == ("lead", "lastname", 50)
    assert "SchemaName" not in column
    assert "Keys" not in table


def test_the_service_tells_its_sets_and_types(call: Call) -> None:
    document = call("GET", "").json()
    assert {"name": "leads", "kind": "EntitySet", "url": "leads"} in document["value"]
    answer = call("GET", "$metadata")
    assert answer.headers["Content-Type"] == "application/xml"
    edm = "{http://docs.oasis-open.org/odata/ns/edm}"
    schema = ElementTree.fromstring(answer.content)  # noqa: S314
    lead = next(one for one in schema.iter(f"{edm}EntityType") if one.get("Name") == "lead")
    properties = {one.get("Name"): one.get("Type") for one in lead.findall(f"{edm}Property")}
    assert properties["_parentaccountid_value"] == "Edm.Guid"
    assert properties["createdon"] == "Edm.DateTimeOffset"
    assert "customerid_contact" in {one.get("Name") for one in lead.findall(f"{edm}NavigationProperty")}


@pytest.mark.parametrize(
    ("tail", "status", "code"),
    [
        ("EntityDefinitions(LogicalName='nosuch')", 404, "0x80040217"),
        ("EntityDefinitions(LogicalName='lead')/Nonsense", 404, "0x8006088a"),
        ("EntityDefinitions?$select=Nonsense", 400, "0x80060888"),
        ("EntityDefinitions?$top=3", 501, "0x8006088a"),
        ("GlobalOptionSetDefinitions(Name='nosuch')", 404, "0x80040217"),
        ("RelationshipDefinitions(SchemaName='nosuch')", 404, "0x80040217"),
    ],
)
def test_what_is_not_there_is_refused(call: Call, tail: str, status: int, code: str) -> None:
    assert refusal(call("GET", tail)) == (status, code)
