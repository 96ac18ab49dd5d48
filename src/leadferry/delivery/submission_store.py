"""Form submissions in the database: the work list, intents, settlements, and what people read and replay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from leadferry.clock import Clock
from leadferry.delivery.model import EventKind, MatchingStatus, ProcessingState, Removal, Settlement, State
from leadferry.delivery.submission import ClaimedSubmission
from leadferry.errors import InputError, NotFoundError
from leadferry.mirror import queue_store
from leadferry.performance.keeping_store import following, moved, standing
from leadferry.store.database import Database
from leadferry.store.statements import Bulk, Values, new_key, walking
from leadferry.store.tables import (
    campaigns,
    form_versions,
    intents,
    lead_forms,
    owners,
    submission_bodies,
    submission_events,
    submissions,
)
from leadferry.webhooks import queue_store as webhook_queue
from leadferry.webhooks.model import EventType
from leadferry.words import _, json_of

OPEN, OPEN_INDEX = sa.text("submissions.state < 2"), "ix_submissions_open"
"""The work list's own index, as small as the list."""


@dataclass(frozen=True, slots=True)
class Intent:
    id: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    state: State
    lead_id: str | None


class SubmissionStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    # The work list

    def claim(self, environment_id: int, limit: int) -> list[ClaimedSubmission]:
        """Open submissions that are due, oldest first. The caller holds the environment's lock."""
        wanted = (
            sa.select(
                submissions.c.id,
                submissions.c.response_id,
                submissions.c.owner_id,
                submissions.c.form_version_id,
                submissions.c.campaign_id,
                submissions.c.test,
                submissions.c.attempts,
                submissions.c.lead_id,
                submission_bodies.c.body,
                submissions.c.state,
            )
            .join(submission_bodies, submission_bodies.c.submission_id == submissions.c.id)
            .where(submissions.c.environment_id == environment_id, OPEN)
            .where(submissions.c.due_at <= self.clock())
            .order_by(submissions.c.submitted_at, submissions.c.id)
            .limit(limit)
        )
        with self.database.read() as connection:
            wanted = walking(wanted, submissions, OPEN_INDEX)
            claimed = [ClaimedSubmission(*row) for row in connection.execute(wanted).all()]
            orders = self._orders(connection, [item for item in claimed if item.state == State.RETRY])
        return [_with_order(item, orders[item.id]) if item.id in orders else item for item in claimed]

    def _orders(self, connection: Connection, retried: Sequence[ClaimedSubmission]) -> dict[int, str]:
        """What a person decided when replaying: the newest REPLAYED event says it."""
        if not retried:
            return {}
        found = connection.execute(
            sa.select(submission_events.c.submission_id, submission_events.c.detail)
            .where(submission_events.c.submission_id.in_([item.id for item in retried]))
            .where(submission_events.c.kind == int(EventKind.REPLAYED))
            .order_by(submission_events.c.id)
        )
        orders = {key: str(msgspec.json.decode(detail).get("order", "")) for key, detail in found if detail}
        return {key: order for key, order in orders.items() if order}

    def next_due_at(self, environment_id: int) -> int | None:
        """When the next open submission is due (ms; may be past), None when nothing is open."""
        wanted = sa.select(sa.func.min(submissions.c.due_at)).where(
            submissions.c.environment_id == environment_id, OPEN
        )
        with self.database.read() as connection:
            return connection.execute(walking(wanted, submissions, OPEN_INDEX)).scalar()

    # Intents and settlements

    def save_intent(self, environment_id: int, body: bytes) -> int:
        with self.database.write() as connection:
            values = {"environment_id": environment_id, "created_at": self.clock(), "body": body}
            return new_key(connection.execute(sa.insert(intents).values(values)))

    def intents(self, environment_id: int) -> list[Intent]:
        wanted = sa.select(intents.c.id, intents.c.body).where(intents.c.environment_id == environment_id)
        with self.database.read() as connection:
            return [Intent(*row) for row in connection.execute(wanted.order_by(intents.c.id))]

    def settle(
        self,
        settlements: Sequence[Settlement],
        *,
        intent_id: int | None = None,
        mirrored_in: int | None = None,
        recount: Iterable[str] = (),
        told_in: int | None = None,
    ) -> None:
        """Outcomes, timeline and the end of the intent, in one transaction. `mirrored_in`: the environment, where the
        mirror is to follow; `recount`: leads that it counts anew; `told_in`: the environment, for its webhooks."""
        now = self.clock()
        with self.database.write() as connection:
            if settlements:
                before = standing(connection, [item.submission_id for item in settlements])
                outcomes = [_outcome(item, now) for item in settlements]
                _SETTLE(connection, outcomes)
                moved(connection, before, {one[-1]: (one[0], one[1], one[5]) for one in outcomes})
                _INSERT_EVENTS(connection, [_event(item, now) for item in settlements])
            if intent_id is not None:
                connection.execute(sa.delete(intents).where(intents.c.id == intent_id))
            if mirrored_in is not None:
                queue_store.changed(connection, mirrored_in, [item.submission_id for item in settlements])
                queue_store.recount(connection, mirrored_in, recount)
            if told_in is not None:
                webhook_queue.settled(connection, told_in, settlements, now)

    # What people read

    def counts(self, environment_id: int) -> dict[str, int]:
        """How many submissions by state label, by matching status label, and `test`, `all`."""
        from leadferry.delivery.standings_store import standings  # for pages: no sync waits for it

        result: dict[str, int] = {state.label: 0 for state in State}
        result |= {status.label: 0 for status in MatchingStatus} | {"test": 0, "all": 0}
        with self.database.read() as connection:
            for state, status, test, count in standings(connection, environment_id):
                for label in (State(state).label, MatchingStatus(status).label, "all", *(["test"] if test else [])):
                    result[label] += count
        return result

    def outcomes(self, environment_id: int, response_ids: Sequence[str]) -> dict[str, Outcome]:
        """By form response id; those that are not stored are absent."""
        wanted = sa.select(submissions.c.response_id, submissions.c.state, submissions.c.lead_id).where(
            submissions.c.environment_id == environment_id, submissions.c.response_id.in_(response_ids)
        )
        with self.database.read() as connection:
            return {key: Outcome(State(state), lead) for key, state, lead in connection.execute(wanted)}

    def list(
        self,
        environment_id: int,
        *,
        states: Iterable[State] = (),
        matching: Iterable[MatchingStatus] = (),
        test: bool | None = None,
        limit: int = 50,
        before_id: int | None = None,
    ) -> list[dict[str, Any]]:
        """Newest first; `before_id` continues a listing."""
        wanted = _listing().where(submissions.c.environment_id == environment_id)
        if chosen := [int(state) for state in states]:
            wanted = wanted.where(submissions.c.state.in_(chosen))
        if statuses := [int(status) for status in matching]:
            wanted = wanted.where(submissions.c.matching_status.in_(statuses))
        if test is not None:
            wanted = wanted.where(submissions.c.test == test)
        if before_id is not None:
            wanted = wanted.where(submissions.c.id < before_id)
        with self.database.read() as connection:
            return [_shown(row) for row in connection.execute(wanted.limit(limit)).mappings()]

    def show(self, environment_id: int, reference: str | int) -> dict[str, Any]:
        """One submission by its number or its form response id, with `body` (bytes) and `events`."""
        with self.database.read() as connection:
            key = self._key(connection, environment_id, reference)
            row = connection.execute(_listing().where(submissions.c.id == key)).mappings().one()
            body = sa.select(submission_bodies.c.body).where(submission_bodies.c.submission_id == key)
            history = sa.select(submission_events).where(submission_events.c.submission_id == key)
            events = connection.execute(history.order_by(submission_events.c.id)).mappings().all()
            return {
                **_shown(row),
                "body": connection.execute(body).scalar(),
                "events": [_event_shown(event) for event in events],
            }

    def _key(self, connection: Connection, environment_id: int, reference: str | int) -> int:
        text = str(reference)
        mine = sa.select(submissions.c.id).where(submissions.c.environment_id == environment_id)
        key = None
        if text.isdecimal() and len(text) < 19:  # two questions: asked as one with "or", SQLite would walk every row
            key = connection.execute(mine.where(submissions.c.id == int(text))).scalar()
        if key is None:
            key = connection.execute(mine.where(submissions.c.response_id == text)).scalar()
        if key is None:
            raise NotFoundError(
                _("There is no form submission {text} in this environment.", text=text),
                code="submission-not-found",
                fix=_("`leadferry submissions list` shows them with their numbers."),
            )
        return int(key)

    def export(self, environment_id: int, *, chunk: int = 1000) -> Iterable[dict[str, Any]]:
        """Every submission, oldest number first, in chunks, so that memory stays flat."""
        last = 0
        while True:
            wanted = _listing(descending=False).where(
                submissions.c.environment_id == environment_id, submissions.c.id > last
            )
            with self.database.read() as connection:
                rows = connection.execute(wanted.limit(chunk)).mappings().all()
            if not rows:
                return
            last = rows[-1]["id"]
            yield from map(_shown, rows)

    # Replay and review

    def reopen(self, environment_id: int, reference: str | int, *, order: str = "", by: str = "") -> None:
        """Puts a settled submission back on the work list. `order`: "" again, "create", "lead:<id>" (update it),
        "link:<id>" (link only). `by`: the person's name."""
        with self.database.write() as connection:
            key = self._key(connection, environment_id, reference)
            found = sa.select(submissions).where(submissions.c.id == key).with_for_update()
            row = connection.execute(found).mappings().one()
            if row["state"] < State.REVIEW:
                raise InputError(
                    _(
                        "Submission {reference} is {label}: it is on its way already.",
                        reference=reference,
                        label=State(row["state"]).label,
                    ),
                    code="not-settled",
                    fix=_("Wait for its outcome, or look at `leadferry status` for what holds it up."),
                )
            if row["removed_at"] is not None:
                why = Removal(row["removal"]).words.lower()
                raise InputError(
                    _("The answers of submission {reference} are no longer kept: {why}.", reference=reference, why=why),
                    code="answers-gone",
                    fix=_("Without answers there is no lead to write. Its outcome stays as it was."),
                )
            values = {"state": int(State.RETRY), "due_at": 0, "attempts": 0}
            values |= {"processing_state": int(ProcessingState.UNPROCESSED)}
            with following(connection, [key]):
                connection.execute(sa.update(submissions).where(submissions.c.id == key).values(values))
            told = {"order": order, "by": by}
            self._add_event(connection, key, EventKind.REPLAYED, {name: text for name, text in told.items() if text})

    def reject(self, environment_id: int, reference: str | int, *, by: str = "") -> None:
        with self.database.write() as connection:
            key = self._key(connection, environment_id, reference)
            found = sa.select(submissions.c.state).where(submissions.c.id == key).with_for_update()
            state = connection.execute(found).scalar_one()
            if state == State.DELIVERED:
                raise InputError(
                    _("Submission {reference} is delivered: its lead is in Dynamics.", reference=reference),
                    code="already-delivered",
                    fix=_("Disqualify or delete the lead there."),
                )
            values = {"state": int(State.REJECTED), "settled_at": self.clock()}
            with following(connection, [key]):
                connection.execute(sa.update(submissions).where(submissions.c.id == key).values(values))
            self._add_event(connection, key, EventKind.REJECTED, {"by": by} if by else {})
            queue_store.changed(connection, environment_id, [key])
            self._tell(connection, environment_id, EventType.REJECTED, key, {"state": values["state"]})

    def undone(
        self,
        environment_id: int,
        reference: str | int,
        *,
        state: State,
        matching_status: MatchingStatus,
        keep_lead: bool,
        detail: Mapping[str, Any],
    ) -> None:
        """What a delivery or a decision did is taken back."""
        values = {
            "state": int(state),
            "matching_status": int(matching_status),
            "processing_state": int(ProcessingState.SUCCEEDED),
            "settled_at": self.clock(),
        }
        with self.database.write() as connection:
            key = self._key(connection, environment_id, reference)
            cleared = {} if keep_lead else {"lead_id": None}
            lead_id = connection.execute(sa.select(submissions.c.lead_id).where(submissions.c.id == key)).scalar()
            with following(connection, [key]):
                connection.execute(sa.update(submissions).where(submissions.c.id == key).values({**values, **cleared}))
            self._add_event(connection, key, EventKind.UNDONE, detail)
            queue_store.changed(connection, environment_id, [key])
            facts = {name: values[name] for name in ("state", "matching_status")}
            self._tell(connection, environment_id, EventType.UNDONE, key, {**facts, "lead_id": lead_id})
            if lead_id and not keep_lead:
                queue_store.recount(connection, environment_id, [lead_id])

    def _tell(
        self, connection: Connection, environment_id: int, event: EventType, key: int, facts: Mapping[str, Any]
    ) -> None:
        webhook_queue.put(connection, environment_id, [webhook_queue.Happening(event, key, facts)], self.clock())

    def _add_event(self, connection: Connection, key: int, kind: EventKind, detail: Mapping[str, Any]) -> None:
        text = json_of(detail).decode() if detail else None
        values = {"submission_id": key, "at": self.clock(), "kind": int(kind), "detail": text}
        connection.execute(sa.insert(submission_events).values(values))


_INSERT_EVENTS = Bulk(sa.insert(submission_events), ("submission_id", "at", "kind", "detail"))
_SETTLE = Bulk(
    sa.update(submissions)
    .where(submissions.c.id == sa.bindparam("key"))
    .values(
        state=sa.bindparam("new_state"),
        matching_status=sa.bindparam("new_matching"),
        processing_state=sa.bindparam("new_processing"),
        attempts=sa.bindparam("new_attempts"),
        due_at=sa.bindparam("new_due_at"),
        settled_at=sa.bindparam("new_settled_at"),
        # A later failure does not take the link to an earlier delivery's lead away.
        lead_id=sa.func.coalesce(sa.bindparam("new_lead_id", type_=sa.Text), submissions.c.lead_id),
        contact_id=sa.func.coalesce(sa.bindparam("new_contact_id", type_=sa.Text), submissions.c.contact_id),
    ),
    (
        "new_state", "new_matching", "new_processing", "new_attempts", "new_due_at", "new_settled_at", "new_lead_id",
        "new_contact_id", "key",
    ),
    """update submissions set state = v.column1, matching_status = v.column2, processing_state = v.column3,
        attempts = v.column4, due_at = v.column5, settled_at = v.column6, lead_id = coalesce(v.column7, lead_id),
        contact_id = coalesce(v.column8, contact_id)
        from (values {}) as v where submissions.id = v.column9""",
)  # fmt: skip


def _outcome(item: Settlement, now: int) -> Values:
    """As `_SETTLE` takes it."""
    state, settled_at = int(item.state), now if item.state.final else None
    status, processing = int(item.matching_status), int(item.processing_state)
    ids = (item.lead_id, item.contact_id, item.submission_id)
    return (state, status, processing, item.attempts, item.due_at, settled_at, *ids)


def _event(item: Settlement, now: int) -> Values:
    return item.submission_id, now, int(item.kind), json_of(item.detail).decode() if item.detail else None


def _with_order(item: ClaimedSubmission, order: str) -> ClaimedSubmission:
    return msgspec.structs.replace(item, order=order)


def _listing(*, descending: bool = True) -> sa.Select[Any]:
    joined = (
        submissions.outerjoin(form_versions, form_versions.c.id == submissions.c.form_version_id)
        .outerjoin(lead_forms, lead_forms.c.id == form_versions.c.form_id)
        .outerjoin(owners, owners.c.id == submissions.c.owner_id)
        .outerjoin(campaigns, campaigns.c.id == submissions.c.campaign_id)
    )
    return (
        sa.select(
            submissions,
            lead_forms.c.name.label("form"),
            lead_forms.c.id.label("form_key"),
            lead_forms.c.linkedin_id.label("form_id"),
            form_versions.c.version.label("form_version"),
            owners.c.name.label("account"),
            campaigns.c.name.label("campaign"),
        )
        .select_from(joined)
        .order_by(submissions.c.id.desc() if descending else submissions.c.id)
    )


def _shown(row: RowMapping) -> dict[str, Any]:
    return {
        **row,
        "state": State(row["state"]),
        "matching_status": MatchingStatus(row["matching_status"]),
        "processing_state": ProcessingState(row["processing_state"]),
    }


def _event_shown(row: RowMapping) -> dict[str, Any]:
    detail = msgspec.json.decode(row["detail"]) if row["detail"] else {}
    return {"at": row["at"], "kind": EventKind(row["kind"]), "detail": detail}
