"""LinkedIn's API versions: which this Leadferry was tested with, and until when each lives. Pure.

Source: Microsoft Learn "LinkedIn Marketing API Versioning"; linkedin-api 2.2 and 8.3.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

TESTED = ("202601", "202602", "202603", "202604", "202605", "202606", "202607", "202608", "202609")
"""Oldest first. With each, `tests/linkedin/test_against_simulator.py` reads everything that Leadferry reads, at the
simulator: LinkedIn itself has shown no difference between them that its documents name (linkedin-api 8.3)."""

SUNSETS = {
    "202507": date(2026, 7, 15),
    "202508": date(2026, 8, 17),
    "202509": date(2026, 9, 15),
    "202510": date(2026, 10, 15),
    "202511": date(2026, 11, 16),
    "202601": date(2027, 1, 15),
    "202602": date(2027, 2, 15),
    "202603": date(2027, 3, 16),
    "202604": date(2027, 4, 15),
    "202605": date(2027, 5, 15),
    "202606": date(2027, 6, 15),
    "202607": date(2027, 7, 15),
}
"""As LinkedIn has published them. Later ones: about the middle of the month, a year later."""

PATTERN = r"20[0-9]{2}(0[1-9]|1[0-2])(\.[0-9]{2})?"


def is_version(text: str) -> bool:
    return re.fullmatch(PATTERN, text) is not None


def sunset_of(version: str) -> tuple[date, bool]:
    """The last day, and whether LinkedIn has said so. `202609.01` is a revision of `202609`."""
    month = version[:6]
    if month in SUNSETS:
        return SUNSETS[month], True
    return date(int(month[:4]) + 1, int(month[4:6]), 15), False


def ends_at(version: str) -> int:
    """The end of the last day, in ms."""
    day = sunset_of(version)[0]
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000) + 86_400_000


def newer_tested(version: str) -> str:
    """The newest tested version after this one; "" where there is none."""
    return TESTED[-1] if TESTED[-1] > version[:6] else ""
