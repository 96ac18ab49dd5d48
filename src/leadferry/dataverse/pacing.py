"""How many requests of one user may be under way, and when. Pure: time is an argument.

Source: docs `data-platform/api-limits.md`, `send-parallel-requests.md`; dataverse-api 5.1 to 5.3. Limits hold per
user, so every thread of a user shares one Pace: after a 429 all of them wait.
"""

from __future__ import annotations

from dataclasses import dataclass, field

CONCURRENCY_CODE = "0x80072326"
DEFAULT_PAUSE_S = 5.0
"""Where a 429 names no time; doubled for each one that follows in a row."""
RAMP_UP_AFTER = 20
"""Good answers in a row until one request more is let through."""


@dataclass
class Pace:
    """`setting`: what the operator allows at once. Times in ms."""

    setting: int
    allowed: int = field(init=False)
    blocked_until: int = 0
    hint: int = 0
    """The service's last `x-ms-dop-hint`; 0 until one came."""
    in_a_row: int = 0
    refusals: int = 0

    def __post_init__(self) -> None:
        self.allowed = max(1, self.setting)

    @property
    def most(self) -> int:
        return max(1, min(self.setting, self.hint) if self.hint else self.setting)

    def wait_s(self, now: int) -> float:
        """How long nothing may be sent."""
        return max(0, self.blocked_until - now) / 1000

    def answered(self, hint: int | None) -> None:
        """A request went through; the parallelism grows back towards the hint, slowly."""
        self.refusals = 0
        if hint is not None and hint > 0:
            self.hint = hint
        self.in_a_row += 1
        if self.in_a_row >= RAMP_UP_AFTER and self.allowed < self.most:
            self.allowed, self.in_a_row = self.allowed + 1, 0
        self.allowed = min(self.allowed, self.most)

    def refused(self, now: int, retry_after_s: float | None, vendor_code: str) -> float:
        """A 429 came. Returns the seconds that everybody waits."""
        self.in_a_row = 0
        pause = retry_after_s if retry_after_s is not None else DEFAULT_PAUSE_S * 2 ** min(self.refusals, 6)
        self.refusals += 1
        self.blocked_until = max(self.blocked_until, now + int(pause * 1000))
        if vendor_code == CONCURRENCY_CODE:
            self.allowed = max(1, self.allowed // 2)
        return pause
