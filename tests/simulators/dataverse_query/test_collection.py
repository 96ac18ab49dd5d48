"""Lists of rows: what comes back, in which order, in which pages. Dataverse-api reference, sections 2.6 and 3."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from leadferry.simulators.dataverse import query
from leadferry.simulators.dataverse.prefer import NOTHING, parse_prefer
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.seeds import put_rows
from leadferry.simulators.dataverse.storage import Storage
from simulators.dataverse_query.conftest import ACME, BASE, CAMPAIGN, GLOBEX, USER, Ask, lead_id

FORMATTED = "@OData.Community.Display.V1.FormattedValue"
CRM = "@Microsoft.Dynamics.CRM."


def lasts(body: dict[str, Any]) -> list[Any]:
    return [row["lastname"] for row in body["value"]]


def next_options(body: dict[str, Any]) -> dict[str, str]:
    parts = urlsplit(body["@odata.nextLink"])
    assert body["@odata.nextLink"].startswith(f"{BASE}/leads?")
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def test_selected_columns_come_with_the_key_and_the_etag(ask: Ask, storage: Storage) -> None:
    body = ask("leads", **{"$select": "lastname,_parentaccountid_value", "$filter": f"leadid eq {lead_id(1)}"})
    assert body["@odata.context"] == f"{BASE}/$metadata#leads(lastname,_parentaccountid_value)"
    row = body["value"][0]
    assert row.pop("@odata.etag").startswith('W/"')
    assert row == {"lastname": "Roy", "_parentaccountid_value": ACME, "leadid": lead_id(1)}


def test_without_select_every_readable_column_is_there(ask: Ask) -> None:
    row = ask("leads", **{"$filter": f"leadid eq {lead_id(4)}"})["value"][0]
    assert row["firstname"] is None
    assert row["donotemail"] is True
    assert row["numberofemployees"] == 50
    assert row["_ownerid_value"] == USER
    assert "isprivate" not in row
    assert "owneridtype" not in row
    assert FORMATTED not in "".join(row)


def test_annotations_are_those_that_were_asked_for(ask: Ask) -> None:
    options = {"$select": "_customerid_value,leadsourcecode,revenue,createdon,donotemail,firstname",
               "$filter": f"leadid eq {lead_id(2)}"}  # fmt: skip
    row = ask("leads", 'odata.include-annotations="*"', **options)["value"][0]
    assert row[f"leadsourcecode{FORMATTED}"] == "External Referral"
    assert row[f"revenue{FORMATTED}"] == "$200.00"
    assert row[f"createdon{FORMATTED}"] == "11/22/2026 8:00 AM"
    assert row[f"donotemail{FORMATTED}"] == "Allow"
    assert row[f"_customerid_value{FORMATTED}"] == "Globex"
    assert row[f"_customerid_value{CRM}lookuplogicalname"] == "account"
    assert row[f"_customerid_value{CRM}associatednavigationproperty"] == "customerid_account"
    assert f"firstname{FORMATTED}" not in row
    row = ask("leads", 'odata.include-annotations="OData.Community.Display.V1.FormattedValue"', **options)["value"][0]
    assert f"_customerid_value{FORMATTED}" in row
    assert f"_customerid_value{CRM}lookuplogicalname" not in row


def test_order_puts_missing_values_first_and_ignores_case(ask: Ask) -> None:
    assert lasts(ask("leads", **{"$select": "lastname", "$orderby": "firstname desc,lastname"})) == [
        "Müller", "O'Neil", "Roy", "100%",
    ]  # fmt: skip
    assert lasts(ask("leads", **{"$select": "lastname", "$orderby": "parentaccountid/name,createdon desc"})) == [
        "100%", "O'Neil", "Roy", "Müller",
    ]  # fmt: skip


def test_top_ends_the_list_unless_a_page_size_is_sent(ask: Ask) -> None:
    body = ask("leads", **{"$top": "2", "$select": "lastname"})
    assert len(body["value"]) == 2
    assert "@odata.nextLink" not in body
    body = ask("leads", "odata.maxpagesize=3", **{"$top": "2", "$select": "lastname"})
    assert len(body["value"]) == 3


@pytest.mark.parametrize("order", ["lastname", "firstname desc,lastname", "createdon desc", "parentaccountid/name", ""])
def test_pages_go_on_where_they_ended_though_rows_are_inserted_meanwhile(
    ask: Ask, storage: Storage, order: str
) -> None:
    options = {"$select": "lastname"} | ({"$orderby": order} if order else {})
    everything = lasts(ask("leads", **options))
    body = ask("leads", "odata.maxpagesize=1", **options)
    found = lasts(body)
    while "@odata.nextLink" in body:
        put_rows(storage, "lead", [{"leadid": f"00000000-0000-0000-0000-{len(found):012}", "lastname": "",
                                    "firstname": "zz", "createdon": "2030-01-01T00:00:00Z"}])  # fmt: skip
        body = ask("leads", "odata.maxpagesize=1", **next_options(body))
        found += lasts(body)
    assert [name for name in found if name] == everything


def test_the_next_link_carries_the_cookie_of_the_platform(ask: Ask) -> None:
    body = ask("leads", "odata.maxpagesize=2", **{"$select": "lastname", "$orderby": "createdon", "$count": "true"})
    options = next_options(body)
    assert options["$orderby"] == "createdon"
    token = options["$skiptoken"]
    assert token.startswith('<cookie pagenumber="2" pagingcookie="%253Ccookie%2520page%253D%25221%2522%253E')
    assert token.endswith('" istracking="False" />')
    inner = unquote(unquote(token.split('"')[3]))
    assert inner == (
        '<cookie page="1"><createdon last="2026-11-22T08:00:00Z" first="2026-11-21T08:00:00Z" />'
        f'<leadid last="{{{lead_id(2).upper()}}}" first="{{{lead_id(1).upper()}}}" /></cookie>'
    )
    assert body["@odata.count"] == 4


def test_counts_stop_at_five_thousand(ask: Ask, storage: Storage) -> None:
    put_rows(storage, "contact", [{"lastname": str(number)} for number in range(5_001)])
    body = ask("contacts", 'odata.include-annotations="*"', **{"$count": "true", "$select": "contactid"})
    assert body["@odata.count"] == body[f"{CRM}totalrecordcount"] == 5_000
    assert body[f"{CRM}totalrecordcountlimitexceeded"] is True
    assert len(body["value"]) == 5_000
    assert "@odata.nextLink" in body
    table = storage.catalog.tables["contact"]
    assert query.count(storage, table, "") == 5_000
    assert query.count(storage, table, "$filter=lastname%20eq%20'7'") == 1


def test_lookups_are_expanded(ask: Ask) -> None:
    options = {
        "$select": "lastname", "$orderby": "createdon",
        "$expand": "parentaccountid($select=name;$expand=parentaccountid($select=name)),"
        "customerid_contact($select=fullname),ownerid($select=fullname)",
    }  # fmt: skip
    rows = ask("leads", **options)["value"]
    assert [row["parentaccountid"] and row["parentaccountid"]["name"] for row in rows] == [
        "Acme",
        "Acme",
        "Globex",
        None,
    ]
    assert rows[2]["parentaccountid"]["parentaccountid"]["name"] == "Acme"
    assert rows[1]["customerid_contact"] is None
    assert rows[0]["ownerid"]["fullname"] == "Ola Berg"


def test_collections_are_expanded_with_their_own_options(ask: Ask) -> None:
    nested = "lead_parent_account($select=lastname;$filter=revenue gt 50;$orderby=revenue desc;$top=1)"
    rows = ask("accounts", **{"$select": "name", "$orderby": "name", "$expand": nested})["value"]
    assert [[lead["lastname"] for lead in row["lead_parent_account"]] for row in rows] == [["O'Neil"], []]
    assert rows[0]["lead_parent_account@odata.nextLink"].startswith(
        f"{BASE}/accounts({ACME})/lead_parent_account?$select"
    )


def test_many_to_many_collections_are_expanded_from_both_sides(ask: Ask, storage: Storage) -> None:
    with storage.transaction() as conn:
        conn.execute('INSERT INTO "t_accountleads" (accountid, leadid) VALUES (?, ?)', (GLOBEX, lead_id(1)))
    name = "accountleads_association"
    rows = ask("accounts", **{"$orderby": "name", "$select": "name", "$expand": f"{name}($select=lastname)"})["value"]
    assert [[lead["lastname"] for lead in row[name]] for row in rows] == [[], ["Roy"]]
    rows = ask("leads", **{"$filter": f"{name}/any(a:a/name eq 'globex')", "$expand": f"{name}($select=name)"})["value"]
    assert [(row["lastname"], row[name][0]["name"]) for row in rows] == [("Roy", "Globex")]


def test_a_single_row_is_answered_with_its_context(storage: Storage) -> None:
    table = storage.catalog.tables["lead"]
    row = query.answer_row(
        storage, table, lead_id(1), "$select=lastname&$expand=campaignid($select=name)", NOTHING, BASE
    )
    assert row["@odata.context"] == f"{BASE}/$metadata#leads(lastname,campaignid(name))/$entity"
    assert row["campaignid"]["campaignid"] == CAMPAIGN
    with pytest.raises(Refusal) as caught:
        query.answer_row(storage, table, lead_id(9), "", NOTHING, BASE)
    assert (caught.value.status, caught.value.code) == (404, "0x80040217")


def test_related_rows_are_lists_of_their_own(storage: Storage) -> None:
    account = storage.catalog.tables["account"]
    prefer = parse_prefer("odata.maxpagesize=1")
    asked = "$select=lastname&$orderby=lastname"
    body = query.answer_related(storage, account, ACME, "lead_parent_account", asked, prefer, BASE)
    assert body
    assert lasts(body) == ["O'Neil"]
    assert body["@odata.nextLink"].startswith(f"{BASE}/accounts({ACME})/lead_parent_account?$select=lastname")
    parent = query.answer_related(storage, account, GLOBEX, "parentaccountid", "$select=name", NOTHING, BASE)
    assert parent
    assert parent["name"] == "Acme"
    assert query.answer_related(storage, account, ACME, "parentaccountid", "", NOTHING, BASE) is None


def test_which_messages_a_table_supports_can_be_asked(ask: Ask) -> None:
    asked = "sdkmessageid/name eq @m and primaryobjecttypecode eq @t"
    options = {"$select": "sdkmessagefilterid", "$filter": asked, "@m": "'CreateMultiple'"}
    assert len(ask("sdkmessagefilters", **options, **{"@t": "'lead'"})["value"]) == 1
    assert ask("sdkmessagefilters", **options, **{"@t": "'nosuch'"})["value"] == []


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"$skip": "1"}, "$skip"),
        ({"$search": "x"}, "$search"),
        ({"$Filter": "x"}, "$Filter"),
        ({"$select": "nosuch"}, "'nosuch'"),
        ({"$select": "Lastname"}, "'Lastname'"),
        ({"$orderby": "lastname sideways"}, "$orderby"),
        ({"$orderby": "nosuch"}, "'nosuch'"),
        ({"$top": "many"}, "$top"),
        ({"$expand": "nosuch"}, "'nosuch'"),
        ({"$expand": "ParentAccountId"}, "'ParentAccountId'"),
        ({"$expand": "parentaccountid($skip=1)"}, "$skip"),
        ({"$skiptoken": "x"}, "cookie"),
    ],
)
def test_options_that_do_not_exist_are_refused(ask: Ask, options: dict[str, str], part: str) -> None:
    with pytest.raises(Refusal) as caught:
        ask("leads", **options)
    assert (caught.value.status, caught.value.code) == (400, "0x80060888")
    assert part in caught.value.message
