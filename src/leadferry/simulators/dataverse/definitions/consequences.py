"""What a change of definitions brings along among the rows: default views and forms, and membership of solutions.

Source: dataverse-api reference, sections 6.2, 6.8 and 6.11.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator

from leadferry.simulators.dataverse import interface_defaults, solution_components
from leadferry.simulators.dataverse.catalog_copy import changed_tables
from leadferry.simulators.dataverse.definitions.change import depended_on
from leadferry.simulators.dataverse.model import Catalog, Table
from leadferry.simulators.dataverse.solution_components import CHOICE, COLUMN, KEY, RELATIONSHIP, TABLE, Component
from leadferry.simulators.dataverse.storage import Storage

_OF_A_TABLE = {
    "savedquery": ("savedqueryid", "returnedtypecode", '"fetchxml" || "layoutxml"', "view"),
    "savedqueryvisualization": ("savedqueryvisualizationid", "primaryentitytypecode", '"datadescription"', "chart"),
    "systemform": ("formid", "objecttypecode", '"formxml"', "form"),
}
"""Of each table: its id, the column that names the customized table, the XML, and what it is called."""


def follow(storage: Storage, conn: sqlite3.Connection, before: Catalog, solution: str) -> None:
    """`solution` is the unique name of the one that new definitions join; empty for none."""
    after = storage.catalog
    changed = changed_tables(before, after)
    _refuse_used(conn, before, after, changed)
    for name in after.tables.keys() - before.tables.keys():
        interface_defaults.give(storage, after.tables[name])
    for name in before.tables.keys() - after.tables.keys():
        _forget_interface(conn, after, name)
    there, old = list(_all(after, changed)), set(_all(before, {*changed, *before.tables.keys() - after.tables.keys()}))
    if solution:
        for one in _roots(before, after, [one for one in there if one not in old]):
            solution_components.add(storage, conn, solution, one)
    for one in old.difference(there):
        solution_components.forget(conn, after, one.object_id)


def _all(catalog: Catalog, names: Collection[str]) -> Iterator[Component]:
    """With these tables; the others are as they were."""
    for table in (catalog.tables[name] for name in names if name in catalog.tables):
        yield Component(TABLE, table.metadata_id)
        yield from (Component(COLUMN, one.metadata_id) for one in table.columns.values())
        yield from (Component(KEY, one.metadata_id) for one in table.keys)
    yield from (Component(CHOICE, one.metadata_id) for one in catalog.option_sets.values() if one.is_global)
    yield from (Component(RELATIONSHIP, one.metadata_id) for one in catalog.one_to_many if one.is_custom)
    yield from (Component(RELATIONSHIP, one.metadata_id) for one in catalog.many_to_many if one.is_custom)


def _roots(before: Catalog, after: Catalog, new: list[Component]) -> list[Component]:
    """A new table is one component with all that it has."""
    tables = _new_tables(before, after)
    inside = {one.metadata_id for table in tables for one in table.columns.values()}
    inside |= {one.metadata_id for table in tables for one in table.keys}
    return [one for one in new if one.object_id not in inside]


def _new_tables(before: Catalog, after: Catalog) -> list[Table]:
    return [table for name, table in after.tables.items() if name not in before.tables]


def _refuse_used(conn: sqlite3.Connection, before: Catalog, after: Catalog, changed: Collection[str]) -> None:
    """A column that a view, chart or form of its table shows cannot go, nor what would take it along."""
    for name in before.tables.keys() & changed:
        gone = before.tables[name].columns.keys() - after.tables[name].columns.keys()
        for column in gone:
            user = _user_of(conn, after, name, column)
            if user:
                raise depended_on("Attribute", before.tables[name].columns[column].metadata_id, user)


def _user_of(conn: sqlite3.Connection, catalog: Catalog, name: str, column: str) -> str:
    """`the view 'Active Events'`, or nothing."""
    for table, (_, of, xml, what) in _OF_A_TABLE.items():
        if table in catalog.tables:
            sql = f'SELECT "name" FROM "t_{table}" WHERE "{of}" = ? AND instr({xml}, ?)'
            row = conn.execute(sql, (name, f'"{column}"')).fetchone()
            if row is not None:
                return f"the {what} '{row[0]}'"
    return ""


def _forget_interface(conn: sqlite3.Connection, catalog: Catalog, name: str) -> None:
    for table, (primary, column, _, _) in _OF_A_TABLE.items():
        if table in catalog.tables:
            ids = conn.execute(f'SELECT "{primary}" FROM "t_{table}" WHERE "{column}" = ?', (name,)).fetchall()
            for (row_id,) in ids:
                solution_components.forget(conn, catalog, row_id)
            conn.execute(f'DELETE FROM "t_{table}" WHERE "{column}" = ?', (name,))
