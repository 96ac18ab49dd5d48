"""Microsoft's own Python SDK for Dataverse, unchanged, against the simulator over TLS.

Source: PowerPlatform-Dataverse-Client 1.1.0; dataverse-api reference, section 9.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any

import pandas
import pytest
from azure.identity import ClientSecretCredential
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError
from PowerPlatform.Dataverse.models.filters import col
from PowerPlatform.Dataverse.models.labels import Label, LocalizedLabel
from PowerPlatform.Dataverse.models.query_builder import ExpandOption
from PowerPlatform.Dataverse.models.relationship import (
    CascadeConfiguration,
    LookupAttributeMetadata,
    ManyToManyRelationshipMetadata,
    OneToManyRelationshipMetadata,
)
from PowerPlatform.Dataverse.models.upsert import UpsertItem

from leadferry.simulators import server
from leadferry.simulators.certificates import make_certificates
from leadferry.simulators.dataverse import service, users
from leadferry.simulators.dataverse.definitions.standard import standard_catalog

NOW_MS = 1_795_514_400_000


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("certificates")
    return make_certificates(folder, datetime.datetime.now(datetime.UTC))


@pytest.fixture
def simulator(certificates: Any) -> Iterator[server.Running]:
    with service.start(
        lambda: NOW_MS, standard_catalog(), certificate=certificates.certificate, key=certificates.key
    ) as running:
        yield running


@pytest.fixture
def client(simulator: server.Running, certificates: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataverseClient]:
    """Signed in with a secret at the simulator's own token endpoint."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.ca))
    credential = ClientSecretCredential(
        users.TENANT_ID,
        users.CLIENT_ID,
        users.CLIENT_SECRET,
        authority=simulator.url,
        disable_instance_discovery=True,
    )
    with DataverseClient(simulator.url, credential) as found:
        yield found


def rows_of(builder: Any) -> list[Any]:
    return list(builder.execute())


class Colour(IntEnum):
    Red = 100000000
    Blue = 100000001


@pytest.fixture
def events(client: DataverseClient) -> DataverseClient:
    """A client in an environment with a table that it made."""
    client.tables.create(
        "li_Event",
        {
            "li_ResponseId": "string",
            "li_Note": {"type": "memo", "max_length": 3000, "display_name": "Note"},
            "li_Seats": {"type": "int", "min_value": 1, "max_value": 500},
            "li_Price": "decimal",
            "li_Weight": "float",
            "li_Day": "datetime",
            "li_Open": "bool",
            "li_Colour": Colour,
        },
        primary_column="li_Name",
        display_name="Event",
    )
    return client


def test_a_table_with_columns_of_every_type_is_made_read_and_deleted(events: DataverseClient) -> None:
    info = events.tables.get("li_Event")
    assert info is not None
    assert (info.logical_name, info.entity_set_name) == ("li_event", "li_events")
    typed = {one["LogicalName"]: one for one in events.tables.list_columns("li_Event", typed=True)}
    assert typed["li_seats"]["MaxValue"] == 500
    assert typed["li_note"]["MaxLength"] == 3000
    assert typed["li_price"]["Precision"] == 2
    kinds = {one["LogicalName"]: one["AttributeType"] for one in events.tables.list_columns("li_Event")}
    assert kinds["li_colour"] == "Picklist"
    assert kinds["li_open"] == "Boolean"
    assert kinds["ownerid"] == "Owner"
    assert [one["LogicalName"] for one in events.tables.list(filter="SchemaName eq 'li_Event'")] == ["li_event"]
    events.tables.delete("li_Event")
    assert events.tables.get("li_Event") is None


def test_a_table_that_exists_is_refused(events: DataverseClient) -> None:
    with pytest.raises(Exception, match="already exists"):
        events.tables.create("li_Event", {})


def test_columns_are_added_changed_and_removed(events: DataverseClient) -> None:
    assert events.tables.add_columns("li_Event", {"li_Extra": "string"}) == ["li_Extra"]
    events.tables.update_column(
        "li_Event", "li_Extra", {"max_length": 40, "display_name": "Extra", "required": "Recommended"}
    )
    column = events.tables.get_column("li_Event", "li_Extra", typed=True)
    assert column is not None
    assert (column["MaxLength"], column["RequiredLevel"]["Value"]) == (40, "Recommended")
    with pytest.raises(HttpError) as caught:
        events.records.create("li_Event", {"li_Name": "x", "li_Extra": "y" * 41})
    assert (caught.value.status_code, caught.value.details["service_error_code"]) == (400, "0x80044331")
    events.tables.remove_columns("li_Event", "li_Extra")
    assert events.tables.get_column("li_Event", "li_Extra") is None


def test_an_alternate_key_makes_upserts_find_their_row(events: DataverseClient) -> None:
    made = events.tables.create_alternate_key("li_Event", "li_ResponseKey", ["li_responseid"], display_name="Key")
    keys = events.tables.get_alternate_keys("li_Event")
    assert [(one.schema_name, one.status, one.key_attributes) for one in keys] == [
        ("li_ResponseKey", "Active", ["li_responseid"])
    ]
    assert keys[0].metadata_id == made.metadata_id

    def put(key: str, name: str) -> UpsertItem:
        return UpsertItem(alternate_key={"li_responseid": key}, record={"li_name": name})

    events.records.upsert("li_Event", [put("r1", "First")])
    events.records.upsert("li_Event", [put("r1", "Again"), put("r2", "Second")])
    rows = rows_of(events.query.builder("li_Event").select("li_name", "li_responseid").order_by("li_responseid"))
    assert [(row["li_responseid"], row["li_name"]) for row in rows] == [("r1", "Again"), ("r2", "Second")]
    events.tables.delete_alternate_key("li_Event", made.metadata_id)
    assert events.tables.get_alternate_keys("li_Event") == []


def test_relationships_of_both_kinds_are_made_and_deleted(events: DataverseClient) -> None:
    lookup = LookupAttributeMetadata("li_AccountId", Label([LocalizedLabel("Account", 1033)]))
    one = events.tables.create_one_to_many_relationship(
        lookup,
        OneToManyRelationshipMetadata(
            "li_account_event", "account", "li_event", "accountid", CascadeConfiguration(delete="Cascade")
        ),
    )
    found = events.tables.get_relationship("li_account_event")
    assert found is not None
    assert (found.relationship_id, found.lookup_schema_name) == (one.relationship_id, "li_AccountId")
    account = events.records.create("account", {"name": "Acme"})
    event = events.records.create("li_Event", {"li_Name": "Fair", "li_AccountId@odata.bind": f"/accounts({account})"})
    shown = events.records.retrieve("li_Event", event, select=["_li_accountid_value"])
    assert shown is not None
    assert shown["_li_accountid_value"] == account
    events.records.delete("account", account)
    assert events.records.retrieve("li_Event", event) is None

    many = events.tables.create_many_to_many_relationship(
        ManyToManyRelationshipMetadata("li_event_contact", "li_event", "contact")
    )
    names = {one["SchemaName"] for one in events.tables.list_table_relationships("li_Event")}
    assert {"li_account_event", "li_event_contact"} <= names
    for relation in (one, many):
        events.tables.delete_relationship(str(relation.relationship_id))
    assert events.tables.get_relationship("li_account_event") is None
    assert events.tables.get_column("li_Event", "li_AccountId") is None


def test_a_lookup_field_is_made_in_one_call(events: DataverseClient) -> None:
    events.tables.create_lookup_field("li_Event", "li_CampaignId", "campaign", display_name="Campaign")
    column = events.tables.get_column("li_Event", "li_CampaignId", typed=True, select=["LogicalName", "Targets"])
    assert column is not None
    assert column["Targets"] == ["campaign"]


def test_rows_are_made_read_changed_and_deleted_one_by_one(client: DataverseClient) -> None:
    row_id = client.records.create("lead", {"lastname": "Roy", "leadsourcecode": "Web", "subject": "Demo"})
    row = client.records.retrieve("lead", row_id, select=["lastname", "leadsourcecode", "statuscode"])
    assert row is not None
    assert (row["lastname"], row["leadsourcecode"], row["statuscode"]) == ("Roy", 8, 1)
    client.records.update("lead", row_id, {"lastname": "Rey"})
    again = client.records.retrieve("lead", row_id, select=["lastname"])
    assert again is not None
    assert again["lastname"] == "Rey"
    client.records.delete("lead", row_id)
    assert client.records.retrieve("lead", row_id) is None


def test_rows_are_made_changed_and_deleted_many_at_a_time(client: DataverseClient) -> None:
    ids = client.records.create("lead", [{"lastname": f"L{number}", "subject": "S"} for number in range(7)])
    assert len(set(ids)) == 7
    client.records.update("lead", ids, {"jobtitle": "Engineer"})
    client.records.update("lead", ids[:2], [{"jobtitle": "A"}, {"jobtitle": "B"}])
    found = client.records.list("lead", select=["lastname", "jobtitle"], orderby=["lastname"])
    assert [row["jobtitle"] for row in found] == ["A", "B"] + ["Engineer"] * 5
    job = client.records.delete("lead", ids[:5])
    assert job
    assert len(client.records.list("lead", select=["leadid"])) == 2
    client.records.delete("lead", ids[5:], use_bulk_delete=False)
    assert len(client.records.list("lead", select=["leadid"])) == 0


def test_a_bulk_of_which_one_row_is_bad_leaves_nothing(client: DataverseClient) -> None:
    with pytest.raises(HttpError) as caught:
        client.records.create("lead", [{"lastname": "ok"}, {"lastname": "x" * 51}])
    assert caught.value.details["service_error_code"] == "0x80044331"
    assert len(client.records.list("lead", select=["leadid"])) == 0


def test_pages_follow_each_other_to_the_end(client: DataverseClient) -> None:
    client.records.create("lead", [{"lastname": f"L{number:02}"} for number in range(23)])
    pages = list(client.records.list_pages("lead", select=["lastname"], orderby=["lastname desc"], page_size=10))
    assert [len(page.records) for page in pages] == [10, 10, 3]
    assert [row["lastname"] for page in pages for row in page] == [f"L{number:02}" for number in range(22, -1, -1)]


def test_the_query_builder_filters_expands_and_formats(client: DataverseClient) -> None:
    account = client.records.create("account", {"name": "Acme"})
    bind = {"parentaccountid@odata.bind": f"/accounts({account})"}
    client.records.create("lead", {"lastname": "O'Neil", "leadsourcecode": 3, "revenue": 10.5, **bind})
    client.records.create("lead", {"lastname": "Roy", "leadsourcecode": 8, "emailaddress1": "ana@x.io"})
    builder = (
        client.query.builder("lead")
        .select("lastname", "leadsourcecode")
        .where((col("lastname") == "o'neil") | col("emailaddress1").in_(["ANA@X.IO"]))
        .where(col("revenue").between(10, 11) | col("lastname").like("R%"))
        .order_by("lastname")
        .expand(ExpandOption("parentaccountid").select("name"))
        .include_formatted_values()
    )
    rows = rows_of(builder)
    assert [row["lastname"] for row in rows] == ["O'Neil", "Roy"]
    first, second = rows
    assert first["leadsourcecode@OData.Community.Display.V1.FormattedValue"] == "External Referral"
    assert first["parentaccountid"]["name"] == "Acme"
    assert second["parentaccountid"] is None
    none = client.query.builder("lead").select("lastname").where(col("_parentaccountid_value") == account)
    assert rows_of(none.where(~(col("leadsourcecode") == 3))) == []


def test_fetchxml_pages_by_cookie_without_a_warning(client: DataverseClient, recwarn: pytest.WarningsRecorder) -> None:
    client.records.create("lead", [{"lastname": f"L{number % 4}"} for number in range(11)])
    columns = '<attribute name="lastname"/><order attribute="lastname"/>'
    xml = f'<fetch count="4"><entity name="lead">{columns}</entity></fetch>'
    pages = list(client.query.fetchxml(xml).execute_pages())
    assert [len(page.records) for page in pages] == [4, 4, 3]
    assert len({row["leadid"] for page in pages for row in page}) == 11
    assert [one for one in recwarn.list if "cookie" in str(one.message)] == []


def test_fetchxml_joins_and_aggregates(client: DataverseClient) -> None:
    account = client.records.create("account", {"name": "Acme"})
    bind = {"parentaccountid@odata.bind": f"/accounts({account})"}
    client.records.create("lead", [{"lastname": "A", "revenue": 10, **bind}, {"lastname": "B", "revenue": 20, **bind}])
    xml = (
        '<fetch aggregate="true"><entity name="lead"><attribute name="revenue" alias="total" aggregate="sum"/>'
        '<link-entity name="account" from="accountid" to="parentaccountid" alias="a">'
        '<attribute name="name" alias="company" groupby="true"/></link-entity></entity></fetch>'
    )
    assert [(row["company"], row["total"]) for row in client.query.fetchxml(xml).execute()] == [("Acme", 30.0)]


def test_sql_is_answered(client: DataverseClient) -> None:
    client.records.create("lead", [{"lastname": f"L{number}", "leadsourcecode": 8} for number in range(3)])
    rows = client.query.sql(
        "SELECT lastname FROM lead WHERE leadsourcecode = 8 AND lastname LIKE 'l[01]' ORDER BY lastname"
    )
    assert [row["lastname"] for row in rows] == ["L0", "L1"]
    grouped = client.query.sql("SELECT leadsourcecode, COUNT(*) AS n FROM lead GROUP BY leadsourcecode")
    assert [(row["leadsourcecode"], row["n"]) for row in grouped] == [(8, 3)]
    with pytest.raises(HttpError):
        client.query.sql("SELECT lastname FROM lead WHERE UPPER(lastname) = 'L0'")
    names = {one["name"] for one in client.query.sql_columns("lead")}
    assert {"lastname", "leadsourcecode", "emailaddress1"} <= names


def test_a_batch_with_a_change_set_keeps_or_drops_it_as_a_whole(client: DataverseClient) -> None:
    batch = client.batch.new()
    with batch.changeset() as changes:
        account = changes.records.create("account", {"name": "Acme"})
        changes.records.create("lead", {"lastname": "Roy", "parentaccountid@odata.bind": account})
    batch.records.create("lead", {"lastname": "Loose"})
    batch.tables.get("lead")
    result = batch.execute()
    assert not result.has_errors
    assert len(result.entity_ids) == 3
    rows = client.records.list("lead", select=["lastname"], filter="parentaccountid/name eq 'Acme'")
    assert [row["lastname"] for row in rows] == ["Roy"]

    failing = client.batch.new()
    with failing.changeset() as changes:
        changes.records.create("account", {"name": "Gone"})
        changes.records.create("lead", {"lastname": "x" * 51})
    failing.records.create("account", {"name": "Kept"})
    result = failing.execute(continue_on_error=True)
    assert [one.status_code for one in result.failed] == [400]
    found = client.records.list("account", select=["name"], orderby=["name"])
    assert [row["name"] for row in found] == ["Acme", "Kept"]


def test_an_unknown_table_is_told_apart(client: DataverseClient) -> None:
    with pytest.raises(Exception, match="Unable to resolve entity set"):
        client.records.list("nosuch")


def test_a_batch_makes_and_deletes_definitions(client: DataverseClient) -> None:
    making = client.batch.new()
    making.tables.create("li_Visit", {"li_Code": "string"})
    assert not making.execute().has_errors
    adding = client.batch.new()
    adding.tables.add_columns("li_Visit", {"li_Length": "int"})
    adding.tables.create_lookup_field("li_Visit", "li_AccountId", "account")
    adding.query.sql("SELECT lastname FROM lead")
    assert [one.status_code for one in adding.execute().responses] == [204, 204, 200]
    assert {"li_code", "li_length", "li_accountid"} <= {
        one["LogicalName"] for one in client.tables.list_columns("li_Visit")
    }
    removing = client.batch.new()
    removing.tables.remove_columns("li_Visit", ["li_Length"])
    removing.tables.delete("li_Visit")
    assert not removing.execute().has_errors
    assert client.tables.get("li_Visit") is None


def test_data_frames_go_both_ways(client: DataverseClient) -> None:
    ids = client.dataframe.create("lead", pandas.DataFrame([{"lastname": "A"}, {"lastname": "B"}]))
    client.dataframe.update("lead", pandas.DataFrame({"leadid": ids, "jobtitle": ["x", "y"]}), "leadid")
    found = client.dataframe.sql("SELECT lastname, jobtitle FROM lead ORDER BY lastname")
    assert found.to_dict("records") == [{"lastname": "A", "jobtitle": "x"}, {"lastname": "B", "jobtitle": "y"}]
    client.dataframe.delete("lead", ids)
    assert len(client.records.list("lead", select=["leadid"])) == 0
