"""What the API sends and takes of webhooks. Names stay. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from leadferry.api.shapes import moment
from leadferry.webhooks.model import AT_FIRST, Attempt, Counts, Delivery, EventType, Webhook
from leadferry.webhooks.payload import without_answers

EventText = Literal[
    "submission.received",
    "lead.created",
    "lead.updated",
    "lead.linked",
    "review.needed",
    "submission.failed",
    "submission.rejected",
    "submission.undone",
    "submission.erased",
]
StateText = Literal["waiting", "delivered", "failed"]


class WebhookShape(msgspec.Struct):
    """`url`: without what stands behind its question mark. `form_ids` empty: every form. `paused_why`: "", "gone" (the
    receiver answered 410) or "failing". `waiting` and `failed`: deliveries."""

    id: int
    name: str
    url: str
    events: list[str]
    form_ids: list[int]
    answers: bool
    active: bool
    paused_why: str
    failing_since: str | None
    old_secret_until: str | None
    waiting: int
    failed: int
    created_at: str | None


class WebhookPage(msgspec.Struct):
    items: list[WebhookShape]
    next: str | None
    """The cursor of the next page; null: there is none."""


class NewWebhook(msgspec.Struct, forbid_unknown_fields=True):
    """`answers`: whether what people answered is sent; `form_ids` empty: every form."""

    name: str
    url: str
    events: list[EventText] = []
    """Empty: every outcome, `submission.received` apart."""
    form_ids: list[int] = []
    answers: bool = False


class WebhookChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays. `active` false pauses it."""

    name: str | UnsetType = UNSET
    url: str | UnsetType = UNSET
    events: list[EventText] | UnsetType = UNSET
    form_ids: list[int] | UnsetType = UNSET
    answers: bool | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class MadeWebhook(msgspec.Struct):
    """`secret` is told this once."""

    webhook: WebhookShape
    secret: str


class TestResult(msgspec.Struct):
    """`status` 0: no answer came."""

    __test__ = False

    arrived: bool
    status: int
    error: str


class SentAgain(msgspec.Struct):
    """How many deliveries go again."""

    count: int


class DeliveryShape(msgspec.Struct):
    """`message_id`: the `webhook-id` that the receiver sees. `status`: of the last answer, 0 where none came."""

    id: int
    message_id: str
    event: str
    submission_id: int | None
    happened_at: str | None
    state: str
    attempts: int
    due_at: str | None
    ended_at: str | None
    status: int | None
    error: str


class DeliveryPage(msgspec.Struct):
    items: list[DeliveryShape]
    next: str | None
    """The cursor of the next page; null: there is none."""


class AttemptShape(msgspec.Struct):
    at: str | None
    status: int
    took_ms: int
    error: str


class WholeDelivery(msgspec.Struct):
    """`body`: what was sent, without people's answers; null before the first attempt."""

    delivery: DeliveryShape
    attempts: list[AttemptShape]
    body: dict[str, Any] | None


def events_of(given: Sequence[str]) -> Sequence[str]:
    return given or sorted(AT_FIRST)


def webhook_shape(one: Webhook, counts: Counts) -> WebhookShape:
    return WebhookShape(
        one.id,
        one.name,
        one.shown,
        [event.value for event in EventType if event in one.events],
        sorted(one.form_ids),
        one.answers,
        one.active,
        one.paused_why.value,
        moment(one.failing_since),
        moment(one.old_secret_until),
        counts.waiting,
        counts.failed,
        moment(one.created_at),
    )


def delivery_shape(one: Delivery) -> DeliveryShape:
    return DeliveryShape(
        one.id,
        one.message_id,
        one.event.value,
        one.submission_id,
        moment(one.happened_at),
        one.state.value,
        one.attempts,
        moment(one.due_at) if one.state == "waiting" else None,
        moment(one.ended_at),
        one.status,
        one.error,
    )


def whole_delivery(one: Delivery, body: bytes | None, attempts: Sequence[Attempt]) -> WholeDelivery:
    """What a receiver answered may quote what it was sent, so it stands on the pages only."""
    tried = [AttemptShape(moment(each.at), each.status, each.took_ms, each.error) for each in attempts]
    return WholeDelivery(delivery_shape(one), tried, without_answers(body) if body else None)
