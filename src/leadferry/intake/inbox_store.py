"""The one inbox: whatever door a form response came through, it is stored once, durably, before anything else."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.clock import Clock
from leadferry.delivery.model import EventKind, MatchingStatus, ProcessingState, State
from leadferry.forms.model import FormResponse
from leadferry.intake.model import Door, Received
from leadferry.intake.recognition_store import recognise
from leadferry.mirror import queue_store
from leadferry.performance.facet_store import FacetReader, Ids, Numbers, columns_of, none_new, response_of
from leadferry.performance.keeping_store import added
from leadferry.store.database import Database
from leadferry.store.statements import Bulk
from leadferry.store.tables import submission_bodies, submission_events, submissions
from leadferry.webhooks import queue_store as webhook_queue
from leadferry.words import json_of

INTAKE_LOCK = 7_233_406_194_302
_INSERT, _INSERT_BODIES = Bulk(sa.insert(submissions)), Bulk(sa.insert(submission_bodies))


class InboxStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.facets = FacetReader()

    def store(self, environment_id: int, door: Door, received: Sequence[Received]) -> list[Received]:
        """Stores those that are not there yet, in one transaction, and returns them."""
        by_id = {item.response_id: item for item in received}
        if not by_id:
            return []
        new: Numbers = none_new(environment_id)
        with self.database.write() as connection:
            self._one_at_a_time(connection, environment_id)
            for known in self._known(connection, environment_id, list(by_id)):
                del by_id[known]
            for known in recognise(connection, environment_id, door, list(by_id.values()), self.clock()):
                del by_id[known]
            if by_id:
                new = self._insert(connection, environment_id, door, list(by_id.values()))
        self.facets.keep(new)
        return list(by_id.values())

    def _one_at_a_time(self, connection: Connection, environment_id: int) -> None:
        """Two doors may bring one response at one moment. SQLite has one writer anyway."""
        if not self.database.sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(INTAKE_LOCK + environment_id)))

    def _known(self, connection: Connection, environment_id: int, ids: list[str]) -> list[str]:
        asked = sa.select(submissions.c.response_id).where(
            submissions.c.environment_id == environment_id, submissions.c.response_id.in_(ids)
        )
        return list(connection.execute(asked).scalars())

    def _insert(self, connection: Connection, environment_id: int, door: Door, items: list[Received]) -> Numbers:
        now = self.clock()
        rows, bodies, events = [], [], []
        keys = self._new_keys(connection, len(items))
        facets, new = self.facets.ids(connection, environment_id, [_answered(item) for item in items])
        for key, item, told in zip(keys, items, facets, strict=True):
            rows.append(_row(key, environment_id, door, item, told, now))
            bodies.append({"submission_id": key, "body": item.body})
            if item.trouble:
                events.append(_unreadable(key, item, now))
        _INSERT(connection, rows)
        _INSERT_BODIES(connection, bodies)
        if events:
            connection.execute(sa.insert(submission_events), events)
            queue_store.changed(
                connection, environment_id, [key for key, item in zip(keys, items, strict=True) if item.trouble]
            )
        added(connection, rows)
        unreadable = [key for key, item in zip(keys, items, strict=True) if item.trouble]
        webhook_queue.received(connection, environment_id, keys, unreadable, now)
        return new

    def _new_keys(self, connection: Connection, count: int) -> Sequence[int]:
        """Keys chosen before the insert, so that rows and bodies go in as two plain bulk inserts."""
        if self.database.sqlite:
            last = connection.execute(sa.select(sa.func.max(submissions.c.id))).scalar() or 0
            return range(last + 1, last + 1 + count)
        series = sa.text("select nextval(pg_get_serial_sequence('submissions', 'id')) from generate_series(1, :count)")
        return list(connection.execute(series, {"count": count}).scalars())


def _answered(item: Received) -> tuple[int | None, FormResponse | None]:
    return item.form_version_id, item.response or (None if item.trouble else response_of(item.body))


def _row(key: int, environment_id: int, door: Door, item: Received, facets: Ids, now: int) -> dict[str, object]:
    return {
        "id": key,
        "environment_id": environment_id,
        "response_id": item.response_id,
        "owner_id": item.owner_id,
        "form_version_id": item.form_version_id,
        "campaign_id": item.campaign_id,
        "lead_type": item.lead_type,
        "test": item.test,
        "door": int(door),
        "submitted_at": item.submitted_at,
        "received_at": now,
        "state": int(State.FAILED if item.trouble else State.PENDING),
        "matching_status": int(MatchingStatus.PENDING),
        "processing_state": int(ProcessingState.FAILED if item.trouble else ProcessingState.UNPROCESSED),
        "attempts": 0,
        "due_at": 0,
        **columns_of(facets),
    }


def _unreadable(key: int, item: Received, now: int) -> dict[str, object]:
    detail = {"code": "unreadable-response", "message": item.trouble, "door": "intake"}
    return {
        "submission_id": key,
        "at": now,
        "kind": int(EventKind.FAILED),
        "detail": json_of(detail).decode(),
    }
