"""The states of a form submission, its statuses and the events of its timeline. Pure.

docs/lifecycle.md draws them. The matching and processing values are the original connector's
(`original-tables.json`, msdyncrm_linkedinformsubmission).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import msgspec

from leadferry.words import worded


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
    MatchingStatus.PENDING: worded("Pending lead matching"),
    MatchingStatus.CREATED: worded("New lead created"),
    MatchingStatus.UPDATED: worded("Updated existing lead"),
    MatchingStatus.MATCH_FAILED: worded("Match failed"),
    MatchingStatus.CREATION_FAILED: worded("Lead creation failed"),
    MatchingStatus.UPDATE_FAILED: worded("Lead update failed"),
    MatchingStatus.NOT_UPDATED: worded("Lead matched but not updated"),
}


class ProcessingState(IntEnum):
    UNPROCESSED = 192350000
    SUCCEEDED = 192350001
    FAILED = 192350002

    @property
    def label(self) -> str:
        return {0: worded("Unprocessed"), 1: worded("Processing Succeeded"), 2: worded("Processing Failed")}[
            self.value - 192350000
        ]


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
    ERASED = 14
    """What it held of a person was taken away; the row stays, so that it is counted and never delivered again."""
    DELETED = 15
    """LinkedIn deleted the form response; the environment's policy said to keep it here."""

    @property
    def label(self) -> str:
        return self.name.lower()


class Removal(IntEnum):
    """Why a submission holds no answers any more (`submissions.removal`)."""

    RETENTION = 1
    ERASURE = 2
    AT_LINKEDIN = 3
    TEST = 4

    @property
    def words(self) -> str:
        return _REMOVALS[self]


_REMOVALS = {
    Removal.RETENTION: "Answers removed",
    Removal.ERASURE: "Erased",
    Removal.AT_LINKEDIN: "Deleted at LinkedIn",
    Removal.TEST: "Test lead, deleted",
}


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
