"""Days as a person types them, and as they are stored: the end of the day in UTC, in ms. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from leadferry.errors import InputError
from leadferry.words import _

DAY_MS = 86_400_000


def end_of_day(text: str) -> int | None:
    """`2027-11-30` -> the last moment of that day; None for nothing."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
        after = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise InputError(
            _('"{text}" is no day.', text=text.strip()[:40]), fix=_("Write it like 2027-11-30."), code="bad-day"
        ) from None
    return int(after.timestamp() * 1000) - 1


def day_text(at: int | None) -> str:
    """As a date field takes it; "" for None."""
    return "" if at is None else datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def days_left(at: int | None, now: int) -> int | None:
    """Whole days, none below 0; None where the end is not known."""
    return None if at is None else max(0, (at - now) // DAY_MS)
