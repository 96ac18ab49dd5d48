"""What is wrong with a strategy, said to the person who edits it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from leadferry.dataverse.metadata import ColumnType, Table
from leadferry.mapping.model import FieldMapping
from leadferry.matching.model import Strategy

COMPARABLE = frozenset({ColumnType.TEXT, ColumnType.WHOLE, ColumnType.BIG, ColumnType.CHOICE})
"""Types that a query compares for equality without rounding or a time zone. Yes/no says nothing about a person."""


def check_strategy(strategy: Strategy, mappings: Iterable[FieldMapping], table: Table) -> list[str]:
    """Sentences, worst first; empty when the strategy can match."""
    if strategy.always_create:
        return []
    if not strategy.fields:
        return [
            f"The strategy '{strategy.name}' has no field: it would match nothing, and every submission a new lead."
        ]
    by_id = {mapping.id: mapping for mapping in mappings}
    return [sentence for key in strategy.fields if (sentence := _check_field(strategy, key, by_id.get(key), table))]


def _check_field(strategy: Strategy, key: int, mapping: FieldMapping | None, table: Table) -> str:
    if mapping is None:
        return f"The strategy '{strategy.name}' uses field mapping {key}, which is not in the list."
    if not mapping.column:
        return f"The field '{mapping.name}' has no lead column: map it first, a strategy can compare columns only."
    column = table.columns.get(mapping.column)
    if column is None:
        return f"The field '{mapping.name}' is mapped to {mapping.column}, a column that {table.name} does not have."
    if not column.can_read:
        return f"The column {column.name} of {table.name} cannot be read, so it cannot be compared."
    if not column.can_create:
        return f"The column {column.name} of {table.name} is read-only, so no answer is ever put there to be compared."
    if column.type not in COMPARABLE:
        return (
            f"The column {column.name} ({column.type.value}) cannot be compared: take a text, choice or whole number."
        )
    return ""
