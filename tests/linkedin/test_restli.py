from __future__ import annotations

from typing import Any

import pytest

from leadferry.linkedin.restli import Structure, encode, parse_versioned_form, query_string, urn_id, urn_kind

FORM = "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,2)"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a b:(c),'d'/é", "a%20b%3A%28c%29%2C%27d%27%2F%C3%A9"),
        (5, "5"),
        (True, "true"),
        (False, "false"),
        ([], "List()"),
        (["a", 1], "List(a,1)"),
        ({"key": "value", "k2": 2}, "(key:value,k2:2)"),
        (
            {"status": {"values": ["ACTIVE", "PAUSED"]}, "test": False},
            "(status:(values:List(ACTIVE,PAUSED)),test:false)",
        ),
        ({"sponsoredAccount": "urn:li:sponsoredAccount:5001"}, "(sponsoredAccount:urn%3Ali%3AsponsoredAccount%3A5001)"),
        (FORM, "urn%3Ali%3AversionedLeadGenForm%3A%28urn%3Ali%3AleadGenForm%3A3162%2C2%29"),
        (Structure("id,form:(name)"), "id,form:(name)"),
    ],
)
def test_values(value: Any, written: str) -> None:
    assert encode(value) == written


def test_the_worked_example_of_the_contract() -> None:
    query = {
        "q": "owner",
        "owner": {"sponsoredAccount": "urn:li:sponsoredAccount:5001"},
        "leadType": {"leadType": "SPONSORED"},
        "versionedLeadGenFormUrn": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,1)",
        "submittedAtTimeRange": {"start": 1793000000000, "end": 1793086400000},
        "limitedToTestLeads": False,
        "associatedEntity": None,
        "start": 0,
        "count": 100,
    }
    assert query_string(query) == (
        "q=owner&owner=(sponsoredAccount:urn%3Ali%3AsponsoredAccount%3A5001)&leadType=(leadType:SPONSORED)"
        "&versionedLeadGenFormUrn=urn%3Ali%3AversionedLeadGenForm%3A%28urn%3Ali%3AleadGenForm%3A3162%2C1%29"
        "&submittedAtTimeRange=(start:1793000000000,end:1793086400000)&limitedToTestLeads=false&start=0&count=100"
    )


@pytest.mark.parametrize(
    ("urn", "found"),
    [
        (FORM, (3162, 2)),
        ("urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162, 2)", (3162, 2)),
        ("urn:li:versionedLeadGenForm:( urn:li:adForm:9007199254740993 , 12 ) ", (9007199254740993, 12)),
        ("urn:li:leadGenForm:3162", (0, 0)),
        ("", (0, 0)),
        ("nonsense", (0, 0)),
    ],
)
def test_versioned_forms(urn: str, found: tuple[int, int]) -> None:
    assert parse_versioned_form(urn) == found


def test_ids_and_kinds_of_urns() -> None:
    assert urn_id("urn:li:sponsoredAccount:5001") == urn_id("5001") == "5001"
    assert urn_id("urn:li:leadGenFormResponse:1f0c-4") == "1f0c-4"
    assert urn_id(FORM) == "3162"
    assert urn_kind("urn:li:organization:9001") == "organization"
    assert urn_kind("9001") == ""
