"""Changing and deleting definitions, and publishing. Dataverse-api reference, sections 6.2 to 6.7."""

from __future__ import annotations

from simulators.dataverse_definitions.conftest import CRM, Call, label, refusal

EVENT = "EntityDefinitions(LogicalName='li_event')"
NAME = f"{EVENT}/Attributes(LogicalName='li_name')"


def test_a_table_and_a_column_are_changed_by_put(made: Call) -> None:
    whole = made("GET", EVENT).json()
    assert made("PUT", EVENT, {**whole, "DisplayName": label("Gathering")}).status_code == 204
    assert made("GET", EVENT).json()["DisplayName"]["UserLocalizedLabel"]["Label"] == "Gathering"
    column = made("GET", f"{NAME}/{CRM}StringAttributeMetadata").json()
    body = {**column, "@odata.type": f"{CRM}StringAttributeMetadata", "MaxLength": 10}
    assert made("PUT", NAME, body).status_code == 204
    assert refusal(made("POST", "li_events", {"li_name": "x" * 11})) == (400, "0x80044331")


def test_a_deleted_column_takes_its_values_along(made: Call) -> None:
    extra = {"@odata.type": f"{CRM}StringAttributeMetadata", "SchemaName": "li_Extra", "DisplayName": label("Extra")}
    made("POST", f"{EVENT}/Attributes", extra)
    made("POST", "li_events", {"li_extra": "old"})
    assert made("DELETE", f"{EVENT}/Attributes(LogicalName='li_extra')").status_code == 204
    assert refusal(made("GET", "li_events?$select=li_extra")) == (400, "0x80060888")
    made("POST", f"{EVENT}/Attributes", extra)
    assert made("GET", "li_events?$select=li_extra").json()["value"][0]["li_extra"] is None


def test_what_is_in_use_or_ships_with_the_platform_stays(made: Call) -> None:
    made("POST", f"{EVENT}/Keys", {"SchemaName": "li_Key", "KeyAttributes": ["createdby"]})
    assert refusal(made("DELETE", NAME)) == (400, "0x80040203")
    assert refusal(made("DELETE", "EntityDefinitions(LogicalName='lead')")) == (400, "0x80047007")
    lead = "EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='subject')"
    assert refusal(made("DELETE", lead)) == (400, "0x80047007")
    assert refusal(made("DELETE", "RelationshipDefinitions(SchemaName='lead_parent_account')")) == (400, "0x80047007")


def test_a_column_of_a_key_cannot_be_deleted_before_the_key(made: Call) -> None:
    extra = {"@odata.type": f"{CRM}StringAttributeMetadata", "SchemaName": "li_Extra"}
    made("POST", f"{EVENT}/Attributes", extra)
    made("POST", f"{EVENT}/Keys", {"SchemaName": "li_Key", "KeyAttributes": ["li_extra"]})
    assert refusal(made("DELETE", f"{EVENT}/Attributes(LogicalName='li_extra')")) == (400, "0x8004f01f")
    assert made("DELETE", f"{EVENT}/Keys(LogicalName='li_key')").status_code == 204
    assert made("DELETE", f"{EVENT}/Attributes(LogicalName='li_extra')").status_code == 204


def test_a_deleted_table_is_gone_with_its_relationships(made: Call) -> None:
    body = {
        "@odata.type": f"{CRM}OneToManyRelationshipMetadata", "SchemaName": "li_event_lead",
        "ReferencedEntity": "li_event", "ReferencingEntity": "lead",
        "Lookup": {"@odata.type": f"{CRM}LookupAttributeMetadata", "SchemaName": "li_EventId"},
    }  # fmt: skip
    assert made("POST", "RelationshipDefinitions", body).status_code == 204
    assert made("GET", "leads?$select=_li_eventid_value").status_code == 200
    assert made("DELETE", EVENT).status_code == 204
    assert refusal(made("GET", "li_events")) == (404, "0x8006088a")
    assert refusal(made("GET", "leads?$select=_li_eventid_value")) == (400, "0x80060888")
    assert made("GET", "RelationshipDefinitions(SchemaName='li_event_lead')").status_code == 404


def test_publishing_is_accepted(call: Call) -> None:
    assert call("POST", "PublishAllXml", {}).status_code == 204
    xml = "<importexportxml><entities><entity>lead</entity></entities></importexportxml>"
    assert call("POST", "PublishXml", {"ParameterXml": xml}).status_code == 204


def test_a_method_that_does_not_fit_is_refused(call: Call) -> None:
    assert refusal(call("PATCH", "EntityDefinitions(LogicalName='lead')", {})) == (405, "0x80040315")
    assert refusal(call("DELETE", "EntityDefinitions")) == (405, "0x80040315")
