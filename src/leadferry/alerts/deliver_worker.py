"""Carries alerts to their channels: what is due together goes in one message, and what does not arrive is seen.

One process at a time (the lock `alerts`). Between a message that went out and its note here a dying process may leave
a moment: then the message comes a second time, never not at all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from leadferry.alerts import apprise_client
from leadferry.alerts.alert_store import AlertStore
from leadferry.alerts.channel_store import ChannelStore
from leadferry.alerts.message import Message, compose
from leadferry.alerts.model import Channel, Delivery, Event, Level
from leadferry.alerts.outbox_store import OutboxStore
from leadferry.alerts.schedule import not_before
from leadferry.clock import Clock
from leadferry.errors import BusyError, LeadferryError
from leadferry.store.database import Database
from leadferry.watch.log import Log
from leadferry.words import worded

log = Log("alerts")
LOOK_EVERY_S = 5.0
KEEP_MS = 90 * 86_400_000
Send = Callable[[str, Message], str]
"""(address, message) -> why it did not arrive, or empty."""


class Courier:
    def __init__(
        self,
        database: Database,
        alerts: AlertStore,
        channels: ChannelStore,
        outbox: OutboxStore,
        *,
        clock: Clock,
        name_of: Callable[[int], str],
        base_url: str = "",
        send: Send = apprise_client.send,
    ) -> None:
        """`name_of`: an environment's name by its id. `base_url`: the console's address, for links."""
        self.database, self.alerts, self.channels, self.outbox = database, alerts, channels, outbox
        self.clock, self.name_of, self.base_url, self.send = clock, name_of, base_url, send

    def run(self, stop: threading.Event) -> None:
        """Until told to stop. The database out of reach is no reason to end."""
        while not stop.is_set():
            try:
                self.once()
                self.outbox.forget(self.clock() - KEEP_MS)
            except (LeadferryError, OSError, RuntimeError):
                stop.wait(LOOK_EVERY_S * 5)
            stop.wait(LOOK_EVERY_S)

    def once(self) -> int:
        """Everything that is due now. Returns how many messages arrived; 0 while another process is at it."""
        if not self.outbox.due():
            return 0
        try:
            with self.database.alone("alerts"):
                return sum(self._carry(some) for some in _by_channel(self.outbox.due()))
        except BusyError:
            return 0

    def test(self, channel: Channel) -> str:
        """Sends a test now. Returns why it did not arrive; when it did, what failed before is tried again."""
        environment = self.name_of(channel.environment_id)
        text = worded(
            'This is a test of the alert channel "{channel}". Alerts of {environment} arrive here.',
            channel=channel.name,
            environment=environment,
        )
        error = self.send(self.channels.address(channel), Message(f"{environment}: test", text, Level.INFO))
        if not error:
            self._well(channel)
            self.outbox.try_again(channel.environment_id, channel.id)
        return error

    def forget_channel(self, channel: Channel) -> None:
        """With what was told about it."""
        self._well(channel)
        self.channels.remove(channel.environment_id, channel.id)

    def _carry(self, deliveries: Sequence[Delivery]) -> int:
        channel = deliveries[0].channel
        later = not_before(channel, self.clock())
        quiet = [one for one in deliveries if later > self.clock() and not one.alert.urgent]
        if quiet:
            self.outbox.postpone(quiet, later)
        now = [one for one in deliveries if one not in quiet]
        return self._send(channel, now) if now else 0

    def _send(self, channel: Channel, deliveries: Sequence[Delivery]) -> int:
        environment = self.name_of(channel.environment_id)
        message = compose([one.alert for one in deliveries], environment, channel.time_zone, self.base_url)
        try:
            error = self.send(self.channels.address(channel), message)
        except LeadferryError as trouble:  # the master key is another one
            error = trouble.message
        facts = {"environment": environment, "channel": channel.id, "alerts": len(deliveries)}
        if error:
            log.warning("alert not delivered", **facts)
            if self.outbox.failed(deliveries, error):
                self._unwell(channel, error)
            return 0
        self.outbox.sent(deliveries)
        log.info("alert sent", **facts)
        self._well(channel)
        return 1

    def _unwell(self, channel: Channel, error: str) -> None:
        """Seen where it can be seen: on the pages, among the findings, at the other channels."""
        title = worded(
            'Alerts do not arrive at the channel "{channel}" ({service})', channel=channel.name, service=channel.service
        )
        fix = worded("Mend its address, then send a test: what did not arrive is sent again.")
        self.outbox.note_trouble(channel, title, error, fix)
        self.alerts.open(
            channel.environment_id,
            Event.ALERTS,
            _key(channel),
            Level.BAD,
            title,
            error,
            fix,
            f"/e/{channel.environment_id}/alerts/channels/{channel.id}",
            not_by=channel.id,
        )

    def _well(self, channel: Channel) -> None:
        if self.alerts.resolve(channel.environment_id, _key(channel)):
            self.outbox.clear_trouble(channel.environment_id, channel.id)


def _key(channel: Channel) -> str:
    return f"alerts:channel:{channel.id}"


def _by_channel(deliveries: Sequence[Delivery]) -> list[list[Delivery]]:
    found: dict[int, list[Delivery]] = {}
    for delivery in deliveries:
        found.setdefault(delivery.channel.id, []).append(delivery)
    return list(found.values())
