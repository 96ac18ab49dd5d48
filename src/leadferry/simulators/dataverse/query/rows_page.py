"""Reads one page of one table."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from leadferry.simulators.dataverse.query import paging
from leadferry.simulators.dataverse.query.fragments import Sql, all_of, quoted
from leadferry.simulators.dataverse.query.paging import Order, Place
from leadferry.simulators.dataverse.query.render import Cell
from leadferry.simulators.dataverse.query.scope import Scope

COUNT_CAP = 5_000


@dataclass
class RowsQuery:
    """`tie` binds the rows to a parent; `conditions` filter them."""

    scope: Scope
    cells: Sequence[Cell]
    conditions: list[Sql] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    """More SQL columns, each with its name: `"a1"."x" AS "y"`."""

    def page(self, limit: int, place: Place | None = None) -> list[sqlite3.Row]:
        """At most `limit` rows after `place`."""
        conditions = list(self.conditions)
        later = paging.after(self.orders, place)
        if later:
            conditions.append(later)
        return self._read(conditions, limit, 0)

    def page_at(self, offset: int, limit: int) -> list[sqlite3.Row]:
        """A page by number, for orders that no cookie can tell."""
        return self._read(self.conditions, limit, offset)

    def _read(self, conditions: Sequence[Sql], limit: int, offset: int) -> list[sqlite3.Row]:
        source, where = self.scope.from_clause(), all_of(conditions)
        order = f" ORDER BY {', '.join(order.sql for order in self.orders)}" if self.orders else ""
        sql = f"SELECT {', '.join(self._columns())} FROM {source.text} WHERE {where.text}{order} LIMIT ? OFFSET ?"
        return self.scope.asking.conn.execute(sql, (*source.params, *where.params, limit, offset)).fetchall()

    def count(self) -> tuple[int, bool]:
        """How many rows there are, never more than 5,000, and whether there are more."""
        source, where = self.scope.from_clause(), all_of(self.conditions)
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {source.text} WHERE {where.text} LIMIT {COUNT_CAP + 1})"
        number = int(self.scope.asking.conn.execute(sql, (*source.params, *where.params)).fetchone()[0])
        return min(number, COUNT_CAP), number > COUNT_CAP

    def _columns(self) -> list[str]:
        alias = quoted(self.scope.alias)
        names = dict.fromkeys(source for cell in self.cells for source in cell.sources)
        names.setdefault("versionnumber")
        columns = [f"{alias}.{quoted(name)} AS {quoted(name)}" for name in names]
        return [*columns, *paging.order_columns(self.orders), *self.extra]
