"""The client reads the definitions of the Dataverse simulator, which shares no code with it."""

from __future__ import annotations

import pytest

from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.metadata import ColumnType
from leadferry.errors import DataverseError
from leadferry.simulators.dataverse import operations


@pytest.fixture(autouse=True)
def _definitions(simulated: DataverseClient) -> None:
    if not operations.METADATA:
        pytest.skip("the simulator does not answer for definitions yet")


def test_the_lead_table_in_one_request(simulated: DataverseClient) -> None:
    lead = simulated.table("lead")
    assert simulated.requests == 1
    assert (lead.entity_set, lead.primary_id, lead.primary_name) == ("leads", "leadid", "fullname")
    columns = lead.columns
    assert (columns["subject"].max_length, columns["mobilephone"].max_length) == (300, 20)
    assert columns["description"].type is ColumnType.MEMO
    assert columns["leadsourcecode"].options[8] == "Web"
    assert columns["statuscode"].options[1] == "New"
    assert (columns["numberofemployees"].minimum, columns["numberofemployees"].maximum) == (0, 1_000_000)
    assert columns["customerid"].navigation == {"account": "customerid_account", "contact": "customerid_contact"}
    assert columns["parentcontactid"].navigation == {"contact": "parentcontactid"}
    assert columns["ownerid"].navigation == {"systemuser": "ownerid", "team": "ownerid"}
    assert columns["estimatedclosedate"].date_only
    assert not columns["fullname"].can_create


def test_an_unknown_table(simulated: DataverseClient) -> None:
    with pytest.raises(DataverseError) as caught:
        simulated.table("nonsense")
    assert caught.value.code == "dataverse-unknown-table"


def test_bulk_messages_and_support_for_them(simulated: DataverseClient) -> None:
    assert simulated.supports("CreateMultiple", "lead")
    assert not simulated.supports("DeleteMultiple", "lead")
    assert simulated.entity_sets(["lead", "account", "nonsense"]) == {"lead": "leads", "account": "accounts"}
