"""From stored rows to the JSON of the Web API, with the annotations that were asked for.

Source: dataverse-api reference, sections 2.6 and 2.8.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.model import Column, Table
from leadferry.simulators.dataverse.query.fragments import marks, quoted
from leadferry.simulators.dataverse.query.labels import Labeller, labeller
from leadferry.simulators.dataverse.query.scope import UNREADABLE
from leadferry.simulators.dataverse.schema import LOOKUPS, lookup_table_column, sql_table
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.validation import rules_of

FORMATTED = "OData.Community.Display.V1.FormattedValue"
LOOKUP_TABLE = "Microsoft.Dynamics.CRM.lookuplogicalname"
NAVIGATION = "Microsoft.Dynamics.CRM.associatednavigationproperty"
Row = Mapping[str, Any] | sqlite3.Row
JsonRow = dict[str, Any]


@lru_cache(maxsize=1_000)
def wants(annotations: str, name: str) -> bool:
    """`annotations` is the value of `odata.include-annotations`: names with wildcards, parted by commas."""
    return any(fnmatchcase(name, part.strip()) for part in annotations.split(",") if part.strip())


@dataclass(frozen=True, slots=True)
class Cell:
    """One property of the answer and where it comes from in the SQL row."""

    key: str
    source: str
    table: Table
    column: Column
    label: Labeller | None = None
    navigation: bool = False
    """Whether the associated navigation property is told: only for the row's own lookups."""

    @property
    def is_lookup(self) -> bool:
        return self.column.kind in LOOKUPS

    @property
    def kind_source(self) -> str:
        return lookup_table_column(self.source)

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source, self.kind_source) if self.is_lookup else (self.source,)


def property_name(column: Column) -> str:
    return f"_{column.logical_name}_value" if column.kind in LOOKUPS else column.logical_name


def readable_columns(table: Table) -> list[Column]:
    return [one for one in table.columns.values() if one.valid_for_read and one.kind not in UNREADABLE]


def cells_of(storage: Storage, table: Table, select: Iterable[str] | None = None) -> list[Cell]:
    """The cells of `$select`, the primary key always among them; all columns without it. Raises for unknown names."""
    names = None if select is None else tuple(select)
    derived = storage.derived
    found: list[Cell] | None = derived.get(("cells", table.logical_name, names))
    if found is None:
        columns = readable_columns(table) if names is None else _selected(storage, table, names)
        found = [
            Cell(property_name(one), one.logical_name, table, one, labeller(storage.catalog, one), navigation=True)
            for one in columns
        ]
        derived[("cells", table.logical_name, names)] = found
    return found


def _selected(storage: Storage, table: Table, names: Sequence[str]) -> list[Column]:
    by_name = {property_name(column): column for column in readable_columns(table)}
    navigations = rules_of(storage, table.logical_name).navigations
    chosen = []
    for name in dict.fromkeys(names):
        column = by_name.get(name)
        if column is None and name in navigations:
            column = table.columns[navigations[name].column]
        if column is None:
            raise refusals.unknown_property_in_query(name, table.logical_name)
        chosen.append(column)
    primary = table.columns[table.primary_id]
    return chosen if primary in chosen else [*chosen, primary]


class Renderer:
    """Renders a page of rows; the names of lookup targets are read once for all of them."""

    def __init__(self, storage: Storage, conn: sqlite3.Connection, annotations: str) -> None:
        self.storage, self.conn, self.annotations = storage, conn, annotations
        self.formatted = wants(annotations, FORMATTED)
        self.tables, self.navigations = wants(annotations, LOOKUP_TABLE), wants(annotations, NAVIGATION)
        self._names: dict[tuple[str, str], str | None] = {}

    def prepare(self, cells: Sequence[Cell], rows: Sequence[Row]) -> None:
        """Reads the names that `rows` will show."""
        if not self.formatted:
            return
        wanted: dict[str, set[str]] = {}
        for cell in cells:
            if cell.is_lookup:
                for row in rows:
                    if row[cell.source] is not None and row[cell.kind_source]:
                        wanted.setdefault(row[cell.kind_source], set()).add(row[cell.source])
        for table, ids in wanted.items():
            self._read_names(table, [one for one in ids if (table, one) not in self._names])

    def _read_names(self, name: str, ids: list[str]) -> None:
        table = self.storage.catalog.tables.get(name)
        if table is None or not table.primary_name:
            return
        columns = f"{quoted(table.primary_id)}, {quoted(table.primary_name)}"
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            chosen = f"{quoted(table.primary_id)} IN ({marks(len(part))})"
            sql = f"SELECT {columns} FROM {quoted(sql_table(name))} WHERE {chosen}"
            for row_id, text in self.conn.execute(sql, part):
                self._names[(name, row_id)] = text

    def row(self, cells: Sequence[Cell], row: Row, *, etag: bool = True) -> JsonRow:
        out: JsonRow = {"@odata.etag": f'W/"{row["versionnumber"]}"'} if etag else {}
        for cell in cells:
            value = row[cell.source]
            if value is not None and cell.column.kind == "Boolean":
                value = bool(value)
            if value is not None and self.annotations:
                self._annotate(out, cell, value, row)
            out[cell.key] = value
        return out

    def _annotate(self, out: JsonRow, cell: Cell, value: Any, row: Row) -> None:
        if cell.is_lookup:
            self._annotate_lookup(out, cell, value, row[cell.kind_source])
        elif self.formatted and cell.label and (text := cell.label(value)) is not None:
            out[f"{cell.key}@{FORMATTED}"] = text

    def _annotate_lookup(self, out: JsonRow, cell: Cell, value: str, target: str) -> None:
        name = self._names.get((target, value))
        if self.formatted and name is not None:
            out[f"{cell.key}@{FORMATTED}"] = name
        if self.navigations and cell.navigation:
            navigation = self._navigation(cell, target)
            if navigation:
                out[f"{cell.key}@{NAVIGATION}"] = navigation
        if self.tables and target:
            out[f"{cell.key}@{LOOKUP_TABLE}"] = target

    def _navigation(self, cell: Cell, target: str) -> str | None:
        known: Callable[[str], bool] = cell.column.logical_name.__eq__
        for navigation in rules_of(self.storage, cell.table.logical_name).navigations.values():
            if known(navigation.column) and target in navigation.targets:
                return navigation.name
        return None


def render_row(
    storage: Storage,
    conn: sqlite3.Connection,
    table: Table,
    row: Row,
    select: Iterable[str] | None,
    annotations: str,
    base_url: str,  # noqa: ARG001 (part of the agreed signature; rows name no address)
) -> JsonRow:
    """A whole stored row (`SELECT *`) as the Web API shows it, without `@odata.context`."""
    cells = cells_of(storage, table, select)
    renderer = Renderer(storage, conn, annotations)
    renderer.prepare(cells, [row])
    return renderer.row(cells, row)
