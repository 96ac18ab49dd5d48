"""When a delivery is tried again, and how long a webhook that takes nothing is left alone. Pure."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

SECOND_MS, MINUTE_MS, HOUR_MS = 1000, 60_000, 3_600_000
DAY_MS = 24 * HOUR_MS

RETRY_AFTER_MS = (
    5 * SECOND_MS, 5 * MINUTE_MS, 30 * MINUTE_MS,
    2 * HOUR_MS, 5 * HOUR_MS, 10 * HOUR_MS, 14 * HOUR_MS, 20 * HOUR_MS, 24 * HOUR_MS,
)  # fmt: skip
"""After the first, second ... attempt that did not arrive: together a bit more than three days. One more, and it is
given up. The waits are those that the Standard Webhooks specification proposes."""
MAX_ATTEMPTS = len(RETRY_AFTER_MS) + 1
LONGEST_RETRY_AFTER_MS = DAY_MS
"""A receiver may ask for more patience, and is not taken at its word for longer than that."""
BUSY = frozenset({429, 503})
"""Answers whose `Retry-After` is about the receiver, not about this one message."""

PATIENCE = 3
"""So many failures in a row are one message's bad luck; from then on it is the receiver."""
LONGEST_HOLD_MS = 5 * MINUTE_MS
TOLD_AFTER_MS = HOUR_MS
"""A receiver that restarts, or is replaced by its next version, worries nobody."""
PAUSED_AFTER_MS = 5 * DAY_MS


def retry_at(attempts: int, now: int, asked_ms: int = 0) -> int | None:
    """After `attempts` that did not arrive; None when there is none left. `asked_ms`: what the receiver asked for."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return now + max(RETRY_AFTER_MS[attempts - 1], asked_ms)


def hold_ms(failures: int) -> int:
    """How long nothing at all is sent after so many failures in a row: doubled each time, up to five minutes."""
    if failures < PATIENCE:
        return 0
    return min(LONGEST_HOLD_MS, SECOND_MS << min(failures - PATIENCE, 20))


def asked_ms(retry_after: str, now: int) -> int:
    """A `Retry-After` in seconds or as a date; 0 where there is none that can be read."""
    text = retry_after.strip()
    in_seconds = text.isdecimal() and text.isascii()
    wanted = int(text[:9]) * SECOND_MS if in_seconds else _until(text, now)
    return max(0, min(wanted, LONGEST_RETRY_AFTER_MS))


def _until(text: str, now: int) -> int:
    try:
        return int(parsedate_to_datetime(text).timestamp() * 1000) - now
    except (ValueError, OverflowError):
        return 0
