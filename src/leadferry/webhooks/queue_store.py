"""What webhooks have to be told, put down in the transaction that made it happen. Where an environment has no webhook,
that is one look at an empty index for each claim or page, and nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.delivery.model import Settlement
from leadferry.store.statements import Bulk, Values, some_of
from leadferry.store.tables import form_versions, submissions, webhook_deliveries, webhooks
from leadferry.webhooks.happenings import EVENT_OF, RECEIVED_FACTS, UNREADABLE_FACTS, facts_of
from leadferry.webhooks.model import DeliveryState, EventType
from leadferry.words import json_of

Facts = Mapping[str, Any]
_NAMES = (
    "environment_id", "webhook_id", "message_id", "event", "submission_id", "happened_at", "facts", "state", "due_at",
)  # fmt: skip
_INSERT = Bulk(sa.insert(webhook_deliveries), _NAMES)


@dataclass(frozen=True, slots=True)
class Happening:
    event: EventType
    submission_id: int
    facts: Facts


@dataclass(frozen=True, slots=True)
class _Wanting:
    """A webhook that is active. No `form_ids`: every form."""

    webhook_id: int
    events: frozenset[str]
    form_ids: frozenset[int]


def new_message_id() -> str:
    """No `.` in it: the signature is over id, time and body with one between."""
    return f"msg_{secrets.token_hex(16)}"


def received(
    connection: Connection, environment_id: int, submission_ids: Iterable[int], unreadable: Iterable[int], now: int
) -> None:
    """`unreadable`: those of them that failed at the door."""
    if wanting := _wanting(connection, environment_id):
        happened = [Happening(EventType.RECEIVED, key, RECEIVED_FACTS) for key in submission_ids]
        happened += [Happening(EventType.FAILED, key, UNREADABLE_FACTS) for key in unreadable]
        _put(connection, environment_id, wanting, happened, now, new_message_id)


def settled(connection: Connection, environment_id: int, settlements: Iterable[Settlement], now: int) -> None:
    if wanting := _wanting(connection, environment_id):
        happened = [
            Happening(EVENT_OF[item.kind], item.submission_id, facts_of(item))
            for item in settlements
            if item.kind in EVENT_OF
        ]
        _put(connection, environment_id, wanting, happened, now, new_message_id)


def put(connection: Connection, environment_id: int, happened: Sequence[Happening], now: int) -> None:
    if wanting := _wanting(connection, environment_id):
        _put(connection, environment_id, wanting, happened, now, new_message_id)


def _wanting(connection: Connection, environment_id: int) -> list[_Wanting]:
    wanted = sa.select(webhooks.c.id, webhooks.c.events, webhooks.c.form_ids).where(
        webhooks.c.environment_id == environment_id, webhooks.c.active
    )
    return [
        _Wanting(key, frozenset(events.split()), frozenset(map(int, forms.split())))
        for key, events, forms in connection.execute(wanted)
    ]


def _put(
    connection: Connection,
    environment_id: int,
    wanting: Sequence[_Wanting],
    happened: Sequence[Happening],
    now: int,
    new_id: Callable[[], str],
) -> None:
    known = {word for one in wanting for word in one.events}
    happened = [one for one in happened if one.event in known]
    forms: dict[int, int] = {}
    if any(one.form_ids for one in wanting):
        forms = _forms_of(connection, [one.submission_id for one in happened])
    rows = [
        _row(environment_id, webhook.webhook_id, one, now, new_id())
        for one in happened
        for webhook in wanting
        if one.event in webhook.events and (not webhook.form_ids or forms.get(one.submission_id) in webhook.form_ids)
    ]
    if rows:
        _INSERT(connection, rows)


def _row(environment_id: int, webhook_id: int, one: Happening, now: int, message_id: str) -> Values:
    """As `_NAMES`."""
    facts, waiting = json_of(one.facts).decode(), DeliveryState.WAITING.value
    about = (environment_id, webhook_id, message_id, one.event.value, one.submission_id)
    return (*about, now, facts, waiting, now)


def _forms_of(connection: Connection, submission_ids: Sequence[int]) -> dict[int, int]:
    """Submission -> the form's key of ours; one whose form is not known is absent."""
    found: dict[int, int] = {}
    for some in some_of(submission_ids):
        wanted = (
            sa.select(submissions.c.id, form_versions.c.form_id)
            .join(form_versions, form_versions.c.id == submissions.c.form_version_id)
            .where(submissions.c.id.in_(some))
        )
        found |= {row.id: row.form_id for row in connection.execute(wanted)}
    return found
