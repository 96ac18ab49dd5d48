"""What a refused change leaves, and which bodies no parser takes. Dataverse-api reference, sections 2.9, 4.1 and 6."""

from __future__ import annotations

import json
from typing import Any

import pytest

from leadferry.simulators.dataverse.definitions import handle
from leadferry.simulators.dataverse.definitions.standard import standard_catalog
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.server import Request
from simulators.dataverse_definitions.conftest import CRM, label, table_body

BASE = "http://contoso.example/api/data/v9.2"
ONE_TO_MANY = {"@odata.type": f"{CRM}OneToManyRelationshipMetadata", "SchemaName": "li_r", "ReferencedEntity": "lead",
               "ReferencingEntity": "account", "Lookup": {"SchemaName": "li_LeadId"}}  # fmt: skip
OPTION = {"EntityLogicalName": "lead", "AttributeLogicalName": "leadqualitycode"}


def storage() -> Storage:
    return Storage(":memory:", lambda: 1_795_514_400_000, standard_catalog())


def change(storage: Storage, tail: str, body: Any) -> None:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    handle(storage, Request("POST", f"/api/data/v9.2/{tail}", "", {}, text, "http://contoso.example"), BASE)


@pytest.mark.parametrize(
    ("tail", "body"),
    [
        ("EntityDefinitions", b"{"),
        ("EntityDefinitions", []),
        ("EntityDefinitions", table_body("li_Event", Attributes={})),
        ("EntityDefinitions", table_body("li_Event", Attributes=[1])),
        ("EntityDefinitions", table_body("li_Event", OwnershipType={})),
        ("EntityDefinitions", table_body("li_Event", DisplayName={"LocalizedLabels": 1})),
        ("CreateEntities", {"Entities": {}}),
        ("RelationshipDefinitions", {**ONE_TO_MANY, "CascadeConfiguration": True}),
        ("RelationshipDefinitions", {**ONE_TO_MANY, "CascadeConfiguration": {"Delete": []}}),
        ("CreateCustomerRelationships", {"OneToManyRelationships": 1, "Lookup": {}}),
        ("OrderOption", {**OPTION, "Values": [3, "x", 1]}),
        ("InsertStatusValue", {**OPTION, "Value": 9, "StateCode": "x", "Label": label("x")}),
        (
            "EntityDefinitions(LogicalName='lead')/Attributes",
            {"@odata.type": f"{CRM}IntegerAttributeMetadata", "SchemaName": "li_N", "MinValue": "low"},
        ),
    ],
)
def test_a_body_that_no_parser_takes_is_refused(tail: str, body: Any) -> None:
    with pytest.raises(Refusal) as caught:
        change(storage(), tail, body)
    assert (caught.value.status, caught.value.code) == (400, "0x80048d19")


def test_a_table_of_a_transaction_that_fails_later_is_gone() -> None:
    kept = storage()
    before = kept.catalog.version

    def both() -> None:
        with kept.transaction():
            change(kept, "EntityDefinitions", table_body("li_Event"))
            change(kept, "EntityDefinitions", table_body("li_Event"))

    with pytest.raises(Refusal, match="already in use"):
        both()
    assert "li_event" not in kept.catalog.tables
    assert kept.catalog.version == before
    change(kept, "EntityDefinitions", table_body("li_Event"))
    assert "li_event" in kept.catalog.tables


def test_what_is_made_outlives_a_restart(tmp_path: Any) -> None:
    path = str(tmp_path / "sandbox.db")
    first = Storage(path, lambda: 0, standard_catalog())
    change(first, "EntityDefinitions", table_body("li_Event"))
    first.close()
    assert "li_event" in Storage(path, lambda: 0, standard_catalog()).catalog.tables
