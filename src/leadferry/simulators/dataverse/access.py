"""Whether a caller's depth reaches certain rows. Whoever reaches all rows costs no query.

Source: dataverse-api reference, sections 2.9 and 6.10.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.privileges import Caller, Verb
from leadferry.simulators.dataverse.schema import sql_table


def require_rows(conn: sqlite3.Connection, caller: Caller, verb: Verb, table: Table, ids: Sequence[str]) -> None:
    """Raises when the privilege is missing, or does not reach one of these rows."""
    reach = caller.reach(verb, table)
    if reach is None:
        return
    found: set[str] = set()
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        chosen = f'"{table.primary_id}" IN ({", ".join("?" * len(part))})'
        sql = f'SELECT "{table.primary_id}" FROM "{sql_table(table.logical_name)}" WHERE {chosen} AND {reach.sql}'
        found |= {str(row[0]) for row in conn.execute(sql, part)}
    for row_id in ids:
        if row_id not in found:
            raise refusals.access_check_failed(caller.user_id, table.logical_name, row_id)


def require_new(caller: Caller, table: Table, rows: Iterable[Mapping[str, Any]], verb: Verb = "Create") -> None:
    """The same for rows that are not stored yet."""
    reach = caller.reach(verb, table)
    if reach is None:
        return
    for row in rows:
        if not reach.holds(row):
            raise refusals.access_check_failed(caller.user_id, table.logical_name, str(row[table.primary_id]))
