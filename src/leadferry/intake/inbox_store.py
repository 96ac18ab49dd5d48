"""The one inbox: whatever door a form response came through, it is stored once, durably, before anything else."""

from __future__ import annotations

import json
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.clock import Clock
from leadferry.delivery.model import EventKind, MatchingStatus, ProcessingState, State
from leadferry.forms.model import FormResponse
from leadferry.intake.model import Door, Received
from leadferry.intake.recognition_store import recognise
from leadferry.mirror import queue_store
from leadferry.performance.facet_store import FacetReader, Ids, Numbers, none_new, response_of
from leadferry.performance.keeping_store import added
from leadferry.store.database import Database
from leadferry.store.statements import Bulk, Values
from leadferry.store.tables import submission_bodies, submission_events, submissions
from leadferry.webhooks import queue_store as webhook_queue
from leadferry.words import json_of

INTAKE_LOCK = 7_233_406_194_302
_NAMES = (
    "id", "environment_id", "response_id", "owner_id", "form_version_id", "campaign_id", "lead_type", "test", "door",
    "submitted_at", "received_at", "state", "matching_status", "processing_state", "attempts", "due_at", "creative_id",
    "country_id", "industry_id",
)  # fmt: skip
_INSERT = Bulk(sa.insert(submissions), _NAMES)
_INSERT_BODIES = Bulk(sa.insert(submission_bodies), ("submission_id", "body"))
_KNOWN = sa.select(submissions.c.response_id).where(submissions.c.environment_id == sa.bindparam("environment"))
# One parameter for all ids: hundreds of them are most of the statement's time.
_IDS = sa.func.json_each(sa.bindparam("ids")).table_valued("value")
_KNOWN_TO_SQLITE = _KNOWN.where(submissions.c.response_id.in_(sa.select(_IDS.c.value)))
_KNOWN_TO_POSTGRESQL = _KNOWN.where(
    submissions.c.response_id == sa.func.any(sa.bindparam("ids", type_=sa.ARRAY(sa.Text)))
)
_OPEN = (int(State.PENDING), int(MatchingStatus.PENDING), int(ProcessingState.UNPROCESSED))
_UNREADABLE = (int(State.FAILED), int(MatchingStatus.PENDING), int(ProcessingState.FAILED))


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
        asked = {"environment": environment_id}
        if self.database.sqlite:
            return list(connection.execute(_KNOWN_TO_SQLITE, {**asked, "ids": json.dumps(ids)}).scalars())
        return list(connection.execute(_KNOWN_TO_POSTGRESQL, {**asked, "ids": ids}).scalars())

    def _insert(self, connection: Connection, environment_id: int, door: Door, items: list[Received]) -> Numbers:
        now = self.clock()
        keys = self._new_keys(connection, len(items))
        facets, new = self.facets.ids(connection, environment_id, [_answered(item) for item in items])
        keyed = list(zip(keys, items, facets, strict=True))
        _INSERT(connection, [_row(key, environment_id, int(door), item, ids, now) for key, item, ids in keyed])
        _INSERT_BODIES(connection, [(key, item.body) for key, item, _ in keyed])
        unreadable = [(key, item) for key, item, _ in keyed if item.trouble]
        if unreadable:
            connection.execute(sa.insert(submission_events), [_unreadable(key, item, now) for key, item in unreadable])
            queue_store.changed(connection, environment_id, [key for key, _ in unreadable])
        added(
            connection,
            environment_id,
            [_standing(key, environment_id, item, ids) for key, item, ids in keyed if not item.test],
        )
        webhook_queue.received(connection, environment_id, keys, [key for key, _ in unreadable], now)
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


def _row(key: int, environment_id: int, door: int, item: Received, facets: Ids, now: int) -> Values:
    """As `_NAMES`. Without names beside the values: it is in the way of every lead."""
    who = (key, environment_id, item.response_id, item.owner_id, item.form_version_id, item.campaign_id)
    what = (item.lead_type, item.test, door, item.submitted_at, now)
    return (*who, *what, *(_UNREADABLE if item.trouble else _OPEN), 0, 0, *facets)


def _standing(key: int, environment_id: int, item: Received, facets: Ids) -> Values:
    """For the figures."""
    about = (item.owner_id or 0, item.form_version_id or 0, item.campaign_id or 0, *facets, item.lead_type)
    return (key, environment_id, item.submitted_at, *about, *(_UNREADABLE if item.trouble else _OPEN)[:2], None)


def _unreadable(key: int, item: Received, now: int) -> dict[str, object]:
    detail = {"code": "unreadable-response", "message": item.trouble, "door": "intake"}
    return {
        "submission_id": key,
        "at": now,
        "kind": int(EventKind.FAILED),
        "detail": json_of(detail).decode(),
    }
