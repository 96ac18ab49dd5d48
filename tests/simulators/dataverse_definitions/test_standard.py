"""The tables of a fresh environment. Dataverse-api reference, section 7."""

from __future__ import annotations

import pytest

from leadferry.simulators.dataverse.definitions.standard import standard_catalog
from leadferry.simulators.dataverse.model import Column

CATALOG = standard_catalog()
LEAD = CATALOG.tables["lead"]


def options(column: Column) -> dict[int, str]:
    found = CATALOG.option_set_of(column)
    assert found
    return {one.value: one.label for one in found.options}


@pytest.mark.parametrize(
    ("column", "length"),
    [
        ("subject", 300), ("firstname", 50), ("lastname", 50), ("companyname", 100), ("emailaddress1", 100),
        ("telephone1", 50), ("mobilephone", 20), ("websiteurl", 200), ("description", 2000), ("address1_line1", 250),
        ("address1_city", 80), ("address1_country", 80), ("address1_stateorprovince", 50), ("address1_postalcode", 20),
        ("address2_upszone", 4), ("sic", 20), ("yomifirstname", 150), ("businesscardattributes", 4000),
    ],
)  # fmt: skip
def test_texts_of_a_lead_have_their_lengths(column: str, length: int) -> None:
    assert LEAD.columns[column].max_length == length


def test_choices_of_a_lead_have_their_options() -> None:
    assert options(LEAD.columns["leadsourcecode"])[8] == "Web"
    assert list(options(LEAD.columns["leadsourcecode"])) == list(range(1, 11))
    assert options(LEAD.columns["industrycode"])[9] == "Design, Direction and Creative Management"
    assert len(options(LEAD.columns["industrycode"])) == 33
    assert options(LEAD.columns["statuscode"])[7] == "Canceled"
    states = CATALOG.option_set_of(LEAD.columns["statecode"])
    assert states
    assert {one.value: one.default_status for one in states.options} == {0: 1, 1: 3, 2: 4}
    statuses = CATALOG.option_set_of(LEAD.columns["statuscode"])
    assert statuses
    assert {one.value: one.state for one in statuses.options} == {1: 0, 2: 0, 3: 1, 4: 2, 5: 2, 6: 2, 7: 2}


def test_columns_of_a_lead_say_what_is_needed_and_writable() -> None:
    assert LEAD.columns["subject"].required == "ApplicationRequired"
    assert LEAD.columns["firstname"].required == "Recommended"
    assert LEAD.columns["fullname"].valid_for_create is False
    assert LEAD.columns["isprivate"].valid_for_read is False
    assert LEAD.columns["followemail"].default is True
    assert LEAD.columns["donotemail"].default is False
    assert (LEAD.columns["numberofemployees"].minimum, LEAD.columns["numberofemployees"].maximum) == (0, 1_000_000)
    assert LEAD.columns["revenue_base"].valid_for_update is False


def test_navigation_names_are_those_of_the_platform() -> None:
    found = {(one.column, one.navigation, one.referenced): one.on_delete for one in CATALOG.lookups_of("lead")}
    assert found["parentaccountid", "parentaccountid", "account"] == "RemoveLink"
    assert found["customerid", "customerid_account", "account"] == "Cascade"
    assert found["customerid", "customerid_contact", "contact"] == "Cascade"
    assert found["transactioncurrencyid", "transactioncurrencyid", "transactioncurrency"] == "Restrict"
    responses = {one.navigation for one in CATALOG.lookups_of("campaignresponse")}
    assert "regardingobjectid_campaign_campaignresponse" in responses


def test_two_catalogs_have_the_same_ids() -> None:
    assert standard_catalog() == CATALOG


def test_every_definition_leads_somewhere() -> None:
    names = [one.schema_name for one in CATALOG.one_to_many]
    assert len(names) == len(set(names))
    for table in CATALOG.tables.values():
        assert table.primary_id in table.columns
        assert not table.primary_name or table.primary_name in table.columns
        for column in table.columns.values():
            assert not column.option_set or column.option_set in CATALOG.option_sets
    for relation in CATALOG.one_to_many:
        assert relation.column in CATALOG.tables[relation.referencing].columns
        assert CATALOG.tables[relation.referenced].primary_id == relation.referenced_column
