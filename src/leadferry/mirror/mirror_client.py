"""Writes the mirror's rows: many tables in one `$batch`; a refused bulk row by row, so that one bad row costs no other.

Everything here may be repeated: rows have ids of ours and are upserted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from leadferry.dataverse.batch import Operation
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.connection_client import API
from leadferry.delivery.outcomes import is_passing, is_too_much, stops_the_environment
from leadferry.errors import DataverseError
from leadferry.mirror.model import Bulk, Link, Row, Target, Way
from leadferry.mirror.operations import (
    bulk_operations,
    delete_operation,
    halves,
    lighter,
    link_operation,
    single_operation,
    unlink_operation,
)

TRIES = 3
MOST_ROWS = 1_000_000
"""To begin with: as many as the worker puts together."""
SINGLES = 100
"""Rows of one batch when a bulk is taken apart."""
WAITING_CODES = frozenset({"dataverse-unknown-table", "dataverse-unknown-column"})
"""The solution is missing or older: no row would go through."""
FINE_CODES = frozenset({"dataverse-duplicate", "dataverse-not-found"})

Refused = dict[str, DataverseError]
"""By row id."""


class MirrorClient:
    def __init__(self, client: DataverseClient, sleep: Callable[[float], None]) -> None:
        self.client, self.sleep = client, sleep
        self.most_rows = MOST_ROWS
        """Of one request. Shrinks when Dynamics says that one was too large or took too long."""

    def send(self, bulks: Sequence[Bulk]) -> Refused:
        """Raises the DataverseError that would meet every row: then all of it is sent again later."""
        rows = sum(len(bulk.rows) for bulk in bulks)
        if rows > self.most_rows:
            return self._send_halves(bulks)
        operations = bulk_operations(bulks)
        if not operations:
            return {}
        error = self._tried(operations, rows)
        if error is None:
            return {}
        if is_too_much(error, rows):
            self.most_rows = max(1, rows // 2)
            return self._send_halves(bulks)
        return self.send_singly(bulks)

    def _send_halves(self, bulks: Sequence[Bulk]) -> Refused:
        return {row_id: why for half in halves(bulks) for row_id, why in self.send(half).items()}

    def _tried(self, operations: Sequence[Operation], rows: int) -> DataverseError | None:
        """None, or the refusal of one of them."""
        for attempt in range(1, TRIES + 1):
            error = self._attempt(operations)
            if error is None or not is_passing(error) or is_too_much(error, rows):
                break
            if error.code == "dataverse-throttled" or attempt == TRIES:
                raise error
            self.sleep(0.2 * 2**attempt)
        if error and (stops_the_environment(error) or error.code in WAITING_CODES):
            raise error
        return error

    def _attempt(self, operations: Sequence[Operation]) -> DataverseError | None:
        try:
            results = self.client.batch(operations)
        except DataverseError as error:
            return error
        return next((result.error for result in results if result.error), None)

    def send_singly(self, bulks: Iterable[Bulk]) -> Refused:
        """Row by row; a refused row is tried once more without what may be at fault."""
        refused: Refused = {}
        for bulk in bulks:
            for start in range(0, len(bulk.rows), SINGLES):
                some = bulk.rows[start : start + SINGLES]
                again = self._batch(bulk, some)
                second = [lighter(row, error) for row, error in again]
                refused |= {row_id(bulk.target, row): error for row, error in self._batch(bulk, second)}
        return refused

    def _batch(self, bulk: Bulk, rows: Sequence[Row]) -> list[tuple[Row, DataverseError]]:
        if not rows:
            return []
        results = self.client.batch([single_operation(bulk, row) for row in rows], continue_on_error=True)
        refused = [(row, result.error) for row, result in zip(rows, results, strict=True) if result.error]
        for _, error in refused:
            if stops_the_environment(error) or error.code in WAITING_CODES:
                raise error
        if bulk.way is Way.CREATE:
            return [(row, error) for row, error in refused if error.status != 412]
        return refused

    # Links and deletions

    def link(self, new: Sequence[Link], old: Sequence[Link]) -> set[str]:
        """Ids of the links that could not be made or taken away."""
        operations = [link_operation(one, f"{self.client.url}{API}") for one in new]
        operations += [unlink_operation(one) for one in old]
        failed = self._each(operations)
        return {one.id for place, one in enumerate([*new, *old]) if place in failed}

    def delete(self, rows: Sequence[tuple[Target, str]]) -> set[str]:
        """Ids of those that could not be deleted; one that is gone already is fine."""
        failed = self._each([delete_operation(target, key) for target, key in rows])
        return {key for place, (_, key) in enumerate(rows) if place in failed}

    def _each(self, operations: Sequence[Operation]) -> set[int]:
        if not operations:
            return set()
        results = self.client.batch(operations, continue_on_error=True)
        for result in results:
            if result.error and stops_the_environment(result.error):
                raise result.error
        return {place for place, result in enumerate(results) if result.error and result.error.code not in FINE_CODES}


def row_id(target: Target, row: Row) -> str:
    return str(row[target.primary_id])
