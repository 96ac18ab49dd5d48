"""CreateMultiple, UpdateMultiple, UpsertMultiple, and the BulkDelete job.

On standard tables each is one transaction: the first refusal undoes all and says nothing of the row's place.
Source: dataverse-api reference, section 4.2 (bulk-operations, UpsertMultiple action).
"""

from __future__ import annotations

import uuid
from typing import Any

from leadferry.simulators.dataverse import crud, keys, refusals, removal, rows, urls
from leadferry.simulators.dataverse.calls import Call, answer, no_content
from leadferry.simulators.dataverse.crud import Target
from leadferry.simulators.dataverse.drafts import Writing
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.schema import sql_table
from leadferry.simulators.dataverse.values import guid
from leadferry.simulators.server import Response

_TYPE = "Microsoft.Dynamics.CRM."


def create_multiple(call: Call, table: Table) -> Response:
    targets = _targets(call, table)
    with call.writing() as writing:
        ids = rows.create(writing, table.logical_name, targets)
    context = call.url(f"$metadata#{_TYPE}CreateMultipleResponse")
    return answer({"@odata.context": context, "Ids": ids})


def update_multiple(call: Call, table: Table) -> Response:
    items: list[tuple[str, Any]] = []
    for target in _targets(call, table):
        row_id = guid(str(target.pop(table.primary_id, "")))
        if row_id is None:
            raise refusals.invalid_argument(f"The '{table.primary_id}' of each item of 'Targets' is required.")
        items.append((row_id, target))
    with call.writing() as writing:
        rows.update(writing, table.logical_name, items)
    return no_content()


def upsert_multiple(call: Call, table: Table) -> Response:
    with call.writing() as writing:
        seen: set[tuple[Any, ...]] = set()
        for body in _targets(call, table):
            target = _upsert_target(writing, table, body)
            _refuse_twice(seen, target)
            there = target.row_id is not None and writing.exists(table.logical_name, target.row_id)
            if there and target.row_id:
                body = {name: value for name, value in body.items() if name not in target.key}  # noqa: PLW2901
                rows.update(writing, table.logical_name, [(target.row_id, body)])
            else:
                crud.upsert_new(writing, target, body, call.settings.key_race)
    return no_content()


def delete_multiple() -> Response:
    raise refusals.not_implemented("DeleteMultiple has not yet been implemented.")


def bulk_delete(call: Call) -> Response:
    """The job runs at once; its id is all the answer. Conditions other than Equal and In are refused."""
    body = call.json
    queries = body.get("QuerySet") if isinstance(body, dict) else None
    if not isinstance(queries, list) or not queries:
        raise refusals.invalid_argument("Required field 'QuerySet' is missing.")
    with call.writing() as writing:
        for query in map(_object, queries):
            table = call.storage.catalog.tables.get(str(query.get("EntityName")))
            if table is None:
                raise refusals.invalid_argument(f"The entity with a name = '{query.get('EntityName')}' was not found.")
            for row_id in _chosen(writing, table, _object(query.get("Criteria") or {})):
                if writing.exists(table.logical_name, row_id):
                    removal.delete(writing, table.logical_name, row_id)
    context = call.url(f"$metadata#{_TYPE}BulkDeleteResponse")
    return answer({"@odata.context": context, "JobId": str(uuid.uuid4())})


def _targets(call: Call, table: Table) -> list[dict[str, Any]]:
    body = call.json
    targets = body.get("Targets") if isinstance(body, dict) else None
    if not isinstance(targets, list) or not targets:
        raise refusals.invalid_argument("Required field 'Targets' is missing or empty.")
    if 0 < call.settings.max_multiple < len(targets):
        raise refusals.sql_timeout()
    for target in targets:
        kind = target.get("@odata.type") if isinstance(target, dict) else None
        if kind is None:
            raise refusals.missing_type(table.entity_set)
        if str(kind).lstrip("#") != f"{_TYPE}{table.logical_name}":
            raise refusals.payload_error(f"The type '{kind}' is not '{_TYPE}{table.logical_name}'.", table.entity_set)
    return targets


def _upsert_target(writing: Writing, table: Table, body: dict[str, Any]) -> Target:
    reference = body.get("@odata.id")
    if isinstance(reference, str):
        parts = urls.segments(reference.removeprefix(writing.caller.base_url).lstrip("/"))
        if len(parts) != 1 or parts[0].name != table.entity_set or parts[0].key is None:
            raise refusals.payload_error(f"Resource not found for the segment '{reference}'.", table.entity_set)
        key = urls.parse_key(parts[0].key, table.primary_id, table.logical_name)
        if isinstance(key, str):
            return Target(table, reference, key)
        values = keys.key_values(writing.storage, table, key)
        return Target(table, reference, keys.find(writing.conn, table, values), values)
    row_id = guid(str(body.pop(table.primary_id, "")))
    return Target(table, "", row_id)


def _refuse_twice(seen: set[tuple[Any, ...]], target: Target) -> None:
    """Two items with one key are an error (reference, section 4.2: unconfirmed which)."""
    mark = tuple(target.key.values()) or ((target.row_id,) if target.row_id else ())
    folded = tuple(value.lower() if isinstance(value, str) else value for value in mark)
    if folded and folded in seen:
        raise refusals.duplicate_id()
    seen.add(folded)


def _chosen(writing: Writing, table: Table, criteria: dict[str, Any]) -> list[str]:
    if criteria.get("Filters") or str(criteria.get("FilterOperator") or "And") != "And":
        raise refusals.invalid_argument("Only conditions joined by And are supported.")
    where, parameters = [], []
    for condition in map(_object, _list(criteria.get("Conditions"))):
        column = str(condition.get("AttributeName"))
        if column not in table.columns or condition.get("Operator") not in {"In", "Equal"}:
            raise refusals.invalid_argument(f"Condition on '{column}' is not supported.")
        values = [one.get("Value") if isinstance(one, dict) else one for one in _list(condition.get("Values"))]
        if not all(isinstance(value, str | int | float) for value in values):
            raise refusals.payload_error(f"The values of the condition on '{column}' must be primitive.")
        where.append(f'"{column}" IN ({", ".join("?" * len(values))})')
        parameters += [guid(value) or value if isinstance(value, str) else value for value in values]
    sql = f'SELECT "{table.primary_id}" FROM "{sql_table(table.logical_name)}"'
    sql += f" WHERE {' AND '.join(where)}" if where else ""
    return [str(row[0]) for row in writing.conn.execute(sql, parameters)]


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise refusals.payload_error("Expected a JSON object.")
    return value


def _list(value: Any) -> list[Any]:
    if value is not None and not isinstance(value, list):
        raise refusals.payload_error("Expected a JSON array.")
    return value or []
