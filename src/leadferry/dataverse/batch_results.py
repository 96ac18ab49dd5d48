"""What became of each operation of a batch; how many go into one request. Pure.

Source: docs `webapi/execute-batch-operations-using-web-api.md` (Web API v9.2); dataverse-api 4.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from leadferry.dataverse.batch import MAX_OPERATIONS, ChangeSet, Operation, Part
from leadferry.dataverse.refusals import to_error
from leadferry.errors import DataverseError

Row = dict[str, Any]
_ROW = msgspec.json.Decoder(Row)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of one operation: `error`, or else its row (a GET, `return=representation`) or the id it made."""

    status: int
    row: Row | None = None
    row_id: str = ""
    error: DataverseError | None = None


def made_id(headers: Mapping[str, str]) -> str:
    """The id in `OData-EntityId: …/leads(<id>)`; "" where the header names the row by another key."""
    inside = headers.get("odata-entityid", "").rpartition("(")[2].rstrip(")")
    return inside.lower() if inside.count("-") == 4 and "=" not in inside else ""


def members(item: Operation | ChangeSet) -> int:
    return len(item.operations) if isinstance(item, ChangeSet) else 1


def requests_of(items: Sequence[Operation | ChangeSet]) -> Iterator[list[Operation | ChangeSet]]:
    some: list[Operation | ChangeSet] = []
    count = 0
    for item in items:
        if some and count + members(item) > MAX_OPERATIONS:
            yield some
            some, count = [], 0
        some.append(item)
        count += members(item)
    if some:
        yield some


def not_attempted() -> BatchResult:
    return BatchResult(0, error=DataverseError("An earlier operation was refused.", code="dataverse-not-attempted"))


def results_of(items: Sequence[Operation | ChangeSet], parts: Sequence[Part]) -> list[BatchResult]:
    """A refused change set has one answer for all its members."""
    results: list[BatchResult] = []
    position = 0
    for item in items:
        inside = list(item.operations) if isinstance(item, ChangeSet) else [item]
        for number, operation in enumerate(inside):
            if position >= len(parts):
                results += [not_attempted()] * (len(inside) - number)
                break
            result = _result(operation, parts[position])
            position += 1
            if result.error and isinstance(item, ChangeSet):
                results += [result] * (len(inside) - number)
                break
            results.append(result)
    return results


def _result(operation: Operation, part: Part) -> BatchResult:
    if part.status >= 300:
        what = f"{operation.method} {operation.path.partition('(')[0].partition('?')[0]}"
        write = operation.method != "GET"
        return BatchResult(part.status, error=to_error(part.status, part.body, what=what, write=write))
    row = _ROW.decode(part.body) if part.body.startswith(b"{") else None
    return BatchResult(part.status, row, made_id(part.headers))
