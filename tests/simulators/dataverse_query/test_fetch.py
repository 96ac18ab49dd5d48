"""`?fetchXml=`. Dataverse-api reference, section 3.6."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import pytest

from leadferry.simulators.dataverse.refusals import Refusal
from simulators.dataverse_query.conftest import ACME, Ask, lead_id

PAGING = 'odata.include-annotations="Microsoft.Dynamics.CRM.fetchxmlpagingcookie,Microsoft.Dynamics.CRM.morerecords"'
COOKIE, MORE = "@Microsoft.Dynamics.CRM.fetchxmlpagingcookie", "@Microsoft.Dynamics.CRM.morerecords"
ROY, ONEIL, MULLER, PERCENT = "Roy", "O'Neil", "Müller", "100%"


def fetch(ask: Ask, inner: str, attributes: str = "", prefer: str = "") -> dict[str, Any]:
    return ask("leads", prefer, fetchXml=f'<fetch {attributes}><entity name="lead">{inner}</entity></fetch>')


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('attribute="lastname" operator="eq" value="roy"', [ROY]),
        ('attribute="firstname" operator="ne" value="bob"', [ROY, PERCENT]),
        ('attribute="revenue" operator="gt" value="100"', [ONEIL]),
        ('attribute="revenue" operator="le" value="100"', [ROY]),
        ('attribute="lastname" operator="like" value="%o%"', [ROY, ONEIL]),
        ('attribute="lastname" operator="not-like" value="%o%"', [MULLER, PERCENT]),
        ('attribute="lastname" operator="begins-with" value="mu"', [MULLER]),
        ('attribute="lastname" operator="ends-with" value="y"', [ROY]),
        ('attribute="lastname" operator="not-begin-with" value="mu"', [ROY, ONEIL, PERCENT]),
        ('attribute="emailaddress1" operator="null"', [MULLER, PERCENT]),
        ('attribute="emailaddress1" operator="not-null"', [ROY, ONEIL]),
        ('attribute="createdon" operator="today"', [PERCENT]),
        ('attribute="createdon" operator="on" value="2026-11-22"', [ONEIL]),
        ('attribute="createdon" operator="last-x-days" value="1"', [MULLER, PERCENT]),
        ('attribute="createdon" operator="olderthan-x-hours" value="30"', [ROY, ONEIL]),
        (f'attribute="parentaccountid" operator="eq" value="{{{ACME.upper()}}}"', [ROY, ONEIL]),
        ('attribute="parentaccountidname" operator="eq" value="globex"', [MULLER]),
        ('attribute="donotemail" operator="eq" value="1"', [PERCENT]),
        ('attribute="firstname" operator="eq" valueof="lastname"', []),
    ],
)
def test_conditions_find_what_the_platform_finds(ask: Ask, condition: str, expected: list[str]) -> None:
    inner = f'<attribute name="lastname"/><order attribute="createdon"/><filter><condition {condition}/></filter>'
    assert [row["lastname"] for row in fetch(ask, inner)["value"]] == expected


def test_values_and_nested_filters(ask: Ask) -> None:
    inner = (
        '<attribute name="lastname"/><order attribute="createdon" descending="true"/>'
        '<filter type="or"><condition attribute="leadsourcecode" operator="in">'
        "<value>3</value><value>4</value></condition>"
        '<filter type="and"><condition attribute="firstname" operator="eq" value="ana"/>'
        '<condition attribute="revenue" operator="between"><value>50</value><value>150</value></condition>'
        "</filter></filter>"
    )
    assert [row["lastname"] for row in fetch(ask, inner)["value"]] == [ONEIL, ROY]


def test_linked_columns_come_under_their_alias(ask: Ask) -> None:
    inner = (
        '<attribute name="lastname"/><attribute name="parentaccountid"/><order attribute="createdon"/>'
        '<link-entity name="account" from="accountid" to="parentaccountid" link-type="outer" alias="a">'
        '<attribute name="name"/><attribute name="revenue" alias="worth"/>'
        '<link-entity name="account" from="accountid" to="parentaccountid" link-type="outer" alias="p">'
        '<attribute name="name"/></link-entity></link-entity>'
    )
    rows = fetch(ask, inner, prefer='odata.include-annotations="*"')["value"]
    assert [row["a.name"] for row in rows] == ["Acme", "Acme", "Globex", None]
    assert [row["p.name"] for row in rows] == [None, None, "Acme", None]
    assert rows[0]["worth"] == 1000.5
    assert rows[0]["_parentaccountid_value"] == ACME
    assert rows[0]["_parentaccountid_value@OData.Community.Display.V1.FormattedValue"] == "Acme"
    assert rows[0]["leadid"] == lead_id(1)
    inner = inner.replace("outer", "inner", 1).replace('alias="p"', 'alias="p" ')
    assert len(fetch(ask, inner)["value"]) == 3


def test_conditions_outside_a_link_reach_into_it(ask: Ask) -> None:
    inner = (
        '<attribute name="lastname"/>'
        '<filter><condition entityname="a" attribute="accountid" operator="null"/></filter>'
        '<link-entity name="account" from="accountid" to="parentaccountid" link-type="outer" alias="a"/>'
    )
    assert [row["lastname"] for row in fetch(ask, inner)["value"]] == [PERCENT]


def test_rows_are_fetched_page_by_page_with_the_cookie(ask: Ask) -> None:
    inner = '<attribute name="lastname"/><order attribute="firstname"/>'
    everything = [row["lastname"] for row in fetch(ask, inner)["value"]]
    found, page, cookie = [], 1, ""
    while True:
        kept = f"paging-cookie={quoteattr(cookie)}" if cookie else ""
        body = fetch(ask, inner, f'count="3" page="{page}" {kept}', PAGING)
        found += [row["lastname"] for row in body["value"]]
        if not body[MORE]:
            break
        outer = ElementTree.fromstring(body[COOKIE])  # noqa: S314
        assert outer.get("pagenumber") == str(page + 1)
        cookie, page = unquote(unquote(outer.get("pagingcookie", ""))), page + 1
    assert found == everything
    assert page == 2


def test_an_order_by_a_linked_column_gives_no_cookie(ask: Ask) -> None:
    inner = (
        '<attribute name="lastname"/><link-entity name="account" from="accountid" to="parentaccountid" alias="a">'
        '<order attribute="name" descending="true"/></link-entity>'
    )
    body = fetch(ask, inner, 'count="2"', PAGING)
    assert body[MORE] is True
    assert COOKIE not in body
    second = fetch(ask, inner, 'count="2" page="2"', PAGING)
    assert len({row["leadid"] for row in body["value"] + second["value"]}) == 3
    assert body["value"][0]["lastname"] == MULLER


def test_top_and_distinct(ask: Ask) -> None:
    assert len(fetch(ask, '<attribute name="lastname"/>', 'top="2"')["value"]) == 2
    rows = fetch(ask, '<attribute name="firstname"/><order attribute="firstname"/>', 'distinct="true"')["value"]
    assert [row["firstname"] for row in rows] == [None, "Ana", "Bob"]


def test_aggregates_by_group(ask: Ask) -> None:
    inner = (
        '<attribute name="leadid" alias="n" aggregate="count"/>'
        '<attribute name="emailaddress1" alias="mails" aggregate="countcolumn"/>'
        '<attribute name="firstname" alias="names" aggregate="countcolumn" distinct="true"/>'
        '<attribute name="revenue" alias="total" aggregate="sum"/>'
        '<attribute name="revenue" alias="mean" aggregate="avg"/>'
        '<attribute name="revenue" alias="low" aggregate="min"/>'
        '<attribute name="revenue" alias="high" aggregate="max"/>'
        '<attribute name="statecode" alias="state" groupby="true"/><order alias="n" descending="true"/>'
    )
    rows = fetch(ask, inner, 'aggregate="true"', 'odata.include-annotations="*"')["value"]
    first = {name: value for name, value in rows[0].items() if "@" not in name}
    assert first == {
        "n": 3,
        "mails": 2,
        "names": 2,
        "total": 300.0,
        "mean": 150.0,
        "low": 100.0,
        "high": 200.0,
        "state": 0,
    }
    assert rows[0]["state@OData.Community.Display.V1.FormattedValue"] == "Open"


@pytest.mark.parametrize(
    ("grouping", "expected"),
    [("day", [21, 22, 23, 24]), ("week", [47, 48]), ("month", [11]), ("quarter", [4]), ("year", [2026])],
)
def test_dates_are_grouped(ask: Ask, grouping: str, expected: list[int]) -> None:
    inner = (
        '<attribute name="leadid" alias="n" aggregate="count"/>'
        f'<attribute name="createdon" alias="d" groupby="true" dategrouping="{grouping}"/><order alias="d"/>'
    )
    assert [row["d"] for row in fetch(ask, inner, 'aggregate="true"')["value"]] == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("<fetch", "Invalid XML"),
        ("<fetch/>", "entity element"),
        ('<fetch><entity name="account"/></fetch>', "does not match"),
        ('<fetch><entity name="lead"><attribute name="nosuch"/></entity></fetch>', "Name = 'nosuch'"),
        ('<fetch top="1" page="2"><entity name="lead"/></fetch>', "top"),
        (
            '<fetch><entity name="lead"><filter><condition attribute="fax" operator="is"/></filter></entity></fetch>',
            "'is'",
        ),
        (
            '<fetch><entity name="lead"><link-entity name="nosuch" from="a" to="b"/></entity></fetch>',
            "'nosuch'",
        ),
        ('<fetch page="6000" count="10"><entity name="lead"/></fetch>', "50000"),
    ],
)
def test_what_cannot_be_read_is_refused(ask: Ask, text: str, part: str) -> None:
    with pytest.raises(Refusal) as caught:
        ask("leads", fetchXml=text)
    assert caught.value.status == 400
    assert part in caught.value.message
