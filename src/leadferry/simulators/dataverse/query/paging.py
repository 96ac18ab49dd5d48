"""Pages that stay right while rows come and go: each goes on after the last row of the one before.

The cookie is the platform's:
`<cookie page="1"><createdon last="…" first="…" /><leadid last="{…}" first="{…}" /></cookie>`,
percent-encoded twice inside `<cookie pagenumber="2" pagingcookie="…" istracking="False" />`.
Source: dataverse-api reference, sections 3.5 and 3.6.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.query.fragments import FALSE, Sql, all_of, any_of
from leadferry.simulators.dataverse.query.literals import family, stored
from leadferry.simulators.dataverse.query.options import twice_unquoted
from leadferry.simulators.dataverse.query.scope import Field, Scope


@dataclass(frozen=True, slots=True)
class Order:
    field: Field
    descending: bool = False

    @property
    def sql(self) -> str:
        return f"{self.field.sql} {'DESC' if self.descending else 'ASC'}"

    @property
    def name(self) -> str:
        return self.field.column.logical_name


def complete(orders: Sequence[Order], scope: Scope) -> list[Order]:
    """Orders that leave no two rows equal: the id comes last."""
    primary = scope.primary()
    if any(order.field.sql == primary.sql for order in orders):
        return list(orders)
    return [*orders, Order(primary)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: its number, and the order values of its last row (None: only the number is known)."""

    page: int
    values: tuple[Any, ...] | None


def after(orders: Sequence[Order], place: Place | None) -> Sql | None:
    """The condition that a row comes later than the place. Missing values come first, as on SQL Server."""
    if place is None or place.values is None:
        return None
    branches: list[Sql] = []
    equal: list[Sql] = []
    for order, value in zip(orders, place.values, strict=True):
        branches.append(all_of([*equal, _later(order, value)]))
        equal.append(Sql(f"{order.field.sql} IS NULL") if value is None else Sql(f"{order.field.sql} = ?", (value,)))
    return any_of(branches)


def _later(order: Order, value: Any) -> Sql:
    column = order.field.sql
    if value is None:
        return FALSE if order.descending else Sql(f"{column} IS NOT NULL")
    if order.descending:
        return Sql(f"({column} < ? OR {column} IS NULL)", (value,))
    return Sql(f"{column} > ?", (value,))


def order_source(number: int) -> str:
    """The name of an order value in the SQL row."""
    return f"__order{number}"


def order_columns(orders: Sequence[Order]) -> list[str]:
    return [f'{order.field.sql} AS "{order_source(number)}"' for number, order in enumerate(orders)]


def inner_cookie(orders: Sequence[Order], first: sqlite3.Row, last: sqlite3.Row, page: int) -> str:
    parts = "".join(
        _cookie_part(order, first[order_source(number)], last[order_source(number)])
        for number, order in enumerate(orders)
    )
    return f'<cookie page="{page}">{parts}</cookie>'


def outer_cookie(inner: str, next_page: int) -> str:
    """For `$skiptoken` and for `@Microsoft.Dynamics.CRM.fetchxmlpagingcookie`."""
    encoded = quote(quote(inner, safe=""), safe="")
    return f'<cookie pagenumber="{next_page}" pagingcookie="{encoded}" istracking="False" />'


def read_outer(token: str, orders: Sequence[Order]) -> Place:
    """Raises for anything that is not one of our cookies."""
    try:
        element = ElementTree.fromstring(token)  # noqa: S314 (a simulator, and no entity is ever declared in a cookie)
        page = int(element.get("pagenumber", ""))
    except (ElementTree.ParseError, ValueError):
        raise _bad_token() from None
    inner = twice_unquoted(element.get("pagingcookie", ""))
    return Place(page, read_inner(inner, orders) if inner else None)


def read_inner(inner: str, orders: Sequence[Order]) -> tuple[Any, ...]:
    try:
        parts = list(ElementTree.fromstring(inner))  # noqa: S314
    except ElementTree.ParseError:
        raise _bad_token() from None
    if [part.tag for part in parts] != [order.name for order in orders]:
        raise _bad_token()
    return tuple(_cookie_value(order, part) for order, part in zip(orders, parts, strict=True))


def _cookie_part(order: Order, first: Any, last: Any) -> str:
    ends = []
    for name, value in (("last", last), ("first", first)):
        if value is None:
            ends.append(f'{name}null="1"')
        else:
            text = f"{{{str(value).upper()}}}" if family(order.field.column) == "guid" else str(value)
            ends.append(f"{name}={quoteattr(text)}")
    return f"<{order.name} {' '.join(ends)} />"


def _cookie_value(order: Order, part: ElementTree.Element) -> Any:
    return None if part.get("lastnull") == "1" else stored(order.field.column, part.get("last", ""))


def _bad_token() -> refusals.Refusal:
    return refusals.query_error("Malformed paging cookie: the value of $skiptoken could not be read.")
