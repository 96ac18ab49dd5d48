"""What is wrong with a strategy, said to the person who edits it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from leadferry.dataverse.metadata import ColumnType, Table
from leadferry.mapping.model import FieldMapping
from leadferry.matching.model import Strategy
from leadferry.words import _

COMPARABLE = frozenset({ColumnType.TEXT, ColumnType.WHOLE, ColumnType.BIG, ColumnType.CHOICE})
"""Types that a query compares for equality without rounding or a time zone. Yes/no says nothing about a person."""


def check_strategy(strategy: Strategy, mappings: Iterable[FieldMapping], table: Table) -> list[str]:
    """Sentences, worst first; empty when the strategy can match."""
    if strategy.always_create:
        return []
    if not strategy.fields:
        return [
            _(
                "The strategy '{strategy}' has no field: it would match nothing, and every submission a new lead.",
                strategy=strategy.name,
            )
        ]
    by_id = {mapping.id: mapping for mapping in mappings}
    return [sentence for key in strategy.fields if (sentence := _check_field(strategy, key, by_id.get(key), table))]


def _check_field(strategy: Strategy, key: int, mapping: FieldMapping | None, table: Table) -> str:
    if mapping is None:
        return _(
            "The strategy '{strategy}' uses field mapping {key}, which is not in the list.",
            strategy=strategy.name,
            key=key,
        )
    if not mapping.column:
        return _(
            "The field '{mapping}' has no lead column: map it first, a strategy can compare columns only.",
            mapping=mapping.name,
        )
    column = table.columns.get(mapping.column)
    if column is None:
        return _(
            "The field '{mapping}' is mapped to {column}, a column that {table} does not have.",
            mapping=mapping.name,
            column=mapping.column,
            table=table.name,
        )
    if not column.can_read:
        return _(
            "The column {column} of {table} cannot be read, so it cannot be compared.",
            column=column.name,
            table=table.name,
        )
    if not column.can_create:
        return _(
            "The column {column} of {table} is read-only, so no answer is ever put there to be compared.",
            column=column.name,
            table=table.name,
        )
    if column.type not in COMPARABLE:
        return _(
            "The column {column} ({type}) cannot be compared: take a text, choice or whole number.",
            column=column.name,
            type=column.type.value,
        )
    return ""
