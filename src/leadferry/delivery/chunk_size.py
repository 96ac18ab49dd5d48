"""How many rows go in one request: as many as the setting says, fewer once a service could not take as many. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

CALM = 32
"""So many requests in a row go through before twice as many rows are tried, and twice as many after each shrinking."""


@dataclass
class ChunkSize:
    """`most`: what the setting allows. Used by many threads: a count lost between two of them does no harm."""

    most: int
    rows: int = 0
    """At present."""
    _calm: int = field(default=0, init=False)
    _patience: int = field(default=CALM, init=False)

    def __post_init__(self) -> None:
        self.rows = self.rows or self.most

    def shrink(self, sent: int) -> None:
        """`sent` rows were too many, or nobody waited for their end."""
        self._patience *= 2 if sent // 2 < self.rows else 1
        self.rows, self._calm = max(1, min(self.rows, sent // 2)), 0

    def went_through(self) -> None:
        if self.rows == self.most:
            return
        self._calm += 1
        if self._calm >= self._patience:
            self.rows, self._calm = min(self.most, self.rows * 2), 0


def sized(before: ChunkSize | None, most: int) -> ChunkSize:
    """What was found out stays, unless the setting was changed since."""
    return before if before and before.most == most else ChunkSize(most)
