"""Rows put in from beside the Web API: for tests and demonstrations, many at once, without limits or checks."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from leadferry.clock import as_text
from leadferry.simulators.dataverse.schema import lookup_table_column, sql_table
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.validation import TableRules, rules_of

Row = dict[str, Any]


def put_rows(storage: Storage, table: str, rows: Iterable[Mapping[str, Any]], owner: str = "") -> list[str]:
    """Columns by logical name (a lookup takes the id; `<column>__table` if it may point to several tables).

    What the server would fill in is filled in unless given. A row with an id that is there replaces it.
    """
    rules = rules_of(storage, table)
    stamp = _stamp(storage, rules, owner)
    whole = [_whole(rules, {**stamp, **row}) for row in rows]
    columns = list(dict.fromkeys([*(name for row in whole for name in row), "versionnumber"]))
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    sql = f'INSERT OR REPLACE INTO "{sql_table(table)}" ({names}) VALUES ({marks})'
    with storage.transaction() as conn:
        version = storage.take_versions(len(whole))
        for number, row in enumerate(whole):
            row["versionnumber"] = version + number
        conn.executemany(sql, (tuple(map(row.get, columns)) for row in whole))
    return [str(row[rules.table.primary_id]) for row in whole]


def raw_rows(storage: Storage, table: str, columns: list[str]) -> list[Row]:
    """What is stored, as stored, in order of version."""
    known = rules_of(storage, table).columns
    allowed = known | {lookup_table_column(name) for name in known} | {"versionnumber"}
    names = ", ".join(f'"{name}"' for name in columns if name in allowed) or "*"
    with storage.reading() as conn:
        return [dict(row) for row in conn.execute(f'SELECT {names} FROM "{sql_table(table)}" ORDER BY versionnumber')]


def _stamp(storage: Storage, rules: TableRules, owner: str) -> Row:
    now = as_text(storage.clock())
    stamp: Row = dict(rules.defaults)
    stamp |= {name: now for name in ("createdon", "modifiedon") if rules.has(name)}
    if owner:
        for name in ("ownerid", "owninguser", "createdby", "modifiedby"):
            if rules.has(name):
                stamp |= {name: owner, lookup_table_column(name): "systemuser"}
    return stamp


def _whole(rules: TableRules, row: Row) -> Row:
    row.setdefault(rules.table.primary_id, str(uuid.uuid4()))
    states = rules.states
    if states:
        row.setdefault("statecode", states.first)
        if rules.has("statuscode") and row.get("statuscode") is None:
            row["statuscode"] = states.default_status.get(row["statecode"])
    if rules.full_name:
        names = [str(part) for part in (row.get("firstname"), row.get("lastname")) if part]
        row.setdefault("fullname", " ".join(names) or None)
    for navigation in rules.navigations.values():
        if row.get(navigation.column) is not None:
            row.setdefault(lookup_table_column(navigation.column), navigation.targets[0])
    return {name: int(value) if isinstance(value, bool) else value for name, value in row.items()}
