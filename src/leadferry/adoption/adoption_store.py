"""Adopted submissions go into the inbox settled; and the books of what was taken, kept with the configuration."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.adoption.model import Standing
from leadferry.adoption.submissions import Adopted
from leadferry.delivery.model import EventKind, State
from leadferry.errors import BusyError
from leadferry.intake.inbox_store import InboxStore
from leadferry.intake.model import Door
from leadferry.intake.recognition import Trace, trace
from leadferry.intake.recognition_store import find
from leadferry.mirror import queue_store
from leadferry.performance.facet_store import Numbers, columns_of, none_new, response_of
from leadferry.performance.keeping_store import came, following, standing
from leadferry.store.statements import lock_environment
from leadferry.store.tables import environments, intents, submission_bodies, submission_events, submissions
from leadferry.words import worded

BOOKS = "adopted"
"""Name among what the configuration keeps and does not know:
{"rows": [ids], "through": ms, "began": ms, "ended": ms, "taken": number, "replace": bool}."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows of our stores that a submission hangs on."""

    owners: Mapping[str, int]
    campaigns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Here:
    """A submission that is here. `may_wait`: brought by another door, and not delivered."""

    id: int
    may_wait: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """`waiting`: those that are here by another door and not delivered, with what became of them at Microsoft's."""

    new: int = 0
    waiting: tuple[tuple[int, Adopted], ...] = ()


class AdoptionStore(InboxStore):
    """The inbox, for what was settled elsewhere."""

    def known(self, environment_id: int, response_ids: Sequence[str]) -> set[str]:
        """Those of which nothing more is to be learned."""
        if not response_ids:
            return set()
        with self.database.read() as connection:
            here = _here(connection, environment_id, response_ids)
        return {key for key, found in here.items() if not found.may_wait}

    def adopt(self, environment_id: int, items: Iterable[Adopted], placed: Placed) -> Stored:
        """Stores those that are not here, by this id or another, in one transaction."""
        by_id = {item.response_id: item for item in items}
        numbers: Numbers = none_new(environment_id)
        with self.database.write() as connection:
            self._one_at_a_time(connection, environment_id)
            here = _here(connection, environment_id, list(by_id))
            unknown = [item for key, item in by_id.items() if key not in here]
            here |= {
                key: Here(one.id, one.state != State.DELIVERED)
                for key, one in find(connection, environment_id, _traces(unknown)).items()
            }
            new = [item for item in unknown if item.response_id not in here]
            if new:
                numbers = self._insert_adopted(connection, environment_id, new, placed)
                through = max(item.submitted_at for item in new)
                _note(connection, environment_id, through=through, more=len(new))
        self.facets.keep(numbers)
        delivered = ((one, by_id[key]) for key, one in here.items() if by_id[key].state is State.DELIVERED)
        return Stored(len(new), tuple((one.id, item) for one, item in delivered if one.may_wait))

    def _insert_adopted(
        self, connection: Connection, environment_id: int, items: Sequence[Adopted], placed: Placed
    ) -> Numbers:
        now = self.clock()
        keyed = list(zip(self._new_keys(connection, len(items)), items, strict=True))
        answered = [(item.form.version_key if item.form else None, response_of(item.body)) for item in items]
        facets, new = self.facets.ids(connection, environment_id, answered)
        rows = [
            {**_row(key, environment_id, item, placed), **columns_of(told)}
            for (key, item), told in zip(keyed, facets, strict=True)
        ]
        connection.execute(sa.insert(submissions), rows)
        bodies = [{"submission_id": key, "body": item.body} for key, item in keyed]
        connection.execute(sa.insert(submission_bodies), bodies)
        connection.execute(sa.insert(submission_events), [_event(key, item, now) for key, item in keyed])
        came(connection, standing(connection, [key for key, _ in keyed]))
        _mirror(connection, environment_id, keyed)
        return new

    def settle(self, environment_id: int, waiting: Iterable[tuple[int, Adopted]]) -> int:
        """Those that were brought by another door, and not delivered, have the outcome they had at Microsoft's. The
        caller holds the environment's delivery lock; where a delivery died with a plan half carried out, that plan
        goes first, and the next adoption sees to the rest. Returns how many."""
        now = self.clock()
        with self.database.write() as connection:
            planned = sa.select(intents.c.id).where(intents.c.environment_id == environment_id).limit(1)
            if connection.execute(planned).first():
                return 0
            pairs = list(waiting)
            with following(connection, [key for key, _ in pairs]):
                settled = [(key, item) for key, item in pairs if _settled(connection, key, item, now)]
            _mirror(connection, environment_id, settled)
        return len(settled)

    # The books

    def taken(self, environment_id: int) -> frozenset[str]:
        """Ids of Microsoft's rows whose settings were adopted."""
        return frozenset(self._books(environment_id).get("rows", ()))

    def note_taken(self, environment_id: int, rows: Collection[str]) -> None:
        with self.database.write() as connection:
            _note(connection, environment_id, rows=rows)

    @contextmanager
    def alone(self, environment_id: int) -> Iterator[None]:
        """One adoption at a time. Raises BusyError while another process is at it."""
        with self.database.alone(f"adoption-{environment_id}"):
            yield

    def note_began(self, environment_id: int, *, replace: bool = False) -> None:
        with self.database.write() as connection:
            _note(connection, environment_id, began=self.clock(), replace=replace)

    def note_ended(self, environment_id: int) -> None:
        with self.database.write() as connection:
            _note(connection, environment_id, ended=self.clock())

    def standing(self, environment_id: int) -> Standing:
        """An adoption from before it was noted has at least left its rows here."""
        books = self._books(environment_id)
        ended = books.get("ended") or (books.get("through") if "began" not in books else None)
        return Standing(books.get("began"), ended, books.get("taken", 0), books.get("replace", False))

    def under_way(self, environment_id: int) -> bool:
        """In whatever process. Not to be asked where one may just begin here: to ask is to hold it for a moment."""
        try:
            with self.alone(environment_id):
                return False
        except BusyError:
            return True

    def _books(self, environment_id: int) -> dict[str, Any]:
        wanted = sa.select(environments.c.configuration).where(environments.c.id == environment_id)
        with self.database.read() as connection:
            stored = json.loads(connection.execute(wanted).scalar() or "{}")
        return dict(stored.get(BOOKS, {}))


def _settled(connection: Connection, key: int, item: Adopted, now: int) -> bool:
    """False where it was delivered, or erased, meanwhile."""
    change = sa.update(submissions).where(
        submissions.c.id == key, submissions.c.state != State.DELIVERED, submissions.c.removed_at.is_(None)
    )
    if not connection.execute(change.values(_outcome(item))).rowcount:
        return False
    connection.execute(sa.insert(submission_events).values(_event(key, item, now)))
    return True


def _note(
    connection: Connection,
    environment_id: int,
    *,
    rows: Collection[str] = (),
    through: int = 0,
    more: int = 0,
    **told: Any,
) -> None:
    """`told` is written over what stands there; the others are added to it. `more`: submissions that were taken."""
    lock_environment(connection, environment_id)
    mine = environments.c.id == environment_id
    stored = json.loads(connection.execute(sa.select(environments.c.configuration).where(mine)).scalar() or "{}")
    before = {**stored.get(BOOKS, {}), **told}
    stored[BOOKS] = {
        **before,
        "taken": before.get("taken", 0) + more,
        "rows": sorted({*before.get("rows", ()), *rows}),
        "through": max(int(before.get("through", 0)), through),
    }
    text = json.dumps(stored, ensure_ascii=False, sort_keys=True)
    connection.execute(sa.update(environments).where(mine).values(configuration=text))


def _mirror(connection: Connection, environment_id: int, keyed: Sequence[tuple[int, Adopted]]) -> None:
    if keyed and queue_store.began(connection, environment_id):
        queue_store.changed(connection, environment_id, [key for key, _ in keyed])
        queue_store.recount(connection, environment_id, [item.lead_id for _, item in keyed if item.lead_id])


def _traces(items: Iterable[Adopted]) -> dict[str, Trace]:
    found: dict[str, Trace] = {}
    for item in items:
        form = (item.form.number, item.form.name) if item.form else (0, "")
        if one := trace(item.body, item.submitted_at, *form):
            found[item.response_id] = one
    return found


def _here(connection: Connection, environment_id: int, response_ids: Sequence[str]) -> dict[str, Here]:
    """By response id."""
    wanted = sa.select(submissions.c.id, submissions.c.response_id, submissions.c.state, submissions.c.door).where(
        submissions.c.environment_id == environment_id, submissions.c.response_id.in_(response_ids)
    )
    return {
        row.response_id: Here(row.id, row.state != State.DELIVERED and row.door != Door.ADOPTED)
        for row in connection.execute(wanted)
    }


def _row(key: int, environment_id: int, item: Adopted, placed: Placed) -> dict[str, Any]:
    return {
        "id": key,
        "environment_id": environment_id,
        "response_id": item.response_id,
        "owner_id": placed.owners.get(item.owner_urn),
        "form_version_id": item.form.version_key if item.form else None,
        "campaign_id": placed.campaigns.get(item.campaign_urn),
        "lead_type": item.lead_type,
        "test": item.test,
        "door": int(Door.ADOPTED),
        "submitted_at": item.submitted_at,
        "received_at": item.received_at,
        "attempts": 0,
        **_outcome(item),
    }


def _outcome(item: Adopted) -> dict[str, Any]:
    return {
        "state": int(item.state),
        "matching_status": int(item.matching_status),
        "processing_state": int(item.processing_state),
        "due_at": 0,
        "settled_at": item.settled_at,
        "lead_id": item.lead_id,
        "contact_id": item.contact_id,
    }


def _event(key: int, item: Adopted, now: int) -> dict[str, Any]:
    """Its line in the timeline."""
    detail = {"why": worded("Taken from its tables, not delivered again."), "row": item.row_id}
    if item.trouble:
        detail["message"] = item.trouble
    return {"submission_id": key, "at": now, "kind": int(EventKind.ADOPTED), "detail": json.dumps(detail)}
