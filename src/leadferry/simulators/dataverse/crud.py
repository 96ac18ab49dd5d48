"""One row at a time: create, read, change or upsert, delete; single properties; conditional requests.

Source: dataverse-api reference, sections 2.2 to 2.5 (create-entity-web-api, update-delete-entities-using-web-api,
perform-conditional-operations-using-web-api).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Any

from leadferry.simulators.dataverse import keys, refusals, removal, rendering, rows, urls
from leadferry.simulators.dataverse.access import require_rows
from leadferry.simulators.dataverse.calls import Call, answer, no_content
from leadferry.simulators.dataverse.drafts import Writing
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.rendering import etag
from leadferry.simulators.dataverse.schema import LOOKUPS, lookup_table_column
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.validation import rules_of
from leadferry.simulators.server import Response


@dataclass(frozen=True, slots=True)
class Target:
    """The row that an address means. `row_id` is None when no row has the key; `key` has an alternate key's columns."""

    table: Table
    text: str
    row_id: str | None
    key: dict[str, Any] = field(default_factory=dict)

    def missing(self) -> Refusal:
        if self.key or self.row_id is None:
            return refusals.row_not_found_by_key(self.table.logical_name)
        return refusals.row_not_found(self.table.logical_name, self.row_id)


def locate(storage: Storage, conn: sqlite3.Connection, table: Table, segment: urls.Segment) -> Target:
    key = urls.parse_key(segment.key or "", table.primary_id, table.logical_name)
    if isinstance(key, str):
        return Target(table, segment.text, key)
    keys.refuse_unusable_characters(key)
    values = keys.key_values(storage, table, key)
    return Target(table, segment.text, keys.find(conn, table, values), values)


def existing(storage: Storage, conn: sqlite3.Connection, table: Table, segment: urls.Segment) -> sqlite3.Row:
    """The row, or the 404."""
    target = locate(storage, conn, table, segment)
    row = storage.get(conn, table, target.row_id) if target.row_id else None
    if row is None:
        raise target.missing()
    return row


def readable(call: Call, table: Table, segment: urls.Segment) -> sqlite3.Row:
    """The same, or the 403 when the caller may not read it."""
    call.caller.require("Read", table)
    with call.storage.reading() as conn:
        row = existing(call.storage, conn, table, segment)
        require_rows(conn, call.caller, "Read", table, [str(row[table.primary_id])])
        return row


def create(call: Call, table: Table) -> Response:
    with call.writing() as writing:
        row_id = rows.create(writing, table.logical_name, [call.json])[0]
        return _written(call, writing.conn, table, row_id, f"{table.entity_set}({row_id})", created=True)


def read(call: Call, table: Table, segment: urls.Segment) -> Response:
    row = readable(call, table, segment)
    plain = "$expand" not in rendering.options(call.request.query) and not call.prefer.annotations
    headers = {"ETag": etag(row)}
    if plain and _names(call.header("if-none-match"), row):
        return Response(304, b"", {**headers, "OData-Version": "4.0"})
    if call.prefer.applied:
        headers["Preference-Applied"] = call.prefer.applied
    return answer(rendering.row_body(call, table, str(row[table.primary_id])), headers=headers)


def change(call: Call, table: Table, segment: urls.Segment) -> Response:
    """PATCH: an update, or an upsert unless `If-Match` forbids to create."""
    with call.writing() as writing:
        target = locate(call.storage, writing.conn, table, segment)
        row = call.storage.get(writing.conn, table, target.row_id) if target.row_id else None
        if_match = call.header("if-match")
        if row is None:
            if if_match:
                raise target.missing()
            row_id = upsert_new(writing, target, call.json, call.settings.key_race)
        else:
            if call.header("if-none-match") == "*":
                raise refusals.already_exists()
            _require_version(call, table, row)
            row_id = str(row[table.primary_id])
            body = {name: value for name, value in _object(call.json).items() if name not in target.key}
            rows.update(writing, table.logical_name, [(row_id, body)])
        return _written(call, writing.conn, table, row_id, target.text, created=row is None)


def upsert_new(writing: Writing, target: Target, body: Any, race: bool = False) -> str:
    """Creates the row that an upsert did not find. The body wins over the key in the address; the id does not."""
    if race and target.key:
        # As if another request had made the row between our look and our insert.
        raise refusals.duplicate_key(_key_label(target), target.key)
    given = _with_lookup_tables(writing.storage, target)
    if target.row_id and not target.key:
        given[target.table.primary_id] = target.row_id
    sent = {name: value for name, value in _object(body).items() if name != target.table.primary_id}
    return rows.create(writing, target.table.logical_name, [sent], given)[0]


def delete(call: Call, table: Table, segment: urls.Segment) -> Response:
    with call.writing() as writing:
        row = existing(call.storage, writing.conn, table, segment)
        _require_version(call, table, row)
        removal.delete(writing, table.logical_name, str(row[table.primary_id]))
    return no_content()


def read_property(call: Call, table: Table, segment: urls.Segment, name: str, *, raw: bool) -> Response:
    row = readable(call, table, segment)
    column = table.columns[name]
    value = row[name]
    if value is None:
        return no_content()
    value = bool(value) if column.kind == "Boolean" else value
    if raw:
        return Response(200, str(value).encode(), {"Content-Type": "text/plain", "OData-Version": "4.0"})
    context = call.url(f"$metadata#{table.entity_set}({row[table.primary_id]})/{name}")
    return answer({"@odata.context": context, "value": value})


def write_property(call: Call, table: Table, segment: urls.Segment, name: str, value: Any) -> Response:
    """`PUT leads(id)/subject {"value": …}`; deleting the property is writing null."""
    with call.writing() as writing:
        row = existing(call.storage, writing.conn, table, segment)
        _require_version(call, table, row)
        rows.update(writing, table.logical_name, [(str(row[table.primary_id]), {name: value})])
    return no_content()


def put_value(call: Call) -> Any:
    body = _object(call.json)
    if "value" not in body:
        raise refusals.payload_error("A property with name 'value' was expected.")
    return body["value"]


def _written(
    call: Call, conn: sqlite3.Connection, table: Table, row_id: str, address: str, *, created: bool
) -> Response:
    """204 with the address, or the row when the caller prefers that (then without the address)."""
    if not call.prefer.representation:
        return no_content({"OData-EntityId": call.url(address)})
    row = call.storage.get(conn, table, row_id)
    if row is None:
        raise refusals.row_not_found(table.logical_name, row_id)
    body = rendering.row_body(call, table, row_id)
    headers = {"ETag": etag(row), "Preference-Applied": call.prefer.applied}
    return answer(body, 201 if created else 200, headers)


def _require_version(call: Call, table: Table, row: sqlite3.Row) -> None:
    if_match = call.header("if-match")
    if not if_match or if_match == "*":
        return
    if not call.settings.optimistic_concurrency:
        raise refusals.no_optimistic_concurrency(table.logical_name)
    if not _names(if_match, row):
        raise refusals.version_mismatch()


def _names(header: str | None, row: sqlite3.Row) -> bool:
    """Whether an ETag header names this version of the row."""
    return header is not None and etag(row) in {part.strip() for part in header.split(",")}


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise refusals.payload_error("Expected a JSON object.")
    return body


def _with_lookup_tables(storage: Storage, target: Target) -> dict[str, Any]:
    values = dict(target.key)
    rules = rules_of(storage, target.table.logical_name)
    for navigation in rules.navigations.values():
        if navigation.column in target.key:
            values[lookup_table_column(navigation.column)] = navigation.targets[0]
    return values


def _key_label(target: Target) -> str:
    for key in target.table.keys:
        if set(key.columns) == target.key.keys():
            return key.label or key.schema_name
    return ""


def is_property(table: Table, name: str) -> bool:
    return name in table.columns and table.columns[name].kind not in LOOKUPS
