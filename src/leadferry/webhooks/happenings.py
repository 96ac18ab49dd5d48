"""What there is to tell of a settlement: which event, and the outcome as it was at that moment. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leadferry.delivery.model import EventKind, MatchingStatus, Settlement, State
from leadferry.webhooks.model import EventType
from leadferry.words import worded

EVENT_OF: Mapping[EventKind, EventType] = {
    EventKind.CREATED: EventType.CREATED,
    EventKind.UPDATED: EventType.UPDATED,
    EventKind.LINKED: EventType.LINKED,
    EventKind.HELD: EventType.REVIEW,
    EventKind.FAILED: EventType.FAILED,
    EventKind.REJECTED: EventType.REJECTED,
}
"""A retry is no event: it is not known yet what becomes of the submission."""

RECEIVED_FACTS: Mapping[str, Any] = {
    "state": int(State.PENDING),
    "matching_status": int(MatchingStatus.PENDING),
    "lead_id": None,
    "contact_id": None,
}
"""Said at the door, whatever became of the submission by the time that it is sent."""
ERASED_FACTS: Mapping[str, Any] = {"lead_id": None, "contact_id": None}
UNREADABLE_FACTS: Mapping[str, Any] = {
    **RECEIVED_FACTS,
    "state": int(State.FAILED),
    "code": "unreadable-response",
    "reason": worded("The form response cannot be read."),
}


def facts_of(item: Settlement) -> dict[str, Any]:
    """Names of columns, never their values: those are a person's answers."""
    facts: dict[str, Any] = {
        "state": int(item.state),
        "matching_status": int(item.matching_status),
        "lead_id": item.lead_id,
        "contact_id": item.contact_id,
        "columns": sorted(item.detail.get("changes") or item.detail.get("written") or ()),
        "code": item.detail.get("code"),
        "reason": item.detail.get("message"),
    }
    return {name: value for name, value in facts.items() if value}
