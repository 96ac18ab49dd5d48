"""A single row as an answer."""

from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import parse_qsl

from leadferry.simulators.dataverse.calls import Call
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.schema import LOOKUPS


def options(query: str) -> dict[str, str]:
    """The query options, decoded: `{"$select": "subject,leadid"}`."""
    return dict(parse_qsl(query, keep_blank_values=True))


def etag(row: sqlite3.Row) -> str:
    return f'W/"{row["versionnumber"]}"'


def row_body(call: Call, conn: sqlite3.Connection, table: Table, row: sqlite3.Row) -> dict[str, Any]:
    chosen = options(call.request.query).get("$select", "")
    select = [name.strip() for name in chosen.split(",") if name.strip()] or None
    shape = f"({','.join(select)})" if select else ""
    body: dict[str, Any] = {"@odata.context": call.url(f"$metadata#{table.entity_set}{shape}/$entity")}
    body["@odata.etag"] = etag(row)
    for name, column in table.columns.items():
        shown = f"_{name}_value" if column.kind in LOOKUPS else name
        if select is None or shown in select or column.is_primary_id:
            value = row[name]
            body[shown] = bool(value) if column.kind == "Boolean" and value is not None else value
    return body
