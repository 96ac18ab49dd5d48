"""A dashboard drawn from its charts: each runs its own query, narrowed by the view it stands on.

Source: dataverse-api reference, section 6.11.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from leadferry.simulators.dataverse import query
from leadferry.simulators.dataverse.look_drawing import DRAWN, Point, bars
from leadferry.simulators.dataverse.look_html import Shown
from leadferry.simulators.dataverse.look_rows import ANNOTATED, label_of, view_by_id, view_grid
from leadferry.simulators.dataverse.query.render import FORMATTED
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.values import guid


def dashboard_page(storage: Storage, key: str) -> Shown | None:
    with storage.reading() as conn:
        sql = 'SELECT "name", "formxml" FROM "t_systemform" WHERE "formid" = ? AND "type" IN (0, 10)'
        row = conn.execute(sql, (key,)).fetchone()
    if row is None:
        return None
    form = ElementTree.fromstring(row["formxml"])  # noqa: S314 (checked when it was stored)
    cards = "".join(_card(storage, cell) for cell in form.iter("cell"))
    return Shown(row["name"], f'<div class="cards charts">{cards}</div>', "Dashboard")


def _card(storage: Storage, cell: Element) -> str:
    parameters = cell.find("control/parameters")
    if parameters is None:
        return ""
    given = {one.tag: (one.text or "").strip() for one in parameters}
    view = view_by_id(storage, guid(given.get("ViewId", "").strip("{}")) or "")
    chart = _chart(storage, guid(given.get("VisualizationId", "").strip("{}")) or "")
    title = label_of(cell) or (chart["name"] if chart else view["name"] if view else "")
    if chart is not None and given.get("ChartGridMode", "Chart") != "Grid":
        return f"<section class=card><h3>{escape(title)}</h3>{drawn(storage, chart, view, title)}</section>"
    table = storage.catalog.tables.get(given.get("TargetEntityType", ""))
    shown = view_grid(storage, table, view) if table is not None else ""
    return f"<section class=whole><h3>{escape(title)}</h3>{shown}</section>"


def _chart(storage: Storage, key: str) -> sqlite3.Row | None:
    sql = 'SELECT * FROM "t_savedqueryvisualization" WHERE "savedqueryvisualizationid" = ?'
    with storage.reading() as conn:
        row: sqlite3.Row | None = conn.execute(sql, (key,)).fetchone()
    return row


def drawn(storage: Storage, chart: sqlite3.Row, view: sqlite3.Row | None, title: str) -> str:
    """As the chart's own presentation says: bars, a line, a pie."""
    data = ElementTree.fromstring(chart["datadescription"])  # noqa: S314 (checked when it was stored)
    fetch = data.find("fetchcollection/fetch")
    category = data.find("categorycollection/category")
    if fetch is None or category is None:
        return ""
    table = storage.catalog.tables[chart["primaryentitytypecode"]]
    _narrow(fetch, view)
    asked = f"fetchXml={quote(ElementTree.tostring(fetch, encoding='unicode'))}"
    rows = query.answer_collection(storage, table, asked, ANNOTATED, "")["value"]
    alias, period = category.get("alias", ""), _period(fetch)
    measures = [one.get("alias", "") for one in category.iter("measure")]
    points = [_point(row, alias, one, period) for row in rows for one in measures]
    if not points:
        return "<p class=quiet>Nothing to show yet.</p>"
    return DRAWN.get(_kind(chart), bars)(title, points)


def _kind(chart: sqlite3.Row) -> str:
    picture = ElementTree.fromstring(chart["presentationdescription"])  # noqa: S314 (checked when it was stored)
    series = picture.find("Series/Series")
    return series.get("ChartType", "") if series is not None else ""


def _period(fetch: Element) -> str:
    return next((found for one in fetch.iter("attribute") if (found := one.get("dategrouping"))), "")


def _narrow(fetch: Element, view: sqlite3.Row | None) -> None:
    """The conditions of the view hold for the chart too."""
    entity = fetch.find("entity")
    if view is None or entity is None:
        return
    found = ElementTree.fromstring(view["fetchxml"]).find("entity")  # noqa: S314 (checked when it was stored)
    if found is not None and found.get("name") == entity.get("name"):
        entity.extend(found.findall("filter"))


def _point(row: Mapping[str, Any], alias: str, measure: str, period: str) -> Point:
    text = str(row.get(f"{alias}@{FORMATTED}") or row.get(alias) or "(empty)")
    number = row.get(measure)
    shown = str(row.get(f"{measure}@{FORMATTED}") or number or 0)
    named = f"{period.capitalize()} {text}" if period and text.isdigit() else text
    return Point(named, float(number) if isinstance(number, int | float) else 0.0, shown)
