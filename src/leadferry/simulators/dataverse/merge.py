"""Merge: two leads, contacts or accounts become one; what hangs on the other moves where its relationship says so.

Source: Web API action Merge; dataverse-api reference, sections 6.4 (CascadeConfiguration.Merge) and 7.2. The statuses
of the row that gives way are unconfirmed.
"""

from __future__ import annotations

from typing import Any

from leadferry.simulators.dataverse import refusals, rows
from leadferry.simulators.dataverse.access import require_rows
from leadferry.simulators.dataverse.calls import Call, no_content
from leadferry.simulators.dataverse.drafts import Writing
from leadferry.simulators.dataverse.model import OneToMany, Table
from leadferry.simulators.dataverse.schema import lookup_table_column, sql_table
from leadferry.simulators.dataverse.values import guid
from leadferry.simulators.server import Response

_CRM = "Microsoft.Dynamics.CRM."
_GIVEN_WAY = {"lead": (2, 7), "contact": (1, 2), "account": (1, 2)}
"""State and status of the row that gives way."""


def merge(call: Call) -> Response:
    body = call.json if isinstance(call.json, dict) else {}
    table, target = _row(call, body.get("Target"), "Target")
    other, subordinate = _row(call, body.get("Subordinate"), "Subordinate")
    if table is not other or target == subordinate:
        raise refusals.invalid_argument("Target and Subordinate must be two rows of one table.")
    with call.writing() as writing:
        for row_id in (target, subordinate):
            if not writing.exists(table.logical_name, row_id):
                raise refusals.row_not_found(table.logical_name, row_id)
        require_rows(writing.conn, call.caller, "Write", table, [target, subordinate])
        content = {name: value for name, value in _content(body).items() if name != table.primary_id}
        if content:
            rows.update(writing, table.logical_name, [(target, content)])
        for relation in writing.storage.catalog.collections_of(table.logical_name):
            _move(writing, relation, table, subordinate, target)
        _give_way(writing, table, subordinate, target)
    return no_content()


def _row(call: Call, given: Any, name: str) -> tuple[Table, str]:
    """`{"leadid": "…", "@odata.type": "Microsoft.Dynamics.CRM.lead"}`"""
    kind = str(given.get("@odata.type", "")).lstrip("#").removeprefix(_CRM) if isinstance(given, dict) else ""
    table = call.storage.catalog.tables.get(kind) if kind in _GIVEN_WAY else None
    row_id = guid(str(given.get(table.primary_id, ""))) if table else None
    if table is None or row_id is None:
        raise refusals.invalid_argument(f"The parameter '{name}' must be a lead, a contact or an account with its id.")
    return table, row_id


def _content(body: dict[str, Any]) -> dict[str, Any]:
    """What the person chose of the other row's values."""
    given = body.get("UpdateContent")
    return (
        {name: value for name, value in given.items() if "@odata.type" not in name} if isinstance(given, dict) else {}
    )


def _move(writing: Writing, relation: OneToMany, table: Table, old: str, new: str) -> None:
    cascade = relation.extra.get("CascadeConfiguration")
    rules = writing.rules(relation.referencing)
    if not isinstance(cascade, dict) or cascade.get("Merge") != "Cascade" or relation.column not in rules.columns:
        return
    kind = lookup_table_column(relation.column)
    sql = (
        f'SELECT "{rules.table.primary_id}" FROM "{sql_table(relation.referencing)}" '
        f'WHERE "{relation.column}" = ? AND "{kind}" = ?'
    )
    moving = [str(row[0]) for row in writing.conn.execute(sql, (old, table.logical_name))]
    rows.apply(writing, rules, [(row_id, {relation.column: new}) for row_id in moving])


def _give_way(writing: Writing, table: Table, row_id: str, master: str) -> None:
    rules, (state, status) = writing.rules(table.logical_name), _GIVEN_WAY[table.logical_name]
    change: dict[str, Any] = {"statecode": state, "statuscode": status, "modifiedon": writing.now}
    change |= {"merged": 1, "masterid": master, "masterid__table": table.logical_name}
    kept = {name: value for name, value in change.items() if rules.has(name.removesuffix("__table"))}
    rows.apply(writing, rules, [(row_id, kept)])
