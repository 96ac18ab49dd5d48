from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.metadata import ColumnType, Table
from leadferry.dataverse.reading import definition_paths, to_table
from leadferry.errors import DataverseError
from leadferry.simulators.server import Response
from scripted_service import NOW_MS, Service


def label(text: str) -> dict[str, Any]:
    return {"UserLocalizedLabel": {"Label": text, "LanguageCode": 1033}, "LocalizedLabels": []}


def attribute(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"LogicalName": name, "AttributeType": kind, "DisplayName": label(name.title()), **more}


DEFINITION = {
    "LogicalName": "lead", "EntitySetName": "leads", "PrimaryIdAttribute": "leadid", "PrimaryNameAttribute": "fullname",
    "Attributes": [
        attribute("leadid", "Uniqueidentifier", RequiredLevel={"Value": "SystemRequired"}),
        attribute("subject", "String", RequiredLevel={"Value": "ApplicationRequired"}),
        attribute("companyname", "String", RequiredLevel={"Value": "Recommended"}),
        attribute("createdon", "DateTime", IsValidForCreate=False, IsValidForUpdate=False),
        attribute("estimatedclosedate", "DateTime"),
        attribute("leadsourcecode", "Picklist"),
        attribute("new_topics", "Virtual", AttributeTypeName={"Value": "MultiSelectPicklistType"}),
        attribute("customerid", "Customer"),
        attribute("ownerid", "Owner"),
        attribute("new_eventid", "Lookup", SchemaName="new_EventId", IsCustomAttribute=True),
        attribute("parentaccountid", "Lookup", SchemaName="ParentAccountId"),
        attribute("numberofemployees", "Integer"),
        attribute("entityimage", "Virtual", AttributeTypeName={"Value": "ImageType"}),
        {"LogicalName": "bare", "AttributeType": None, "DisplayName": None, "RequiredLevel": None},
    ],
    "ManyToOneRelationships": [
        {"ReferencingAttribute": "customerid", "ReferencedEntity": "account",
         "ReferencingEntityNavigationPropertyName": "customerid_account"},
        {"ReferencingAttribute": "ownerid", "ReferencedEntity": "owner",
         "ReferencingEntityNavigationPropertyName": "ownerid"},
        {"ReferencingAttribute": "parentaccountid", "ReferencedEntity": "account",
         "ReferencingEntityNavigationPropertyName": "parentaccountid"},
    ],
}  # fmt: skip
OPTIONS = [{"Value": 1, "Label": label("Web")}, {"Value": 192350000, "Label": label("LinkedIn Sponsored Content")}]
CASTS: list[list[dict[str, Any]]] = [
    [{"LogicalName": "subject", "MaxLength": 300}, {"LogicalName": "companyname", "MaxLength": 100}],
    [
        {"LogicalName": "estimatedclosedate", "Format": "DateOnly"},
        {"LogicalName": "createdon", "Format": "DateAndTime"},
    ],
    [{"LogicalName": "leadsourcecode", "OptionSet": {"Options": OPTIONS}, "GlobalOptionSet": None}],
    [{"LogicalName": "new_topics", "OptionSet": None, "GlobalOptionSet": {"Options": OPTIONS[:1]}}],
    [
        {"LogicalName": "customerid", "Targets": ["account", "contact"]},
        {"LogicalName": "ownerid", "Targets": ["systemuser", "team"]},
        {"LogicalName": "new_eventid", "Targets": ["new_event"]},
        {"LogicalName": "parentaccountid", "Targets": ["account"]},
    ],
    [{"LogicalName": "numberofemployees", "MinValue": 0, "MaxValue": 1000000}],
]


@pytest.fixture(scope="module")
def lead() -> Table:
    casts = [json.dumps({"value": rows}).encode() for rows in CASTS]
    return to_table(json.dumps(DEFINITION).encode(), casts, NOW_MS)


def test_the_table(lead: Table) -> None:
    assert (lead.name, lead.entity_set, lead.primary_id, lead.primary_name) == ("lead", "leads", "leadid", "fullname")
    assert lead.read_at == NOW_MS
    assert len(lead.columns) == 14


def test_lengths_limits_and_requirements(lead: Table) -> None:
    columns = lead.columns
    assert columns["subject"].max_length == 300
    assert columns["subject"].required
    assert not columns["companyname"].required
    assert columns["subject"].label == "Subject"
    assert (columns["numberofemployees"].minimum, columns["numberofemployees"].maximum) == (0, 1_000_000)


def test_what_may_be_written(lead: Table) -> None:
    assert lead.columns["subject"].can_create
    assert not lead.columns["createdon"].can_create
    assert not lead.columns["createdon"].can_update
    assert lead.columns["createdon"].can_read


def test_types(lead: Table) -> None:
    assert {
        name: column.type for name, column in lead.columns.items() if name in {"new_topics", "entityimage", "bare"}
    } == {
        "new_topics": ColumnType.CHOICES,
        "entityimage": ColumnType.OTHER,
        "bare": ColumnType.OTHER,
    }
    assert lead.columns["estimatedclosedate"].date_only
    assert not lead.columns["createdon"].date_only


def test_local_and_global_choices(lead: Table) -> None:
    assert lead.columns["leadsourcecode"].options == {1: "Web", 192350000: "LinkedIn Sponsored Content"}
    assert lead.columns["new_topics"].options == {1: "Web"}


def test_lookups_know_what_to_bind_each_target_by(lead: Table) -> None:
    columns = lead.columns
    assert columns["customerid"].navigation == {"account": "customerid_account", "contact": "customerid_contact"}
    assert columns["ownerid"].navigation == {"systemuser": "ownerid", "team": "ownerid"}
    assert columns["new_eventid"].navigation == {"new_event": "new_EventId"}
    assert columns["parentaccountid"].navigation == {"account": "parentaccountid"}


def test_a_definition_without_its_names_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        to_table(b'{"LogicalName":"lead"}', [], 0)


def batched(*parts: tuple[int, Any]) -> Response:
    texts = [f"--r\r\n\r\nHTTP/1.1 {status} X\r\n\r\n{json.dumps(value)}\r\n" for status, value in parts]
    return Response(200, ("".join(texts) + "--r--").encode(), {"Content-Type": "multipart/mixed; boundary=r"})


def test_a_table_is_read_in_one_request(client: DataverseClient, service: Service) -> None:
    service.will(batched((200, DEFINITION), *((200, {"value": rows}) for rows in CASTS)))
    table = client.table("lead", fresh=True)
    assert table.columns["leadsourcecode"].options[1] == "Web"
    (asked,) = service.asked
    assert asked.headers["consistency"] == "Strong"
    for path in definition_paths("lead"):
        assert f"GET /api/data/v9.2/{path} HTTP/1.1".encode() in asked.body


def test_an_unknown_table_is_named(client: DataverseClient, service: Service) -> None:
    gone = {"error": {"code": "0x80060888", "message": "Could not find an entity with name leadz"}}
    service.will(batched((404, gone)))
    with pytest.raises(DataverseError, match="has no table 'leadz'") as caught:
        client.table("leadz")
    assert (caught.value.code, caught.value.status) == ("dataverse-unknown-table", 404)
