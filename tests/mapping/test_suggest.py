from __future__ import annotations

import pytest

from leadferry.dataverse.metadata import Column, ColumnType, Table
from leadferry.mapping.model import FieldMapping, Source
from leadferry.mapping.suggest import suggestions

COLUMNS = (
    Column("budgetamount", ColumnType.MONEY, "Budget Amount"),
    Column("jobtitle", ColumnType.TEXT, "Job Title"),
    Column("purchasetimeframe", ColumnType.CHOICE, "Purchase Timeframe"),
    Column("new_favouritecolour", ColumnType.TEXT, ""),
    Column("address1_city", ColumnType.TEXT, "City"),
    Column("versionnumber", ColumnType.BIG, "Version Number", can_create=False),
    Column("parentaccountid", ColumnType.LOOKUP, "Parent Account"),
)
LEAD = Table("lead", "leads", "leadid", "fullname", {one.name: one for one in COLUMNS})


def question(name: str, key: str = "7", **more: object) -> FieldMapping:
    return FieldMapping(1, Source.QUESTION, key, name, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("Job title", "jobtitle"),
        ("What is your job title?", "jobtitle"),
        ("Your title, job", "jobtitle"),
        ("What's your budget amount", "budgetamount"),
        ("City", "address1_city"),
        ("Jobtitel", "jobtitle"),
        ("How many people use flow meters?", None),
        ("Which version number do you use?", None),
        ("Parent account", None),
        ("What is it?", None),
        ("", None),
    ],
)
def test_a_question_is_given_the_column_of_its_name_only(name: str, column: str | None) -> None:
    assert suggestions([question(name)], LEAD) == ({1: column} if column else {})


def test_a_hidden_field_is_known_by_its_key_and_a_column_without_label_by_its_name() -> None:
    assert suggestions([FieldMapping(1, Source.HIDDEN, "favourite_colour", "Colour")], LEAD) == {}
    assert suggestions([FieldMapping(1, Source.HIDDEN, "favouritecolour", "Colour")], LEAD) == {
        1: "new_favouritecolour"
    }


def test_facts_consents_and_what_is_mapped_get_none() -> None:
    assert suggestions([FieldMapping(1, Source.FACT, "city", "City")], LEAD) == {}
    assert suggestions([FieldMapping(1, Source.CONSENT, "7", "City")], LEAD) == {}
    assert suggestions([question("City", column="jobtitle")], LEAD) == {}


def test_a_column_is_suggested_once_to_the_nearest_and_never_when_it_is_filled_already() -> None:
    exact, near = FieldMapping(2, Source.QUESTION, "8", "Job title"), question("Job titles")
    assert suggestions([near, exact], LEAD) == {2: "jobtitle"}
    taken = FieldMapping(3, Source.PREDEFINED, "JOB_TITLE", "Job title", "jobtitle")
    assert suggestions([exact, taken], LEAD) == {}
