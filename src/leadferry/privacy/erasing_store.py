"""Takes away what submissions hold of a person. Their rows stay, with ids, times and outcome: they are counted as
before, reconciliation agrees, and LinkedIn may show the response again without anything happening."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.clock import Clock
from leadferry.delivery.model import EventKind, MatchingStatus, ProcessingState, Removal, State
from leadferry.errors import InputError
from leadferry.intake.recognition import trace
from leadferry.mirror import queue_store
from leadferry.performance.facet_store import forget_unused
from leadferry.performance.keeping_store import following
from leadferry.privacy.retention_store import strip_events
from leadferry.store.cleaning import erasing
from leadferry.store.database import Database
from leadferry.store.statements import some_of
from leadferry.store.tables import (
    form_versions,
    intents,
    lead_forms,
    mirror_queue,
    saved_views,
    submission_bodies,
    submission_events,
    submission_people,
    submissions,
    webhook_deliveries,
)
from leadferry.webhooks import queue_store as webhook_queue
from leadferry.webhooks.happenings import ERASED_FACTS
from leadferry.webhooks.model import EventType
from leadferry.words import _

DECIDED = (int(State.DELIVERED), int(State.REJECTED))
WHY = {
    Removal.ERASURE: "",
    Removal.RETENTION: "",
    Removal.AT_LINKEDIN: "LinkedIn deleted the form response. ",
    Removal.TEST: "All test leads were deleted. ",
}
s, e = submissions.c, submission_events.c


@dataclass(frozen=True, slots=True)
class Order:
    """`mirror`: their rows in Leadferry's own tables in Dynamics go too. `lines`, `views`: of others' timelines, and
    saved views, that name the person. `recognisable`: a salted digest stays, by which the same response is recognised
    under another id."""

    removal: Removal
    by: str = ""
    mirror: bool = False
    lines: tuple[int, ...] = ()
    views: tuple[int, ...] = ()
    recognisable: bool = True


class ErasingStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def refuse_unfinished(self, environment_id: int) -> None:
        """A plan that a cut-off delivery left holds answers of people, and may be carried out in part."""
        wanted = sa.select(intents.c.id).where(intents.c.environment_id == environment_id).limit(1)
        with self.database.read() as connection:
            left = connection.execute(wanted).first()
        if left is not None:
            raise InputError(
                _("A delivery was cut off, and its plan still holds answers of people."),
                fix=_("Let the next sync finish it (`leadferry sync --once`), then try again."),
                code="delivery-unfinished",
            )

    def erase(self, environment_id: int, keys: Sequence[int], order: Order) -> int:
        """In one transaction; how many held something. The caller holds the environment's lock."""
        with erasing(self.database) as connection:
            rows = self._rows(connection, environment_id, keys)
            mine = [row["id"] for row in rows]
            traces = self._traces(rows) if order.recognisable else {}
            with following(connection, mine):
                self._end(connection, [row["id"] for row in rows if row["state"] not in DECIDED])
                self._empty(connection, mine, order.removal)
            self._tell(connection, mine, order, traces)
            self._mirror(connection, environment_id, rows, mirror=order.mirror)
            if order.removal is not Removal.RETENTION:  # a receiver knows for how long it keeps what it was told
                told = [webhook_queue.Happening(EventType.ERASED, key, ERASED_FACTS) for key in mine]
                webhook_queue.put(connection, environment_id, told, self.clock())
            self._others(connection, environment_id, order)
        with erasing(self.database) as connection:
            forget_unused(connection, environment_id)
        return len(mine)

    def _rows(self, connection: Connection, environment_id: int, keys: Sequence[int]) -> list[Any]:
        """Those of the environment that still hold something, or whose lead is still known."""
        wanted = (
            sa.select(
                s.id,
                s.response_id,
                s.state,
                s.lead_id,
                s.submitted_at,
                submission_bodies.c.body,
                lead_forms.c.linkedin_id,
                lead_forms.c.name,
            )
            .outerjoin(submission_bodies, submission_bodies.c.submission_id == s.id)
            .outerjoin(form_versions, form_versions.c.id == s.form_version_id)
            .outerjoin(lead_forms, lead_forms.c.id == form_versions.c.form_id)
            .where(s.environment_id == environment_id, sa.or_(s.removal.is_(None), s.removal == int(Removal.RETENTION)))
        )
        found: list[Any] = []
        for some in some_of(list(dict.fromkeys(keys))):
            found += connection.execute(wanted.where(s.id.in_(some)).order_by(s.id)).mappings().all()
        return found

    def _traces(self, rows: Sequence[Any]) -> dict[int, dict[str, Any]]:
        found = {}
        for row in rows:
            one = trace(row["body"] or b"", row["submitted_at"], row["linkedin_id"] or 0, row["name"] or "")
            if one is not None:
                found[row["id"]] = msgspec.to_builtins(one.sealed(secrets.token_bytes(8)))
        return found

    def _end(self, connection: Connection, keys: Sequence[int]) -> None:
        """What was not decided yet becomes no lead."""
        values = {"state": int(State.REJECTED), "matching_status": int(MatchingStatus.PENDING)}
        values |= {"processing_state": int(ProcessingState.SUCCEEDED), "settled_at": self.clock(), "due_at": 0}
        for some in some_of(keys):
            connection.execute(sa.update(submissions).where(s.id.in_(some)).values(values))

    def _empty(self, connection: Connection, keys: Sequence[int], removal: Removal) -> None:
        gone: dict[str, Any] = {"removed_at": self.clock(), "removal": int(removal), "stripped_at": self.clock()}
        gone |= {"lead_id": None, "contact_id": None, "country_id": 0, "industry_id": 0}
        for some in some_of(keys):
            for table in (submission_bodies, submission_people, mirror_queue, webhook_deliveries):
                connection.execute(sa.delete(table).where(table.c.submission_id.in_(some)))
            lines = sa.update(submission_events).where(e.submission_id.in_(some))
            connection.execute(lines.values(detail=None))
            connection.execute(sa.update(submissions).where(s.id.in_(some)).values(gone))

    def _tell(
        self, connection: Connection, keys: Sequence[int], order: Order, traces: Mapping[int, dict[str, Any]]
    ) -> None:
        told = {"by": order.by} if order.by else {}
        told |= {"why": f"{WHY[order.removal]}Nothing of the answers is kept."}
        rows = [
            {
                "submission_id": key,
                "at": self.clock(),
                "kind": int(EventKind.ERASED),
                "detail": msgspec.json.encode(told | ({"trace": traces[key]} if key in traces else {})).decode(),
            }
            for key in keys
        ]
        if rows:
            connection.execute(sa.insert(submission_events), rows)

    def _mirror(self, connection: Connection, environment_id: int, rows: Sequence[Any], *, mirror: bool) -> None:
        if not queue_store.began(connection, environment_id):
            return
        if mirror:
            queue_store.gone(connection, environment_id, [row["response_id"] for row in rows])
        queue_store.recount(connection, environment_id, [row["lead_id"] for row in rows if row["lead_id"]])

    def _others(self, connection: Connection, environment_id: int, order: Order) -> None:
        for some in some_of(order.lines):
            own = sa.select(s.id).where(s.environment_id == environment_id)
            strip_events(connection, sa.and_(e.id.in_(some), e.submission_id.in_(own)))
        if order.views:
            mine = saved_views.c.environment_id == environment_id
            connection.execute(sa.delete(saved_views).where(mine, saved_views.c.id.in_(order.views)))

    def contacts_shared(self, environment_id: int, contacts: Sequence[str], without: Sequence[int]) -> set[str]:
        """Those of the contacts that other submissions have too."""
        wanted = sa.select(s.id, s.contact_id).where(s.environment_id == environment_id, s.contact_id.in_(contacts))
        with self.database.read() as connection:
            return {row.contact_id for row in connection.execute(wanted) if row.id not in without}

    # A response that LinkedIn deleted

    def sharers(self, environment_id: int, lead_id: str, number: int) -> int:
        """How many other submissions have that lead."""
        mine = (s.environment_id == environment_id, s.lead_id == lead_id, s.id != number)
        with self.database.read() as connection:
            return int(
                connection.execute(sa.select(sa.func.count()).select_from(submissions).where(*mine)).scalar_one()
            )

    def note_deletion(self, key: int, by: str) -> None:
        told = {"by": by} if by else {}
        detail = msgspec.json.encode(told | {"why": "It is kept here, as configured."}).decode()
        values = {"submission_id": key, "at": self.clock(), "kind": int(EventKind.DELETED), "detail": detail}
        with self.database.write() as connection:
            connection.execute(sa.insert(submission_events).values(values))
