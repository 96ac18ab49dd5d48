"""`$expand`: rows behind lookups, and rows of collections, each read once for a whole page.

Source: dataverse-api reference, section 3.1 (join-tables).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.model import ManyToMany, OneToMany, Table
from leadferry.simulators.dataverse.query.filter_sql import filter_condition
from leadferry.simulators.dataverse.query.fragments import Sql, marks, quoted
from leadferry.simulators.dataverse.query.options import MOST_EXPANDS, PAGE_SIZE, Options, nested_options, split_outside
from leadferry.simulators.dataverse.query.ordering import orders_of
from leadferry.simulators.dataverse.query.paging import complete
from leadferry.simulators.dataverse.query.render import Cell, JsonRow, Renderer, Row, cells_of
from leadferry.simulators.dataverse.query.rows_page import RowsQuery
from leadferry.simulators.dataverse.query.scope import Asking, Scope
from leadferry.simulators.dataverse.schema import intersect_columns, lookup_table_column, sql_table
from leadferry.simulators.dataverse.validation import Navigation


@dataclass(frozen=True, slots=True)
class Expand:
    """`target` is a lookup's navigation or a collection. `options` are what stood in its brackets."""

    name: str
    target: Navigation | OneToMany | ManyToMany
    options: Options
    text: str
    nested: tuple[Expand, ...] = ()


def parse_expand(asking: Asking, table: Table, options: Options) -> list[Expand]:
    """Raises for an unknown navigation property, and for more than fifteen."""
    rules = asking.rules(table)
    found = []
    for part in split_outside(options.get("$expand") or "", ","):
        name, bracket, rest = part.partition("(")
        name = name.strip().removesuffix("/$ref")
        if bracket and not rest.endswith(")"):
            raise refusals.query_error(f"Syntax error in $expand: '{part}'.")
        target = rules.navigations.get(name) or rules.collections.get(name)
        if target is None:
            raise refusals.unknown_property_in_query(name, table.logical_name)
        inner = nested_options(rest[:-1] if bracket else "", options)
        nested = parse_expand(asking, _target_tables(asking, table, name, target)[0], inner)
        found.append(Expand(name, target, inner, rest[:-1] if bracket else "", tuple(nested)))
    _refuse_too_much(found)
    return found


def _refuse_too_much(found: Sequence[Expand]) -> None:
    if len(found) > MOST_EXPANDS:
        raise refusals.query_error(f"The $expand query option takes at most {MOST_EXPANDS} navigation properties.")
    if len(found) > 1 and any(isinstance(one.target, ManyToMany) for one in found):
        raise refusals.query_error("A many-to-many relationship cannot be expanded together with others.")


def _target_tables(asking: Asking, table: Table, name: str, target: Navigation | OneToMany | ManyToMany) -> list[Table]:
    if isinstance(target, Navigation):
        return [asking.catalog.tables[one] for one in target.targets if one in asking.catalog.tables]
    if isinstance(target, OneToMany):
        return [asking.catalog.tables[target.referencing]]
    forward = target.table1 == table.logical_name and target.navigation1 == name
    return [asking.catalog.tables[target.table2 if forward else target.table1]]


def sources_of(expands: Iterable[Expand]) -> list[str]:
    """Columns that the rows must have for their lookups to be followed."""
    columns = [one.target.column for one in expands if isinstance(one.target, Navigation)]
    return [name for column in columns for name in (column, lookup_table_column(column))]


class Expander:
    """Adds what was expanded to rendered rows."""

    def __init__(self, asking: Asking, annotations: str) -> None:
        self.asking, self.annotations = asking, annotations

    def add(self, table: Table, expands: Sequence[Expand], rows: Sequence[Row], out: Sequence[JsonRow]) -> None:
        for expand in expands:
            if isinstance(expand.target, Navigation):
                self._add_single(table, expand, expand.target, rows, out)
            else:
                self._add_collection(table, expand, rows, out)

    def _add_single(
        self, table: Table, expand: Expand, navigation: Navigation, rows: Sequence[Row], out: Sequence[JsonRow]
    ) -> None:
        column, kind = navigation.column, lookup_table_column(navigation.column)
        found: dict[tuple[str, str], JsonRow] = {}
        for target in _target_tables(self.asking, table, expand.name, navigation):
            name = target.logical_name
            ids = {str(row[column]) for row in rows if row[column] is not None and row[kind] == name}
            if ids:
                found |= {(name, one): json for one, json in self._by_id(target, expand, sorted(ids)).items()}
        for row, json in zip(rows, out, strict=True):
            json[expand.name] = found.get((row[kind], row[column]))

    def _by_id(self, table: Table, expand: Expand, ids: list[str]) -> dict[str, JsonRow]:
        scope = Scope(self.asking, table)
        primary = scope.primary().sql
        rows: list[Any] = []
        cells = self._cells(table, expand)
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            condition = Sql(f"{primary} IN ({marks(len(part))})", tuple(part))
            rows += self._query(scope, cells, expand, [condition]).page(len(part))
        return {
            str(row[table.primary_id]): json
            for row, json in zip(rows, self._render(table, expand, cells, rows), strict=True)
        }

    def _add_collection(self, table: Table, expand: Expand, rows: Sequence[Row], out: Sequence[JsonRow]) -> None:
        target = _target_tables(self.asking, table, expand.name, expand.target)[0]
        top = expand.options.top
        limit = PAGE_SIZE if top is None else min(top, PAGE_SIZE)
        for row, json in zip(rows, out, strict=True):
            row_id = str(row[table.primary_id])
            cells = self._cells(target, expand)
            scope, tie = self._children(table, expand, target, row_id)
            children = self._query(scope, cells, expand, [tie]).page(limit)
            json[expand.name] = self._render(target, expand, cells, children)
            json[f"{expand.name}@odata.nextLink"] = self._link(table, expand, row_id)

    def _children(self, table: Table, expand: Expand, target: Table, row_id: str) -> tuple[Scope, Sql]:
        scope = Scope(self.asking, target)
        return scope, tied(self.asking, table, expand.name, scope, row_id)

    def _cells(self, table: Table, expand: Expand) -> list[Cell]:
        return cells_of(self.asking.storage, table, expand.options.select)

    def _query(self, scope: Scope, cells: Sequence[Cell], expand: Expand, conditions: list[Sql]) -> RowsQuery:
        options = expand.options
        orders = complete(orders_of(scope, options.get("$orderby"), options.aliases), scope)
        text = options.get("$filter")
        if text:
            conditions = [*conditions, filter_condition(scope, text, options.aliases)]
        alias = quoted(scope.alias)
        extra = [f"{alias}.{quoted(name)} AS {quoted(name)}" for name in sources_of(expand.nested)]
        return RowsQuery(scope, cells, conditions, orders, extra)

    def _render(self, table: Table, expand: Expand, cells: Sequence[Cell], rows: Sequence[Row]) -> list[JsonRow]:
        renderer = Renderer(self.asking.storage, self.asking.conn, self.annotations)
        renderer.prepare(cells, rows)
        out = [renderer.row(cells, row) for row in rows]
        self.add(table, expand.nested, rows, out)
        return out

    def _link(self, table: Table, expand: Expand, row_id: str) -> str:
        address = f"{self.asking.base_url}/{table.entity_set}({row_id})/{expand.name}"
        query = "&".join(quote(part, safe="$=,()'/@") for part in split_outside(expand.text, ";"))
        return f"{address}?{query}" if query else address


def tied(asking: Asking, table: Table, name: str, scope: Scope, row_id: str) -> Sql:
    """The condition that rows of `scope` belong to the collection `name` of the row `row_id` of `table`."""
    relation = asking.rules(table).collections[name]
    if isinstance(relation, OneToMany):
        lookup = scope.field(scope.table.columns[relation.column])
        return Sql(f"{lookup.sql} = ? AND {lookup.kind_sql} = ?", (row_id, table.logical_name))
    first, second = intersect_columns(asking.catalog, relation)
    forward = relation.table1 == table.logical_name and relation.navigation1 == name
    mine, theirs = (first, second) if forward else (second, first)
    pairs = quoted(sql_table(relation.intersect))
    return Sql(f"{scope.primary().sql} IN (SELECT {quoted(theirs)} FROM {pairs} WHERE {quoted(mine)} = ?)", (row_id,))
