"""`?sql=`. Dataverse-api reference, section 3.7."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from leadferry.simulators.dataverse.refusals import Refusal
from simulators.dataverse_query.conftest import ACME, Ask

ROY, ONEIL, MULLER, PERCENT = "Roy", "O'Neil", "Müller", "100%"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("lastname = 'roy'", [ROY]),
        ("firstname <> 'Bob'", [ROY]),
        ("firstname != 'Bob' OR firstname IS NULL", [ROY, PERCENT]),
        ("leadsourcecode IN (3, 4)", [ONEIL]),
        ("leadsourcecode NOT IN (3, 4)", [ROY, MULLER]),
        ("revenue BETWEEN 50 AND 150", [ROY]),
        ("lastname LIKE 'm%' AND NOT (statecode = 0)", [MULLER]),
        ("emailaddress1 IS NOT NULL AND (revenue >= 200 OR lastname = N'x')", [ONEIL]),
        (f"parentaccountid = '{ACME}'", [ROY, ONEIL]),
        ("createdon < '2026-11-22'", [ROY]),
        ("lastname = 'O''Neil'", [ONEIL]),
    ],
)
def test_conditions(ask: Ask, where: str, expected: list[str]) -> None:
    body = ask("leads", sql=f"SELECT lastname FROM lead WHERE {where} ORDER BY createdon")
    assert [row["lastname"] for row in body["value"]] == expected


def test_joins_and_aliases(ask: Ask) -> None:
    body = ask(
        "leads",
        sql="SELECT l.lastname AS who, a.name FROM lead AS l LEFT JOIN account AS a ON l.parentaccountid = a.accountid "
        "WHERE l.statecode = 0 ORDER BY l.createdon",
    )
    assert [(row["who"], row["a.name"]) for row in body["value"]] == [(ROY, "Acme"), (ONEIL, "Acme"), (PERCENT, None)]
    assert body["value"][0]["who@OData.Community.Display.V1.AttributeName"] == "lastname"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT COUNT(*) AS n FROM lead", [{"n": 4}]),
        ("SELECT COUNT(DISTINCT firstname) AS n, MAX(revenue) AS m FROM lead", [{"n": 2, "m": 200.0}]),
        ("SELECT DISTINCT firstname FROM lead WHERE firstname IS NOT NULL ORDER BY firstname DESC",
         [{"firstname": "Bob"}, {"firstname": "Ana"}]),
        ("SELECT statecode, SUM(revenue) AS t FROM lead GROUP BY statecode ORDER BY statecode",
         [{"statecode": 0, "t": 300.0}, {"statecode": 2, "t": None}]),
    ],
)  # fmt: skip
def test_aggregates(ask: Ask, text: str, expected: list[Any]) -> None:
    assert ask("leads", sql=text)["value"] == expected


def test_pages(ask: Ask) -> None:
    text = "SELECT lastname FROM lead ORDER BY lastname"
    body = ask("leads", "odata.maxpagesize=3", sql=text)
    rest = {name: values[0] for name, values in parse_qs(urlsplit(body["@odata.nextLink"]).query).items()}
    second = ask("leads", "odata.maxpagesize=3", **rest)
    found = [row["lastname"] for row in body["value"] + second["value"]]
    assert found == [PERCENT, MULLER, ONEIL, ROY]
    assert "@odata.nextLink" not in second


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM lead",
        "SELECT TOP 5 lastname FROM lead",
        "SELECT lastname FROM lead ORDER BY lastname OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY",
        "SELECT statecode, COUNT(*) AS n FROM lead GROUP BY statecode HAVING COUNT(*) > 1",
        "SELECT lastname FROM lead UNION SELECT lastname FROM contact",
        "WITH x AS (SELECT lastname FROM lead) SELECT lastname FROM x",
        "SELECT lastname FROM lead WHERE parentaccountid IN (SELECT accountid FROM account)",
        "SELECT lastname FROM lead WHERE EXISTS (SELECT 1 FROM account)",
        "SELECT lastname FROM lead WHERE UPPER(lastname) = 'X'",
        "SELECT l.lastname FROM lead l RIGHT JOIN account a ON a.accountid = l.parentaccountid",
        "SELECT l.lastname FROM lead l FULL JOIN account a ON a.accountid = l.parentaccountid",
        "SELECT l.lastname FROM lead l CROSS JOIN account a",
        "DELETE FROM lead",
        "SELECT lastname FROM lead; SELECT lastname FROM lead",
        "SELECT nosuch FROM lead",
        "SELECT name FROM account",
        "SELECT FROM WHERE",
        "SELECT lastname AS \0 FROM lead",
        "SELECT CASE WHEN statecode = 0 THEN 1 ELSE 2 END AS x FROM lead",
    ],
)
def test_what_the_platform_refuses_is_refused(ask: Ask, text: str) -> None:
    with pytest.raises(Refusal) as caught:
        ask("leads", sql=text)
    assert caught.value.status == 400
