"""FetchXML with `aggregate="true"`. Source: dataverse-api reference, section 3.6 (aggregate-data)."""

from __future__ import annotations

from leadferry.simulators.dataverse.model import Column, Table
from leadferry.simulators.dataverse.query.fetch_plan import FetchPlan
from leadferry.simulators.dataverse.query.fetch_tree import Attribute, Fetch, invalid
from leadferry.simulators.dataverse.query.labels import labeller
from leadferry.simulators.dataverse.query.literals import family
from leadferry.simulators.dataverse.query.render import Cell
from leadferry.simulators.dataverse.query.scope import Asking, Field, Scope
from leadferry.simulators.dataverse.query.table_query import AGGREGATES, Output, TableQuery, aggregate, output

GROUPINGS = {
    "year": "CAST(strftime('%Y', {0}) AS INTEGER)",
    "month": "CAST(strftime('%m', {0}) AS INTEGER)",
    "day": "CAST(strftime('%d', {0}) AS INTEGER)",
    "quarter": "(CAST(strftime('%m', {0}) AS INTEGER) + 2) / 3",
    # Weeks begin on Sunday, and the first one has the first of January in it.
    "week": "(CAST(strftime('%j', {0}) AS INTEGER) + 5 - CAST(strftime('%w', {0}) AS INTEGER)) / 7 + 1",
    "fiscal-year": "CAST(strftime('%Y', {0}) AS INTEGER)",
    "fiscal-period": "(CAST(strftime('%m', {0}) AS INTEGER) + 2) / 3",
}


def aggregate_query(asking: Asking, table: Table, fetch: Fetch) -> TableQuery:
    plan = FetchPlan(asking, table, fetch)
    query = TableQuery(plan.root, conditions=plan.conditions, group=[])
    for _, scope, node in plan.nodes():
        for attribute in node.attributes or ():
            _add(query, plan, scope, attribute)
    if not query.outputs:
        raise invalid("An aggregate query needs at least one attribute.")
    _order(query, plan)
    return query


def _add(query: TableQuery, plan: FetchPlan, scope: Scope, attribute: Attribute) -> None:
    if not attribute.alias:
        raise invalid(f"The attribute '{attribute.name}' of an aggregate query needs an alias.")
    field = plan.column(scope, attribute.name)
    if attribute.group_by:
        one = _grouping(plan, field, attribute)
        query.outputs.append(one)
        query.group = [*(query.group or []), one.sql, *([one.kind_sql] if one.kind_sql else [])]
        return
    if attribute.aggregate not in AGGREGATES:
        raise invalid(f"The aggregate '{attribute.aggregate}' of '{attribute.name}' is not known.")
    function = "countdistinct" if attribute.distinct and attribute.aggregate == "countcolumn" else attribute.aggregate
    query.outputs.append(aggregate(plan.asking.catalog, field, function, attribute.alias))


def _grouping(plan: FetchPlan, field: Field, attribute: Attribute) -> Output:
    if not attribute.date_grouping:
        if family(field.column) == "date" and field.column.format != "DateOnly":
            raise invalid(f"Grouping by '{attribute.name}' needs dategrouping.")
        return output(plan.asking.catalog, field, attribute.alias)
    if attribute.date_grouping not in GROUPINGS or family(field.column) != "date":
        raise invalid(f"The dategrouping '{attribute.date_grouping}' of '{attribute.name}' is not supported.")
    column = Column(attribute.alias, attribute.alias, "Integer")
    cell = Cell(attribute.alias, attribute.alias, field.table, column, labeller(plan.asking.catalog, column))
    return Output(cell, GROUPINGS[attribute.date_grouping].format(field.sql))


def _order(query: TableQuery, plan: FetchPlan) -> None:
    """Aggregates are ordered by alias; without an order, by their groups, so that pages hold still."""
    by_alias = {one.cell.key: one.sql for one in query.outputs}
    for _, _, node in plan.nodes():
        for order in node.orders:
            if order.alias not in by_alias:
                raise invalid("An aggregate query is ordered by alias.")
            query.orders.append(by_alias[order.alias] + (" DESC" if order.descending else ""))
    query.orders += query.group or []
