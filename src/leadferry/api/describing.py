"""What Litestar's description of the API does not say by itself: problems, keys, ETags, files. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from leadferry.api.idempotency import HEADER, LONGEST
from leadferry.console.problem import MEDIA_TYPE, Problem

PREFIX = "/api/v1/"
NDJSON = "application/x-ndjson"
_PROBLEM = {
    "description": "A problem: `code` is stable, `fix` says what to do.",
    "content": {MEDIA_TYPE: {"schema": {}}},
}
_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST},
    "description": "One of your own for each change: the same request again gets the same answer for 24 hours.",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "ETag of the record as you read it; 412 if it was changed since.",
}


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """Changes `schema` in place."""
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _problem_schema()
    for path, method, operation in _operations(schema):
        operation["tags"] = [path.removeprefix(PREFIX).partition("/")[0]]
        operation["operationId"] = _operation_id(method, path)
        operation["responses"].pop("400", None)
        operation["responses"]["default"] = {**_PROBLEM, "content": {MEDIA_TYPE: {"schema": _ref("Problem")}}}
        if header := {"post": _KEY, "patch": _IF_MATCH, "delete": _IF_MATCH}.get(method):
            operation.setdefault("parameters", []).append(header)
        if path.endswith("/export"):
            operation["responses"]["200"]["content"][NDJSON] = {"schema": {"type": "string"}}
    return schema


def _operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _operation_id(method: str, path: str) -> str:
    """`post_submissions_number_replay`."""
    parts = [part.strip("{}") for part in path.removeprefix(PREFIX).split("/")]
    return "_".join([method, *parts]).replace("-", "_")


def _problem_schema() -> dict[str, Any]:
    _, components = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    found: dict[str, Any] = components["Problem"]
    return found


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
