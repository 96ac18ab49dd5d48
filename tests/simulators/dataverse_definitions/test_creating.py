"""Making tables, columns, relationships, keys and choices. Dataverse-api reference, sections 6.2 to 6.7."""

from __future__ import annotations

import re
from typing import Any

import pytest

from simulators.dataverse_definitions.conftest import CRM, Call, label, refusal, table_body

EVENT = "EntityDefinitions(LogicalName='li_event')"


def column(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"@odata.type": f"{CRM}{kind}AttributeMetadata", "SchemaName": name, "DisplayName": label(name), **more}


def options(*pairs: tuple[int, str]) -> dict[str, Any]:
    return {"@odata.type": f"{CRM}OptionSetMetadata", "IsGlobal": False,
            "Options": [{"Value": value, "Label": label(text)} for value, text in pairs]}  # fmt: skip


def test_a_table_gets_its_names_and_the_columns_of_the_platform(made: Call) -> None:
    answer = made("POST", "EntityDefinitions", table_body("li_Company", OwnershipType="OrganizationOwned"))
    assert answer.status_code == 204
    assert re.search(r"/EntityDefinitions\([0-9a-f-]{36}\)$", answer.headers["OData-EntityId"])
    found = made("GET", "EntityDefinitions(LogicalName='li_company')?$expand=Attributes($select=LogicalName)").json()
    assert (found["EntitySetName"], found["PrimaryIdAttribute"]) == ("li_companies", "li_companyid")
    assert found["PrimaryNameAttribute"] == "li_name"
    names = {one["LogicalName"] for one in found["Attributes"]}
    assert {"createdon", "modifiedby", "statecode", "statuscode", "versionnumber", "organizationid"} <= names
    assert "ownerid" not in names
    owned = {one["LogicalName"] for one in made("GET", f"{EVENT}/Attributes").json()["value"]}
    assert {"ownerid", "owningbusinessunit"} <= owned


def test_rows_of_a_new_table_are_stored_at_once(made: Call) -> None:
    created = made("POST", "li_events", {"li_name": "Fair"})
    assert created.status_code == 204
    [row] = made("GET", "li_events?$select=li_name,statuscode").json()["value"]
    assert (row["li_name"], row["statuscode"]) == ("Fair", 1)
    messages = "sdkmessagefilters?$filter=sdkmessageid/name eq 'UpsertMultiple' and primaryobjecttypecode eq 'li_event'"
    assert len(made("GET", messages).json()["value"]) == 1


@pytest.mark.parametrize(
    ("body", "value", "bad", "code"),
    [
        (column("String", "li_C", MaxLength=5), "abcde", "abcdef", "0x80044331"),
        (column("Memo", "li_C", MaxLength=5), "abcde", "abcdef", "0x80044331"),
        (column("Integer", "li_C", MinValue=1, MaxValue=3), 3, 4, "0x80044330"),
        (column("BigInt", "li_C"), 2**40, "x", "0x80048d19"),
        (column("Decimal", "li_C", Precision=2, MaxValue=10), 9.99, 11, "0x8004432F"),
        (column("Double", "li_C", Precision=3), 1.125, "x", "0x80048d19"),
        (column("Money", "li_C", PrecisionSource=2), 12.5, "x", "0x80048d19"),
        (column("DateTime", "li_C", Format="DateOnly"), "2026-11-24", "2026-11-24T00:00:00Z", "0x80048d19"),
        (column("DateTime", "li_C", Format="DateAndTime"), "2026-11-24T10:00:00Z", "x", "0x80048d19"),
        (column("Boolean", "li_C", OptionSet={}), True, 1, "0x80048d19"),
        (column("Picklist", "li_C", OptionSet=options((1, "A"), (2, "B"))), 2, 3, "0x8004431A"),
        (column("MultiSelectPicklist", "li_C", OptionSet=options((1, "A"), (2, "B"))), "1,2", "1,3", "0x8004431A"),
    ],
)
def test_a_column_of_every_type_takes_its_values_and_no_others(
    made: Call, body: dict[str, Any], value: Any, bad: Any, code: str
) -> None:
    answer = made("POST", f"{EVENT}/Attributes", body)
    assert answer.status_code == 204, answer.text
    assert made("POST", "li_events", {"li_c": value}).status_code == 204
    assert made("GET", "li_events?$select=li_c").json()["value"][0]["li_c"] == value
    assert refusal(made("POST", "li_events", {"li_c": bad})) == (400, code)
    kind = body["@odata.type"].removeprefix(CRM)
    typed = made("GET", f"{EVENT}/Attributes(LogicalName='li_c')/{CRM}{kind}".replace(CRM * 2, CRM)).json()
    for name in {"MaxLength", "MinValue", "MaxValue", "Precision", "Format"} & body.keys():
        assert typed[name] == body[name]


def test_money_brings_its_base_and_its_currency(made: Call) -> None:
    made("POST", f"{EVENT}/Attributes", column("Money", "li_Cost"))
    assert made("POST", "li_events", {"li_cost": 7.5}).status_code == 204
    row = made("GET", "li_events?$select=li_cost_base,_transactioncurrencyid_value").json()["value"][0]
    assert row["li_cost_base"] == 7.5


def test_relationships_give_lookups_and_collections(made: Call) -> None:
    body = {
        "@odata.type": f"{CRM}OneToManyRelationshipMetadata", "SchemaName": "li_campaign_event",
        "ReferencedEntity": "campaign", "ReferencedAttribute": "campaignid", "ReferencingEntity": "li_event",
        "Lookup": column("Lookup", "li_CampaignId"), "CascadeConfiguration": {"Delete": "Restrict"},
    }  # fmt: skip
    assert made("POST", "RelationshipDefinitions", body).status_code == 204
    campaign = made("POST", "campaigns", {"name": "Spring"}).headers["OData-EntityId"].rpartition("(")[2][:-1]
    wrong = made("POST", "li_events", {"li_campaignid@odata.bind": f"/campaigns({campaign})"})
    assert refusal(wrong) == (400, "0x80048d19")
    assert made("POST", "li_events", {"li_CampaignId@odata.bind": f"/campaigns({campaign})"}).status_code == 204
    [row] = made("GET", "campaigns?$expand=li_campaign_event($select=li_name)").json()["value"]
    assert len(row["li_campaign_event"]) == 1
    assert made("DELETE", f"campaigns({campaign})").status_code == 405
    assert refusal(made("POST", "RelationshipDefinitions", body)) == (400, "0x80060304")


def test_many_to_many_relationships_link_rows(made: Call) -> None:
    body = {
        "@odata.type": f"{CRM}ManyToManyRelationshipMetadata", "SchemaName": "li_event_lead",
        "Entity1LogicalName": "li_event", "Entity2LogicalName": "lead", "IntersectEntityName": "li_event_lead",
    }  # fmt: skip
    assert made("POST", "RelationshipDefinitions", body).status_code == 204
    event = made("POST", "li_events", {"li_name": "Fair"}).headers["OData-EntityId"].rpartition("/")[2]
    lead = made("POST", "leads", {"lastname": "Roy"}).headers["OData-EntityId"]
    assert made("POST", f"{event}/li_event_lead/$ref", {"@odata.id": lead}).status_code == 204
    [row] = made("GET", "leads?$select=lastname&$filter=li_event_lead/any(e:e/li_name eq 'fair')").json()["value"]
    assert row["lastname"] == "Roy"


def test_a_customer_lookup_points_to_two_tables(made: Call) -> None:
    relations = [
        {"@odata.type": f"{CRM}ComplexOneToManyRelationshipMetadata", "SchemaName": f"li_event_{target}",
         "ReferencedEntity": target, "ReferencingEntity": "li_event"}
        for target in ("account", "contact")
    ]  # fmt: skip
    body = {"Lookup": column("Lookup", "li_CustomerId"), "OneToManyRelationships": relations}
    answer = made("POST", "CreateCustomerRelationships", body)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["RelationshipIds"]) == 2
    contact = made("POST", "contacts", {"lastname": "Roy"}).headers["OData-EntityId"]
    assert made("POST", "li_events", {"li_CustomerId_contact@odata.bind": contact}).status_code == 204


def test_a_key_finds_rows_and_keeps_them_apart(made: Call) -> None:
    made("POST", f"{EVENT}/Attributes", column("String", "li_ResponseId", MaxLength=100))
    body = {"SchemaName": "li_ResponseKey", "KeyAttributes": ["li_responseid"], "DisplayName": label("Response")}
    assert made("POST", f"{EVENT}/Keys", body).status_code == 204
    [key] = made("GET", f"{EVENT}/Keys?$select=SchemaName,EntityKeyIndexStatus,KeyAttributes").json()["value"]
    assert (key["EntityKeyIndexStatus"], key["KeyAttributes"]) == ("Active", ["li_responseid"])
    assert made("PATCH", "li_events(li_responseid='abc')", {"li_name": "A"}).status_code == 204
    assert refusal(made("POST", "li_events", {"li_responseid": "ABC "})) == (412, "0x80060892")


def test_a_key_over_rows_that_break_it_fails_and_can_be_built_later(made: Call) -> None:
    made("POST", f"{EVENT}/Attributes", column("String", "li_ResponseId", MaxLength=100))
    made("POST", "li_events", {"li_responseid": "a"})
    twin = made("POST", "li_events", {"li_responseid": "A"}).headers["OData-EntityId"].rpartition("/")[2]
    made("POST", f"{EVENT}/Keys", {"SchemaName": "li_Key", "KeyAttributes": ["li_responseid"]})
    assert made("GET", f"{EVENT}/Keys").json()["value"][0]["EntityKeyIndexStatus"] == "Failed"
    made("DELETE", twin)
    body = {"EntityLogicalName": "li_event", "EntityKeyLogicalName": "li_key"}
    assert made("POST", "ReactivateEntityKey", body).status_code == 204
    assert made("GET", f"{EVENT}/Keys").json()["value"][0]["EntityKeyIndexStatus"] == "Active"


def test_global_choices_are_shared_by_columns(made: Call) -> None:
    body = {"@odata.type": f"{CRM}OptionSetMetadata", "Name": "li_Status", "OptionSetType": "Picklist",
            "DisplayName": label("Status"), "Options": [{"Value": 727000000, "Label": label("New")}]}  # fmt: skip
    answer = made("POST", "GlobalOptionSetDefinitions", body)
    key = answer.headers["OData-EntityId"].rpartition("/")[2]
    bind = {"GlobalOptionSet@odata.bind": f"/{key}"}
    assert made("POST", f"{EVENT}/Attributes", column("Picklist", "li_Status", **bind)).status_code == 204
    path = (
        f"{EVENT}/Attributes(LogicalName='li_status')/{CRM}PicklistAttributeMetadata?$expand=OptionSet,GlobalOptionSet"
    )
    found = made("GET", path).json()
    assert found["OptionSet"] is None
    assert found["GlobalOptionSet"]["Name"] == "li_Status"
    inserted = made(
        "POST", "InsertOptionValue", {"OptionSetName": "li_Status", "Value": 727000001, "Label": label("Old")}
    )
    assert inserted.json()["NewOptionValue"] == 727000001
    assert made("POST", "li_events", {"li_status": 727000001}).status_code == 204
    assert refusal(made("DELETE", key)) == (400, "0x8004f01f")


def test_options_of_a_standard_choice_are_added_renamed_ordered_and_removed(call: Call) -> None:
    source = {"EntityLogicalName": "lead", "AttributeLogicalName": "leadsourcecode"}
    added = call(
        "POST", "InsertOptionValue", {**source, "Value": 192350000, "Label": label("LinkedIn Sponsored Content")}
    )
    assert added.json()["NewOptionValue"] == 192350000
    assert call("POST", "leads", {"lastname": "Roy", "leadsourcecode": 192350000}).status_code == 204
    twice = call("POST", "InsertOptionValue", {**source, "Value": 192350000, "Label": label("Again")})
    assert twice.status_code == 400
    renamed = {**source, "Value": 192350000, "Label": label("LinkedIn"), "MergeLabels": True}
    assert call("POST", "UpdateOptionValue", renamed).status_code == 204
    order = [192350000, *range(1, 11)]
    assert call("POST", "OrderOption", {**source, "Values": order}).status_code == 204
    path = (
        f"EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='leadsourcecode')/{CRM}PicklistAttributeMetadata"
    )
    shown = call("GET", f"{path}?$expand=OptionSet").json()["OptionSet"]["Options"]
    assert [one["Value"] for one in shown] == order
    assert shown[0]["Label"]["UserLocalizedLabel"]["Label"] == "LinkedIn"
    assert call("POST", "DeleteOptionValue", {**source, "Value": 192350000}).status_code == 204
    assert call("POST", "leads", {"leadsourcecode": 192350000}).status_code == 400


def test_a_status_is_added_to_a_state(call: Call) -> None:
    body = {"EntityLogicalName": "lead", "StateCode": 2, "Value": 192350000, "Label": label("Spam")}
    assert call("POST", "InsertStatusValue", body).json()["NewOptionValue"] == 192350000
    lead = call("POST", "leads", {"lastname": "Roy"}).headers["OData-EntityId"].rpartition("/")[2]
    assert call("PATCH", lead, {"statecode": 2, "statuscode": 192350000}).status_code == 204


@pytest.mark.parametrize(
    ("tail", "body", "code"),
    [
        ("EntityDefinitions", table_body("li_Event"), "0x80060304"),
        ("EntityDefinitions", table_body("Event"), "0x80040203"),
        ("EntityDefinitions", table_body("li_Other", Attributes=[]), "0x80040203"),
        (f"{EVENT}/Attributes", column("String", "li_Name"), "0x80047013"),
        (f"{EVENT}/Attributes", column("Nonsense", "li_X"), "0x80048d19"),
        (f"{EVENT}/Attributes", column("Lookup", "li_X"), "0x80040203"),
        (f"{EVENT}/Attributes", column("String", "li_X", MaxLength=4001), "0x80040203"),
        (f"{EVENT}/Attributes", column("Decimal", "li_X", Precision=11), "0x80040203"),
        (f"{EVENT}/Attributes", column("String", "li_X", RequiredLevel={"Value": "SystemRequired"}), "0x80040203"),
        (f"{EVENT}/Attributes", column("Picklist", "li_X", OptionSet=options((1, "A"), (1, "B"))), "0x80040203"),
        (f"{EVENT}/Keys", {"SchemaName": "li_K", "KeyAttributes": ["nosuch"]}, "0x80040203"),
        (
            f"{EVENT}/Keys",
            {"SchemaName": "li_K", "KeyAttributes": ["ownerid", "li_name", "createdon"] * 6},
            "0x80040203",
        ),
    ],
)
def test_definitions_that_cannot_be_are_refused_and_leave_nothing(
    made: Call, tail: str, body: dict[str, Any], code: str
) -> None:
    before = made("GET", f"{EVENT}?$expand=Attributes,Keys").json()
    assert refusal(made("POST", tail, body)) == (400, code)
    assert made("GET", f"{EVENT}?$expand=Attributes,Keys").json() == before
