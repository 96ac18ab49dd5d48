"""`$apply`: `filter(…)/groupby((statuscode),aggregate($count as n))`. Source: dataverse-api reference, section 3.4."""

from __future__ import annotations

import re
from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.prefer import Prefer
from leadferry.simulators.dataverse.query.filter_sql import FilterCompiler, filter_condition
from leadferry.simulators.dataverse.query.filter_tree import Path
from leadferry.simulators.dataverse.query.options import PAGE_SIZE, Options, split_outside
from leadferry.simulators.dataverse.query.render import property_name
from leadferry.simulators.dataverse.query.scope import Asking, Field, Scope
from leadferry.simulators.dataverse.query.table_query import TableQuery, aggregate, output

_STEP = re.compile(r"(filter|groupby|aggregate)\s*\((.*)\)\s*", re.DOTALL)
_GROUPS = re.compile(r"\(([^()]*)\)\s*(?:,\s*aggregate\s*\((.*)\)\s*)?", re.DOTALL)
_COUNT = re.compile(r"\$count\s+as\s+(\w+)")
_AGGREGATE = re.compile(r"([\w/]+)\s+with\s+(\w+)\s+as\s+(\w+)")
_FUNCTIONS = {"sum": "sum", "average": "avg", "min": "min", "max": "max"}


def answer(asking: Asking, table: Table, options: Options, prefer: Prefer) -> dict[str, Any]:
    query = TableQuery(Scope(asking, table), group=[])
    text = options.get("$filter")
    if text:
        query.conditions.append(filter_condition(query.scope, text, options.aliases))
    for step in split_outside(options.get("$apply") or "", "/"):
        _apply_step(query, step, options)
    if not query.outputs:
        raise refusals.query_error("$apply needs groupby or aggregate.")
    _order(query, options)
    rows = query.rows(min(options.top or PAGE_SIZE, PAGE_SIZE))
    return {
        "@odata.context": f"{asking.base_url}/$metadata#{table.entity_set}({','.join(one.key for one in query.cells)})",
        "value": query.render(rows, prefer.annotations),
    }


def _apply_step(query: TableQuery, step: str, options: Options) -> None:
    found = _STEP.fullmatch(step)
    if found is None:
        raise refusals.query_error(f"Syntax error in $apply: '{step}'.")
    kind, inner = found.groups()
    if kind == "filter":
        if query.outputs:
            raise refusals.query_error("A filter after groupby or aggregate is not supported.")
        query.conditions.append(filter_condition(query.scope, inner, options.aliases))
    elif kind == "groupby":
        _group_by(query, inner)
    else:
        _aggregate(query, inner)


def _group_by(query: TableQuery, text: str) -> None:
    found = _GROUPS.fullmatch(text.strip())
    if found is None:
        raise refusals.query_error(f"Syntax error in groupby: '{text}'.")
    names, aggregates = found.groups()
    query.group = query.group or []
    for name in split_outside(names, ","):
        field, key = _column(query.scope, name)
        if field.column.kind == "DateTime":
            raise refusals.query_error(f"Grouping by the date-time property '{name}' is not supported.")
        one = output(query.asking.catalog, field, key)
        query.outputs.append(one)
        query.group += [one.sql, one.kind_sql] if one.kind_sql else [one.sql]
    if aggregates:
        _aggregate(query, aggregates)


def _aggregate(query: TableQuery, text: str) -> None:
    catalog = query.asking.catalog
    for part in split_outside(text, ","):
        counted = _COUNT.fullmatch(part)
        if counted:
            query.outputs.append(aggregate(catalog, query.scope.primary(), "count", counted.group(1)))
            continue
        found = _AGGREGATE.fullmatch(part)
        if found is None or found.group(2) not in _FUNCTIONS:
            raise refusals.query_error(f"The aggregation '{part}' is not supported.")
        field, _ = _column(query.scope, found.group(1))
        query.outputs.append(aggregate(catalog, field, _FUNCTIONS[found.group(2)], found.group(3)))


def _column(scope: Scope, name: str) -> tuple[Field, str]:
    """A path through a lookup comes back as `<table>_<column>`."""
    parts = tuple(name.split("/"))
    field = FilterCompiler({"": scope}).field(Path(parts))
    shown = property_name(field.column)
    return field, shown if len(parts) == 1 else f"{field.table.logical_name}_{field.column.logical_name}"


def _order(query: TableQuery, options: Options) -> None:
    grouped = {one.cell.key: one for one in query.outputs if one.sql in (query.group or [])}
    for part in split_outside(options.get("$orderby") or "", ","):
        name, _, direction = part.partition(" ")
        if name not in grouped:
            raise refusals.query_error(f"Ordering by '{name}' is not supported together with $apply.")
        query.orders.append(grouped[name].sql + (" DESC" if direction.strip() == "desc" else ""))
