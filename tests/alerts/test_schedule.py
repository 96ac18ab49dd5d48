from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from leadferry.alerts.model import URGENT, Channel, Event
from leadferry.alerts.schedule import MAX_ATTEMPTS, MINUTE_MS, due_at, not_before, retry_at

PLAIN = Channel(1, 1, "Ops", "JSON", "json://", frozenset(Event), 0, "", "", "Europe/Berlin", True, 0)
NIGHT = replace(PLAIN, quiet_from="22:00", quiet_to="07:00")
LUNCH = replace(PLAIN, quiet_from="12:00", quiet_to="13:30")


def at(text: str, zone: str = "Europe/Berlin") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("channel", "moment", "expected"),
    [
        (PLAIN, "2026-11-23 03:00", "2026-11-23 03:00"),
        (NIGHT, "2026-11-23 21:59", "2026-11-23 21:59"),
        (NIGHT, "2026-11-23 22:00", "2026-11-24 07:00"),
        (NIGHT, "2026-11-24 06:59", "2026-11-24 07:00"),
        (NIGHT, "2026-11-24 07:00", "2026-11-24 07:00"),
        (LUNCH, "2026-11-24 12:30", "2026-11-24 13:30"),
        (LUNCH, "2026-11-24 14:00", "2026-11-24 14:00"),
        # The night in which the clocks go back is an hour longer, and still ends at 7.
        (NIGHT, "2026-10-24 23:00", "2026-10-25 07:00"),
        (NIGHT, "2026-03-28 23:00", "2026-03-29 07:00"),
    ],
)
def test_quiet_hours_end_in_the_channels_own_zone(channel: Channel, moment: str, expected: str) -> None:
    assert not_before(channel, at(moment)) == at(expected)


def test_a_zone_elsewhere_has_another_night() -> None:
    tokyo = replace(NIGHT, time_zone="Asia/Tokyo")
    assert not_before(tokyo, at("2026-11-23 15:00")) == at("2026-11-24 07:00", "Asia/Tokyo")


NOW = at("2026-11-23 10:00")


@pytest.mark.parametrize(
    ("channel", "event", "urgent", "waiting_at", "told_at", "minutes"),
    [
        (PLAIN, Event.TOKEN, False, None, 0, 0),
        (PLAIN, Event.NEW_LEAD, False, None, 0, 0),
        (PLAIN, Event.NEW_LEAD, False, None, NOW - 5 * MINUTE_MS, 10),
        (PLAIN, Event.NEW_LEAD, False, None, NOW - 60 * MINUTE_MS, 0),
        (PLAIN, Event.TOKEN, False, None, NOW, 0),
        (replace(PLAIN, digest_minutes=30), Event.TOKEN, False, None, 0, 30),
        (replace(PLAIN, digest_minutes=30), Event.NEW_LEAD, False, NOW + 7 * MINUTE_MS, 0, 7),
        (replace(PLAIN, digest_minutes=30), Event.TOKEN, True, NOW + 7 * MINUTE_MS, 0, 0),
        (replace(LUNCH, digest_minutes=150), Event.TOKEN, False, None, 0, 210),
    ],
)
def test_when_a_channel_is_told(
    channel: Channel, event: Event, urgent: bool, waiting_at: int | None, told_at: int, minutes: int
) -> None:
    found = due_at(channel, event, urgent, NOW, waiting_at=waiting_at, told_at=told_at)
    assert (found - NOW) / MINUTE_MS == minutes


def test_attempts_come_further_apart_and_end() -> None:
    waits = [retry_at(attempts, 0) for attempts in range(1, MAX_ATTEMPTS + 1)]
    assert waits == [minutes * MINUTE_MS for minutes in (1, 5, 15, 60, 240)] + [None]


def test_leads_and_reviews_never_wake_anybody() -> None:
    assert not {Event.NEW_LEAD, Event.REVIEW} & URGENT
    assert {Event.TOKEN, Event.GAP, Event.DELIVERY, Event.ALERTS} <= URGENT
