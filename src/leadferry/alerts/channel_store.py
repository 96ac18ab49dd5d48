"""Channels of an environment. Their addresses are sealed: they hold passwords and tokens."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.accounts.vault import Vault
from leadferry.alerts.model import Channel, DeliveryState, Event
from leadferry.alerts.wishes import Wishes
from leadferry.clock import Clock
from leadferry.errors import InputError, NotFoundError
from leadferry.store.database import Database
from leadferry.store.statements import lock_environment, new_key
from leadferry.store.tables import alert_channels, alert_deliveries
from leadferry.words import _


class ChannelStore:
    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self.database, self.vault, self.clock = database, vault, clock

    def add(self, environment_id: int, wishes: Wishes, *, address: str, service: str, shown: str) -> Channel:
        """`address`: an Apprise URL. `service` and `shown`: what people see of it."""
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            _refuse_taken(connection, environment_id, wishes.name)
            insert = sa.insert(alert_channels).values(
                environment_id=environment_id,
                address=self.vault.seal(environment_id, address.encode()),
                service=service,
                shown=shown,
                enabled=True,
                created_at=self.clock(),
                **_columns(wishes),
            )
            return _one(connection, environment_id, new_key(connection.execute(insert)))

    def change(
        self, environment_id: int, channel_id: int, wishes: Wishes, *, address: str = "", service: str, shown: str
    ) -> Channel:
        """An empty address: it stays as it is."""
        values: dict[str, Any] = _columns(wishes)
        if address:
            sealed = self.vault.seal(environment_id, address.encode())
            values |= {"address": sealed, "service": service, "shown": shown}
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            _refuse_taken(connection, environment_id, wishes.name, but=channel_id)
            _change(connection, environment_id, channel_id, values)
            return _one(connection, environment_id, channel_id)

    def set_enabled(self, environment_id: int, channel_id: int, enabled: bool) -> None:
        """What waits for a channel that is switched off is dropped: it would come as old news."""
        with self.database.write() as connection:
            _change(connection, environment_id, channel_id, {"enabled": enabled})
            if not enabled:
                connection.execute(
                    sa.delete(alert_deliveries).where(
                        alert_deliveries.c.channel_id == channel_id,
                        alert_deliveries.c.state == DeliveryState.WAITING.value,
                    )
                )

    def remove(self, environment_id: int, channel_id: int) -> None:
        """What waited for it is dropped with it."""
        with self.database.write() as connection:
            gone = connection.execute(sa.delete(alert_channels).where(_where(environment_id, channel_id)))
            if not gone.rowcount:
                raise _missing(channel_id)

    def list(self, environment_id: int) -> builtins.list[Channel]:
        with self.database.read() as connection:
            return channels_in(connection, environment_id)

    def by_id(self, environment_id: int, channel_id: int) -> Channel:
        with self.database.read() as connection:
            return _one(connection, environment_id, channel_id)

    def by_name(self, environment_id: int, name: str) -> Channel:
        """Compared without case."""
        known = self.list(environment_id)
        for channel in known:
            if channel.name.casefold() == name.strip().casefold():
                return channel
        names = ", ".join(channel.name for channel in known)
        raise NotFoundError(
            _('There is no alert channel "{name}" in this environment.', name=name),
            fix=_("Known: {names}.", names=names)
            if names
            else _("None is there yet: `leadferry alerts add` adds one."),
            code="channel-not-found",
        )

    def address(self, channel: Channel) -> str:
        """The secret itself, for sending only."""
        wanted = sa.select(alert_channels.c.address).where(_where(channel.environment_id, channel.id))
        with self.database.read() as connection:
            sealed = connection.execute(wanted).scalar()
        if sealed is None:
            raise _missing(channel.id)
        return self.vault.open(channel.environment_id, sealed).decode()


_SHOWN = [alert_channels.c[name] for name in Channel.__dataclass_fields__]


def channels_in(connection: Connection, environment_id: int) -> list[Channel]:
    wanted = sa.select(*_SHOWN).where(alert_channels.c.environment_id == environment_id).order_by(alert_channels.c.id)
    return [channel_of(row) for row in connection.execute(wanted).mappings()]


def channel_of(row: Mapping[Any, Any]) -> Channel:
    return Channel(**{**row, "events": _events(row["events"].split())})


def _events(words: Iterable[str]) -> frozenset[Event]:
    """A word of a newer Leadferry is passed over."""
    known = set(Event)
    return frozenset(Event(word) for word in words if word in known)


def _columns(wishes: Wishes) -> dict[str, Any]:
    wishes = replace(wishes, name=wishes.name.strip())
    return {
        "name": wishes.name,
        "events": " ".join(event for event in Event if event in wishes.events),
        "digest_minutes": wishes.digest_minutes,
        "quiet_from": wishes.quiet_from,
        "quiet_to": wishes.quiet_to,
        "time_zone": wishes.time_zone,
    }


def _where(environment_id: int, channel_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(alert_channels.c.environment_id == environment_id, alert_channels.c.id == channel_id)


def _one(connection: Connection, environment_id: int, channel_id: int) -> Channel:
    row = connection.execute(sa.select(*_SHOWN).where(_where(environment_id, channel_id))).mappings().first()
    if row is None:
        raise _missing(channel_id)
    return channel_of(row)


def _change(connection: Connection, environment_id: int, channel_id: int, values: dict[str, Any]) -> None:
    change = sa.update(alert_channels).where(_where(environment_id, channel_id)).values(**values)
    if not connection.execute(change).rowcount:
        raise _missing(channel_id)


def _refuse_taken(connection: Connection, environment_id: int, name: str, but: int = 0) -> None:
    for known in channels_in(connection, environment_id):
        if known.id != but and known.name.casefold() == name.strip().casefold():
            raise InputError(
                _('There is an alert channel "{name}" in this environment already.', name=known.name),
                fix=_("Give another name."),
                code="name-taken",
            )


def _missing(channel_id: int) -> NotFoundError:
    return NotFoundError(
        _("There is no alert channel {channel_id} in this environment.", channel_id=channel_id),
        fix=_("`leadferry alerts channels` shows those that exist."),
        code="channel-not-found",
    )
