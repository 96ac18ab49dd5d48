"""`$apply`. Dataverse-api reference, section 3.4."""

from __future__ import annotations

from typing import Any

import pytest

from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.seeds import put_rows
from leadferry.simulators.dataverse.storage import Storage
from simulators.dataverse_query.conftest import Ask


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("groupby((statecode))", [{"statecode": 0}, {"statecode": 2}]),
        (
            "groupby((statecode),aggregate($count as n,revenue with sum as total))",
            [{"statecode": 0, "n": 3, "total": 300.0}, {"statecode": 2, "n": 1, "total": None}],
        ),
        ("aggregate(revenue with average as a,revenue with max as b)", [{"a": 150.0, "b": 200.0}]),
        (
            "filter(leadsourcecode eq 8)/groupby((leadsourcecode),aggregate($count as n))",
            [{"leadsourcecode": 8, "n": 2}],
        ),
        (
            "filter(parentaccountid/name ne null)/groupby((parentaccountid/name),aggregate($count as n))",
            [{"account_name": "Acme", "n": 2}, {"account_name": "Globex", "n": 1}],
        ),
    ],
)
def test_groups_and_aggregates(ask: Ask, text: str, expected: list[Any]) -> None:
    assert ask("leads", **{"$apply": text})["value"] == expected


@pytest.mark.parametrize(
    "text",
    [
        "groupby((createdon))",
        "aggregate(revenue with countdistinct as n)",
        "nonsense(1)",
        "groupby((nosuch))",
        "filter(statecode eq 0)",
    ],
)
def test_what_is_not_supported_is_refused(ask: Ask, text: str) -> None:
    with pytest.raises(Refusal) as caught:
        ask("leads", **{"$apply": text})
    assert caught.value.code == "0x80060888"


def test_more_than_fifty_thousand_rows_are_not_aggregated(ask: Ask, storage: Storage) -> None:
    put_rows(storage, "contact", [{"lastname": "x"} for _ in range(50_001)])
    with pytest.raises(Refusal) as caught:
        ask("contacts", **{"$apply": "aggregate($count as n)"})
    assert caught.value.code == "0x8004E023"
