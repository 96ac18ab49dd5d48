"""Rows of a table by one of its views; and how a value of a row is shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from leadferry.simulators.dataverse import query
from leadferry.simulators.dataverse.look_html import Shown, grid, link, tabs
from leadferry.simulators.dataverse.look_menu import apps_first
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.prefer import parse_prefer
from leadferry.simulators.dataverse.query.render import FORMATTED, LOOKUP_TABLE, property_name, readable_columns
from leadferry.simulators.dataverse.schema import LOOKUPS
from leadferry.simulators.dataverse.storage import Storage

ANNOTATED = parse_prefer('odata.include-annotations="*"')
_MOST = 100
NOTHING = '<span class=quiet title="empty">–</span>'
JsonRow = dict[str, Any]


def list_page(storage: Storage, table: Table, wanted: str) -> Shown:
    """By the view `wanted`, else by the first that an app has, else by the table's default view."""
    views = _views(storage, table)
    view = next((one for one in views if one["savedqueryid"] == wanted), views[0] if views else None)
    choices = [(f"?view={one['savedqueryid']}", str(one["name"]), one is view) for one in views]
    title = table.collection_label or table.logical_name
    above = f"Table <code>{escape(table.logical_name)}</code>"
    return Shown(title, view_grid(storage, table, view), above, tabs("View", choices))


def view_grid(storage: Storage, table: Table, view: sqlite3.Row | None) -> str:
    names = cells(view) if view else _few(table)
    asked = f"fetchXml={quote(_limited(view['fetchxml']))}" if view else f"$top={_MOST}"
    rows = query.answer_collection(storage, table, asked, ANNOTATED, "")["value"]
    label = str(view["name"]) if view else table.collection_label or table.logical_name
    note = f"The first {_MOST} are shown." if len(rows) == _MOST else ""
    return rows_grid(label, table, names, rows, note)


def rows_grid(label: str, table: Table, names: Sequence[str], rows: Sequence[JsonRow], note: str = "") -> str:
    heads = [label_of_column(table, name) for name in names]
    shown = [[_linked(table, row, name, place) for place, name in enumerate(names)] for row in rows]
    return grid(label, heads, shown, note)


def view_by_id(storage: Storage, key: str) -> sqlite3.Row | None:
    with storage.reading() as conn:
        row: sqlite3.Row | None = conn.execute(
            'SELECT * FROM "t_savedquery" WHERE "savedqueryid" = ?', (key,)
        ).fetchone()
    return row


def _views(storage: Storage, table: Table) -> list[sqlite3.Row]:
    """Public ones: those that an app has, then the default one."""
    sql = (
        'SELECT * FROM "t_savedquery" WHERE "returnedtypecode" = ? AND "querytype" = 0 '
        'ORDER BY "isdefault" DESC, "name"'
    )
    return apps_first(storage, "savedquery", "savedqueryid", sql, table.logical_name)


def label_of(element: Element) -> str:
    found = element.find("labels/label")
    return found.get("description", "") if found is not None else ""


def fields(table: Table, row: JsonRow, names: Iterable[str], kind: str = "") -> str:
    shown = "".join(
        f"<div><dt>{term}</dt><dd>{text}</dd></div>" if kind else f"<dt>{term}</dt><dd>{text}</dd>"
        for term, text in ((escape(label_of_column(table, name)), value(table, row, name) or NOTHING) for name in names)
    )
    return f"<dl{f' class={kind}' if kind else ''}>{shown}</dl>" if shown else ""


def _linked(table: Table, row: JsonRow, name: str, place: int) -> str:
    """The first cell of a row leads to its page."""
    key = row.get(table.primary_id)
    if place or not key:
        return value(table, row, name)
    text = row.get(name) or row.get(f"_{name}_value@{FORMATTED}")
    return link(f"/look/{table.logical_name}/{key}", str(text or row.get(table.primary_name) or ""))


def value(table: Table, row: JsonRow, name: str) -> str:
    """HTML; "" where there is none."""
    column = table.columns.get(name)
    key = property_name(column) if column is not None else name
    held, text = row.get(key), row.get(f"{key}@{FORMATTED}")
    if column is not None and column.kind in LOOKUPS and held:
        return link(f"/look/{row.get(f'{key}@{LOOKUP_TABLE}')}/{held}", str(text or held))
    return escape(str(text if text is not None else "" if held is None else held))


def label_of_column(table: Table, name: str) -> str:
    column = table.columns.get(name)
    return (column.label or name) if column is not None else name


def cells(view: sqlite3.Row) -> list[str]:
    root = ElementTree.fromstring(view["layoutxml"])  # noqa: S314 (checked when it was stored)
    return [one.get("name", "") for one in root.iterfind("row/cell")]


def _limited(fetch: str) -> str:
    root = ElementTree.fromstring(fetch)  # noqa: S314 (checked when it was stored)
    for name in ("top", "count", "page"):
        root.attrib.pop(name, None)
    root.set("top", str(_MOST))
    return ElementTree.tostring(root, encoding="unicode")


def _few(table: Table) -> list[str]:
    names = [table.primary_name or table.primary_id, *(one.logical_name for one in readable_columns(table))]
    return [name for name in dict.fromkeys(names) if name][:6]
