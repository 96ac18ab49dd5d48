"""Rows as operations of a `$batch`: in bulk, or each by itself where a bulk was refused. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from leadferry.dataverse.batch import Operation
from leadferry.errors import DataverseError
from leadferry.mirror.model import Bulk, Link, Row, Target, Way

ROWS = 500
"""Rows of one bulk message; a batch holds several, and counts as one request."""

_OUTSIDE = frozenset(
    f"{name}@odata.bind" for name in ("ownerid", "ferry_Lead", "ferry_contact", "ferry_defaultleadowner")
)
"""Lookups to what others may delete or may not be given: the row goes without rather than not at all."""


def bulk_operations(bulks: Iterable[Bulk]) -> list[Operation]:
    operations: list[Operation] = []
    for bulk in bulks:
        if not bulk.target.bulk or bulk.way is Way.CREATE:
            operations += [single_operation(bulk, row) for row in bulk.rows]
            continue
        for start in range(0, len(bulk.rows), ROWS):
            operations.append(_multiple(bulk.target, bulk.way, bulk.rows[start : start + ROWS]))
    return operations


def _multiple(target: Target, way: Way, rows: Sequence[Row]) -> Operation:
    """`bulk-operations.md`: UpsertMultiple, UpdateMultiple."""
    message = "UpdateMultiple" if way is Way.UPDATE else "UpsertMultiple"
    kind = f"Microsoft.Dynamics.CRM.{target.name}"
    body = {"Targets": [{"@odata.type": kind, **row} for row in rows]}
    return Operation("POST", f"{target.entity_set}/Microsoft.Dynamics.CRM.{message}", body)


def single_operation(bulk: Bulk, row: Row) -> Operation:
    """A PATCH makes a row that is not there, unless a condition forbids it (dataverse-api 2.5)."""
    conditions = {Way.UPSERT: {}, Way.UPDATE: {"If-Match": "*"}, Way.CREATE: {"If-None-Match": "*"}}
    target = bulk.target
    columns = {name: value for name, value in row.items() if name != target.primary_id}
    return Operation("PATCH", f"{target.entity_set}({row[target.primary_id]})", columns, conditions[bulk.way])


def link_operation(link: Link, root: str) -> Operation:
    """`associate-disassociate-entities-using-web-api.md`. `root` is the API's address."""
    path = f"{link.left.entity_set}({link.left_id})/{link.navigation}/$ref"
    return Operation("POST", path, {"@odata.id": f"{root}{link.right.entity_set}({link.right_id})"})


def unlink_operation(link: Link) -> Operation:
    return Operation("DELETE", f"{link.left.entity_set}({link.left_id})/{link.navigation}({link.right_id})/$ref")


def delete_operation(target: Target, row_id: str) -> Operation:
    return Operation("DELETE", f"{target.entity_set}({row_id})")


def halves(bulks: Sequence[Bulk]) -> Iterator[list[Bulk]]:
    """The same rows in two, in order, so that what is pointed at still comes first. One row stays one."""
    half = sum(len(bulk.rows) for bulk in bulks) // 2
    first: list[Bulk] = []
    second: list[Bulk] = []
    for bulk in bulks:
        taken = max(0, min(len(bulk.rows), half))
        half -= taken
        first += [Bulk(bulk.target, bulk.rows[:taken], bulk.way)] if taken else []
        second += [Bulk(bulk.target, bulk.rows[taken:], bulk.way)] if taken < len(bulk.rows) else []
    yield from (first, second) if first else (second,)


def lighter(row: Row, error: DataverseError) -> Row:
    """Without what the refusal names, and without lookups to what may be gone or not allowed; the same row where there
    is nothing to leave out."""
    named = str(getattr(error, "attribute", "") or "").lower()
    return {
        name: value
        for name, value in row.items()
        if name not in _OUTSIDE and (not named or name.partition("@")[0].lower() != named)
    }
