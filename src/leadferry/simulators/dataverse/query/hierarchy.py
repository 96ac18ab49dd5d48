"""Above and under: conditions on a table whose rows have a parent in the same table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.query.fragments import Sql, negated, quoted
from leadferry.simulators.dataverse.query.literals import stored
from leadferry.simulators.dataverse.query.scope import Asking, Field
from leadferry.simulators.dataverse.schema import LOOKUPS, sql_table

_UP = frozenset({"above", "eq-or-above"})
_DOWN = frozenset({"under", "eq-or-under", "not-under"})
NAMES = _UP | _DOWN


def condition(asking: Asking, field: Field, operator: str, values: Sequence[Any]) -> Sql | None:
    if operator not in NAMES or len(values) != 1:
        return None
    table = asking.catalog.tables[field.column.targets[0] if field.column.kind in LOOKUPS else field.table.logical_name]
    parent = next(
        (one.column for one in asking.catalog.lookups_of(table.logical_name)
         if one.referenced == table.logical_name and one.column.startswith("parent")),
        None,
    )  # fmt: skip
    if parent is None:
        raise refusals.query_error(f"The entity '{table.logical_name}' has no hierarchical relationship.")
    source, key = quoted(sql_table(table.logical_name)), quoted(table.primary_id)
    step = (
        f"SELECT t.{quoted(parent)} FROM {source} t JOIN line ON t.{key} = line.id WHERE t.{quoted(parent)} IS NOT NULL"
        if operator in _UP
        else f"SELECT t.{key} FROM {source} t JOIN line ON t.{quoted(parent)} = line.id"
    )
    start = stored(field.column, values[0])
    line = f"WITH RECURSIVE line(id) AS (SELECT ? UNION {step}) SELECT id FROM line"
    strict = "" if operator.startswith("eq-or") else " WHERE id <> ?"
    found = Sql(f"{field.sql} IN ({line}{strict})", (start, start) if strict else (start,))
    return negated(found) if operator == "not-under" else found
