"""How one walk over an owner's form responses goes: from where to where, which page next, and when it ends. Pure.

LinkedIn pages by offset, newest first, and new responses push older ones down (linkedin-api 4.3). So the end of the
walk is fixed when it starts, the order is never relied on, and only an empty page ends it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Window:
    """Milliseconds; start inclusive, end exclusive."""

    start: int
    end: int


def window(through_at: int | None, now: int, *, overlap_s: int, backfill_days: int) -> Window:
    """What to ask for: everything LinkedIn keeps at first, later only what is new and a little more."""
    if through_at is None:
        return Window(now - backfill_days * DAY_MS, now)
    return Window(max(0, min(through_at, now) - overlap_s * 1000), now)


@dataclass(slots=True)
class PagePlan:
    """Hands out the offsets to fetch. Several at once only as far as `total` says that they exist: it is a hint, so
    an empty page is fetched in any case before the walk ends."""

    page_size: int
    step: int = 0
    issued: int = 0
    ended: bool = False
    expected: int = 0
    open: set[int] = field(default_factory=set)

    def next_offsets(self, at_once: int) -> Iterator[int]:
        while not self.ended and len(self.open) < at_once and self._may_issue():
            offset = self.issued
            self.issued += self.step or self.page_size
            self.open.add(offset)
            yield offset

    def _may_issue(self) -> bool:
        return not self.open or (self.step > 0 and self.issued <= self.expected)

    def fetched(self, offset: int, rows: int, *, total: int | None, served: int) -> None:
        """`served`: the page size that the service reports; smaller than asked when it caps it."""
        self.open.discard(offset)
        if rows == 0:
            self.ended = True
        if not self.step:
            self.step = served if 0 < served < self.page_size else self.page_size
            self.issued = self.step
        self.expected = max(self.expected, total or 0)
