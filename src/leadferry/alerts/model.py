"""What alerts are about, whom they go to, and what became of each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from leadferry.words import worded


class Event(StrEnum):
    """What an alert is about. Channels choose among these."""

    NEW_LEAD = "new-lead"
    REVIEW = "review"
    DELIVERY = "delivery"
    TOKEN = "token"  # noqa: S105 - no password
    ROLE = "role"
    VERSION = "version"
    CREDENTIAL = "credential"
    GAP = "gap"
    QUOTA = "quota"
    ALERTS = "alerts"
    WEBHOOK = "webhook"

    @property
    def label(self) -> str:
        return LABELS[self][0]

    @property
    def meaning(self) -> str:
        return LABELS[self][1]


LABELS: Mapping[Event, tuple[str, str]] = {
    Event.ROLE: (
        worded("Roles and permissions"),
        worded("A member or the application user may no longer do what is needed."),
    ),
    Event.NEW_LEAD: (worded("New leads"), worded("Leads were created, by form. A wave is told in one message.")),
    Event.REVIEW: (worded("Review needed"), worded("Submissions match a lead in part and wait for a person.")),
    Event.DELIVERY: (worded("Delivery fails"), worded("Dynamics refuses everything, or a submission for good.")),
    Event.TOKEN: (worded("LinkedIn consent"), worded("A member's consent ends soon, or has ended.")),
    Event.VERSION: (worded("LinkedIn API version"), worded("The version in use ends soon, or has ended.")),
    Event.CREDENTIAL: (worded("Dynamics secret or certificate"), worded("It ends soon, or has ended.")),
    Event.GAP: (worded("Gaps"), worded("LinkedIn shows responses that are not in Dynamics.")),
    Event.QUOTA: (worded("Request limits"), worded("Most of a day's requests to LinkedIn or Dynamics are used up.")),
    Event.ALERTS: (worded("Alerts themselves"), worded("Another channel's messages do not arrive.")),
    Event.WEBHOOK: (
        worded("Webhooks"),
        worded("A webhook's receiver takes nothing for long, or it was paused by itself."),
    ),
}

URGENT: frozenset[Event] = frozenset(Event) - {Event.NEW_LEAD, Event.REVIEW, Event.QUOTA, Event.WEBHOOK}
"""Events whose worst alerts (level `bad`) come at once, in quiet hours too."""


class Level(StrEnum):
    """The same words as `findings.level`."""

    INFO = "info"
    WARN = "warn"
    BAD = "bad"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """Given up after the last attempt."""


@dataclass(frozen=True, slots=True)
class Alert:
    """`count`: of things that happened (`12 new leads`); 0 for a condition, which is open until it is resolved.
    `address` is a path at the console, like `/e/1/profiles/3`."""

    id: int
    environment_id: int
    event: Event
    key: str
    level: Level
    title: str
    body: str
    fix: str
    address: str
    count: int
    raised_at: int
    resolved_at: int | None

    @property
    def urgent(self) -> bool:
        return self.event in URGENT and self.level is Level.BAD

    @property
    def open(self) -> bool:
        return self.resolved_at is None


@dataclass(frozen=True, slots=True)
class Channel:
    """Without its address, which is a secret. `service` is the kind ("Slack"), `shown` the address without what opens
    it. `digest_minutes` 0: at once. Quiet hours are `HH:MM` in `time_zone`, empty for none."""

    id: int
    environment_id: int
    name: str
    service: str
    shown: str
    events: frozenset[Event]
    digest_minutes: int
    quiet_from: str
    quiet_to: str
    time_zone: str
    enabled: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert on its way to one channel."""

    alert: Alert
    channel: Channel
    state: DeliveryState
    attempts: int
    due_at: int
    sent_at: int | None
    error: str
