"""Carries actions out in Dynamics: in bulk, in parallel, once, and so that one bad row costs no other.

The ids of created rows are ours (delivery.ids), so after any doubt one query tells which of them exist, and only the
others are sent again. A chunk that fails as a whole is sent row by row in one `$batch`, where each row has its own
answer (docs `bulk-operations.md`: standard tables fail all or nothing and do not say which row). A chunk that is too
large, or takes longer than anybody waits, goes in halves, and those after it are as small from the start.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import msgspec

from leadferry.dataverse.batch import Operation
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.metadata import Table
from leadferry.dataverse.refusals import DataversePrivilegeError
from leadferry.delivery.chunk_size import ChunkSize
from leadferry.delivery.outcomes import is_passing, is_too_much, is_too_slow, stops_the_environment
from leadferry.delivery.plan import BIND, Action, ActionKind, bound_id, read_name, same
from leadferry.errors import DataverseError
from leadferry.mapping.model import Problem, ProblemKind
from leadferry.mirror.model import LOOKUPS
from leadferry.watch.log import Log, carrying
from leadferry.words import worded

log = Log("delivery")
MAX_TRIES = 4
"""How often one chunk is verified and sent again before its rows are left for a later delivery."""
BATCH_ROWS = 100
"""Rows of one `$batch` when a chunk is taken apart."""

Row = dict[str, Any]


@dataclass
class Written:
    """What became of the actions, by submission id: those without an error are done."""

    errors: dict[int, DataverseError] = field(default_factory=dict)
    problems: dict[int, list[Problem]] = field(default_factory=lambda: defaultdict(list))


class Writer:
    def __init__(
        self,
        client: DataverseClient,
        lead: Table,
        contact: Table | None,
        *,
        chunk: ChunkSize,
        parallel: int,
        sleep: Callable[[float], None],
    ) -> None:
        self.client, self.lead, self.contact = client, lead, contact
        self.chunk, self.parallel, self.sleep = chunk, parallel, sleep

    def carry_out(self, actions: Sequence[Action], *, in_doubt: bool = False) -> Written:
        """`in_doubt`: an earlier run may have written some of it already; everything is checked first.

        Raises the DataverseError that holds for every row (a missing privilege, a refused token).
        """
        written = Written()
        creates = [action for action in actions if action.kind is ActionKind.CREATE and action.row]
        updates = [action for action in actions if action.kind is ActionKind.UPDATE and action.row]
        own = {action.lead_id for action in creates}
        with ThreadPoolExecutor(self.parallel, initializer=carrying()) as pool:
            self._make_contacts(pool, creates, written, in_doubt)
            waiting = [
                *self._send(pool, creates, written, lambda some: self._create(self.lead, some, in_doubt)),
                *self._send(
                    pool, _merged([a for a in updates if a.lead_id not in own]), written, self._updater(in_doubt)
                ),
            ]
            _finish(waiting)
            made = [a for a in updates if a.lead_id in own]
            _finish(self._send(pool, _merged(self._sendable(made, creates, written)), written, self._updater(in_doubt)))
        log.info("written", created=len(creates), updated=len(updates), failed=len(written.errors))
        return written

    def _send(
        self,
        pool: ThreadPoolExecutor,
        work: Sequence[Any],
        written: Written,
        call: Callable[[list[_RowToWrite]], _Answers],
    ) -> list[Any]:
        rows = [_to_write(self.lead, item) if isinstance(item, Action) else item for item in work]
        return [pool.submit(_note, call, some, written) for some in _chunks(rows, self.chunk.rows)]

    def _updater(self, in_doubt: bool) -> Callable[[list[_RowToWrite]], _Answers]:
        return lambda rows: self._update(rows, in_doubt)

    def _sendable(self, updates: list[Action], creates: list[Action], written: Written) -> list[Action]:
        """Updates of a lead made in this claim wait for it: where it could not be made, they are tried again later."""
        failed = {action.lead_id for action in creates if action.submission_id in written.errors}
        for action in updates:
            if action.lead_id in failed:
                reason = worded("The lead that this person's earlier response makes is not there yet.")
                written.errors[action.submission_id] = DataverseError(reason, code="dataverse-unavailable", status=503)
        return [action for action in updates if action.lead_id not in failed]

    # Contacts

    def _make_contacts(self, pool: ThreadPoolExecutor, creates: list[Action], written: Written, in_doubt: bool) -> None:
        wanted = {a.contact_id: a for a in creates if a.contact_row is not None and a.contact_id}
        if not wanted or self.contact is None:
            return
        rows = [_RowToWrite(str(key), dict(a.contact_row or {}), [a.submission_id]) for key, a in wanted.items()]
        table = self.contact
        waiting = [pool.submit(self._create, table, some, in_doubt) for some in _chunks(rows, self.chunk.rows)]
        _finish(waiting)
        refused = {key: error for future in waiting for key, error in future.result().errors.items()}
        for action in creates:
            if action.contact_id in refused:
                _without_contact(action, refused[action.contact_id], written)

    # Creating

    def _create(self, table: Table, rows: list[_RowToWrite], in_doubt: bool, tries: int = 1) -> _Answers:
        answers = _Answers()
        if in_doubt:
            there = self.client.existing_ids(table.entity_set, table.primary_id, [row.key for row in rows])
            rows = [row for row in rows if row.key not in there]
        if len(rows) > self.chunk.rows:
            return _halves(rows, lambda half: self._create(table, half, in_doubt=False, tries=tries))
        if not rows:
            return answers
        try:
            self.client.create_multiple(table.entity_set, table.name, [row.columns for row in rows])
            self.chunk.went_through()
        except DataverseError as error:
            if bare := _without_lookup(rows, error):
                return bare.answers.add(self._create(table, bare.rows, in_doubt, tries))
            if stops_the_environment(error):
                raise
            if is_too_much(error, len(rows)):
                self.chunk.shrink(len(rows))
                return self._create(table, rows, in_doubt=True)
            if is_too_slow(error, len(rows)):
                self.chunk.shrink(len(rows))
            if is_passing(error):
                if tries >= MAX_TRIES or error.code == "dataverse-throttled":
                    return answers.all_failed(rows, error)
                self.sleep(0.2 * 2**tries)
                return self._create(table, rows, in_doubt=True, tries=tries + 1)
            return self._each(table, rows, error, _create_operation)
        return answers

    # Updating

    def _update(self, rows: list[_RowToWrite], in_doubt: bool, tries: int = 1) -> _Answers:
        answers = _Answers()
        if in_doubt:
            rows = self._still_to_update(rows, answers)
        if len(rows) > self.chunk.rows:
            return answers.add(_halves(rows, lambda half: self._update(half, in_doubt=False, tries=tries)))
        if not rows:
            return answers
        table = self.lead
        try:
            self.client.update_multiple(table.entity_set, table.name, [row.columns for row in rows])
            self.chunk.went_through()
        except DataverseError as error:
            if bare := _without_lookup(rows, error):
                return answers.add(bare.answers).add(self._update(bare.rows, in_doubt, tries))
            if stops_the_environment(error):
                raise
            if is_too_much(error, len(rows)):
                self.chunk.shrink(len(rows))
                return answers.add(self._update(rows, in_doubt=False))
            if is_too_slow(error, len(rows)):
                self.chunk.shrink(len(rows))
            if is_passing(error):
                if tries >= MAX_TRIES or error.code == "dataverse-throttled":
                    return answers.all_failed(rows, error)
                self.sleep(0.2 * 2**tries)
                return answers.add(self._update(rows, in_doubt=True, tries=tries + 1))
            return answers.add(self._each(table, rows, error, _update_operation))
        return answers

    def _still_to_update(self, rows: list[_RowToWrite], answers: _Answers) -> list[_RowToWrite]:
        """Leaves out what is written already, and what somebody else changed since we looked."""
        table = self.lead
        select = sorted({read_name(column) for row in rows for column in row.columns if column != table.primary_id})
        now = self.client.rows_by_id(table.entity_set, table.primary_id, [row.key for row in rows], select)
        left = []
        for row in rows:
            if row.key not in now:
                answers.errors[row.key] = DataverseError(
                    worded("The lead is gone."), code="dataverse-not-found", status=404
                )
                continue
            open_columns = _open_columns(row, now[row.key], answers)
            if open_columns:
                columns = {table.primary_id: row.key, **open_columns}
                left.append(_RowToWrite(row.key, columns, row.submissions, row.old))
        return left

    # Narrowing down

    def _each(
        self,
        table: Table,
        rows: list[_RowToWrite],
        error: DataverseError,
        operation: Callable[[Table, _RowToWrite], Operation],
    ) -> _Answers:
        """Every row by itself, a hundred in a request; a refused column is left out and tried again."""
        answers = _Answers()
        if len(rows) == 1:
            return self._judge(table, [(rows[0], error)], operation, answers)
        for some in _chunks(rows, BATCH_ROWS):
            answers.add(self._batch(table, some, operation))
        return answers

    def _batch(
        self, table: Table, rows: list[_RowToWrite], operation: Callable[[Table, _RowToWrite], Operation]
    ) -> _Answers:
        try:
            results = self.client.batch([operation(table, row) for row in rows], continue_on_error=True)
        except DataverseError as error:
            if stops_the_environment(error):
                raise
            return _Answers().all_failed(rows, error)
        refused = [(row, result.error) for row, result in zip(rows, results, strict=True) if result.error]
        return self._judge(table, refused, operation, _Answers())

    def _judge(
        self,
        table: Table,
        refused: Sequence[tuple[_RowToWrite, DataverseError]],
        operation: Callable[[Table, _RowToWrite], Operation],
        answers: _Answers,
    ) -> _Answers:
        again = []
        for row, error in refused:
            column = _refused_column(row, error)
            if stops_the_environment(error) and not column:
                raise error
            if error.code == "dataverse-duplicate" and operation is _create_operation:
                there = self.client.existing_ids(table.entity_set, table.primary_id, [row.key])
                if row.key not in there:  # somebody's own key or rule refused it, not our id
                    answers.errors[row.key] = error
            elif column:
                answers.problems[row.key].append(_refusal(column, error))
                again.append(row.without(column))
            else:
                answers.errors[row.key] = error
        return answers.add(self._batch(table, again, operation)) if again else answers


class _RowToWrite(msgspec.Struct, frozen=True):
    """`columns` holds the key too. `old`: what an update found, by column."""

    key: str
    columns: Row
    submissions: list[int]
    old: Row = {}

    def without(self, column: str) -> _RowToWrite:
        kept = {name: value for name, value in self.columns.items() if name != column}
        return _RowToWrite(self.key, kept, self.submissions, self.old)


@dataclass
class _Answers:
    """By row key."""

    errors: dict[str, DataverseError] = field(default_factory=dict)
    problems: dict[str, list[Problem]] = field(default_factory=lambda: defaultdict(list))

    def all_failed(self, rows: Iterable[_RowToWrite], error: DataverseError) -> _Answers:
        self.errors |= {row.key: error for row in rows}
        return self

    def add(self, other: _Answers) -> _Answers:
        self.errors |= other.errors
        for key, problems in other.problems.items():
            self.problems[key] += problems
        return self


def _halves(rows: list[_RowToWrite], call: Callable[[list[_RowToWrite]], _Answers]) -> _Answers:
    """Where of the first half nothing got through for now, the second one waits too."""
    middle = len(rows) // 2
    answers = call(rows[:middle])
    errors = [answers.errors.get(row.key) for row in rows[:middle]]
    passing = [error for error in errors if error and is_passing(error)]
    if len(passing) == middle:
        return answers.all_failed(rows[middle:], passing[0])
    return answers.add(call(rows[middle:]))


def _note(call: Callable[[list[_RowToWrite]], _Answers], rows: list[_RowToWrite], written: Written) -> None:
    answers = call(rows)
    for row in rows if answers.errors or answers.problems else ():
        for submission in row.submissions:
            if error := answers.errors.get(row.key):
                written.errors[submission] = error
            if row.key in answers.problems:
                written.problems[submission] += answers.problems[row.key]


def _finish(waiting: Sequence[Any]) -> None:
    """Waits for all, then raises the first error, so that nothing is still writing when we settle."""
    errors = [error for error in (future.exception() for future in waiting) if error]
    if errors:
        raise errors[0]


def _to_write(table: Table, action: Action) -> _RowToWrite:
    key, row = str(action.lead_id), action.row
    columns = row if row.get(table.primary_id) == key else {**row, table.primary_id: key}
    return _RowToWrite(key, columns, [action.submission_id], action.old)


def _merged(updates: Sequence[Action]) -> list[_RowToWrite]:
    """One row per lead: two submissions of one person in one claim become one update, the later value winning."""
    rows: dict[str, _RowToWrite] = {}
    for action in updates:
        key = str(action.lead_id)
        row = rows.setdefault(key, _RowToWrite(key, {"leadid": key}, [], {}))
        row.columns.update(action.row)
        row.submissions.append(action.submission_id)
        for column, before in action.old.items():
            row.old.setdefault(column, before)
    return list(rows.values())


def _open_columns(row: _RowToWrite, now: Row, answers: _Answers) -> Row:
    wanted = {}
    for column, value in row.columns.items():
        name = read_name(column)
        if name not in now or column not in row.old:
            continue
        new = bound_id(value) if column.endswith(BIND) else value
        if same(now[name], new):
            continue
        if same(now[name], row.old[column]):
            wanted[column] = value
        else:
            answers.problems[row.key].append(
                Problem(
                    ProblemKind.CHANGED_MEANWHILE,
                    column,
                    column,
                    worded("changed in Dynamics meanwhile"),
                    worded("left out"),
                )
            )
    return wanted


def _without_contact(action: Action, error: DataverseError, written: Written) -> None:
    action.row.pop(f"parentcontactid{BIND}", None)
    action.contact_id = action.contact_row = None
    problem = Problem(ProblemKind.REFUSED, "contact", "parentcontactid", str(error), worded("lead without contact"))
    written.problems[action.submission_id].append(problem)


@dataclass(frozen=True)
class _Bare:
    rows: list[_RowToWrite]
    answers: _Answers


def _without_lookup(rows: list[_RowToWrite], error: DataverseError) -> _Bare | None:
    """The rows without what the missing privilege is about, where they can go without it: leads cross whatever becomes
    of the mirror. One refusal names one table, so the next may take another lookup."""
    if error.code != "dataverse-missing-privilege":
        return None
    bare, answers = [], _Answers()
    for row in rows:
        column = _refused_column(row, error)
        if column:
            answers.problems[row.key].append(_refusal(column, error))
        bare.append(row.without(column) if column else row)
    return _Bare(bare, answers) if any(answers.problems.values()) else None


def _refused_column(row: _RowToWrite, error: DataverseError) -> str:
    """The column that the refusal names, if the row can go without it."""
    if isinstance(error, DataversePrivilegeError):
        return next((column for column in row.columns if LOOKUPS.get(column) == error.table), "")
    if error.code == "dataverse-not-found":  # perhaps a row of the mirror that somebody deleted; the text names none
        return next((column for column in row.columns if column in LOOKUPS), "")
    name = getattr(error, "attribute", "") or ""
    return (
        next((column for column in row.columns if column.partition("@")[0].lower() == name.lower()), "") if name else ""
    )


def _refusal(column: str, error: DataverseError) -> Problem:
    return Problem(ProblemKind.REFUSED, column, column, error.message, worded("left out"))


def _create_operation(table: Table, row: _RowToWrite) -> Operation:
    return Operation("POST", table.entity_set, row.columns)


def _update_operation(table: Table, row: _RowToWrite) -> Operation:
    columns = {name: value for name, value in row.columns.items() if name != table.primary_id}
    return Operation("PATCH", f"{table.entity_set}({row.key})", columns, {"If-Match": "*"})


def _chunks(rows: Sequence[_RowToWrite], size: int) -> list[list[_RowToWrite]]:
    return [list(rows[i : i + size]) for i in range(0, len(rows), size)]
