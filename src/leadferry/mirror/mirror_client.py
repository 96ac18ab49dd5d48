"""Writes the mirror's rows: many tables in one `$batch`; a refused bulk row by row, so that one bad row costs no other.

Everything here may be repeated: rows have ids of ours and are upserted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from leadferry.dataverse.batch import Operation
from leadferry.dataverse.batch_results import BatchResult
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.connection_client import API
from leadferry.dataverse.refusals import DataverseTimeoutError
from leadferry.delivery.chunk_size import ChunkSize
from leadferry.delivery.outcomes import is_passing, is_too_much, is_too_slow, stops_the_environment
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
AT_ONCE = 1_000
"""Links and deletions of one batch: as many as a batch may hold."""
WAITING_CODES = frozenset({"dataverse-unknown-table", "dataverse-unknown-column"})
"""The solution is missing or older: no row would go through."""
FINE_CODES = frozenset({"dataverse-duplicate", "dataverse-not-found"})

Refused = dict[str, DataverseError]
"""By row id."""


class MirrorClient:
    def __init__(self, client: DataverseClient, sleep: Callable[[float], None]) -> None:
        self.client, self.sleep = client, sleep
        self.size = ChunkSize(MOST_ROWS)
        """Rows of one request."""

    def send(self, bulks: Sequence[Bulk], tries: int = 1) -> Refused:
        """Raises the DataverseError that would meet every row: then all of it is sent again later. `tries`: how often
        nobody waited for the end of these rows' request; then they are not halved for ever, but wait, too."""
        rows = sum(len(bulk.rows) for bulk in bulks)
        if rows > self.size.rows:
            return self._send_halves(bulks, tries)
        operations = bulk_operations(bulks)
        if not operations:
            return {}
        error = self._tried(operations, rows)
        if error is None:
            self.size.went_through()
            return {}
        if is_too_much(error, rows):
            self.size.shrink(rows)
            return self._send_halves(bulks, tries)
        if is_too_slow(error, rows):
            return self._send_less(bulks, error, rows, tries)
        return self.send_singly(bulks)

    def _send_less(self, bulks: Sequence[Bulk], error: DataverseError, rows: int, tries: int) -> Refused:
        self.size.shrink(rows)
        if tries >= TRIES:
            raise error
        return self._send_halves(bulks, tries + 1)

    def _send_halves(self, bulks: Sequence[Bulk], tries: int) -> Refused:
        return {row_id: why for half in halves(bulks) for row_id, why in self.send(half, tries).items()}

    def _tried(self, operations: Sequence[Operation], rows: int) -> DataverseError | None:
        """None, or the refusal of one of them."""
        for attempt in range(1, TRIES + 1):
            error = self._attempt(operations)
            if error is None or not is_passing(error) or is_too_much(error, rows) or is_too_slow(error, rows):
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
            step = min(SINGLES, self.size.rows)
            for start in range(0, len(bulk.rows), step):
                some = bulk.rows[start : start + step]
                again = self._batch(bulk, some)
                second = [lighter(row, error) for row, error in again]
                refused |= {row_id(bulk.target, row): error for row, error in self._batch(bulk, second)}
        return refused

    def _batch(self, bulk: Bulk, rows: Sequence[Row]) -> list[tuple[Row, DataverseError]]:
        if not rows:
            return []
        results = self._each_by_itself([single_operation(bulk, row) for row in rows])
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
        step = min(AT_ONCE, self.size.rows)
        parts = [operations[start : start + step] for start in range(0, len(operations), step)]
        results = [result for some in parts for result in self._each_by_itself(some)]
        for result in results:
            if result.error and stops_the_environment(result.error):
                raise result.error
        return {place for place, result in enumerate(results) if result.error and result.error.code not in FINE_CODES}

    def _each_by_itself(self, operations: Sequence[Operation]) -> list[BatchResult]:
        """Where nobody waits for the end of it, the next are fewer; these are sent again later."""
        try:
            return self.client.batch(operations, continue_on_error=True)
        except DataverseTimeoutError:
            self.size.shrink(len(operations))
            raise


def row_id(target: Target, row: Row) -> str:
    return str(row[target.primary_id])
