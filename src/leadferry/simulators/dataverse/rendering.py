"""A single row as an answer; the query package writes it."""

from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import parse_qsl

from leadferry.simulators.dataverse import query
from leadferry.simulators.dataverse.calls import Call
from leadferry.simulators.dataverse.model import Table


def options(request_query: str) -> dict[str, str]:
    """The query options, decoded: `{"$select": "subject,leadid"}`."""
    return dict(parse_qsl(request_query, keep_blank_values=True))


def etag(row: sqlite3.Row) -> str:
    return f'W/"{row["versionnumber"]}"'


def row_body(call: Call, table: Table, row_id: str) -> dict[str, Any]:
    """With `$select` and `$expand` of the call's address and the annotations that it prefers."""
    root, asked = call.caller.base_url, call.request.query
    return query.answer_row(call.storage, table, row_id, asked, call.prefer, root, call.caller)
