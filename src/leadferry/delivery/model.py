"""The states of a form submission, its statuses and the events of its timeline. Pure.

docs/lifecycle.md draws them. The matching and processing values are the original connector's
(`original-tables.json`, msdyncrm_linkedinformsubmission).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import msgspec


class State(IntEnum):
    """Below 2 = open: the work list."""

    PENDING = 0
    RETRY = 1
    """Open again at `due_at`, after a passing error."""
    REVIEW = 2
    """Some strategy fields matched, none with all: a person decides (On match fail = Ignore)."""
    DELIVERED = 3
    FAILED = 4
    """Needs a person: the answer of Dynamics, or of us, was a final no."""
    REJECTED = 5
    """A person decided that there shall be no lead."""

    @property
    def label(self) -> str:
        return {0: "pending", 1: "retry", 2: "review", 3: "delivered", 4: "failed", 5: "rejected"}[self.value]

    @property
    def final(self) -> bool:
        """Nothing more happens by itself."""
        return self >= State.REVIEW


class MatchingStatus(IntEnum):
    PENDING = 192350000
    CREATED = 192350001
    UPDATED = 192350002
    MATCH_FAILED = 192350003
    CREATION_FAILED = 192350004
    UPDATE_FAILED = 192350005
    NOT_UPDATED = 192350006

    @property
    def label(self) -> str:
        return _MATCHING_LABELS[self]


_MATCHING_LABELS = {
    MatchingStatus.PENDING: "Pending lead matching",
    MatchingStatus.CREATED: "New lead created",
    MatchingStatus.UPDATED: "Updated existing lead",
    MatchingStatus.MATCH_FAILED: "Match failed",
    MatchingStatus.CREATION_FAILED: "Lead creation failed",
    MatchingStatus.UPDATE_FAILED: "Lead update failed",
    MatchingStatus.NOT_UPDATED: "Lead matched but not updated",
}


class ProcessingState(IntEnum):
    UNPROCESSED = 192350000
    SUCCEEDED = 192350001
    FAILED = 192350002

    @property
    def label(self) -> str:
        return {0: "Unprocessed", 1: "Processing Succeeded", 2: "Processing Failed"}[self.value - 192350000]


class EventKind(IntEnum):
    """One line of a submission's timeline."""

    STORED = 1
    CREATED = 2
    UPDATED = 3
    LINKED = 4
    HELD = 5
    RETRY = 6
    FAILED = 7
    REPLAYED = 8
    REJECTED = 9
    RECOVERED = 10
    UNDONE = 11
    ADOPTED = 12
    """Microsoft's connector had settled it."""
    RECOGNISED = 13
    """An adopted one that LinkedIn showed again, under the id it has today."""

    @property
    def label(self) -> str:
        return self.name.lower()


class Settlement(msgspec.Struct, frozen=True):
    """What becomes of one submission; stored with its event in one transaction."""

    submission_id: int
    state: State
    matching_status: MatchingStatus
    processing_state: ProcessingState
    kind: EventKind
    attempts: int = 0
    due_at: int = 0
    lead_id: str | None = None
    contact_id: str | None = None
    test: bool = False
    detail: dict[str, Any] = {}
