"""Every table, column, choice and relationship of the original is here under our prefix, or left out with a reason."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from leadferry.solution import left_out
from leadferry.solution.model import FIRST_OPTION, Column, Kind, Table
from leadferry.solution.tables import LEAD_SOURCE, LEAD_SOURCE_LABEL, LEADS, PAIRS, TABLES, choices

ORIGINAL = json.loads((Path(__file__).parent / "original_tables.json").read_text("utf-8"))
KINDS = {
    "Text": Kind.TEXT,
    "Memo": Kind.MEMO,
    "WholeNumber": Kind.WHOLE,
    "DateTime": Kind.MOMENT,
    "Boolean": Kind.YES_NO,
    "Choice": Kind.CHOICE,
    "Lookup": Kind.LOOKUP,
}


def renamed(text: str) -> str:
    return re.sub(r"msdyncr(?:m|2)_", "ferry_", text)


def bare(text: str) -> str:
    return re.sub(r"^msdyncr(?:m|2)_", "", text)


def table_named(name: str) -> Table:
    return next(table for table in (*TABLES, LEADS) if table.name == renamed(name))


BY_TABLE = [
    *((one["logical_name"], column) for one in ORIGINAL["tables"] for column in one["columns"]),
    *(("lead", column) for column in ORIGINAL["extended_tables"][0]["columns_added"]),
]


@pytest.mark.parametrize("original", ORIGINAL["tables"], ids=lambda one: one["logical_name"])
def test_a_table_of_the_original_is_here(original: dict[str, Any]) -> None:
    table = table_named(original["logical_name"])
    assert table.entity_set == renamed(original["entity_set_name"])
    assert (table.label, table.collection_label) == (original["display_name"], original["display_collection_name"])
    assert table.organization_owned == (original["ownership"] == "OrganizationOwned")
    assert (table.primary_id, table.primary_name) == (
        renamed(original["primary_id"]),
        renamed(original["primary_name"]),
    )
    assert table.has_notes == original.get("main_form", {}).get("notes", False)


@pytest.mark.parametrize(
    ("table", "original"), BY_TABLE, ids=lambda one: one["logical_name"] if isinstance(one, dict) else one
)
def test_a_column_of_the_original_is_here_or_left_out_with_a_reason(table: str, original: dict[str, Any]) -> None:
    name = original["logical_name"]
    if f"{bare(table)}.{bare(name)}" in left_out.COLUMNS or original["type"] == "UniqueIdentifier":
        assert bare(name) not in table_named(table).short
        return
    column = table_named(table)[bare(name)]
    assert column.schema_name == renamed(original["schema_name"])
    assert (column.kind, column.label) == (KINDS[original["type"]], original["display_name"])
    assert column.required == (original["required"] == "application")
    assert column.counted == original.get("read_only", False)
    assert column.primary == original.get("is_primary_name", False)
    assert same_shape(column, original)


def same_shape(column: Column, original: dict[str, Any]) -> bool:
    match column.kind:
        case Kind.TEXT | Kind.MEMO:
            return bool(column.max_length == original["max_length"])
        case Kind.WHOLE:
            return bool(column.minimum == original["min"])
        case Kind.MOMENT:
            return bool(column.date_only == (original["format"] == "DateOnly"))
        case Kind.YES_NO:
            return column.default is original["default"]
        case Kind.LOOKUP:
            return [column.target] == [renamed(target) for target in original["targets"]]
        case Kind.CHOICE:
            values = {FIRST_OPTION + place: label for place, label in enumerate(column.options)}
            default = None if column.default is None else FIRST_OPTION + column.default
            wanted = {option["value"]: option["label"] for option in original["options"]}
            return values == wanted and default == original["default"]
    return False


def test_choices_are_global_and_named_as_the_original_s() -> None:
    named = {
        renamed(column["global_choice_name"])
        for table in ORIGINAL["tables"]
        for column in table["columns"]
        if "global_choice_name" in column
        and f"{bare(table['logical_name'])}.{bare(column['logical_name'])}" not in left_out.COLUMNS
    }
    assert {choice.name for choice in choices()} == named


@pytest.mark.parametrize("original", ORIGINAL["relationships"], ids=lambda one: one["schema_name"])
def test_a_relationship_of_the_original_is_here_or_left_out_with_a_reason(original: dict[str, Any]) -> None:
    name = renamed(original["schema_name"])
    if name.removeprefix("ferry_") in left_out.RELATIONSHIPS:
        return
    column = table_named(original["many"])[bare(original["many_column"])]
    assert column.relationship == name
    assert column.target == renamed(original["one"])
    assert column.schema_name == renamed(original["navigation_property_on_many"])
    assert column.on_merge == (original["cascade_merge"] or "NoCascade")
    assert original["cascade_delete"] in {None, "RemoveLink"}


def test_many_to_many_relationships_are_here() -> None:
    assert [(pair.schema_name, pair.table_1, pair.table_2) for pair in PAIRS] == [
        (renamed(one["schema_name"]), renamed(one["table_1"]), renamed(one["table_2"]))
        for one in ORIGINAL["many_to_many"]
    ]


def test_other_tables_of_the_original_are_left_out_with_a_reason() -> None:
    others = {bare(one["logical_name"]) for one in (*ORIGINAL["related_tables"], *ORIGINAL["extended_tables"])}
    assert others - {"lead", "contact"} == left_out.TABLES.keys()


def test_nothing_is_left_out_that_the_original_had_not() -> None:
    known = {f"{bare(table)}.{bare(column['logical_name'])}" for table, column in BY_TABLE}
    assert left_out.COLUMNS.keys() <= known


def test_there_is_nothing_beyond_the_original() -> None:
    known = {(renamed(table), renamed(column["logical_name"])) for table, column in BY_TABLE}
    assert {(table.name, column.name) for table in (*TABLES, LEADS) for column in table.columns} <= known


def test_the_lead_source_is_the_original_s_value_under_the_name_of_its_pages() -> None:
    added = ORIGINAL["extended_tables"][0]["choice_values_added"][0]
    assert (added["value"], added["label_in_docs"]) == (LEAD_SOURCE, LEAD_SOURCE_LABEL)


def test_every_id_of_linkedin_is_a_key_and_fits_one() -> None:
    for table in TABLES:
        for key in table.keys:
            columns = [table[name.removeprefix("ferry_")] for name in key.columns]
            assert sum(2 * column.max_length if column.kind is Kind.TEXT else 16 for column in columns) <= 900
    with_ids = {table.name for table in TABLES for name in table.short if re.fullmatch(r"linkedinid|\w+textid", name)}
    assert with_ids == {table.name for table in TABLES if table.keys}
