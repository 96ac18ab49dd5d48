"""From the catalog to SQL tables: `t_<logical name>`, a SQL column per column, a unique index per alternate key.

A lookup also has `<column>__table`, the logical name of the table that it points to. Every SQL table has
`versionnumber`. The intersect table of a many-to-many relationship has the ids of both sides (`intersect_columns`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator

from leadferry.simulators.dataverse import collation
from leadferry.simulators.dataverse.model import Catalog, Column, ManyToMany, Table

LOOKUPS = frozenset({"Lookup", "Customer", "Owner"})
_INTEGERS = frozenset({"Integer", "BigInt", "Boolean", "Picklist", "State", "Status"})
_REALS = frozenset({"Decimal", "Double", "Money"})
_TEXTS = frozenset({"String", "Memo"})


def sql_table(logical_name: str) -> str:
    """`t_lead`, to be quoted in SQL."""
    return f"t_{logical_name}"


def lookup_table_column(column: str) -> str:
    return f"{column}__table"


def intersect_columns(catalog: Catalog, relation: ManyToMany) -> tuple[str, str]:
    """The id columns of table1 and table2 in the intersect table; a table linked to itself gets `one` and `two`."""
    first = catalog.tables[relation.table1].primary_id
    if relation.table1 == relation.table2:
        return f"{first}one", f"{first}two"
    return first, catalog.tables[relation.table2].primary_id


def follow(conn: sqlite3.Connection, catalog: Catalog, changed: Collection[str] | None = None) -> None:
    """Creates, alters and drops SQL tables and indexes until they are what the catalog says.

    `changed`: the only tables that may differ; without it, all are looked at.
    """
    present = {str(row[0]) for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    pairs = {relation.intersect for relation in catalog.many_to_many}
    for name in sorted(present - {sql_table(one) for one in catalog.tables.keys() | pairs}):
        if name.startswith("t_"):
            conn.execute(f'DROP TABLE "{name}"')
    new_pairs = {one for one in pairs if changed is None or sql_table(one) not in present}
    looked_at = {*(catalog.tables if changed is None else changed), *new_pairs}
    wanted = _wanted(catalog, looked_at)
    indexes = _indexes(catalog, looked_at)
    _drop_indexes(conn, wanted, indexes)
    for name, columns in wanted.items():
        if name in present:
            _alter(conn, name, columns)
        else:
            _create(conn, name, columns)
    _create_indexes(conn, catalog, indexes)


def _wanted(catalog: Catalog, names: Collection[str]) -> dict[str, dict[str, str]]:
    """SQL table -> column -> its SQL type, of the tables and intersect tables with these names."""
    tables = (catalog.tables[name] for name in names if name in catalog.tables)
    wanted = {sql_table(table.logical_name): dict(_sql_columns(table)) for table in tables}
    for relation in catalog.many_to_many:
        if relation.intersect in names:
            columns = wanted.setdefault(sql_table(relation.intersect), {"versionnumber": "INTEGER"})
            columns.update(dict.fromkeys(intersect_columns(catalog, relation), "TEXT"))
    return wanted


def _sql_columns(table: Table) -> Iterator[tuple[str, str]]:
    for column in table.columns.values():
        primary = " PRIMARY KEY" if column.logical_name == table.primary_id else ""
        yield column.logical_name, _sql_type(column) + primary
        if column.kind in LOOKUPS:
            yield lookup_table_column(column.logical_name), "TEXT"
    yield "versionnumber", "INTEGER"


def _sql_type(column: Column) -> str:
    if column.kind in _INTEGERS:
        return "INTEGER"
    if column.kind in _REALS:
        return "REAL"
    return f"TEXT COLLATE {collation.NAME}" if column.kind in _TEXTS else "TEXT"


def _create(conn: sqlite3.Connection, name: str, columns: dict[str, str]) -> None:
    rows = [f'"{column}" {kind}' for column, kind in columns.items()]
    conn.execute(f'CREATE TABLE "{name}" ({", ".join(rows)})')


def _alter(conn: sqlite3.Connection, name: str, columns: dict[str, str]) -> None:
    present = {str(row[1]) for row in conn.execute(f'PRAGMA table_info("{name}")')}
    for column in sorted(present - columns.keys()):
        conn.execute(f'ALTER TABLE "{name}" DROP COLUMN "{column}"')
    for column, kind in columns.items():
        if column not in present:
            conn.execute(f'ALTER TABLE "{name}" ADD COLUMN "{column}" {kind}')


def _indexes(catalog: Catalog, names: Collection[str]) -> dict[str, str]:
    """Name and SQL of every index: unique ones for alternate keys and N:N pairs, others only to be quick."""
    found: dict[str, str] = {}
    for table in (catalog.tables[name] for name in names if name in catalog.tables):
        sql = sql_table(table.logical_name)
        for key in table.keys:
            columns = ", ".join(f'"{column}"' for column in key.columns)
            found[key_index(table.logical_name, key.logical_name)] = f'UNIQUE|"{sql}" ({columns})'
        for column in table.columns.values():
            if column.kind in LOOKUPS or (column.kind == "String" and column.format.lower() == "email"):
                name = column.logical_name
                found[f"i_{table.logical_name}_{name}"] = f'|"{sql}" ("{name}") WHERE "{name}" IS NOT NULL'
        found[f"v_{table.logical_name}"] = f'|"{sql}" ("versionnumber")'
    for relation in (one for one in catalog.many_to_many if one.intersect in names):
        first, second = intersect_columns(catalog, relation)
        sql = sql_table(relation.intersect)
        found[f"n_{relation.intersect}"] = f'UNIQUE|"{sql}" ("{first}", "{second}")'
        found[f"m_{relation.intersect}"] = f'|"{sql}" ("{second}")'
    return found


def key_index(table: str, key: str) -> str:
    return f"k_{table}_{key}"


def _drop_indexes(conn: sqlite3.Connection, tables: Collection[str], wanted: dict[str, str]) -> None:
    present = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    for name, table, sql in conn.execute(present).fetchall():
        if table in tables and (name not in wanted or sql != _index_sql(name, wanted[name])):
            conn.execute(f'DROP INDEX "{name}"')


def _index_sql(name: str, definition: str) -> str:
    unique, _, target = definition.partition("|")
    return f'CREATE {unique + " " if unique else ""}INDEX "{name}" ON {target}'


def _create_indexes(conn: sqlite3.Connection, catalog: Catalog, wanted: dict[str, str]) -> None:
    present = {str(row[0]) for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    keys = {
        key_index(table.logical_name, key.logical_name): key for table in catalog.tables.values() for key in table.keys
    }
    for name, definition in wanted.items():
        if name in present:
            continue
        try:
            conn.execute(_index_sql(name, definition))
        except sqlite3.IntegrityError:
            # Rows that break a new key do not stop its definition: the key's status says so (section 2.4).
            if name not in keys:
                raise
            keys[name].status = "Failed"
