"""Reading of queries: what Rest.li 2.0 means, and what a careless HTTP library makes of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadferry.simulators.linkedin.projection import parse_fields, project
from leadferry.simulators.linkedin.refusals import Refusal
from leadferry.simulators.linkedin.restli import parse_query

READ: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("q=owner", {"q": "owner"}),
    ("&q=owner", {"q": "owner"}),
    ("ids=List()", {"ids": []}),
    ("ids=List(1,2)", {"ids": ["1", "2"]}),
    ("leadType=(leadType:SPONSORED)", {"leadType": {"leadType": "SPONSORED"}}),
    ("a=()", {"a": {}}),
    ("a=''", {"a": ""}),
    (
        "search=(status:(values:List(ACTIVE,PAUSED)),test:false)",
        {"search": {"status": {"values": ["ACTIVE", "PAUSED"]}, "test": "false"}},
    ),
    (
        "form=urn%3Ali%3AversionedLeadGenForm%3A%28urn%3Ali%3AleadGenForm%3A3162%2C1%29",
        {"form": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,1)"},
    ),
    ("name=Zo%C3%AB%20B", {"name": "Zoë B"}),
]

REFUSED = [
    "leadType=%28leadType:SPONSORED%29",
    "leadType=%28leadType%3ASPONSORED%29",
    "leadType=(leadType%3ASPONSORED)",
    "ids=List%281,2%29",
    "owner=(sponsoredAccount:urn:li:sponsoredAccount:5001)",
    "owner=(sponsoredAccount:urn%253Ali%253AsponsoredAccount%253A5001)",
    "form=urn%3Ali%3AversionedLeadGenForm%3A(urn%3Ali%3AleadGenForm%3A3162%2C1)",
    "form=urn%3Ali%3AversionedLeadGenForm%3A%28urn%3Ali%3AleadGenForm%3A3162,1%29",
    "ids=List(1,2",
    "ids=List(1,2))",
    "a=(b:c",
    "name=it's",
    "name=100%",
    "q=a&q=b",
]


@pytest.mark.parametrize(("query", "meant"), READ)
def test_structure_is_literal_and_text_is_encoded_once(query: str, meant: dict[str, Any]) -> None:
    assert parse_query(query) == meant


@pytest.mark.parametrize("query", REFUSED)
def test_a_query_that_was_encoded_wrongly_is_refused(query: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_query(query)
    assert refused.value.status == 400


def test_without_protocol_2_a_list_is_only_text() -> None:
    assert parse_query("ids=List(1,2)", "1.0.0") == {"ids": "List(1,2)"}


@given(st.text(min_size=1).filter(lambda text: "%" not in text and not text.endswith(")")))
def test_any_text_encoded_once_comes_back(text: str) -> None:
    assert parse_query(f"a=(b:List({quote(text, safe='')}))") == {"a": {"b": [text]}}


def test_a_projection_reaches_into_records_and_lists() -> None:
    fields = parse_fields("id,form:(id,content:(questions:(questionId))),gone")
    thing = {"id": 1, "x": 2, "form": {"id": 3, "name": "n", "content": {"questions": [{"questionId": 4, "name": 5}]}}}
    assert project(thing, fields) == {"id": 1, "form": {"id": 3, "content": {"questions": [{"questionId": 4}]}}}


@pytest.mark.parametrize("fields", ["List(id,name)", "id%2Cname", "form%3A(id)", "form:(id", "id,", "form:()", "id)"])
def test_a_projection_in_another_style_is_refused(fields: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_fields(fields)
    assert refused.value.body["message"].startswith("Invalid value for parameter 'fields'")
