"""`$ref`: linking and unlinking rows.

Source: dataverse-api reference, section 2.6 (associate-disassociate-entities-using-web-api).
"""

from __future__ import annotations

import sqlite3
from typing import Any

from leadferry.simulators.dataverse import crud, refusals, rendering, rows, urls
from leadferry.simulators.dataverse.access import require_rows
from leadferry.simulators.dataverse.calls import Call, answer, no_content
from leadferry.simulators.dataverse.drafts import Writing, other_table
from leadferry.simulators.dataverse.model import ManyToMany, OneToMany, Table
from leadferry.simulators.dataverse.privileges import Verb
from leadferry.simulators.dataverse.schema import intersect_columns, lookup_table_column, sql_table
from leadferry.simulators.dataverse.validation import Navigation, TableRules
from leadferry.simulators.server import Response


def handle(call: Call, table: Table, row: urls.Segment, relation: urls.Segment) -> Response:
    """`POST|PUT|DELETE|GET leads(id)/<relation>/$ref`."""
    with call.writing() as writing:
        rules = writing.rules(table.logical_name)
        here = crud.existing(call.storage, writing.conn, table, row)
        row_id = str(here[table.primary_id])
        navigation = rules.navigations.get(relation.name)
        if navigation is not None:
            return _single(call, writing, rules, here, navigation)
        collection = rules.collections.get(relation.name)
        if collection is None:
            raise refusals.segment_not_found(relation.name)
        match call.request.method:
            case "POST":
                other = writing.resolve(_reference(call), (other_table(collection, rules.name),))[1]
                _require_append(writing, rules, row_id, collection, other)
                rows.link(writing, rules, row_id, collection, other)
            case "DELETE":
                other = _other_id(call, writing, rules, collection, relation)
                _require_append(writing, rules, row_id, collection, other)
                _unlink(writing, rules, row_id, collection, other)
            case _:
                raise refusals.not_supported(f"{call.request.method} is not supported on {relation.name}/$ref.")
    return no_content()


def _single(call: Call, writing: Writing, rules: TableRules, here: sqlite3.Row, navigation: Navigation) -> Response:
    row_id = str(here[rules.table.primary_id])
    match call.request.method:
        case "PUT" | "POST":
            body: dict[str, Any] = {f"{navigation.name}@odata.bind": _reference(call)}
        case "DELETE":
            body = {f"{navigation.name}@odata.bind": None}
        case _:
            return _read_single(call, writing, rules, here, navigation)
    rows.update(writing, rules.name, [(row_id, body)])
    return no_content()


def _read_single(
    call: Call, writing: Writing, rules: TableRules, here: sqlite3.Row, navigation: Navigation
) -> Response:
    require_rows(writing.conn, call.caller, "Read", rules.table, [str(here[rules.table.primary_id])])
    other, kind = here[navigation.column], here[lookup_table_column(navigation.column)]
    if other is None or kind not in call.storage.catalog.tables:
        return no_content()
    address = call.url(f"{call.storage.catalog.tables[kind].entity_set}({other})")
    return answer({"@odata.context": call.url("$metadata#$ref"), "@odata.id": address})


def _reference(call: Call) -> str:
    body = call.json
    reference = body.get("@odata.id") if isinstance(body, dict) else None
    if not isinstance(reference, str):
        raise refusals.payload_error("The property '@odata.id' is missing from the entity reference.")
    return reference


def _other_id(
    call: Call, writing: Writing, rules: TableRules, collection: OneToMany | ManyToMany, relation: urls.Segment
) -> str:
    """From `collection(id)/$ref`, or from `collection/$ref?$id=<address>`."""
    other = call.storage.catalog.tables[other_table(collection, rules.name)]
    if relation.key is not None:
        key = urls.parse_key(relation.key, other.primary_id, other.logical_name)
        if isinstance(key, str):
            return key
        raise refusals.invalid_key(other.logical_name)
    reference = rendering.options(call.request.query).get("$id", "")
    return writing.resolve(reference, (other.logical_name,))[1]


def _unlink(
    writing: Writing, rules: TableRules, row_id: str, collection: OneToMany | ManyToMany, other_id: str
) -> None:
    if isinstance(collection, OneToMany):
        other = writing.rules(collection.referencing)
        where = f'"{other.table.primary_id}" = ? AND "{collection.column}" = ?'
        sql = f'SELECT 1 FROM "{sql_table(other.name)}" WHERE {where}'
        if writing.conn.execute(sql, (other_id, row_id)).fetchone() is None:
            raise refusals.row_not_found(other.name, other_id)
        rows.apply(
            writing, other, [(other_id, {collection.column: None, lookup_table_column(collection.column): None})]
        )
        return
    first, second = intersect_columns(writing.storage.catalog, collection)
    pair = (row_id, other_id) if collection.table1 == rules.name else (other_id, row_id)
    sql = f'DELETE FROM "{sql_table(collection.intersect)}" WHERE "{first}" = ? AND "{second}" = ?'
    if writing.conn.execute(sql, pair).rowcount == 0:
        raise refusals.row_not_found(other_table(collection, rules.name), other_id)


def _require_append(
    writing: Writing, rules: TableRules, row_id: str, collection: OneToMany | ManyToMany, other_id: str
) -> None:
    """Append on the row that points, AppendTo on the other; of a many-to-many relationship Append on both (Power
    Platform admin, "Security roles and privileges"). Who has which role is a matter of one privilege of its own."""
    if isinstance(collection, ManyToMany) and collection.intersect in {"systemuserroles", "teamroles"}:
        writing.caller.require_privilege("prvAssignRole")
        return
    other = writing.storage.catalog.tables[other_table(collection, rules.name)]
    here: Verb = "Append" if isinstance(collection, ManyToMany) else "AppendTo"
    require_rows(writing.conn, writing.caller, here, rules.table, [row_id])
    require_rows(writing.conn, writing.caller, "Append", other, [other_id])
