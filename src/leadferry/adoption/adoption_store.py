"""Adopted submissions go into the inbox settled; and the books of what was taken, kept with the configuration."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.adoption.submissions import Adopted
from leadferry.delivery.model import EventKind, State
from leadferry.intake.inbox_store import InboxStore
from leadferry.intake.model import Door
from leadferry.intake.recognition import Trace, trace
from leadferry.intake.recognition_store import Candidate, find
from leadferry.store.statements import lock_environment
from leadferry.store.tables import environments, submission_bodies, submission_events, submissions

BOOKS = "adopted"
"""Name among what the configuration keeps and does not know: {"rows": [ids], "through": ms}."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows of our stores that a submission hangs on."""

    owners: Mapping[str, int]
    campaigns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Stored:
    """`waiting`: those that are here by another door and not delivered, with what became of them at Microsoft's."""

    new: int = 0
    waiting: tuple[tuple[int, Adopted], ...] = ()


class AdoptionStore(InboxStore):
    """The inbox, for what was settled elsewhere."""

    def known(self, environment_id: int, response_ids: Sequence[str]) -> set[str]:
        if not response_ids:
            return set()
        with self.database.read() as connection:
            return set(self._known(connection, environment_id, list(response_ids)))

    def adopt(self, environment_id: int, items: Iterable[Adopted], placed: Placed) -> Stored:
        """Stores those that are not here, by this id or another, in one transaction."""
        by_id = {item.response_id: item for item in items}
        with self.database.write() as connection:
            self._one_at_a_time(connection, environment_id)
            for known in self._known(connection, environment_id, list(by_id)):
                del by_id[known]
            here = find(connection, environment_id, _traces(by_id.values()))
            waiting = [(here[key].id, by_id.pop(key)) for key in list(here) if _waits(here[key], by_id[key])]
            for key in here:
                by_id.pop(key, None)
            new = list(by_id.values())
            if new:
                self._insert_adopted(connection, environment_id, new, placed)
                _note(connection, environment_id, through=max(item.submitted_at for item in new))
        return Stored(len(new), tuple(waiting))

    def _insert_adopted(
        self, connection: Connection, environment_id: int, items: Sequence[Adopted], placed: Placed
    ) -> None:
        now = self.clock()
        keyed = list(zip(self._new_keys(connection, len(items)), items, strict=True))
        connection.execute(sa.insert(submissions), [_row(key, environment_id, item, placed) for key, item in keyed])
        bodies = [{"submission_id": key, "body": item.body} for key, item in keyed]
        connection.execute(sa.insert(submission_bodies), bodies)
        connection.execute(sa.insert(submission_events), [_event(key, item, now) for key, item in keyed])

    def settle(self, waiting: Iterable[tuple[int, Adopted]]) -> int:
        """Those that were brought by another door, and not delivered, have the outcome they had at Microsoft's. The
        caller holds the environment's delivery lock. Returns how many."""
        settled, now = 0, self.clock()
        with self.database.write() as connection:
            for key, item in waiting:
                change = sa.update(submissions).where(submissions.c.id == key, submissions.c.state != State.DELIVERED)
                if connection.execute(change.values(_outcome(item))).rowcount:
                    connection.execute(sa.insert(submission_events).values(_event(key, item, now)))
                    settled += 1
        return settled

    # The books

    def taken(self, environment_id: int) -> frozenset[str]:
        """Ids of Microsoft's rows whose settings were adopted."""
        wanted = sa.select(environments.c.configuration).where(environments.c.id == environment_id)
        with self.database.read() as connection:
            stored = json.loads(connection.execute(wanted).scalar() or "{}")
        return frozenset(stored.get(BOOKS, {}).get("rows", ()))

    def note_taken(self, environment_id: int, rows: Collection[str]) -> None:
        with self.database.write() as connection:
            _note(connection, environment_id, rows=rows)


def _note(connection: Connection, environment_id: int, *, rows: Collection[str] = (), through: int = 0) -> None:
    lock_environment(connection, environment_id)
    mine = environments.c.id == environment_id
    stored = json.loads(connection.execute(sa.select(environments.c.configuration).where(mine)).scalar() or "{}")
    before = stored.get(BOOKS, {})
    stored[BOOKS] = {
        "rows": sorted({*before.get("rows", ()), *rows}),
        "through": max(int(before.get("through", 0)), through),
    }
    text = json.dumps(stored, ensure_ascii=False, sort_keys=True)
    connection.execute(sa.update(environments).where(mine).values(configuration=text))


def _traces(items: Iterable[Adopted]) -> dict[str, Trace]:
    found: dict[str, Trace] = {}
    for item in items:
        form = (item.form.number, item.form.name) if item.form else (0, "")
        if one := trace(item.body, item.submitted_at, *form):
            found[item.response_id] = one
    return found


def _waits(candidate: Candidate, item: Adopted) -> bool:
    return candidate.state != State.DELIVERED and item.state is State.DELIVERED


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
    detail = {"why": "taken from Microsoft's connector", "row": item.row_id}
    if item.trouble:
        detail["message"] = item.trouble
    return {"submission_id": key, "at": now, "kind": int(EventKind.ADOPTED), "detail": json.dumps(detail)}
