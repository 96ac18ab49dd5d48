"""Takes away what is older than the configuration allows, a few rows a transaction, so that a lead never waits for it.

Form submissions are walked by an index of their own environment; a window is read without a lock, and each is looked at
again in the transaction that changes it. The row of a submission stays, so LinkedIn may show the response again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.accounts.model import Environment
from leadferry.clock import Clock
from leadferry.delivery.model import Removal, State
from leadferry.intake.model import Door
from leadferry.privacy.keeping import Amounts, Limits, without_values
from leadferry.store.cleaning import erasing
from leadferry.store.database import Database
from leadferry.store.statements import upsert
from leadferry.store.tables import (
    alerts,
    audit_entries,
    mirror_queue,
    retention_runs,
    submission_bodies,
    submission_events,
    submission_people,
    submissions,
    webhook_deliveries,
)

WINDOW, BATCH = 2000, 200
"""Rows looked at by one question, rows changed in one transaction."""
DECIDED = (int(State.DELIVERED), int(State.REJECTED))
UNDECIDED = (int(State.REVIEW), int(State.FAILED))
s, e = submissions.c, submission_events.c
Take = Callable[[Sequence[int], Sequence[Any], Limits], Amounts]


class RetentionStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    # How much it would be

    def due(self, environment: Environment, limits: Limits) -> Amounts:
        """Counts; changes nothing."""
        with self.database.read() as connection:
            return Amounts(
                _count(connection, submissions, self._answers(environment.id, limits)),
                _count(connection, submissions, self._details(environment.id, limits)),
                _count(connection, alerts, _alerts(environment.id, limits)),
                _count(connection, audit_entries, _audit(environment, limits)),
                _count(connection, submissions, self._undecided(environment.id, limits)),
            )

    def _answers(self, environment_id: int, limits: Limits) -> list[Any] | None:
        if limits.answers is None:
            return None
        adopted = sa.or_(s.door != int(Door.ADOPTED), s.submitted_at < limits.adopted)
        return [*_old(environment_id, limits.answers), s.state.in_(DECIDED), s.removed_at.is_(None), adopted]

    def _details(self, environment_id: int, limits: Limits) -> list[Any] | None:
        if limits.details is None:
            return None
        not_yet = sa.or_(s.stripped_at.is_(None), s.stripped_at <= s.settled_at)
        return [*_old(environment_id, limits.details), s.state.in_(DECIDED), not_yet]

    def _undecided(self, environment_id: int, limits: Limits) -> list[Any] | None:
        if limits.answers is None:
            return None
        return [*_old(environment_id, limits.answers), s.state.in_(UNDECIDED)]

    # Taking it away

    def take(self, environment: Environment, limits: Limits) -> Iterator[Amounts]:
        """After each transaction, what it took; whoever asks for the next decides when."""
        yield from self._walk(environment.id, self._answers(environment.id, limits), self._take_answers, limits)
        yield from self._walk(environment.id, self._details(environment.id, limits), self._strip, limits)
        yield from self._take_rows(alerts, _alerts(environment.id, limits), "alerts")
        yield from self._take_rows(audit_entries, _audit(environment, limits), "audit")

    def _walk(self, environment_id: int, conditions: list[Any] | None, take: Take, limits: Limits) -> Iterator[Amounts]:
        if conditions is None:
            return
        last = (-(2**62), 0)
        while True:
            window = self._window(environment_id, last)
            keys = [row.id for row in window]
            for start in range(0, len(keys), BATCH):
                some = self._fitting(keys[start : start + BATCH], conditions)
                if some:
                    yield take(some, conditions, limits)
            if len(window) < WINDOW:
                return
            last = (window[-1].submitted_at, window[-1].id)

    def _window(self, environment_id: int, last: tuple[int, int]) -> Sequence[Any]:
        here = sa.tuple_(s.submitted_at, s.id)
        wanted = (
            sa.select(s.submitted_at, s.id)
            .where(s.environment_id == environment_id, here > sa.tuple_(sa.literal(last[0]), sa.literal(last[1])))
            .order_by(s.submitted_at, s.id)
            .limit(WINDOW)
        )
        with self.database.read() as connection:
            return connection.execute(wanted).all()

    def _fitting(self, keys: Sequence[int], conditions: Sequence[Any]) -> list[int]:
        with self.database.read() as connection:
            return list(connection.execute(_again(keys, conditions)).scalars())

    def _take_answers(self, keys: Sequence[int], conditions: Sequence[Any], limits: Limits) -> Amounts:
        with erasing(self.database) as connection:
            mine = list(connection.execute(_again(keys, conditions).with_for_update()).scalars())
            mine = sorted({*mine} - self._still_mirrored(connection, mine, limits))
            for table in (submission_bodies, submission_people, webhook_deliveries):
                connection.execute(sa.delete(table).where(table.c.submission_id.in_(mine)))
            change = sa.update(submissions).where(s.id.in_(mine))
            connection.execute(change.values(removed_at=self.clock(), removal=int(Removal.RETENTION)))
        return Amounts(answers=len(mine))

    def _still_mirrored(self, connection: Connection, keys: Sequence[int], limits: Limits) -> set[int]:
        """Those whose answers the mirror has yet to write; it is waited for, but not for ever."""
        if limits.mirrored is None:
            return set()
        waiting = (
            sa.select(s.id)
            .join(mirror_queue, mirror_queue.c.submission_id == s.id)
            .where(s.id.in_(keys), s.settled_at >= limits.mirrored)
        )
        return set(connection.execute(waiting).scalars())

    def _strip(self, keys: Sequence[int], conditions: Sequence[Any], _limits: Limits) -> Amounts:
        with erasing(self.database) as connection:
            mine = list(connection.execute(_again(keys, conditions).with_for_update()).scalars())
            strip_events(connection, e.submission_id.in_(mine))
            connection.execute(sa.update(submissions).where(s.id.in_(mine)).values(stripped_at=self.clock()))
        return Amounts(details=len(mine))

    def _take_rows(self, table: sa.Table, conditions: list[Any] | None, name: str) -> Iterator[Amounts]:
        if conditions is None:
            return
        some = sa.select(table.c.id).where(*conditions).order_by(table.c.id).limit(BATCH)
        while True:
            with erasing(self.database) as connection:
                keys = list(connection.execute(some).scalars())
                connection.execute(sa.delete(table).where(table.c.id.in_(keys)))
            if keys:
                yield Amounts(**{name: len(keys)})
            if len(keys) < BATCH:
                return

    # What the last run did

    def last_run(self, environment_id: int) -> Any:
        """A row of `retention_runs`, None before the first."""
        wanted = sa.select(retention_runs).where(retention_runs.c.environment_id == environment_id)
        with self.database.read() as connection:
            return connection.execute(wanted).first()

    def began(self, environment_id: int) -> None:
        self._tell(environment_id, began_at=self.clock(), ended_at=None, trouble="", **dict.fromkeys(_TOLD, 0))

    def ended(self, environment_id: int, taken: Amounts, trouble: str = "") -> None:
        numbers = {name: getattr(taken, name) for name in _TOLD}
        change = sa.update(retention_runs).where(retention_runs.c.environment_id == environment_id)
        with self.database.write() as connection:
            connection.execute(change.values(ended_at=self.clock(), trouble=trouble, **numbers))

    def _tell(self, environment_id: int, **values: Any) -> None:
        row = {"environment_id": environment_id, **values}
        with self.database.write() as connection:
            upsert(connection, retention_runs, ("environment_id",), row)


_TOLD = ("answers", "details", "alerts", "audit")


def strip_events(connection: Connection, which: sa.ColumnElement[bool]) -> int:
    """Lines of timelines lose their values. Returns how many had some."""
    found = connection.execute(sa.select(e.id, e.detail).where(which, e.detail.is_not(None))).all()
    changed = []
    for row in found:
        kept = msgspec.json.encode(without_values(msgspec.json.decode(row.detail))).decode()
        if kept != row.detail:
            changed.append({"key": row.id, "kept": kept})
    if changed:
        change = sa.update(submission_events).where(e.id == sa.bindparam("key"))
        connection.execute(change.values(detail=sa.bindparam("kept")), changed)
    return len(changed)


def _old(environment_id: int, before: int) -> list[Any]:
    """Sent and settled before that. A response whose time lies ahead of its settling goes by both."""
    return [s.environment_id == environment_id, s.submitted_at < before, s.settled_at < before]


def _again(keys: Sequence[int], conditions: Sequence[Any]) -> sa.Select[Any]:
    return sa.select(s.id).where(s.id.in_(keys), *conditions)


def _alerts(environment_id: int, limits: Limits) -> list[Any] | None:
    """Those that are over."""
    if limits.alerts is None:
        return None
    return [alerts.c.environment_id == environment_id, alerts.c.resolved_at < limits.alerts]


def _audit(environment: Environment, limits: Limits) -> list[Any] | None:
    """The environment's own: numbers of removed environments may come again."""
    if limits.audit is None:
        return None
    a = audit_entries.c
    return [a.environment_id == environment.id, a.at >= environment.created_at, a.at < limits.audit]


def _count(connection: Connection, table: sa.Table, conditions: list[Any] | None) -> int:
    if conditions is None:
        return 0
    return int(connection.execute(sa.select(sa.func.count()).select_from(table).where(*conditions)).scalar_one())
