"""Finds the submissions that a response may be, among those adopted from Microsoft's connector, or among all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.delivery.model import EventKind
from leadferry.intake.model import Door, Received
from leadferry.intake.recognition import SealedTrace, Trace, same, trace
from leadferry.mirror import queue_store
from leadferry.performance.facet_store import FacetReader, columns_of, response_of
from leadferry.performance.keeping_store import following
from leadferry.store.statements import some_of
from leadferry.store.tables import (
    environments,
    form_versions,
    lead_forms,
    submission_bodies,
    submission_events,
    submissions,
)
from leadferry.words import json_of

SECOND = 1000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A submission that is here. `state` is delivery.model.State."""

    id: int
    response_id: str
    state: int
    lead_id: str | None
    trace: Trace | SealedTrace


def recognise(connection: Connection, environment_id: int, door: Door, items: Sequence[Received], now: int) -> set[str]:
    """Response ids of those that were adopted under another id. Such a submission takes the response's id and body, so
    that from now on it is known at once; a row of a CSV file, whose id is of our own making, leaves it as it is."""
    newest = adopted_through(connection, environment_id)
    asked = [item for item in items if item.submitted_at < newest + 2 * SECOND and not item.trouble]
    if not asked:
        return set()
    found = find(connection, environment_id, _traces(connection, asked), door=Door.ADOPTED)
    by_id = {item.response_id: item for item in asked}
    if door is not Door.CSV:
        for response_id, candidate in found.items():
            _rename(connection, environment_id, candidate, by_id[response_id], now)
        if found and queue_store.began(connection, environment_id):
            queue_store.gone(connection, environment_id, [one.response_id for one in found.values()])
            queue_store.changed(connection, environment_id, [one.id for one in found.values()])
    return set(found)


def adopted_through(connection: Connection, environment_id: int) -> int:
    """When the newest adopted submission was sent, 0 where there is none. One short look: it is asked for each page."""
    wanted = sa.select(environments.c.configuration).where(environments.c.id == environment_id)
    text = connection.execute(wanted).scalar() or "{}"
    if '"adopted"' not in text:
        return 0
    return int(msgspec.json.decode(text).get("adopted", {}).get("through", 0))


def find(
    connection: Connection, environment_id: int, wanted: Mapping[str, Trace], *, door: Door | None = None
) -> dict[str, Candidate]:
    """Key of what is wanted -> the submission that it is; one submission is one of them at most."""
    candidates = _candidates(connection, environment_id, wanted.values(), door)
    taken = _recognised(connection, candidates) if door is Door.ADOPTED else set[int]()
    found: dict[str, Candidate] = {}
    for key, asked in wanted.items():
        for candidate in candidates:
            if candidate.id not in taken and same(asked, candidate.trace):
                taken.add(candidate.id)
                found[key] = candidate
                break
    return found


def _traces(connection: Connection, items: Iterable[Received]) -> dict[str, Trace]:
    known = list(items)
    forms = _forms(connection, {item.form_version_id for item in known if item.form_version_id})
    found: dict[str, Trace] = {}
    for item in known:
        form = forms.get(item.form_version_id or 0, (0, ""))
        if one := trace(item.body, item.submitted_at, *form):
            found[item.response_id] = one
    return found


def _candidates(
    connection: Connection, environment_id: int, traces: Iterable[Trace], door: Door | None
) -> list[Candidate]:
    """Bodies are read only of those that were sent in one of the seconds."""
    seconds = {second for one in traces for second in (one.second - 1, one.second, one.second + 1)}
    if not seconds:
        return []
    wanted = sa.select(submissions.c.id, submissions.c.submitted_at).where(
        submissions.c.environment_id == environment_id,
        submissions.c.submitted_at.between(min(seconds) * SECOND, (max(seconds) + 1) * SECOND - 1),
    )
    if door:
        wanted = wanted.where(submissions.c.door == int(door))
    ids = [row.id for row in connection.execute(wanted) if row.submitted_at // SECOND in seconds]
    return [one for some in some_of(ids) for one in (*_read(connection, some), *_erased(connection, some))]


def _read(connection: Connection, ids: Sequence[int]) -> Iterable[Candidate]:
    wanted = (
        sa.select(
            submissions.c.id,
            submissions.c.response_id,
            submissions.c.state,
            submissions.c.lead_id,
            submissions.c.submitted_at,
            submissions.c.form_version_id,
            submission_bodies.c.body,
        )
        .join(submission_bodies, submission_bodies.c.submission_id == submissions.c.id)
        .where(submissions.c.id.in_(ids))
        .order_by(submissions.c.id)
    )
    rows = connection.execute(wanted).all()
    forms = _forms(connection, {row.form_version_id for row in rows if row.form_version_id})
    for row in rows:
        known = trace(bytes(row.body), row.submitted_at, *forms.get(row.form_version_id, (0, "")))
        if known:
            yield Candidate(row.id, row.response_id, row.state, row.lead_id, known)


def _erased(connection: Connection, ids: Sequence[int]) -> Iterable[Candidate]:
    """Those that hold no answers any more, known by digests."""
    kept = submission_events.c.detail.contains('"trace"')
    wanted = (
        sa.select(
            submissions.c.id,
            submissions.c.response_id,
            submissions.c.state,
            submissions.c.lead_id,
            submission_events.c.detail,
        )
        .join(submission_events, submission_events.c.submission_id == submissions.c.id)
        .where(submissions.c.id.in_(ids), submission_events.c.kind == int(EventKind.ERASED), kept)
        .order_by(submissions.c.id)
    )
    for row in connection.execute(wanted):
        sealed = msgspec.convert(msgspec.json.decode(row.detail)["trace"], SealedTrace)
        yield Candidate(row.id, row.response_id, row.state, row.lead_id, sealed)


def _forms(connection: Connection, version_keys: set[int]) -> dict[int, tuple[int, str]]:
    """Row id of a form version -> LinkedIn's form id and the form's name."""
    wanted = (
        sa.select(form_versions.c.id, lead_forms.c.linkedin_id, lead_forms.c.name)
        .join(lead_forms, lead_forms.c.id == form_versions.c.form_id)
        .where(form_versions.c.id.in_(version_keys))
    )
    return {row.id: (row.linkedin_id, row.name) for row in connection.execute(wanted)} if version_keys else {}


def _recognised(connection: Connection, candidates: Iterable[Candidate]) -> set[int]:
    """Those that were recognised before: they are another response."""
    wanted = sa.select(submission_events.c.submission_id).where(
        submission_events.c.submission_id.in_([one.id for one in candidates]),
        submission_events.c.kind == int(EventKind.RECOGNISED),
    )
    return set(connection.execute(wanted).scalars())


def _rename(connection: Connection, environment_id: int, candidate: Candidate, item: Received, now: int) -> None:
    values: dict[str, object] = {"response_id": item.response_id, "test": item.test}
    values |= {
        name: value
        for name in ("owner_id", "form_version_id", "campaign_id")
        if (value := getattr(item, name)) is not None
    }
    answered = [(item.form_version_id, item.response or response_of(item.body))]
    values |= columns_of(FacetReader().ids(connection, environment_id, answered)[0][0])
    with following(connection, [candidate.id]):
        connection.execute(sa.update(submissions).where(submissions.c.id == candidate.id).values(values))
    body = sa.update(submission_bodies).where(submission_bodies.c.submission_id == candidate.id)
    connection.execute(body.values(body=item.body))
    detail = {"why": "LinkedIn showed it again, under the id it has today.", "was": candidate.response_id}
    event = {"submission_id": candidate.id, "at": now, "kind": int(EventKind.RECOGNISED)}
    connection.execute(
        sa.insert(submission_events).values(**event, detail=json_of(detail).decode()),
    )
