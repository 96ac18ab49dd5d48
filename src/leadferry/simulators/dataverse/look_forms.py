"""One row on one of its main forms: header, tabs, sections, and the lists of related rows in them."""

from __future__ import annotations

import sqlite3
from html import escape
from urllib.parse import quote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from leadferry.simulators.dataverse import query
from leadferry.simulators.dataverse.look_html import Shown, link, tabs
from leadferry.simulators.dataverse.look_menu import apps_first
from leadferry.simulators.dataverse.look_rows import ANNOTATED, JsonRow, cells, fields, label_of, rows_grid, view_by_id
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.query.render import readable_columns
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.values import guid

_MOST = 50


def row_page(storage: Storage, table: Table, key: str, wanted: str) -> Shown:
    """On the form `wanted`, else on the first that an app has, else on the table's default form."""
    row = query.answer_row(storage, table, key, "", ANNOTATED, "")
    forms = _main_forms(storage, table)
    form = next((one for one in forms if one["formid"] == wanted), forms[0] if forms else None)
    shown = _drawn(storage, table, row, form) if form else ""
    every = fields(table, row, (one.logical_name for one in readable_columns(table)))
    rest = (
        f"<details class=rest{'' if shown else ' open'}><summary>All columns</summary><div class=card>{every}</div>"
        "</details>"
    )
    choices = [(f"?form={one['formid']}", str(one["name"]), one is form) for one in forms]
    head = _header(table, row, form) + (tabs("Form", choices) if len(choices) > 1 else "")
    return Shown(str(row.get(table.primary_name) or key), shown + rest, _above(table), head)


def _above(table: Table) -> str:
    return link(f"/look/{table.logical_name}", table.collection_label or table.logical_name)


def _main_forms(storage: Storage, table: Table) -> list[sqlite3.Row]:
    """Those that an app has, then the default one."""
    sql = (
        'SELECT * FROM "t_systemform" WHERE "objecttypecode" = ? AND "type" = 2 '
        'ORDER BY "isdefault" DESC, "versionnumber" DESC'
    )
    return apps_first(storage, "systemform", "formid", sql, table.logical_name)


def _parsed(form: sqlite3.Row) -> Element:
    return ElementTree.fromstring(form["formxml"])  # noqa: S314 (checked when it was stored)


def _header(table: Table, row: JsonRow, form: sqlite3.Row | None) -> str:
    found = _parsed(form).find("header") if form else None
    return fields(table, row, _columns(table, found), "strip") if found is not None else ""


def _columns(table: Table, part: Element) -> list[str]:
    names = [one.get("datafieldname", "") for one in part.iter("control")]
    return [name for name in names if name in table.columns]


def _drawn(storage: Storage, table: Table, row: JsonRow, form: sqlite3.Row) -> str:
    found = _parsed(form).findall("tabs/tab")
    named = [(f"tab-{place}", label_of(tab) or tab.get("name", ""), tab) for place, tab in enumerate(found)]
    jumps = [(f"#{key}", title, False) for key, title, _ in named]
    jumped = tabs("Tabs", jumps) if len(jumps) > 1 else ""
    return jumped + "".join(_tab(storage, table, row, *one) for one in named)


def _tab(storage: Storage, table: Table, row: JsonRow, key: str, title: str, tab: Element) -> str:
    sections = "".join(_section(storage, table, row, one) for one in tab.iter("section"))
    return f"<h2 id={key}>{escape(title)}</h2><div class=cards>{sections}</div>" if sections else ""


def _section(storage: Storage, table: Table, row: JsonRow, section: Element) -> str:
    lists = "".join(_list(storage, table, row, one) for one in section.iter("cell"))
    shown = fields(table, row, _columns(table, section))
    if not shown and not lists:
        return ""
    title = f"<h3>{escape(label_of(section))}</h3>"
    card = f"<section class=card>{title}{shown}</section>" if shown else ""
    return card + (f"<section class=whole>{'' if shown else title}{lists}</section>" if lists else "")


def _list(storage: Storage, table: Table, row: JsonRow, cell: Element) -> str:
    """A control with a relationship: the rows at its other end, by its view."""
    given = {one.tag: (one.text or "").strip() for one in cell.iterfind("control/parameters/*")}
    other = storage.catalog.tables.get(given.get("TargetEntityType", ""))
    view = view_by_id(storage, guid(given.get("ViewId", "").strip("{}")) or "")
    navigation = _navigation(storage, table, given.get("RelationshipName", ""))
    if other is None or view is None or not navigation:
        return ""
    asked = f"$top={_MOST}{_order(view)}"
    key = str(row[table.primary_id])
    found = query.answer_related(storage, table, key, navigation, asked, ANNOTATED, "") or {}
    rows = found.get("value", [])
    note = f"The first {_MOST} are shown." if len(rows) == _MOST else ""
    return rows_grid(label_of(cell), other, cells(view), rows, note)


def _navigation(storage: Storage, table: Table, relationship: str) -> str:
    """The collection of `table` that the relationship is, else ""."""
    name = relationship.lower()
    for one in storage.catalog.one_to_many:
        if one.schema_name.lower() == name and one.referenced == table.logical_name:
            return one.collection
    for pair in storage.catalog.many_to_many:
        if pair.schema_name.lower() == name and table.logical_name in {pair.table1, pair.table2}:
            return pair.navigation1 if pair.table1 == table.logical_name else pair.navigation2
    return ""


def _order(view: sqlite3.Row) -> str:
    found = ElementTree.fromstring(view["fetchxml"]).find("entity/order")  # noqa: S314 (checked when it was stored)
    if found is None:
        return ""
    down = " desc" if found.get("descending") == "true" else ""
    return f"&$orderby={quote(found.get('attribute', '') + down)}"
