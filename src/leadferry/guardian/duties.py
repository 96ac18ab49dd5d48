"""When each duty is due. Pure: derived from what the tables say was done last, so that any process can take over."""

from __future__ import annotations

from leadferry.guardian.model import DAY_MS, HOUR_MS

NIGHT_MS = 3 * HOUR_MS
"""The nightly count begins at 03:00 UTC."""


def hourly(last_at: int | None, now: int) -> bool:
    return last_at is None or now - last_at >= HOUR_MS


def daily(last_at: int | None, now: int) -> bool:
    return last_at is None or now - last_at >= DAY_MS


def nightly(last_at: int | None, now: int) -> bool:
    """Once between one 03:00 and the next; at once where it was never done."""
    return last_at is None or _night(last_at) < _night(now)


def _night(at: int) -> int:
    return (at - NIGHT_MS) // DAY_MS
