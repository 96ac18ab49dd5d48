"""Alternate keys: finding a row by `leads(li_responseid='abc')`, and what a clash says.

Source: dataverse-api reference, section 2.4 (use-alternate-key-reference-record, define-alternate-keys-entity).
"""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.model import Key, Table
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.schema import sql_table
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.urls import KeyParts
from leadferry.simulators.dataverse.validation import TableRules, rules_of
from leadferry.simulators.dataverse.values import guid

_FORBIDDEN = re.compile(r"[/<>*%&:\\?+]")
_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")


def refuse_unusable_characters(parts: KeyParts) -> None:
    """Key values with these characters stay unique but cannot stand in an address."""
    for value in parts.values():
        found = _FORBIDDEN.search(value) if isinstance(value, str) else None
        if found:
            raise refusals.query_error(
                f"A potentially dangerous Request.Path value was detected from the client ({found.group()})."
            )


def key_values(storage: Storage, table: Table, parts: KeyParts) -> dict[str, Any]:
    """Column values of an alternate key, as stored. Raises when no active key has just these columns."""
    values: dict[str, Any] = {}
    rules = rules_of(storage, table.logical_name)
    for name, value in parts.items():
        column = name[1:-6] if name.startswith("_") and name.endswith("_value") else name
        if column not in table.columns:
            raise refusals.invalid_key(table.logical_name)
        values[column] = _stored(rules, column, value)
    if not any(set(key.columns) == values.keys() and key.status == "Active" for key in table.keys):
        raise refusals.invalid_key(table.logical_name)
    return values


def _stored(rules: TableRules, column: str, value: Any) -> Any:
    if column in rules.lookups:
        found = guid(str(value))
        if found is None:
            raise refusals.wrong_type(value, "Edm.Guid", rules.table.entity_set)
        return found
    convert = rules.on_create.get(column)
    if convert is None:
        raise refusals.invalid_key(rules.name)
    return None if value is None else convert(value)


def find(conn: sqlite3.Connection, table: Table, values: dict[str, Any]) -> str | None:
    """The id of the row with these key values."""
    where = " AND ".join(f'"{column}" IS ?' if value is None else f'"{column}" = ?' for column, value in values.items())
    sql = f'SELECT "{table.primary_id}" FROM "{sql_table(table.logical_name)}" WHERE {where}'
    row = conn.execute(sql, tuple(values.values())).fetchone()
    return str(row[0]) if row else None


def clash(error: sqlite3.IntegrityError, table: Table, conn: sqlite3.Connection, row: dict[str, Any]) -> Refusal:
    """What the platform says to a row that breaks a unique index. `row` helps to name the row that was there."""
    found = _UNIQUE.match(str(error))
    columns = [part.rpartition(".")[2] for part in found.group(1).split(", ")] if found else []
    key = _key_with(table, columns)
    if key is None:
        return refusals.duplicate_id()
    values = {column: row.get(column) for column in key.columns}
    there = find(conn, table, values) if None not in values.values() else None
    return refusals.duplicate_key(key.label or key.schema_name, key.columns, there or "")


def _key_with(table: Table, columns: list[str]) -> Key | None:
    return next((key for key in table.keys if key.columns == columns), None)
