"""`$orderby`. Source: dataverse-api reference, section 3.1."""

from __future__ import annotations

from collections.abc import Mapping

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.query.filter_sql import FilterCompiler
from leadferry.simulators.dataverse.query.filter_tree import Path
from leadferry.simulators.dataverse.query.options import split_outside
from leadferry.simulators.dataverse.query.paging import Order
from leadferry.simulators.dataverse.query.scope import Scope


def orders_of(scope: Scope, text: str | None, aliases: Mapping[str, str]) -> list[Order]:
    """`createdon desc,lastname`; a path through a lookup is allowed."""
    orders = []
    for part in split_outside(text or "", ","):
        words = aliases.get(part, part).split()
        if len(words) > 2 or words[1:] not in ([], ["asc"], ["desc"]):
            raise refusals.query_error(f"Syntax error in $orderby: '{part}'.")
        field = FilterCompiler({"": scope}).field(Path(tuple(words[0].split("/"))))
        orders.append(Order(field, words[1:] == ["desc"]))
    return orders
