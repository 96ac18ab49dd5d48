"""What rows of views, charts, forms, site maps, apps and web resources obey; each may join a solution.

Source: dataverse-api reference, section 6.11.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leadferry.simulators.dataverse import interface_xml, refusals, solution_components
from leadferry.simulators.dataverse.behaviours import BEHAVIOURS, Behaviour
from leadferry.simulators.dataverse.drafts import Writing
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.query.fetch_plan import no_such_table
from leadferry.simulators.dataverse.query.scope import Asking

DASHBOARDS = frozenset({0, 10})
"""Types of forms that belong to no table."""
Values = dict[str, Any]
_Check = Callable[[Writing, Values], None]


def _view(writing: Writing, row: Values) -> None:
    _require("savedquery", row, "name", "returnedtypecode", "fetchxml", "layoutxml", "querytype")
    asking = Asking(writing.storage, writing.conn)
    fetch = interface_xml.check_fetch(asking, row["fetchxml"], _table(writing, row["returnedtypecode"]).logical_name)
    interface_xml.check_layout(asking, row["layoutxml"], fetch)
    _only_default(writing, row)


def _only_default(writing: Writing, row: Values) -> None:
    """A table has one default view; the new one takes the place of the other."""
    if row.get("isdefault"):
        sql = 'UPDATE "t_savedquery" SET "isdefault" = 0 WHERE "returnedtypecode" = ? AND "savedqueryid" <> ?'
        where = (row["returnedtypecode"], row["savedqueryid"], row["querytype"])
        writing.conn.execute(f'{sql} AND "querytype" = ?', where)


def _chart(writing: Writing, row: Values) -> None:
    _require(
        "savedqueryvisualization", row, "name", "primaryentitytypecode", "datadescription", "presentationdescription"
    )
    table = _table(writing, row["primaryentitytypecode"]).logical_name
    asking = Asking(writing.storage, writing.conn)
    interface_xml.check_chart(asking, row["datadescription"], row["presentationdescription"], table)


def _form(writing: Writing, row: Values) -> None:
    _require("systemform", row, "name", "type", "formxml")
    if row["type"] in DASHBOARDS:
        row["objecttypecode"] = row.get("objecttypecode") or "none"
    table = None if row["type"] in DASHBOARDS else _table(writing, row.get("objecttypecode") or "")
    interface_xml.check_form(row["formxml"], table)


def _site_map(writing: Writing, row: Values) -> None:
    _require("sitemap", row, "sitemapname", "sitemapxml")
    interface_xml.check_site_map(row["sitemapxml"], writing.storage.catalog.tables)
    _refuse_taken(writing, "sitemap", "sitemapnameunique", row)


def _app(writing: Writing, row: Values) -> None:
    _require("appmodule", row, "name", "uniquename", "webresourceid")
    _refuse_taken(writing, "appmodule", "uniquename", row)


def _web_resource(writing: Writing, row: Values) -> None:
    _require("webresource", row, "name", "webresourcetype")
    _refuse_taken(writing, "webresource", "name", row)


def _table(writing: Writing, name: str) -> Table:
    found = writing.storage.catalog.tables.get(name)
    if found is None:
        raise no_such_table(name)
    return found


def _require(table: str, row: Values, *columns: str) -> None:
    for column in columns:
        if row.get(column) in {None, ""}:
            raise refusals.required(column, table)


def _refuse_taken(writing: Writing, table: str, column: str, row: Values) -> None:
    sql = f'SELECT 1 FROM "t_{table}" WHERE "{column}" = ? AND "{table}id" <> ?'
    if row.get(column) and writing.conn.execute(sql, (row[column], row[f"{table}id"])).fetchone():
        raise refusals.already_exists()


def _behaviour(name: str, check: _Check) -> Behaviour:
    """A change is checked as the whole row that it makes."""

    def created(writing: Writing, row: Values) -> None:
        solution_components.add_row(writing, name, row[writing.storage.catalog.tables[name].primary_id])

    def changing(writing: Writing, row_id: str, values: Values) -> None:
        there = writing.storage.get(writing.conn, writing.storage.catalog.tables[name], row_id)
        if there is not None:
            check(writing, {**dict(there), **values})

    def deleting(writing: Writing, row_id: str) -> None:
        solution_components.forget(writing.conn, writing.storage.catalog, row_id)

    return Behaviour(check, created, changing, deleting)


for _name, _checked in (
    ("savedquery", _view),
    ("savedqueryvisualization", _chart),
    ("systemform", _form),
    ("sitemap", _site_map),
    ("appmodule", _app),
    ("webresource", _web_resource),
):
    BEHAVIOURS[_name] = _behaviour(_name, _checked)
