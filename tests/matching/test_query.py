from __future__ import annotations

from typing import Any

from leadferry.mapping.model import Mapped
from leadferry.matching.query import values_to_ask


def ask(*rows: dict[str, Any], columns: tuple[str, ...] = ("emailaddress1", "lastname")) -> dict[str, list[str]]:
    return values_to_ask([Mapped(row) for row in rows], columns)


def test_every_strategy_column_asks_for_its_distinct_answers() -> None:
    assert ask(
        {"emailaddress1": "a@x.example", "lastname": "Lovelace", "firstname": "Ada"},
        {"emailaddress1": "b@x.example", "lastname": "Lovelace"},
    ) == {"emailaddress1": ["a@x.example", "b@x.example"], "lastname": ["Lovelace"]}


def test_two_spellings_that_dataverse_compares_equal_are_asked_once() -> None:
    assert ask({"lastname": "LOVELACE "}, {"lastname": "Lovelace"}) == {"lastname": ["LOVELACE"]}


def test_accents_are_asked_apart_for_the_environment_may_count_them() -> None:
    assert ask({"lastname": "José"}, {"lastname": "Jose"}) == {"lastname": ["José", "Jose"]}


def test_what_nobody_answered_is_not_asked() -> None:
    assert ask({"emailaddress1": "", "lastname": None}, {}) == {}


def test_numbers_are_asked_as_text() -> None:
    assert ask({"numberofemployees": 51}, columns=("numberofemployees",)) == {"numberofemployees": ["51"]}
