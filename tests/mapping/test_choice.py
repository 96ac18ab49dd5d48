from __future__ import annotations

import pytest

from leadferry.dataverse.metadata import Column, ColumnType
from leadferry.mapping.industries import _BY_OPTION, industry_options
from leadferry.mapping.model import ProblemKind
from leadferry.mapping.transforms.choice import resolver
from leadferry.mapping.transforms.text import bare
from leadferry.mapping.unfit import Unfit

SIZES = Column(
    "size", ColumnType.CHOICE, options={1: "1-50", 2: "11-50", 3: "Enterprise (1000+)", 4: "Très grand", 5: "5"}
)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("11-50", 2),
        (" 11-50 ", 2),
        ("enterprise (1000+)", 3),
        ("Enterprise 1000", 3),
        ("TRES GRAND", 4),
        ("Enterprize (1000+)", 3),
        ("5", 5),
        ("2", 2),
        ("huge", 3),
        ("Tiny", 1),
    ],
)
def test_an_answer_finds_its_option(answer: str, value: int) -> None:
    assert resolver(SIZES, {"HUGE": "Enterprise (1000+)", "tiny": "1"})(answer) == value


@pytest.mark.parametrize("answer", ["11-500", "1-5", "Enterprise (2000+)", "medium", "9"])
def test_an_answer_that_only_resembles_an_option_is_unknown(answer: str) -> None:
    found = resolver(SIZES, {})(answer)
    assert isinstance(found, Unfit)
    assert found.kind is ProblemKind.UNKNOWN_CHOICE
    assert found.detail == "none of the 5 options of size means this answer; a synonym in the field mapping helps"


def test_two_options_that_are_equally_near_are_not_guessed_between() -> None:
    column = Column("colour", ColumnType.CHOICE, options={1: "Light green", 2: "Light greet"})
    assert isinstance(resolver(column, {})("Light greeX"), Unfit)


def test_no_industry_of_linkedin_stands_for_two_of_dynamics() -> None:
    meant: dict[str, int] = {}
    for value, listed in _BY_OPTION.items():
        for name in listed.split("|"):
            assert meant.setdefault(bare(name), value) == value, name
    assert set(_BY_OPTION) == set(range(1, 34))
    assert len(meant) > 400


def test_an_industry_is_resolved_only_to_an_option_that_the_environment_has() -> None:
    column = Column("industrycode", ColumnType.CHOICE, options={12: "Durable Manufacturing"})
    resolve = resolver(column, {}, industry_options())
    assert resolve("Industrial machinery") == 12
    assert isinstance(resolve("Banking"), Unfit)


def test_an_option_named_like_the_industry_wins_over_the_table() -> None:
    column = Column("industrycode", ColumnType.CHOICE, options={6: "Business Services", 100: "Software Development"})
    assert resolver(column, {}, industry_options())("Software Development") == 100
