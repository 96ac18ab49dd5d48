"""A query whose rows are not rows of one table: groups, aggregates, distinct values. Pages go by number.

Source: dataverse-api reference, sections 3.4, 3.6 and 3.7.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from leadferry.simulators.dataverse.model import Catalog, Column
from leadferry.simulators.dataverse.query.fragments import Sql, all_of, quoted
from leadferry.simulators.dataverse.query.labels import labeller
from leadferry.simulators.dataverse.query.literals import family
from leadferry.simulators.dataverse.query.render import Cell, JsonRow, Renderer
from leadferry.simulators.dataverse.query.scope import Asking, Field, Scope
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.schema import LOOKUPS

MOST_AGGREGATED = 50_000
AGGREGATES = {
    "count": "count(*)", "countcolumn": "count({0})", "sum": "sum({0})", "avg": "avg({0})", "min": "min({0})",
    "max": "max({0})", "countdistinct": "count(DISTINCT {0})",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Output:
    cell: Cell
    sql: str
    kind_sql: str = ""

    @property
    def columns(self) -> list[str]:
        own = [f"{self.sql} AS {quoted(self.cell.source)}"]
        return [*own, f"{self.kind_sql} AS {quoted(self.cell.kind_source)}"] if self.cell.is_lookup else own


def output(catalog: Catalog, found: Field, key: str, *, source: str = "", navigation: bool = False) -> Output:
    """A column as it stands. `source` is its name in the SQL row."""
    label = labeller(catalog, found.column)
    cell = Cell(key, source or key, found.table, found.column, label, navigation)
    return Output(cell, found.sql, found.kind_sql)


def aggregate(catalog: Catalog, found: Field, function: str, key: str) -> Output:
    """A lookup's aggregate has no target table any more, and a count is a whole number."""
    column = found.column
    if function.startswith("count") or (function == "avg" and column.kind == "Integer"):
        column = Column(key, key, "Integer")
    elif column.kind in LOOKUPS:
        column = replace(column, kind="Uniqueidentifier")
    if function in {"sum", "avg"} and family(found.column) != "number":
        raise Refusal(
            400,
            "0x80041121",
            f"The aggregate '{function}' cannot be applied to attribute '{found.column.logical_name}'.",
        )
    text = AGGREGATES[function].format(found.sql)
    if column.kind == "Integer" and function == "avg":
        text = f"CAST({text} AS INTEGER)"
    return Output(Cell(key, key, found.table, column, labeller(catalog, column)), text)


@dataclass
class TableQuery:
    """`group` is None for plain rows, a list (possibly empty) for aggregates."""

    scope: Scope
    outputs: list[Output] = field(default_factory=list)
    conditions: list[Sql] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    group: list[str] | None = None
    distinct: bool = False

    @property
    def asking(self) -> Asking:
        return self.scope.asking

    @property
    def cells(self) -> list[Cell]:
        return [one.cell for one in self.outputs]

    def rows(self, limit: int, offset: int = 0) -> list[sqlite3.Row]:
        source, where = self.scope.from_clause(), all_of(self.conditions)
        if self.group is not None:
            self._refuse_too_many(source, where)
        columns = ", ".join(column for one in self.outputs for column in one.columns) or "count(*)"
        grouped = f" GROUP BY {', '.join(self.group)}" if self.group else ""
        order = f" ORDER BY {', '.join(self.orders)}" if self.orders else ""
        sql = (
            f"SELECT {'DISTINCT ' if self.distinct else ''}{columns} FROM {source.text} "
            f"WHERE {where.text}{grouped}{order} LIMIT ? OFFSET ?"
        )
        return self.asking.conn.execute(sql, (*source.params, *where.params, limit, offset)).fetchall()

    def render(self, rows: Sequence[sqlite3.Row], annotations: str) -> list[JsonRow]:
        renderer = Renderer(self.asking.storage, self.asking.conn, annotations)
        renderer.prepare(self.cells, rows)
        return [renderer.row(self.cells, row, etag=False) for row in rows]

    def _refuse_too_many(self, source: Sql, where: Sql) -> None:
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {source.text} WHERE {where.text} LIMIT {MOST_AGGREGATED + 1})"
        number: Any = self.asking.conn.execute(sql, (*source.params, *where.params)).fetchone()[0]
        if number > MOST_AGGREGATED:
            raise Refusal(400, "0x8004E023", "The maximum record limit is exceeded. Reduce the number of records.")
