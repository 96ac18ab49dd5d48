"""Our values as Dynamics' columns take them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from leadferry.mapping.transforms.cut import cut
from leadferry.mapping.transforms.text import many_lines
from leadferry.solution.model import Column, Table


def moment(ms: int | None) -> str | None:
    """`2026-11-23T10:00:00Z`; Dynamics keeps no fractions."""
    return None if ms is None else f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def day(ms: int | None) -> str | None:
    return None if ms is None else f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%d}"


def fit(text: str, longest: int) -> str:
    """Without what Dynamics refuses in text, and cut to its column."""
    return cut(many_lines(text), longest)


def texts(table: Table, **values: str) -> dict[str, str]:
    """Logical names and texts cut to their columns."""
    return {table[name].name: fit(text, table[name].max_length) for name, text in values.items()}


def plain(table: Table, **values: Any) -> dict[str, Any]:
    return {table[name].name: value for name, value in values.items()}


def bind(column: Column, entity_set: str, row_id: str | None) -> dict[str, str]:
    """Nothing where there is nothing to point at."""
    return {column.bind: f"/{entity_set}({row_id})"} if row_id else {}


def rolled_up(table: Table, name: str, value: Any, now: int) -> dict[str, Any]:
    """The three columns of a rollup: value, when, and 1 for computed."""
    return {
        table[name].name: value,
        table[f"{name}_date"].name: moment(now),
        table[f"{name}_state"].name: 1,
    }
