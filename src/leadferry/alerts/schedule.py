"""When a channel is told: digests, quiet hours in its own time zone, attempts. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from leadferry.alerts.model import Channel, Event

MINUTE_MS = 60_000
NEW_LEADS_TOGETHER_MS = 15 * MINUTE_MS
"""A channel that is told at once hears of the first new leads at once, and of those that follow together."""

RETRY_AFTER_MINUTES = (1, 5, 15, 60, 240)
"""After the first, second ... attempt that did not arrive. After one more, it is given up."""
MAX_ATTEMPTS = len(RETRY_AFTER_MINUTES) + 1


def due_at(channel: Channel, event: Event, urgent: bool, now: int, *, waiting_at: int | None, told_at: int) -> int:
    """`waiting_at`: when the channel's next message goes out anyway; `told_at`: when it last heard of new leads."""
    if urgent:
        return now
    if channel.digest_minutes:
        together = waiting_at if waiting_at is not None else now + channel.digest_minutes * MINUTE_MS
        return not_before(channel, max(now, together))
    first = max(now, told_at + NEW_LEADS_TOGETHER_MS) if event is Event.NEW_LEAD and told_at else now
    return not_before(channel, first)


def retry_at(attempts: int, now: int) -> int | None:
    """After `attempts` that did not arrive; None when there is none left."""
    return None if attempts >= MAX_ATTEMPTS else now + RETRY_AFTER_MINUTES[attempts - 1] * MINUTE_MS


def not_before(channel: Channel, at: int) -> int:
    """`at`, or the end of the quiet hours that it lies in."""
    if not channel.quiet_from or channel.quiet_from == channel.quiet_to:
        return at
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(channel.time_zone))
    begin, end = time.fromisoformat(channel.quiet_from), time.fromisoformat(channel.quiet_to)
    here = local.time().replace(tzinfo=None)
    over_midnight = begin > end
    quiet = (here >= begin or here < end) if over_midnight else begin <= here < end
    if not quiet:
        return at
    day = local.date() + timedelta(days=1) if over_midnight and here >= begin else local.date()
    return int(datetime.combine(day, end, ZoneInfo(channel.time_zone)).timestamp() * 1000)
