"""What a sync tells while it runs and when it is done. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Progress:
    """`pending`: stored and not settled. `stage` is a word for people."""

    stored: int
    settled: int
    pending: int
    stage: str


@dataclass
class SyncResult:
    """Counts of this run. `troubles`: what could not be done, in words a person can act on."""

    stored: int = 0
    created: int = 0
    updated: int = 0
    matched_not_updated: int = 0
    match_failed: int = 0
    failed: int = 0
    retrying: int = 0
    test_leads: int = 0
    linkedin_requests: int = 0
    dynamics_requests: int = 0
    mirror_requests: int = 0
    """Of those to Dynamics, the ones that the mirror sent."""
    seconds: float = 0.0
    troubles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What went through all the same, and could be mended: mappings whose column does not exist or is read-only."""

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}
