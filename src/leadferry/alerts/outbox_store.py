"""Deliveries of alerts: what is due, what arrived, what did not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from leadferry.alerts.alert_store import alert_of
from leadferry.alerts.channel_store import channel_of
from leadferry.alerts.model import Alert, Channel, Delivery, DeliveryState
from leadferry.alerts.schedule import retry_at
from leadferry.clock import Clock
from leadferry.store.database import Database
from leadferry.store.statements import upsert
from leadferry.store.tables import alert_channels, alert_deliveries, alerts, findings

FINDING = "alerts"
"""`findings.check` of channels whose messages do not arrive; their subject is `channel:3`."""
ERROR_LENGTH = 300


class OutboxStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def due(self) -> list[Delivery]:
        """Of all environments, the longest waiting first. The caller holds the lock `alerts`."""
        return self._read(
            alert_deliveries.c.state == DeliveryState.WAITING.value,
            alert_deliveries.c.due_at <= self.clock(),
            alert_channels.c.enabled,
        )

    def undelivered(self, environment_id: int) -> list[Delivery]:
        """Given up, or failed at least once so far."""
        return self._read(
            alerts.c.environment_id == environment_id,
            alert_deliveries.c.sent_at.is_(None),
            alert_deliveries.c.attempts > 0,
        )

    def of_alerts(self, environment_id: int, alert_ids: Iterable[int]) -> dict[int, list[Delivery]]:
        found: dict[int, list[Delivery]] = {}
        wanted = alert_deliveries.c.alert_id.in_(list(alert_ids))
        for delivery in self._read(alerts.c.environment_id == environment_id, wanted):
            found.setdefault(delivery.alert.id, []).append(delivery)
        return found

    def postpone(self, deliveries: Iterable[Delivery], until: int) -> None:
        with self.database.write() as connection:
            for one in deliveries:
                _update(connection, one, due_at=until)

    def sent(self, deliveries: Sequence[Delivery]) -> None:
        with self.database.write() as connection:
            for one in deliveries:
                _update(
                    connection,
                    one,
                    state=DeliveryState.SENT.value,
                    attempts=one.attempts + 1,
                    sent_at=self.clock(),
                    error="",
                )

    def failed(self, deliveries: Sequence[Delivery], error: str) -> list[Alert]:
        """Plans the next attempt of each. Returns the alerts that are given up with this one."""
        now, given_up = self.clock(), []
        with self.database.write() as connection:
            for one in deliveries:
                again = retry_at(one.attempts + 1, now)
                values = {"attempts": one.attempts + 1, "error": error[:ERROR_LENGTH]}
                if again is None:
                    given_up.append(one.alert)
                    _update(connection, one, state=DeliveryState.FAILED.value, **values)
                else:
                    _update(connection, one, due_at=again, **values)
        return given_up

    def try_again(self, environment_id: int, channel_id: int) -> int:
        """What did not arrive at the channel, from the first attempt on. Returns how many."""
        mine = sa.select(alerts.c.id).where(alerts.c.environment_id == environment_id)
        again = (
            sa.update(alert_deliveries)
            .where(alert_deliveries.c.channel_id == channel_id, alert_deliveries.c.alert_id.in_(mine))
            .where(alert_deliveries.c.sent_at.is_(None), alert_deliveries.c.attempts > 0)
            .values(state=DeliveryState.WAITING.value, attempts=0, due_at=self.clock())
        )
        with self.database.write() as connection:
            return connection.execute(again).rowcount

    def note_trouble(self, channel: Channel, title: str, detail: str, fix: str) -> None:
        """As a finding, which the health page shows."""
        values = {
            "environment_id": channel.environment_id,
            "check": FINDING,
            "subject": f"channel:{channel.id}",
            "level": "bad",
            "title": title,
            "detail": detail,
            "fix": fix,
            "since": self.clock(),
            "checked_at": self.clock(),
        }
        with self.database.write() as connection:
            upsert(connection, findings, ["environment_id", "check", "subject"], values, keep=["since"])

    def clear_trouble(self, environment_id: int, channel_id: int) -> None:
        with self.database.write() as connection:
            connection.execute(
                sa.delete(findings).where(
                    findings.c.environment_id == environment_id,
                    findings.c.check == FINDING,
                    findings.c.subject == f"channel:{channel_id}",
                )
            )

    def forget(self, before: int) -> None:
        """Alerts that were resolved before that moment, with their deliveries."""
        with self.database.write() as connection:
            connection.execute(sa.delete(alerts).where(alerts.c.resolved_at < before))

    def _read(self, *where: sa.ColumnElement[bool]) -> list[Delivery]:
        wanted = (
            sa.select(
                *(column.label(f"alert_{column.name}") for column in alerts.c),
                *(alert_channels.c[name].label(f"channel_{name}") for name in Channel.__dataclass_fields__),
                *(alert_deliveries.c[name] for name in ("state", "attempts", "due_at", "sent_at", "error")),
            )
            .join(alerts, alerts.c.id == alert_deliveries.c.alert_id)
            .join(alert_channels, alert_channels.c.id == alert_deliveries.c.channel_id)
            .where(*where)
            .order_by(alert_deliveries.c.due_at, alert_deliveries.c.alert_id)
            .limit(1000)
        )
        with self.database.read() as connection:
            return [_delivery(row) for row in connection.execute(wanted).mappings()]


def _update(connection: Connection, one: Delivery, **values: object) -> None:
    mine = (alert_deliveries.c.alert_id == one.alert.id) & (alert_deliveries.c.channel_id == one.channel.id)
    connection.execute(sa.update(alert_deliveries).where(mine).values(**values))


def _delivery(row: RowMapping) -> Delivery:
    alert = alert_of(_part(row, "alert_"))
    channel = channel_of(_part(row, "channel_"))
    state = DeliveryState(row["state"])
    return Delivery(alert, channel, state, row["attempts"], row["due_at"], row["sent_at"], row["error"])


def _part(row: RowMapping, start: str) -> dict[str, object]:
    return {name.removeprefix(start): value for name, value in row.items() if name.startswith(start)}
