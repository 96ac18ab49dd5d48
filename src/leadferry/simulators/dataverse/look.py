"""Pages for looking at the environment with a browser: no token, no script, nothing to change.

GET /                        tables, apps and dashboards
GET /look/<table>            rows of a table, by one of its views (`?view=<id>`)
GET /look/<table>/<id>       one row, on one of its main forms (`?form=<id>`)
GET /look/dashboards/<id>    a dashboard, drawn
GET /main.aspx               Dynamics' own address of a row or a table (`pagetype`, `etn`, `id`): on to these pages
"""

from __future__ import annotations

import sqlite3
from html import escape
from urllib.parse import parse_qsl

from leadferry.simulators.dataverse import look_charts, look_forms, look_rows
from leadferry.simulators.dataverse.look_html import Shown, link, page
from leadferry.simulators.dataverse.look_menu import menu
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.schema import sql_table
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.values import guid
from leadferry.simulators.server import Request, Response

_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}


def answer(storage: Storage, request: Request) -> Response | None:
    """None for an address that is not one of these pages."""
    parts = [part for part in request.path.split("/") if part]
    if request.method == "GET" and parts == ["main.aspx"]:
        return Response(302, b"", {"Location": _of_dynamics(dict(parse_qsl(request.query)))})
    if request.method != "GET" or (parts and parts[0] != "look"):
        return None
    status, shown = _answered(storage, parts[1:], request)
    return Response(status, page(shown, menu(storage, request.path)).encode(), _HEADERS)


def _answered(storage: Storage, parts: list[str], request: Request) -> tuple[int, Shown]:
    try:
        found = _page(storage, parts, request)
    except Refusal as refusal:
        return refusal.status, Shown("Not shown", f"<p>{escape(refusal.message)}</p>")
    return (200, found) if found else (404, Shown("Not found", "<p>There is nothing at this address.</p>"))


def _of_dynamics(asked: dict[str, str]) -> str:
    """`?pagetype=entityrecord&etn=lead&id=...`, braces or not; what names no table leads to the first page."""
    table = asked.get("etn", "")
    if not table.isidentifier():
        return "/"
    key = guid(asked.get("id", "").strip("{}")) if asked.get("pagetype") == "entityrecord" else None
    return f"/look/{table}/{key}" if key else f"/look/{table}"


def _page(storage: Storage, parts: list[str], request: Request) -> Shown | None:
    tables = storage.catalog.tables
    asked = dict(parse_qsl(request.query))
    match parts:
        case []:
            return _index(storage)
        case ["dashboards", key] if guid(key):
            return look_charts.dashboard_page(storage, key.lower())
        case [name] if name in tables:
            return look_rows.list_page(storage, tables[name], guid(asked.get("view", "")) or "")
        case [name, key] if name in tables and guid(key):
            return look_forms.row_page(storage, tables[name], key.lower(), guid(asked.get("form", "")) or "")
    return None


def _index(storage: Storage) -> Shown:
    tables = sorted(storage.catalog.tables.values(), key=lambda one: (not one.is_custom, one.label or one.logical_name))
    with storage.reading() as conn:
        shown = [(table, _number(conn, table)) for table in tables]
        apps = _named(conn, storage, "appmodule", "appmoduleid", "1")
        dashboards = _named(conn, storage, "systemform", "formid", '"type" IN (0, 10)')
    cards = _links("Dashboards", [link(f"/look/dashboards/{key}", name) for key, name in dashboards])
    cards += _links("Apps", [link(f"/look/appmodule/{key}", name) for key, name in apps])
    body = f"<div class=cards>{cards}</div>" if cards else ""
    body += _tables("Tables with rows", [one for one in shown if one[1]])
    body += _tables("Empty tables", [one for one in shown if not one[1]])
    return Shown("Contoso", body, "Environment")


def _number(conn: sqlite3.Connection, table: Table) -> int:
    return int(conn.execute(f'SELECT count(*) FROM "{sql_table(table.logical_name)}"').fetchone()[0])


def _named(conn: sqlite3.Connection, storage: Storage, table: str, key: str, where: str) -> list[tuple[str, str]]:
    if table not in storage.catalog.tables:
        return []
    sql = f'SELECT "{key}", "name" FROM "t_{table}" WHERE {where} ORDER BY "name"'
    return [(row[0], row[1] or "") for row in conn.execute(sql)]


def _links(title: str, links: list[str]) -> str:
    items = "".join(f"<div>{one}</div>" for one in links)
    return f"<section class=card><h3>{title}</h3>{items}</section>" if links else ""


def _tables(title: str, shown: list[tuple[Table, int]]) -> str:
    rows = "".join(
        f"<tr><td>{link(f'/look/{table.logical_name}', table.collection_label or table.logical_name)}</td>"
        f"<td class=narrow><code>{escape(table.logical_name)}</code></td><td class=number>{number:,}</td></tr>"
        for table, number in shown
    )
    heads = "<th scope=col>Table</th><th scope=col class=narrow>Name</th><th scope=col class=number>Rows</th>"
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<h2>{title}</h2><div class="card table">{table}</div>' if shown else ""
