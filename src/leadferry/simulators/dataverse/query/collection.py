"""`GET leads?…`: the OData way to ask for rows. FetchXML, SQL and `$apply` branch off here.

Source: dataverse-api reference, sections 3.1 to 3.5.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.access import require_rows
from leadferry.simulators.dataverse.model import ManyToMany, OneToMany, Table
from leadferry.simulators.dataverse.prefer import Prefer
from leadferry.simulators.dataverse.privileges import Caller
from leadferry.simulators.dataverse.query import apply, fetch, paging, sql
from leadferry.simulators.dataverse.query.context import context_of
from leadferry.simulators.dataverse.query.expand import Expander, parse_expand, sources_of, tied
from leadferry.simulators.dataverse.query.filter_sql import filter_condition
from leadferry.simulators.dataverse.query.fragments import quoted
from leadferry.simulators.dataverse.query.options import PAGE_SIZE, Options, parse_options, without
from leadferry.simulators.dataverse.query.ordering import orders_of
from leadferry.simulators.dataverse.query.paging import Place, complete
from leadferry.simulators.dataverse.query.render import JsonRow, Renderer, Row, cells_of, wants
from leadferry.simulators.dataverse.query.rows_page import RowsQuery
from leadferry.simulators.dataverse.query.scope import Asking, Scope
from leadferry.simulators.dataverse.schema import lookup_table_column
from leadferry.simulators.dataverse.storage import Storage

CRM = "@Microsoft.Dynamics.CRM."
Body = dict[str, Any]


def answer_collection(
    storage: Storage, table: Table, request_query: str, prefer: Prefer, base_url: str, caller: Caller | None = None
) -> Body:
    """The body of the answer. `base_url` is the root of the Web API. Raises a Refusal."""
    options = parse_options(request_query)
    with storage.reading() as conn:
        asking = Asking(storage, conn, base_url, caller)
        if options.get("fetchXml") is not None:
            return fetch.answer(asking, table, options, prefer)
        if options.get("sql") is not None:
            return sql.answer(asking, table, options, prefer)
        if options.get("$apply") is not None:
            return apply.answer(asking, table, options, prefer)
        return _answer(asking, Scope(asking, table), options, request_query, prefer, table.entity_set)


def answer_related(
    storage: Storage,
    table: Table,
    row_id: str,
    navigation: str,
    request_query: str,
    prefer: Prefer,
    base_url: str,
    caller: Caller | None = None,
) -> Body | None:
    """`GET accounts(id)/contact_customer_accounts?…` or `…/primarycontactid?…`; None for an empty lookup."""
    options = parse_options(request_query)
    with storage.reading() as conn:
        asking = Asking(storage, conn, base_url, caller)
        relation = asking.rules(table).collections.get(navigation)
        if relation is None:
            return _behind_lookup(asking, table, row_id, navigation, options, prefer)
        scope = Scope(asking, asking.catalog.tables[_other_end(relation, table, navigation)])
        query = f"{table.entity_set}({row_id})/{navigation}"
        return _answer(asking, scope, options, request_query, prefer, query, (table, navigation, row_id))


def answer_row(
    storage: Storage,
    table: Table,
    row_id: str,
    request_query: str,
    prefer: Prefer,
    base_url: str,
    caller: Caller | None = None,
) -> Body:
    """`GET leads(id)?$select=…&$expand=…`, with `@odata.context` and `@odata.etag`. Raises the 404."""
    options = parse_options(request_query)
    with storage.reading() as conn:
        return _one(Asking(storage, conn, base_url, caller), table, row_id, options, prefer)


def count(
    storage: Storage,
    table: Table,
    request_query: str,
    caller: Caller | None = None,
    related: tuple[Table, str, str] | None = None,
) -> int:
    """For `leads/$count`, capped as `@odata.count` is; `related` is (table, collection, id): `accounts(id)/x`."""
    options = parse_options(request_query)
    with storage.reading() as conn:
        asking = Asking(storage, conn, caller=caller)
        return _query(asking, Scope(asking, table), options, related).count()[0]


def _other_end(relation: OneToMany | ManyToMany, table: Table, name: str) -> str:
    if isinstance(relation, OneToMany):
        return relation.referencing
    forward = relation.table1 == table.logical_name and relation.navigation1 == name
    return relation.table2 if forward else relation.table1


def _query(asking: Asking, scope: Scope, options: Options, related: tuple[Table, str, str] | None = None) -> RowsQuery:
    query = RowsQuery(scope, cells_of(asking.storage, scope.table, options.select))
    if related:
        parent, navigation, row_id = related
        query.conditions.append(tied(asking, parent, navigation, scope, row_id))
    text = options.get("$filter")
    if text is not None:
        query.conditions.append(filter_condition(scope, text, options.aliases))
    query.orders = complete(orders_of(scope, options.get("$orderby"), options.aliases), scope)
    return query


def _answer(
    asking: Asking,
    scope: Scope,
    options: Options,
    request_query: str,
    prefer: Prefer,
    address: str,
    related: tuple[Table, str, str] | None = None,
) -> Body:
    table = scope.table
    expands = parse_expand(asking, table, options)
    query = _query(asking, scope, options, related)
    query.extra = [f"{quoted(scope.alias)}.{quoted(name)} AS {quoted(name)}" for name in sources_of(expands)]
    place = _place(options, query)
    size, pages = _page_size(options, prefer)
    rows = query.page(size + 1, place) if size else []
    more = pages and len(rows) > size
    rows = rows[:size]
    body: Body = {"@odata.context": context_of(asking, table, options, expands)}
    _add_count(body, query, options, prefer)
    body["value"] = _render(asking, query, rows, prefer)
    Expander(asking, prefer.annotations).add(table, expands, rows, body["value"])
    if more:
        page = place.page if place else 1
        cookie = paging.outer_cookie(paging.inner_cookie(query.orders, rows[0], rows[-1], page), page + 1)
        kept = without(request_query, "$skiptoken")
        body["@odata.nextLink"] = (
            f"{asking.base_url}/{address}?{kept}{'&' if kept else ''}$skiptoken={quote(cookie, safe='')}"
        )
    return body


def _page_size(options: Options, prefer: Prefer) -> tuple[int, bool]:
    """How many rows, and whether a next page may follow. `$top` counts for nothing beside `odata.maxpagesize`."""
    if prefer.max_page_size is not None:
        return min(prefer.max_page_size, PAGE_SIZE), True
    top = options.top
    return (PAGE_SIZE, True) if top is None else (min(top, PAGE_SIZE), False)


def _place(options: Options, query: RowsQuery) -> Place | None:
    token = options.get("$skiptoken")
    return None if token is None else paging.read_outer(token, query.orders)


def _add_count(body: Body, query: RowsQuery, options: Options, prefer: Prefer) -> None:
    number, exceeded = query.count() if options.count else (-1, False)
    if options.count:
        body["@odata.count"] = number
    if wants(prefer.annotations, CRM[1:] + "totalrecordcount"):
        body[f"{CRM}totalrecordcount"] = number
    if wants(prefer.annotations, CRM[1:] + "totalrecordcountlimitexceeded"):
        body[f"{CRM}totalrecordcountlimitexceeded"] = exceeded
    if wants(prefer.annotations, CRM[1:] + "globalmetadataversion"):
        body[f"{CRM}globalmetadataversion"] = str(query.scope.asking.catalog.version)


def _render(asking: Asking, query: RowsQuery, rows: list[Row] | list[Any], prefer: Prefer) -> list[JsonRow]:
    renderer = Renderer(asking.storage, asking.conn, prefer.annotations)
    renderer.prepare(query.cells, rows)
    return [renderer.row(query.cells, row) for row in rows]


def _one(asking: Asking, table: Table, row_id: str, options: Options, prefer: Prefer) -> Body:
    refused = [name for name in ("$filter", "$orderby", "$top", "$count", "$apply") if options.get(name) is not None]
    if refused:
        raise refusals.query_error(f"The query option '{refused[0]}' is not allowed on a single row.")
    row = _readable(asking, table, row_id)
    expands = parse_expand(asking, table, options)
    cells = cells_of(asking.storage, table, options.select)
    renderer = Renderer(asking.storage, asking.conn, prefer.annotations)
    renderer.prepare(cells, [row])
    json = renderer.row(cells, row)
    Expander(asking, prefer.annotations).add(table, expands, [row], [json])
    return {"@odata.context": context_of(asking, table, options, expands) + "/$entity", **json}


def _readable(asking: Asking, table: Table, row_id: str) -> Any:
    """The stored row. Raises when it does not exist, and when the caller may not read it."""
    asking.source(table)
    row = asking.storage.get(asking.conn, table, row_id)
    if row is None:
        raise refusals.row_not_found(table.logical_name, row_id)
    if asking.caller is not None:
        require_rows(asking.conn, asking.caller, "Read", table, [row_id])
    return row


def _behind_lookup(
    asking: Asking, table: Table, row_id: str, name: str, options: Options, prefer: Prefer
) -> Body | None:
    navigation = asking.rules(table).navigations.get(name)
    if navigation is None:
        raise refusals.segment_not_found(name)
    row = _readable(asking, table, row_id)
    target = asking.catalog.tables.get(row[lookup_table_column(navigation.column)] or "")
    if target is None or target.logical_name not in navigation.targets:
        return None
    return _one(asking, target, row[navigation.column], options, prefer)
