"""Deleting a row, and what that does to the rows that point to it.

Source: dataverse-api reference, sections 6.4 (CascadeConfiguration.Delete) and 7.2.
"""

from __future__ import annotations

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.access import require_rows
from leadferry.simulators.dataverse.behaviours import BEHAVIOURS
from leadferry.simulators.dataverse.drafts import Writing
from leadferry.simulators.dataverse.model import OneToMany
from leadferry.simulators.dataverse.rows import apply
from leadferry.simulators.dataverse.schema import intersect_columns, lookup_table_column, sql_table


def delete(writing: Writing, table: str, row_id: str) -> None:
    """Raises when the row does not exist, or when a restricting row still points to it."""
    rules = writing.rules(table)
    writing.caller.require("Delete", rules.table)
    if not writing.exists(table, row_id):
        raise refusals.row_not_found(table, row_id)
    require_rows(writing.conn, writing.caller, "Delete", rules.table, [row_id])
    behaviour = BEHAVIOURS.get(table)
    if behaviour is not None and behaviour.deleting:
        behaviour.deleting(writing, row_id)
    _delete(writing, table, row_id)


def _delete(writing: Writing, table: str, row_id: str) -> None:
    catalog = writing.storage.catalog
    primary = catalog.tables[table].primary_id
    for relation in catalog.collections_of(table):
        _loosen(writing, relation, table, row_id)
    for many in catalog.many_to_many:
        first, second = intersect_columns(catalog, many)
        for side, column in ((many.table1, first), (many.table2, second)):
            if side == table:
                writing.conn.execute(f'DELETE FROM "{sql_table(many.intersect)}" WHERE "{column}" = ?', (row_id,))
    writing.conn.execute(f'DELETE FROM "{sql_table(table)}" WHERE "{primary}" = ?', (row_id,))
    writing.storage.take_versions()
    writing.rows_touched += 1


def _loosen(writing: Writing, relation: OneToMany, table: str, row_id: str) -> None:
    rules = writing.rules(relation.referencing)
    if relation.on_delete == "NoCascade" or relation.column not in rules.columns:
        return
    kind = lookup_table_column(relation.column)
    sql = (
        f'SELECT "{rules.table.primary_id}" FROM "{sql_table(relation.referencing)}" '
        f'WHERE "{relation.column}" = ? AND "{kind}" = ?'
    )
    children = [str(row[0]) for row in writing.conn.execute(sql, (row_id, table))]
    if not children:
        return
    if relation.on_delete == "Restrict":
        raise refusals.restricted(table, row_id)
    if relation.on_delete == "Cascade":
        for child in children:
            _delete(writing, relation.referencing, child)
        return
    apply(writing, rules, [(child, {relation.column: None, kind: None}) for child in children])
