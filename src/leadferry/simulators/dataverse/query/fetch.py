"""`?fetchXml=`: answers a page of rows, or aggregates. Source: dataverse-api reference, section 3.6."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.prefer import Prefer
from leadferry.simulators.dataverse.query import paging
from leadferry.simulators.dataverse.query.fetch_aggregate import aggregate_query
from leadferry.simulators.dataverse.query.fetch_rows import FetchRows, distinct_query, rows_query
from leadferry.simulators.dataverse.query.fetch_tree import Fetch, parse_fetch
from leadferry.simulators.dataverse.query.options import PAGE_SIZE, Options
from leadferry.simulators.dataverse.query.paging import Place
from leadferry.simulators.dataverse.query.render import Renderer, wants
from leadferry.simulators.dataverse.query.rows_page import RowsQuery
from leadferry.simulators.dataverse.query.scope import Asking
from leadferry.simulators.dataverse.query.table_query import TableQuery
from leadferry.simulators.dataverse.refusals import Refusal

_COOKIE, _MORE = "Microsoft.Dynamics.CRM.fetchxmlpagingcookie", "Microsoft.Dynamics.CRM.morerecords"
_TOTAL = "Microsoft.Dynamics.CRM.totalrecordcount"
MOST_SIMPLE_ROWS = 50_000
Body = dict[str, Any]


def answer(asking: Asking, table: Table, options: Options, prefer: Prefer) -> Body:
    """Raises for XML that cannot be read, and when the set of the address is not that of the root entity."""
    fetch = parse_fetch(options.get("fetchXml") or "")
    if fetch.table != table.logical_name:
        raise Refusal(
            400, "0x80041102", f"The entity '{fetch.table}' of the query does not match the set '{table.entity_set}'."
        )
    if fetch.aggregate:
        return _by_number(asking, table, fetch, aggregate_query(asking, table, fetch), prefer)
    if fetch.distinct:
        return _by_number(asking, table, fetch, distinct_query(asking, table, fetch), prefer)
    return _by_cookie(asking, table, fetch, rows_query(asking, table, fetch), prefer)


def _size(fetch: Fetch, prefer: Prefer) -> int:
    return min(fetch.top or fetch.count or prefer.max_page_size or PAGE_SIZE, PAGE_SIZE)


def _by_cookie(asking: Asking, table: Table, fetch: Fetch, found: FetchRows, prefer: Prefer) -> Body:
    """Ordered by columns of the root, pages go by cookie; else, or without one, by number."""
    size = _size(fetch, prefer)
    query = found.query
    place = None
    if fetch.cookie and found.has_cookie:
        place = Place(fetch.page, paging.read_inner(fetch.cookie, query.orders))
    elif fetch.page > 1:
        _refuse_far_pages(fetch.page, size)
        place = Place(fetch.page, None)
    rows = _page(query, size, place)
    more = len(rows) > size and not fetch.top
    rows = rows[:size]
    renderer = Renderer(asking.storage, asking.conn, prefer.annotations)
    renderer.prepare(found.cells, rows)
    body = _body(asking, table, [renderer.row(found.cells, row) for row in rows])
    if fetch.total and wants(prefer.annotations, _TOTAL):
        body[f"@{_TOTAL}"], body[f"@{_TOTAL}limitexceeded"] = query.count()
    if more and found.has_cookie and wants(prefer.annotations, _COOKIE):
        inner = paging.inner_cookie(query.orders, rows[0], rows[-1], fetch.page)
        body[f"@{_COOKIE}"] = paging.outer_cookie(inner, fetch.page + 1)
    return _with_more(body, more, prefer)


def _page(query: RowsQuery, size: int, place: Place | None) -> list[sqlite3.Row]:
    if place is None or place.values is not None:
        return query.page(size + 1, place)
    # A page by number: read one row more than the page has, from the same offset.
    return query.page_at((place.page - 1) * size, size + 1)


def _by_number(asking: Asking, table: Table, fetch: Fetch, query: TableQuery, prefer: Prefer) -> Body:
    size = _size(fetch, prefer)
    _refuse_far_pages(fetch.page, size)
    rows = query.rows(size + 1, (fetch.page - 1) * size)
    more = len(rows) > size and not fetch.top
    body = _body(asking, table, query.render(rows[:size], prefer.annotations))
    if more and wants(prefer.annotations, _COOKIE) and fetch.distinct:
        body[f"@{_COOKIE}"] = paging.outer_cookie(f'<cookie page="{fetch.page}"></cookie>', fetch.page + 1)
    return _with_more(body, more, prefer)


def _refuse_far_pages(page: int, size: int) -> None:
    if (page - 1) * size >= MOST_SIMPLE_ROWS:
        raise Refusal(
            400, "0x80041128",
            f"Paging without a paging cookie is limited to {MOST_SIMPLE_ROWS} rows. Use the paging cookie.",
        )  # fmt: skip


def _with_more(body: Body, more: bool, prefer: Prefer) -> Body:
    if wants(prefer.annotations, _MORE):
        body[f"@{_MORE}"] = more
    return body


def _body(asking: Asking, table: Table, rows: Sequence[dict[str, Any]]) -> Body:
    return {"@odata.context": f"{asking.base_url}/$metadata#{table.entity_set}", "value": list(rows)}
