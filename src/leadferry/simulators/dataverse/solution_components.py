"""Which component belongs to which solution. Types: dataverse-api reference, section 6.8."""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.drafts import Writing
from leadferry.simulators.dataverse.model import Catalog
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.schema import sql_table
from leadferry.simulators.dataverse.seeds import put_rows
from leadferry.simulators.dataverse.storage import Storage

TABLE, COLUMN, CHOICE, RELATIONSHIP, KEY, ROLE, APP = 1, 2, 9, 10, 14, 20, 80
WHOLE, SHELL = 0, 2
"""`rootcomponentbehavior`: with all that belongs to it, or only what is listed too (numbers unconfirmed)."""
OF_TABLES = {
    "role": ROLE, "savedquery": 26, "savedqueryvisualization": 59, "systemform": 60, "webresource": 61, "sitemap": 62,
    "appmodule": APP,
}  # fmt: skip
"""Component type of the rows of a table."""
TABLES = {number: name for name, number in OF_TABLES.items()}


class Component(NamedTuple):
    kind: int
    object_id: str
    behavior: int | None = WHOLE


def solution_id(conn: sqlite3.Connection, name: str) -> str:
    """Raises when there is no solution of this name. The code is unconfirmed."""
    row = conn.execute('SELECT "solutionid" FROM "t_solution" WHERE "uniquename" = ?', (name,)).fetchone()
    if row is None:
        raise Refusal(404, "0x80040217", f"The solution with the unique name '{name}' does not exist.")
    return str(row[0])


def members(conn: sqlite3.Connection, solution: str) -> list[Component]:
    sql = 'SELECT componenttype, objectid, rootcomponentbehavior FROM "t_solutioncomponent" WHERE "solutionid" = ?'
    return [Component(*row) for row in conn.execute(sql + " ORDER BY versionnumber", (solution,))]


def add(storage: Storage, conn: sqlite3.Connection, name: str, one: Component) -> str:
    """Puts a component into the solution of this name; the id of its row. One that is there stays as it is."""
    solution = solution_id(conn, name)
    if one.kind == COLUMN:
        _add_shell(storage, conn, solution, one)
    return _put(storage, conn, solution, one)


def add_row(writing: Writing, table: str, row_id: str) -> None:
    """A new row of a component's table joins the solution that the request names."""
    if writing.solution and "solutioncomponent" in writing.storage.catalog.tables:
        add(writing.storage, writing.conn, writing.solution, Component(OF_TABLES[table], row_id))


def remove(conn: sqlite3.Connection, name: str, kind: int, object_id: str) -> None:
    """Raises when the component is not in the solution."""
    sql = (
        'DELETE FROM "t_solutioncomponent" WHERE "solutionid" = ? AND "componenttype" = ? '
        'AND ("objectid" = ? OR "solutioncomponentid" = ?)'
    )
    if conn.execute(sql, (solution_id(conn, name), kind, object_id, object_id)).rowcount == 0:
        raise refusals.row_not_found("solutioncomponent", object_id)


def forget(conn: sqlite3.Connection, catalog: Catalog, object_id: str) -> None:
    """A component that is gone is in no solution."""
    if "solutioncomponent" in catalog.tables:
        conn.execute('DELETE FROM "t_solutioncomponent" WHERE "objectid" = ?', (object_id,))


def exists(conn: sqlite3.Connection, catalog: Catalog, kind: int, object_id: str) -> bool:
    if kind in TABLES:
        table = catalog.tables[TABLES[kind]]
        sql = f'SELECT 1 FROM "{sql_table(table.logical_name)}" WHERE "{table.primary_id}" = ?'
        return conn.execute(sql, (object_id,)).fetchone() is not None
    return object_id in _definitions(catalog).get(kind, set())


def _definitions(catalog: Catalog) -> dict[int, set[str]]:
    tables = catalog.tables.values()
    return {
        TABLE: {table.metadata_id for table in tables},
        COLUMN: {column.metadata_id for table in tables for column in table.columns.values()},
        KEY: {key.metadata_id for table in tables for key in table.keys},
        CHOICE: {one.metadata_id for one in catalog.option_sets.values()},
        RELATIONSHIP: {
            *(one.metadata_id for one in catalog.one_to_many),
            *(one.metadata_id for one in catalog.many_to_many),
        },
    }


def _add_shell(storage: Storage, conn: sqlite3.Connection, solution: str, column: Component) -> None:
    """A column brings its table along, without what else the table has."""
    for table in storage.catalog.tables.values():
        if any(one.metadata_id == column.object_id for one in table.columns.values()):
            _put(storage, conn, solution, Component(TABLE, table.metadata_id, SHELL))


def _put(storage: Storage, conn: sqlite3.Connection, solution: str, one: Component) -> str:
    sql = (
        'SELECT "solutioncomponentid" FROM "t_solutioncomponent" '
        'WHERE "solutionid" = ? AND "componenttype" = ? AND "objectid" = ?'
    )
    there = conn.execute(sql, (solution, one.kind, one.object_id)).fetchone()
    if there is not None:
        return str(there[0])
    row: dict[str, Any] = {
        "componenttype": one.kind, "objectid": one.object_id, "rootcomponentbehavior": one.behavior,
        "solutionid": solution,
    }  # fmt: skip
    return put_rows(storage, "solutioncomponent", [row])[0]
