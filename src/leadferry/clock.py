"""Time as an argument: rooms take a Clock, tests hand in one that stands still."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]
"""Milliseconds since 1970-01-01 UTC."""


def system_clock() -> int:
    return time.time_ns() // 1_000_000


def as_text(at_ms: int) -> str:
    """`2026-11-23T10:00:00Z`, as Dataverse takes it."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
