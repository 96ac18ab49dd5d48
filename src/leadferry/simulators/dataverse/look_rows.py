"""Rows of a table by one of its views, and one row on its main form."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from leadferry.simulators.dataverse import query
from leadferry.simulators.dataverse.look_html import grid, link, page
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.prefer import parse_prefer
from leadferry.simulators.dataverse.query.render import FORMATTED, LOOKUP_TABLE, property_name, readable_columns
from leadferry.simulators.dataverse.schema import LOOKUPS
from leadferry.simulators.dataverse.storage import Storage

ANNOTATED = parse_prefer('odata.include-annotations="*"')
_MOST = 100
JsonRow = dict[str, Any]


def list_page(storage: Storage, table: Table, wanted: str) -> str:
    """By the view `wanted`, else by the table's default view, else by its name."""
    views = _views(storage, table)
    view = next((one for one in views if one["savedqueryid"] == wanted), views[0] if views else None)
    tabs = "".join(
        f'<a href="?view={one["savedqueryid"]}"{" aria-current=page" if one is view else ""}>{escape(one["name"])}</a>'
        for one in views
    )
    note = f"<p>At most {_MOST} rows are shown.</p>"
    return page(
        table.collection_label or table.logical_name, f"<nav>{tabs}</nav>{view_grid(storage, table, view)}{note}"
    )


def view_grid(storage: Storage, table: Table, view: sqlite3.Row | None) -> str:
    names = _cells(view["layoutxml"]) if view else _few(table)
    asked = f"fetchXml={quote(_limited(view['fetchxml']))}" if view else f"$top={_MOST}"
    rows = query.answer_collection(storage, table, asked, ANNOTATED, "")["value"]
    heads = [_label(table, name) for name in names]
    return grid(heads, [[_linked(table, row, name, place) for place, name in enumerate(names)] for row in rows])


def view_by_id(storage: Storage, key: str) -> sqlite3.Row | None:
    with storage.reading() as conn:
        row: sqlite3.Row | None = conn.execute(
            'SELECT * FROM "t_savedquery" WHERE "savedqueryid" = ?', (key,)
        ).fetchone()
    return row


def row_page(storage: Storage, table: Table, key: str) -> str:
    row = query.answer_row(storage, table, key, "", ANNOTATED, "")
    form = _main_form(storage, table)
    shown = "".join(_tab(table, row, tab) for tab in form.iterfind("tabs/tab")) if form is not None else ""
    every = _fields(table, row, (one.logical_name for one in readable_columns(table)))
    rest = f"<details{'' if shown else ' open'}><summary>All columns</summary>{every}</details>"
    title = str(row.get(table.primary_name) or key)
    return page(title, f"<p>{link(f'/look/{table.logical_name}', table.collection_label)}</p>{shown}{rest}")


def _views(storage: Storage, table: Table) -> list[sqlite3.Row]:
    """Public ones, the default first."""
    if "savedquery" not in storage.catalog.tables:
        return []
    sql = (
        'SELECT * FROM "t_savedquery" WHERE "returnedtypecode" = ? AND "querytype" = 0 '
        'ORDER BY "isdefault" DESC, "name"'
    )
    with storage.reading() as conn:
        return conn.execute(sql, (table.logical_name,)).fetchall()


def _main_form(storage: Storage, table: Table) -> Element | None:
    if "systemform" not in storage.catalog.tables:
        return None
    sql = (
        'SELECT "formxml" FROM "t_systemform" WHERE "objecttypecode" = ? AND "type" = 2 '
        'ORDER BY "isdefault" DESC, "versionnumber" DESC LIMIT 1'
    )
    with storage.reading() as conn:
        row = conn.execute(sql, (table.logical_name,)).fetchone()
    return ElementTree.fromstring(row[0]) if row else None  # noqa: S314 (checked when it was stored)


def _tab(table: Table, row: JsonRow, tab: Element) -> str:
    sections = "".join(_section(table, row, one) for one in tab.iter("section"))
    return f"<h2>{escape(label_of(tab) or tab.get('name', ''))}</h2>{sections}" if sections else ""


def _section(table: Table, row: JsonRow, section: Element) -> str:
    names = [one.get("datafieldname", "") for one in section.iter("control")]
    fields = _fields(table, row, [name for name in names if name in table.columns])
    return f"<section class=card><h3>{escape(label_of(section))}</h3>{fields}</section>"


def label_of(element: Element) -> str:
    found = element.find("labels/label")
    return found.get("description", "") if found is not None else ""


def _fields(table: Table, row: JsonRow, names: Iterable[str]) -> str:
    shown = "".join(f"<dt>{escape(_label(table, name))}</dt><dd>{_value(table, row, name)}</dd>" for name in names)
    return f"<dl>{shown}</dl>"


def _linked(table: Table, row: JsonRow, name: str, place: int) -> str:
    """The first cell of a row leads to its page."""
    key = row.get(table.primary_id)
    if place or not key:
        return _value(table, row, name)
    return link(f"/look/{table.logical_name}/{key}", str(row.get(name) or ""))


def _value(table: Table, row: JsonRow, name: str) -> str:
    column = table.columns.get(name)
    key = property_name(column) if column is not None else name
    value, text = row.get(key), row.get(f"{key}@{FORMATTED}")
    if column is not None and column.kind in LOOKUPS and value:
        return link(f"/look/{row.get(f'{key}@{LOOKUP_TABLE}')}/{value}", str(text or value))
    return escape(str(text if text is not None else "" if value is None else value))


def _label(table: Table, name: str) -> str:
    column = table.columns.get(name)
    return (column.label or name) if column is not None else name


def _cells(layout: str) -> list[str]:
    root = ElementTree.fromstring(layout)  # noqa: S314 (checked when it was stored)
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
