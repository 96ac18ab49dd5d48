"""A storage with the standard tables and a few rows, and a way to ask it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from leadferry.simulators.dataverse import query
from leadferry.simulators.dataverse.definitions.standard import standard_catalog
from leadferry.simulators.dataverse.prefer import parse_prefer
from leadferry.simulators.dataverse.seeds import put_rows
from leadferry.simulators.dataverse.storage import Storage

NOW_MS = 1_795_514_400_000
"""2026-11-24T10:00:00Z, a Tuesday."""
BASE = "https://contoso.example/api/data/v9.2"
ACME, GLOBEX = "a0000000-0000-0000-0000-000000000001", "a0000000-0000-0000-0000-000000000002"
CAMPAIGN = "c0000000-0000-0000-0000-000000000001"
USER = "e0000000-0000-0000-0000-000000000001"

Ask = Callable[..., dict[str, Any]]


def lead_id(number: int) -> str:
    return f"b0000000-0000-0000-0000-{number:012}"


@pytest.fixture
def storage() -> Storage:
    return Storage(":memory:", lambda: NOW_MS, None, image=_filled())


@functools.cache
def _filled() -> bytes:
    found = Storage(":memory:", lambda: NOW_MS, standard_catalog())
    put_rows(found, "systemuser", [{"systemuserid": USER, "fullname": "Ola Berg"}])
    put_rows(
        found,
        "account",
        [
            {"accountid": ACME, "name": "Acme", "revenue": 1000.5, "statecode": 0},
            {"accountid": GLOBEX, "name": "Globex", "revenue": 250.0, "parentaccountid": ACME},
        ],
    )
    put_rows(found, "campaign", [{"campaignid": CAMPAIGN, "name": "Spring"}])
    leads: list[dict[str, Any]] = [
        {"lastname": "Roy", "firstname": "Ana", "emailaddress1": "ana@x.io", "leadsourcecode": 8, "revenue": 100.0},
        {"lastname": "O'Neil", "firstname": "Bob", "emailaddress1": "BOB@X.io", "leadsourcecode": 3, "revenue": 200.0},
        {"lastname": "Müller", "firstname": "Bob", "emailaddress1": None, "leadsourcecode": 8, "statecode": 2},
        {"lastname": "100%", "firstname": None, "numberofemployees": 50, "donotemail": True},
    ]
    for number, row in enumerate(leads, start=1):
        row |= {"leadid": lead_id(number), "createdon": f"2026-11-{20 + number}T08:00:00Z"}
    leads[0] |= {"parentaccountid": ACME, "campaignid": CAMPAIGN}
    leads[1] |= {"parentaccountid": ACME, "customerid": GLOBEX, "customerid__table": "account"}
    leads[2] |= {"parentaccountid": GLOBEX, "estimatedclosedate": "2026-11-24"}
    put_rows(found, "lead", leads, owner=USER)
    return found.image()


@pytest.fixture
def ask(storage: Storage) -> Ask:
    """`ask("leads", **{"$filter": ...})` gives the body of the answer."""

    def asking(entity_set: str, prefer: str = "", **options: str) -> dict[str, Any]:
        table = storage.catalog.by_entity_set(entity_set)
        assert table
        text = "&".join(f"{name}={quote(value)}" for name, value in options.items())
        return query.answer_collection(storage, table, text, parse_prefer(prefer), BASE)

    return asking


@pytest.fixture
def names(ask: Ask) -> Callable[..., list[Any]]:
    """The last names that a filter finds, in order of creation."""

    def finding(condition: str, **aliases: str) -> list[Any]:
        options = {"$filter": condition, "$select": "lastname", "$orderby": "createdon", **aliases}
        return [row["lastname"] for row in ask("leads", **options)["value"]]

    return finding
