"""Deliveries to webhooks: what is due, what arrived, what did not, and the log.

A batch is taken by moving what it holds two minutes on. Whoever took it and died leaves it to be taken again; then a
receiver may see a message twice, with the same id, and never not at all.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.clock import Clock
from leadferry.errors import NotFoundError
from leadferry.store.database import Database
from leadferry.store.statements import new_key
from leadferry.store.tables import webhook_attempts, webhook_deliveries, webhooks
from leadferry.webhooks.model import Attempt, Counts, Delivery, DeliveryState, EventType, Pause, Webhook
from leadferry.webhooks.queue_store import new_message_id
from leadferry.webhooks.schedule import hold_ms
from leadferry.webhooks.webhook_store import webhook_of
from leadferry.words import _

LEASE_MS = 120_000
"""Longer than a batch can take."""
OPEN = sa.text("webhook_deliveries.state <> 'delivered'")
"""As the index of what did not arrive says it, word for word."""
WAITING = sa.and_(OPEN, webhook_deliveries.c.state == DeliveryState.WAITING.value)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery that was taken. `attempts`: made so far. `body`: as it was sent before."""

    id: int
    message_id: str
    event: EventType
    submission_id: int | None
    happened_at: int
    facts: Mapping[str, Any]
    attempts: int
    body: bytes | None


class OutboxStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    # On the way

    def webhooks_due(self) -> list[Webhook]:
        """Of all environments, those that something is due for."""
        now = self.clock()
        mine = webhook_deliveries.c.webhook_id == webhooks.c.id
        due = sa.exists().where(mine, WAITING, webhook_deliveries.c.due_at <= now)
        shown = [webhooks.c[name] for name in Webhook.__dataclass_fields__]
        wanted = sa.select(*shown).where(webhooks.c.active, webhooks.c.held_until <= now, due)
        with self.database.read() as connection:
            return [webhook_of(row) for row in connection.execute(wanted).mappings()]

    def take(self, webhook_id: int, limit: int) -> list[Parcel]:
        """The longest due first; nobody else takes them for a while. Nothing while the webhook is held or paused; one
        alone after a failure, to see whether the receiver is back."""
        now = self.clock()
        ready = sa.select(webhooks.c.failures).where(
            webhooks.c.id == webhook_id, webhooks.c.active, webhooks.c.held_until <= now
        )
        with self.database.write() as connection:
            failures = connection.execute(ready).scalar()
            if failures is None:
                return []
            mine = (webhook_deliveries.c.webhook_id == webhook_id, WAITING, webhook_deliveries.c.due_at <= now)
            in_order = (webhook_deliveries.c.due_at, webhook_deliveries.c.id)
            wanted = sa.select(webhook_deliveries).where(*mine).order_by(*in_order)
            first = wanted.limit(1 if failures else limit).with_for_update(skip_locked=True)
            rows = connection.execute(first).mappings().all()
            _lease(connection, [row["id"] for row in rows], now + LEASE_MS)
        return [_parcel(row) for row in rows]

    def give_back(self, parcels: builtins.list[Parcel]) -> None:
        """Not sent after all."""
        with self.database.write() as connection:
            _lease(connection, [one.id for one in parcels], self.clock())

    def keep_bodies(self, bodies: Mapping[int, bytes]) -> None:
        """Before the first attempt: each further one sends just this."""
        if bodies:
            change = sa.update(webhook_deliveries).where(webhook_deliveries.c.id == sa.bindparam("key"))
            rows = [{"key": key, "bytes": body} for key, body in bodies.items()]
            with self.database.write() as connection:
                connection.execute(change.values(body=sa.bindparam("bytes", type_=sa.LargeBinary)), rows)

    def arrived(self, webhook: Webhook, parcel: Parcel, attempt: Attempt) -> bool:
        """True where the webhook had been failing. A wait that the receiver asked for goes on: what arrived was under
        way already."""
        with self.database.write() as connection:
            _note(connection, parcel, attempt, state=DeliveryState.DELIVERED.value, ended_at=self.clock())
            ill = (webhooks.c.failures > 0) | webhooks.c.failing_since.is_not(None)
            well = sa.update(webhooks).where(webhooks.c.id == webhook.id, ill).values(failures=0, failing_since=None)
            return connection.execute(well).rowcount > 0

    def failed(
        self, webhook: Webhook, parcel: Parcel, attempt: Attempt, again_at: int | None, *, held_ms: int = 0
    ) -> Webhook | None:
        """`again_at` None: given up. `held_ms`: for so long the receiver asked to be left alone. Returns the webhook as
        it is now; None where it is gone. A test that failed counts for nothing."""
        now = self.clock()
        ended = {"state": DeliveryState.FAILED.value, "ended_at": now}
        with self.database.write() as connection:
            _note(connection, parcel, attempt, **({"due_at": again_at} if again_at is not None else ended))
            if parcel.event is EventType.TEST:
                return webhook
            counted = sa.update(webhooks).where(webhooks.c.id == webhook.id)
            since = sa.func.coalesce(webhooks.c.failing_since, now)
            connection.execute(counted.values(failures=webhooks.c.failures + 1, failing_since=since))
            row = connection.execute(_shown_where(webhooks.c.id == webhook.id)).mappings().first()
            if row is None:
                return None
            held = max(row["held_until"], now + max(hold_ms(row["failures"]), held_ms))
            connection.execute(counted.values(held_until=held))
            return webhook_of({**row, "held_until": held})

    def pause(self, webhook: Webhook, why: Pause) -> bool:
        """By itself. True when it was active until now."""
        mine = sa.update(webhooks).where(webhooks.c.id == webhook.id, webhooks.c.active)
        with self.database.write() as connection:
            return connection.execute(mine.values(active=False, paused_why=why.value)).rowcount > 0

    def add_test(self, webhook: Webhook) -> Parcel:
        """For an attempt that is made now, and by nobody else."""
        now = self.clock()
        message_id = new_message_id()
        values = {
            "environment_id": webhook.environment_id,
            "webhook_id": webhook.id,
            "message_id": message_id,
            "event": EventType.TEST.value,
            "happened_at": now,
            "state": DeliveryState.WAITING.value,
            "due_at": now + LEASE_MS,
        }
        with self.database.write() as connection:
            key = new_key(connection.execute(sa.insert(webhook_deliveries).values(values)))
        return Parcel(key, message_id, EventType.TEST, None, now, {}, 0, None)

    # The log

    def list(
        self,
        environment_id: int,
        webhook_id: int,
        *,
        state: DeliveryState | None = None,
        before_id: int | None = None,
        limit: int = 50,
    ) -> builtins.list[Delivery]:
        """Newest first."""
        wanted = _deliveries(environment_id, webhook_id)
        if state is not None:
            wanted = wanted.where(webhook_deliveries.c.state == state.value)
            wanted = wanted if state is DeliveryState.DELIVERED else wanted.where(OPEN)
        if before_id is not None:
            wanted = wanted.where(webhook_deliveries.c.id < before_id)
        with self.database.read() as connection:
            rows = connection.execute(wanted.order_by(webhook_deliveries.c.id.desc()).limit(limit)).mappings()
            return [_delivery(row) for row in rows]

    def show(
        self, environment_id: int, webhook_id: int, delivery_id: int
    ) -> tuple[Delivery, bytes | None, builtins.list[Attempt]]:
        """A delivery, the body that was sent, and each attempt, oldest first."""
        mine = _deliveries(environment_id, webhook_id).where(webhook_deliveries.c.id == delivery_id)
        tried = sa.select(*(webhook_attempts.c[name] for name in Attempt.__dataclass_fields__))
        with self.database.read() as connection:
            row = connection.execute(mine.add_columns(webhook_deliveries.c.body)).mappings().first()
            if row is None:
                raise _missing(delivery_id)
            attempts = connection.execute(
                tried.where(webhook_attempts.c.delivery_id == delivery_id).order_by(webhook_attempts.c.id)
            ).mappings()
            body = None if row["body"] is None else bytes(row["body"])
            return _delivery(row), body, [Attempt(**one) for one in attempts]

    def counts(self, environment_id: int) -> dict[int, Counts]:
        """Of what did not arrive, by webhook."""
        by = (webhook_deliveries.c.webhook_id, webhook_deliveries.c.state)
        mine = sa.select(webhooks.c.id).where(webhooks.c.environment_id == environment_id)
        wanted = sa.select(*by, sa.func.count()).where(OPEN, webhook_deliveries.c.webhook_id.in_(mine))
        found: dict[int, dict[str, int]] = {}
        with self.database.read() as connection:
            for webhook_id, state, count in connection.execute(wanted.group_by(*by)):
                found.setdefault(webhook_id, {})[state] = count
        return {key: Counts(**states) for key, states in found.items()}

    def send_again(self, environment_id: int, webhook_id: int, delivery_id: int | None = None) -> int:
        """One delivery, whatever became of it; without `delivery_id` all that were given up. From the first attempt on,
        with the same id and body. Returns how many."""
        mine = sa.update(webhook_deliveries).where(
            webhook_deliveries.c.environment_id == environment_id, webhook_deliveries.c.webhook_id == webhook_id
        )
        if delivery_id is None:
            mine = mine.where(OPEN, webhook_deliveries.c.state == DeliveryState.FAILED.value)
        else:
            mine = mine.where(webhook_deliveries.c.id == delivery_id)
        values = {"state": DeliveryState.WAITING.value, "attempts": 0, "due_at": self.clock(), "ended_at": None}
        with self.database.write() as connection:
            count = connection.execute(mine.values(**values)).rowcount
            if delivery_id is not None and not count:
                raise _missing(delivery_id)
            at_once = sa.update(webhooks).where(webhooks.c.id == webhook_id)
            connection.execute(at_once.where(webhooks.c.environment_id == environment_id).values(held_until=0))
        return count

    def forget(self, before: int) -> int:
        """What happened before that moment, whatever became of it."""
        with self.database.write() as connection:
            gone = sa.delete(webhook_deliveries).where(webhook_deliveries.c.happened_at < before)
            return connection.execute(gone).rowcount


def _lease(connection: Connection, keys: list[int], until: int) -> None:
    if keys:
        change = sa.update(webhook_deliveries).where(webhook_deliveries.c.id.in_(keys), WAITING)
        connection.execute(change.values(due_at=until))


def _note(connection: Connection, parcel: Parcel, attempt: Attempt, **values: Any) -> None:
    """The attempt, and the delivery as it stands after it. One that was removed meanwhile stays removed."""
    changed = sa.update(webhook_deliveries).where(webhook_deliveries.c.id == parcel.id)
    told = {"attempts": parcel.attempts + 1, "status": attempt.status, "error": attempt.error}
    if connection.execute(changed.values(**told, **values)).rowcount:
        row = {name: getattr(attempt, name) for name in Attempt.__dataclass_fields__}
        connection.execute(sa.insert(webhook_attempts).values(delivery_id=parcel.id, **row))


def _shown_where(where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(*(webhooks.c[name] for name in Webhook.__dataclass_fields__)).where(where)


def _deliveries(environment_id: int, webhook_id: int) -> sa.Select[Any]:
    return sa.select(*(webhook_deliveries.c[name] for name in Delivery.__dataclass_fields__)).where(
        webhook_deliveries.c.environment_id == environment_id, webhook_deliveries.c.webhook_id == webhook_id
    )


def _delivery(row: Mapping[Any, Any]) -> Delivery:
    named = {name: row[name] for name in Delivery.__dataclass_fields__}
    return Delivery(**{**named, "event": EventType(row["event"]), "state": DeliveryState(row["state"])})


def _parcel(row: Mapping[Any, Any]) -> Parcel:
    return Parcel(
        row["id"],
        row["message_id"],
        EventType(row["event"]),
        row["submission_id"],
        row["happened_at"],
        msgspec.json.decode(row["facts"]),
        row["attempts"],
        None if row["body"] is None else bytes(row["body"]),
    )


def _missing(delivery_id: int) -> NotFoundError:
    return NotFoundError(
        _("There is no delivery {delivery_id} of this webhook.", delivery_id=delivery_id),
        fix=_("`leadferry webhooks deliveries` shows them with their numbers; those of long ago are forgotten."),
        code="webhook-delivery-not-found",
    )
