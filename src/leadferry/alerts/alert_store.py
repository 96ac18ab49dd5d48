"""Alerts in the database: raised once while they are open, with one waiting delivery for each channel that wants it."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.alerts.channel_store import channels_in
from leadferry.alerts.model import Alert, Channel, DeliveryState, Event, Level
from leadferry.alerts.schedule import due_at
from leadferry.clock import Clock
from leadferry.store.database import Database
from leadferry.store.statements import lock_environment, new_key
from leadferry.store.tables import alert_deliveries, alerts


class AlertStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def open(
        self,
        environment_id: int,
        event: Event,
        key: str,
        level: Level | str,
        title: str,
        body: str,
        fix: str = "",
        address: str = "",
        *,
        not_by: int | None = None,
    ) -> bool:
        """True when newly raised. While the key is open, its words are brought up to date and nobody is told again.
        `address`: path at the console. `not_by`: a channel that shall not be told."""
        words = {"level": Level(level).value, "title": title, "body": body, "fix": fix, "address": address}
        mine = _of_key(environment_id, key)
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            found = connection.execute(sa.select(*(alerts.c[name] for name in words)).where(mine)).mappings().first()
            if found is None:
                self._raise(connection, environment_id, Event(event), key, words, 0, not_by)
            elif dict(found) != words:
                connection.execute(sa.update(alerts).where(mine).values(**words))
        return found is None

    def tell(
        self, environment_id: int, event: Event, key: str, count: int, title: str, body: str, address: str = ""
    ) -> None:
        """`count` things happened that nobody has to mend: told to the channels, never open. Those with the same key
        go into one line of a message."""
        words = {"level": Level.INFO.value, "title": title, "body": body, "fix": "", "address": address}
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            self._raise(connection, environment_id, Event(event), key, words, count, None)

    def resolve(self, environment_id: int, key: str) -> bool:
        """True when it was open. What no channel has been told of yet need not be told any more."""
        with self.database.write() as connection:
            ids = list(connection.execute(sa.select(alerts.c.id).where(_of_key(environment_id, key))).scalars())
            if ids:
                connection.execute(sa.update(alerts).where(alerts.c.id.in_(ids)).values(resolved_at=self.clock()))
                untold = (alert_deliveries.c.alert_id.in_(ids)) & (
                    alert_deliveries.c.state == DeliveryState.WAITING.value
                )
                connection.execute(sa.delete(alert_deliveries).where(untold))
        return bool(ids)

    def resolve_others(self, environment_id: int, start: str, keep: Iterable[str]) -> None:
        """Every open alert whose key begins with `start` and is not in `keep`: the condition is gone."""
        kept = set(keep)
        for alert in self.list(environment_id, open_only=True, limit=1000):
            if alert.key.startswith(start) and alert.key not in kept:
                self.resolve(environment_id, alert.key)

    def list(
        self, environment_id: int, *, open_only: bool = False, before_id: int | None = None, limit: int = 100
    ) -> builtins.list[Alert]:
        """Newest first. `before_id`: the last one of the page before."""
        wanted = sa.select(alerts).where(alerts.c.environment_id == environment_id)
        if open_only:
            wanted = wanted.where(alerts.c.resolved_at.is_(None))
        if before_id is not None:
            wanted = wanted.where(alerts.c.id < before_id)
        with self.database.read() as connection:
            rows = connection.execute(wanted.order_by(alerts.c.id.desc()).limit(limit)).mappings()
            return [alert_of(row) for row in rows]

    def wanted(self, environment_id: int, event: Event) -> bool:
        """Whether any channel would be told."""
        with self.database.read() as connection:
            return any(
                channel.enabled and event in channel.events for channel in channels_in(connection, environment_id)
            )

    def open_count(self, environment_id: int) -> int:
        wanted = sa.select(sa.func.count()).where(
            alerts.c.environment_id == environment_id, alerts.c.resolved_at.is_(None)
        )
        with self.database.read() as connection:
            return int(connection.execute(wanted).scalar_one())

    # Inside a transaction

    def _raise(
        self,
        connection: Connection,
        environment_id: int,
        event: Event,
        key: str,
        words: dict[str, str],
        count: int,
        not_by: int | None,
    ) -> None:
        now = self.clock()
        insert = sa.insert(alerts).values(
            environment_id=environment_id,
            event=event.value,
            key=key,
            count=count,
            raised_at=now,
            resolved_at=now if count else None,
            **words,
        )
        alert_id = new_key(connection.execute(insert))
        row = connection.execute(sa.select(alerts).where(alerts.c.id == alert_id)).mappings().one()
        self._queue(connection, alert_of(row), not_by)

    def _queue(self, connection: Connection, alert: Alert, not_by: int | None) -> None:
        wanting = [
            channel
            for channel in channels_in(connection, alert.environment_id)
            if channel.enabled and alert.event in channel.events and channel.id != not_by
        ]
        rows = [
            {
                "alert_id": alert.id,
                "channel_id": channel.id,
                "state": DeliveryState.WAITING.value,
                "attempts": 0,
                "due_at": self._due_at(connection, channel, alert),
            }
            for channel in wanting
        ]
        if rows:
            connection.execute(sa.insert(alert_deliveries), rows)

    def _due_at(self, connection: Connection, channel: Channel, alert: Alert) -> int:
        mine = alert_deliveries.c.channel_id == channel.id
        unsent = (alert_deliveries.c.state == DeliveryState.WAITING.value) & (alert_deliveries.c.attempts == 0)
        waiting = connection.execute(sa.select(sa.func.min(alert_deliveries.c.due_at)).where(mine, unsent)).scalar()
        told: int | None = None
        if alert.event is Event.NEW_LEAD:
            told = connection.execute(
                sa.select(sa.func.max(alert_deliveries.c.sent_at))
                .join(alerts, alerts.c.id == alert_deliveries.c.alert_id)
                .where(mine, alerts.c.event == Event.NEW_LEAD.value)
            ).scalar()
        return due_at(channel, alert.event, alert.urgent, self.clock(), waiting_at=waiting or None, told_at=told or 0)


def alert_of(row: Mapping[Any, Any]) -> Alert:
    return Alert(**{**row, "event": Event(row["event"]), "level": Level(row["level"])})


def _of_key(environment_id: int, key: str) -> sa.ColumnElement[bool]:
    return sa.and_(alerts.c.environment_id == environment_id, alerts.c.key == key, alerts.c.resolved_at.is_(None))
