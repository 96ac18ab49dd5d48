"""`POST EntityDefinitions(…)/Keys`. Source: dataverse-api reference, sections 2.4 and 6.5."""

from __future__ import annotations

from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.definitions.labels import text_of
from leadferry.simulators.dataverse.definitions.names import schema_name, taken
from leadferry.simulators.dataverse.model import Column, Key, Table

Json = dict[str, Any]
MOST_KEYS, MOST_COLUMNS, MOST_BYTES = 10, 16, 900
_ALLOWED = frozenset({"String", "Integer", "BigInt", "Decimal", "DateTime", "Lookup", "Customer", "Owner", "Picklist"})


def create_key(table: Table, body: Json) -> Key:
    """Active at once; an index that rows already break makes it Failed when the catalog is applied."""
    name = schema_name(body, "EntityKey")
    if any(key.logical_name == name.lower() for key in table.keys):
        raise taken("entity key", name)
    columns = body.get("KeyAttributes")
    if not isinstance(columns, list) or not columns or len(columns) > MOST_COLUMNS:
        raise refusals.invalid_argument(f"KeyAttributes must name 1 to {MOST_COLUMNS} attributes.")
    if len(table.keys) >= MOST_KEYS:
        raise refusals.invalid_argument(f"An entity has at most {MOST_KEYS} keys.")
    found = [_column(table, str(column).lower()) for column in columns]
    if sum(_bytes(column) for column in found) > MOST_BYTES:
        raise refusals.invalid_argument(
            f"The attributes of the key {name} exceed the maximum size of {MOST_BYTES} bytes."
        )
    key = Key(name, name.lower(), [one.logical_name for one in found], label=text_of(body.get("DisplayName"), name))
    if any(sorted(other.columns) == sorted(key.columns) for other in table.keys):
        raise refusals.invalid_argument("A key with the same attributes already exists.")
    table.keys.append(key)
    return key


def _column(table: Table, name: str) -> Column:
    column = table.columns.get(name)
    if column is None:
        raise refusals.invalid_argument(f"The attribute '{name}' does not exist on entity '{table.logical_name}'.")
    if column.kind not in _ALLOWED:
        raise refusals.invalid_argument(f"The attribute '{name}' of type {column.kind} cannot be part of a key.")
    return column


def _bytes(column: Column) -> int:
    return (column.max_length or 100) * 2 if column.kind == "String" else 16
