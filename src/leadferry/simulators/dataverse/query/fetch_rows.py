"""FetchXML that asks for rows, plain or distinct."""

from __future__ import annotations

from dataclasses import dataclass

from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.query.fetch_plan import FetchPlan
from leadferry.simulators.dataverse.query.fetch_tree import Attribute, Fetch, Node, invalid
from leadferry.simulators.dataverse.query.paging import Order, complete
from leadferry.simulators.dataverse.query.render import Cell, property_name, readable_columns
from leadferry.simulators.dataverse.query.rows_page import RowsQuery
from leadferry.simulators.dataverse.query.scope import Asking, Scope
from leadferry.simulators.dataverse.query.table_query import Output, TableQuery, output


@dataclass
class FetchRows:
    """`has_cookie` is false when a linked table's column orders the rows."""

    query: RowsQuery
    cells: list[Cell]
    has_cookie: bool


def rows_query(asking: Asking, table: Table, fetch: Fetch) -> FetchRows:
    plan = FetchPlan(asking, table, fetch)
    outputs = _outputs(plan)
    if not any(one.cell.key == table.primary_id for one in outputs):
        outputs.append(_output(plan, "", plan.root, Attribute(table.primary_id)))
    orders = _orders(plan)
    own = all(order.field.table is table and order.field.sql.startswith(f'"{plan.root.alias}"') for order in orders)
    query = RowsQuery(plan.root, (), plan.conditions, complete(orders, plan.root))
    query.extra = [column for one in outputs for column in one.columns]
    # A join may repeat a row of the root; the ids of all tables together never repeat.
    for alias, scope, _ in plan.nodes():
        if alias:
            query.orders.append(Order(scope.primary()))
    return FetchRows(query, [one.cell for one in outputs], own and len(plan.scopes) == len(_unique(plan)))


def _unique(plan: FetchPlan) -> list[str]:
    """Aliases whose ids have names of their own: two of one table could not be told apart in a cookie."""
    return list({scope.table.logical_name: alias for alias, scope, _ in plan.nodes()}.values())


def distinct_query(asking: Asking, table: Table, fetch: Fetch) -> TableQuery:
    plan = FetchPlan(asking, table, fetch)
    query = TableQuery(plan.root, _outputs(plan), plan.conditions, distinct=True)
    if not query.outputs:
        query.outputs.append(_output(plan, "", plan.root, Attribute(table.primary_id)))
    query.orders = [order.sql for order in _orders(plan)] or ["1"]
    return query


def _outputs(plan: FetchPlan) -> list[Output]:
    return [
        _output(plan, alias, scope, attribute)
        for alias, scope, node in plan.nodes()
        for attribute in _attributes(scope, node, alias)
    ]


def _attributes(scope: Scope, node: Node, alias: str) -> list[Attribute]:
    if node.attributes:
        return list(node.attributes)
    if node.attributes is None or not alias:
        # Neither <attribute> nor <all-attributes> in the root asks for everything too.
        return [Attribute(column.logical_name) for column in readable_columns(scope.table)]
    return []


def _output(plan: FetchPlan, alias: str, scope: Scope, attribute: Attribute) -> Output:
    field = plan.column(scope, attribute.name)
    if not field.column.valid_for_read:
        raise invalid(f"The attribute '{attribute.name}' is not readable.")
    key = attribute.alias or (f"{alias}.{attribute.name}" if alias else property_name(field.column))
    if field.table is not scope.table:
        key = attribute.alias or attribute.name
    return output(plan.asking.catalog, field, key, navigation=not alias and not attribute.alias)


def _orders(plan: FetchPlan) -> list[Order]:
    found = []
    for _, scope, node in plan.nodes():
        for order in node.orders:
            where = plan.scope(order.entity) if order.entity else scope
            if not order.attribute:
                raise invalid("An order by alias needs an aggregate.")
            found.append(Order(plan.column(where, order.attribute), order.descending))
    return found
