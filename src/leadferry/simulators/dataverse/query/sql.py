"""`?sql=`: one SELECT, read by sqlglot, answered by the same plans. Source: dataverse-api reference, section 3.7."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.prefer import Prefer
from leadferry.simulators.dataverse.query import paging
from leadferry.simulators.dataverse.query.options import PAGE_SIZE, Options
from leadferry.simulators.dataverse.query.paging import Place
from leadferry.simulators.dataverse.query.render import JsonRow, Renderer
from leadferry.simulators.dataverse.query.rows_page import RowsQuery
from leadferry.simulators.dataverse.query.scope import Asking
from leadferry.simulators.dataverse.query.sql_plan import Chosen, SqlPlan
from leadferry.simulators.dataverse.query.sql_text import parse_sql

_ATTRIBUTE = "OData.Community.Display.V1.AttributeName"
Body = dict[str, Any]


def answer(asking: Asking, table: Table, options: Options, prefer: Prefer) -> Body:
    """Raises for what the platform does not read, and when the base table is not that of the address."""
    text = options.get("sql") or ""
    plan = SqlPlan(asking, table, parse_sql(text))
    size = min(prefer.max_page_size or PAGE_SIZE, PAGE_SIZE)
    place = _place(options, plan)
    if isinstance(plan.query, RowsQuery):
        rows = plan.query.page(size + 1, place)
    else:
        rows = plan.query.rows(size + 1, (place.page - 1) * size if place else 0)
    page = place.page if place else 1
    more, rows = len(rows) > size, rows[:size]
    renderer = Renderer(asking.storage, asking.conn, prefer.annotations)
    cells = [one.output.cell for one in plan.chosen]
    renderer.prepare(cells, rows)
    body: Body = {"@odata.context": f"{asking.base_url}/$metadata#{table.entity_set}", "value": []}
    body["value"] = [_named(renderer.row(cells, row, etag=False), plan.chosen) for row in rows]
    if more:
        inner = f'<cookie page="{page}"></cookie>'
        if isinstance(plan.query, RowsQuery):
            inner = paging.inner_cookie(plan.query.orders, rows[0], rows[-1], page)
        token = quote(paging.outer_cookie(inner, page + 1), safe="")
        address = f"{asking.base_url}/{table.entity_set}?sql={quote(text, safe='')}"
        body["@odata.nextLink"] = f"{address}&$skiptoken={token}"
    return body


def _place(options: Options, plan: SqlPlan) -> Place | None:
    token = options.get("$skiptoken")
    if token is None:
        return None
    return paging.read_outer(token, plan.query.orders if isinstance(plan.query, RowsQuery) else [])


def _named(row: JsonRow, chosen: list[Chosen]) -> JsonRow:
    """Columns under another name tell their own."""
    for one in chosen:
        if one.attribute:
            row[f"{one.output.cell.key}@{_ATTRIBUTE}"] = one.attribute
    return row
