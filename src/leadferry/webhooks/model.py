"""What a webhook is told of, what it is, and what became of each delivery. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from leadferry.words import worded


class EventType(StrEnum):
    """The `type` of a message. Names stay; what else there is to tell gets a name of its own."""

    RECEIVED = "submission.received"
    CREATED = "lead.created"
    UPDATED = "lead.updated"
    LINKED = "lead.linked"
    REVIEW = "review.needed"
    FAILED = "submission.failed"
    REJECTED = "submission.rejected"
    UNDONE = "submission.undone"
    ERASED = "submission.erased"
    TEST = "webhook.test"

    @property
    def label(self) -> str:
        return LABELS[self][0]

    @property
    def meaning(self) -> str:
        return LABELS[self][1]


LABELS: Mapping[EventType, tuple[str, str]] = {
    EventType.RECEIVED: (
        worded("Submission received"),
        worded("A form response is stored. What becomes of it follows."),
    ),
    EventType.CREATED: (worded("Lead created"), worded("There is a new lead in Dynamics.")),
    EventType.UPDATED: (worded("Lead updated"), worded("An existing lead was updated; the changed columns are named.")),
    EventType.LINKED: (worded("Lead matched"), worded("An existing lead was matched and left as it is.")),
    EventType.REVIEW: (
        worded("Review needed"),
        worded("The submission matches a lead in part and waits for a person."),
    ),
    EventType.FAILED: (
        worded("Submission failed"),
        worded("Dynamics, or Leadferry itself, gave a final no. A person has to look."),
    ),
    EventType.REJECTED: (
        worded("Submission left out"),
        worded("A person, or a rule, decided that there shall be no lead."),
    ),
    EventType.UNDONE: (worded("Taken back"), worded("What a delivery or a decision did was taken back.")),
    EventType.ERASED: (
        worded("Erased"),
        worded("What a person answered was erased here. Whoever holds it erases it too."),
    ),
    EventType.TEST: (worded("Test"), worded("Sent when a person presses the button.")),
}
CHOOSABLE: tuple[EventType, ...] = tuple(event for event in EventType if event is not EventType.TEST)
AT_FIRST = frozenset(CHOOSABLE) - {EventType.RECEIVED}
"""What a new webhook is told of unless somebody chooses: each outcome, once it is known."""


class Pause(StrEnum):
    """Why a webhook is paused; in the database beside `active`."""

    BY_PERSON = ""
    GONE = "gone"
    """Its receiver answered 410: it does not want any more, ever."""
    FAILING = "failing"
    """Nothing arrived for days."""


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up after the last attempt."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Without its secrets. `shown`: the address without what stands behind its question mark. No `form_ids`: every
    form. `failures`: attempts in a row that did not arrive; nothing is sent before `held_until`."""

    id: int
    environment_id: int
    name: str
    shown: str
    events: frozenset[EventType]
    form_ids: frozenset[int]
    answers: bool
    active: bool
    paused_why: Pause
    failures: int
    failing_since: int | None
    held_until: int
    old_secret_until: int | None
    created_at: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook, as the log shows it."""

    id: int
    environment_id: int
    webhook_id: int
    message_id: str
    event: EventType
    submission_id: int | None
    happened_at: int
    state: DeliveryState
    attempts: int
    due_at: int
    ended_at: int | None
    status: int | None
    error: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """`status` 0: no answer came. `response`: how the answer began."""

    at: int
    status: int
    took_ms: int
    error: str
    response: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one webhook: what is still on its way, and what was given up."""

    waiting: int = 0
    failed: int = 0
