"""`/api/v1/webhooks` and their deliveries."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET

from leadferry.api import paging
from leadferry.api.call_routes import AtCall, Call, delete, patch, post, read
from leadferry.api.webhooks_shapes import (
    DeliveryPage,
    MadeWebhook,
    NewWebhook,
    SentAgain,
    StateText,
    TestResult,
    WebhookChange,
    WebhookPage,
    WebhookShape,
    WholeDelivery,
    delivery_shape,
    events_of,
    webhook_shape,
    whole_delivery,
)
from leadferry.console.rights import Action
from leadferry.webhooks.model import Counts, DeliveryState, Webhook
from leadferry.webhooks.shown import KIND, recorded
from leadferry.webhooks.wishes import Wishes, read_wishes

ONE = "/webhooks/{webhook_id:int}"


@read("/webhooks", Action.READ_WEBHOOKS)
def webhooks(call: AtCall, cursor: FromQuery[str] = "", limit: FromQuery[int] = 100) -> WebhookPage:
    """Webhooks, oldest first. `next` is the cursor of the page after this."""
    size, start = paging.checked(limit), paging.before(cursor) or 0
    found = [one for one in call.rooms.webhooks.list(call.here.id) if one.id > start][: size + 1]
    counts = call.rooms.webhook_outbox.counts(call.here.id)
    items = [webhook_shape(one, counts.get(one.id, Counts())) for one in found[:size]]
    return WebhookPage(items, paging.after(found, size))


@read(ONE, Action.READ_WEBHOOKS)
def webhook(call: AtCall, webhook_id: FromPath[int]) -> WebhookShape:
    """One webhook."""
    return _shape(call, call.rooms.webhooks.by_id(call.here.id, webhook_id))


@post("/webhooks", Action.CHANGE_WEBHOOKS)
def add_webhook(call: AtCall, data: JSONBody[NewWebhook]) -> MadeWebhook:
    """A new one, active at once. Its secret is in this answer, and nowhere else."""
    given = msgspec.structs.asdict(data) | {"events": events_of(data.events)}
    made, secret = call.rooms.webhooks.add(call.here.id, _wishes(call, given, url_needed=True))
    call.record(Action.CHANGE_WEBHOOKS, KIND, made.id, made.name, after=recorded(made))
    return MadeWebhook(_shape(call, made), secret)


@patch(ONE, Action.CHANGE_WEBHOOKS)
def change_webhook(call: AtCall, webhook_id: FromPath[int], data: JSONBody[WebhookChange]) -> WebhookShape:
    """Changes what is named, pauses it or switches it on."""
    store, here = call.rooms.webhooks, call.here.id
    before: Webhook = store.by_id(here, webhook_id)
    given = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not UNSET}
    active = given.pop("active", before.active)
    with call.changing(lambda: _shape(call, store.by_id(here, webhook_id))):
        if given:
            known = {"name": before.name, "url": "", "events": before.events, "form_ids": before.form_ids}
            wanted = {**known, "answers": before.answers, **given}
            store.change(here, webhook_id, _wishes(call, wanted, url_needed=False))
        if active != before.active:
            store.set_active(here, webhook_id, active)
            call.rooms.guardian.look_at_webhooks(here)
    after: Webhook = store.by_id(here, webhook_id)
    old, new = recorded(before) | {"active": before.active}, recorded(after) | {"active": after.active}
    moved = {"address": "replaced"} if given.get("url") else {}
    if moved or old != new:
        call.record(Action.CHANGE_WEBHOOKS, KIND, after.id, after.name, before=old, after=new | moved)
    return _shape(call, after)


@delete(ONE, Action.CHANGE_WEBHOOKS)
def remove_webhook(call: AtCall, webhook_id: FromPath[int]) -> None:
    """With its log, and what waits for it."""
    found: Webhook = call.rooms.webhooks.by_id(call.here.id, webhook_id)
    with call.changing(lambda: _shape(call, call.rooms.webhooks.by_id(call.here.id, webhook_id))):
        call.rooms.webhooks.remove(call.here.id, webhook_id)
    call.record(Action.CHANGE_WEBHOOKS, KIND, found.id, found.name, before=recorded(found))
    call.rooms.guardian.look_at_webhooks(call.here.id)


@post(f"{ONE}/rotate", Action.CHANGE_WEBHOOKS, status_code=200)
def rotate_secret(call: AtCall, webhook_id: FromPath[int]) -> MadeWebhook:
    """A new secret, in this answer alone. The old one signs beside it for 24 hours."""
    found: Webhook = call.rooms.webhooks.by_id(call.here.id, webhook_id)
    secret = call.rooms.webhooks.rotate(call.here.id, webhook_id)
    call.record(Action.CHANGE_WEBHOOKS, KIND, found.id, found.name, after={"secret": "replaced"})
    return MadeWebhook(_shape(call, call.rooms.webhooks.by_id(call.here.id, webhook_id)), secret)


@post(f"{ONE}/test", Action.CHANGE_WEBHOOKS, status_code=200, repeatable=True)
def send_test(call: AtCall, webhook_id: FromPath[int]) -> TestResult:
    """Sends `webhook.test` now, and waits for the answer, 10 seconds at most."""
    found: Webhook = call.rooms.webhooks.by_id(call.here.id, webhook_id)
    reply = call.rooms.webhook_courier.test(found)
    call.record(Action.CHANGE_WEBHOOKS, KIND, found.id, found.name, after={"test": reply.error or "arrived"})
    return TestResult(reply.arrived, reply.status, reply.error)


@post(f"{ONE}/redeliver", Action.CHANGE_WEBHOOKS, status_code=200)
def redeliver_failed(call: AtCall, webhook_id: FromPath[int]) -> SentAgain:
    """Sends everything again that was given up."""
    return _again(call, webhook_id, None)


@read(f"{ONE}/deliveries", Action.READ_WEBHOOKS)
def deliveries(
    call: AtCall,
    webhook_id: FromPath[int],
    only: FromQuery[StateText | None] = None,
    cursor: FromQuery[str] = "",
    limit: FromQuery[int] = 100,
) -> DeliveryPage:
    """The log, newest first; `only` those in one state. `next` is the cursor of the page after this."""
    size, here = paging.checked(limit), call.here.id
    call.rooms.webhooks.by_id(here, webhook_id)
    state = DeliveryState(only) if only else None
    found = call.rooms.webhook_outbox.list(
        here, webhook_id, state=state, before_id=paging.before(cursor), limit=size + 1
    )
    return DeliveryPage([delivery_shape(one) for one in found[:size]], paging.after(found, size))


@read(f"{ONE}/deliveries/{{delivery_id:int}}", Action.READ_WEBHOOKS)
def delivery(call: AtCall, webhook_id: FromPath[int], delivery_id: FromPath[int]) -> WholeDelivery:
    """One delivery with its attempts and its body. People's answers are left out."""
    return whole_delivery(*call.rooms.webhook_outbox.show(call.here.id, webhook_id, delivery_id))


@post(f"{ONE}/deliveries/{{delivery_id:int}}/redeliver", Action.CHANGE_WEBHOOKS, status_code=200)
def redeliver(call: AtCall, webhook_id: FromPath[int], delivery_id: FromPath[int]) -> SentAgain:
    """Sends one again, whatever became of it: the same id, the same body."""
    return _again(call, webhook_id, delivery_id)


def _again(call: Call, webhook_id: int, delivery_id: int | None) -> SentAgain:
    found: Webhook = call.rooms.webhooks.by_id(call.here.id, webhook_id)
    count = call.rooms.webhook_outbox.send_again(call.here.id, webhook_id, delivery_id)
    told = {"sent again": count if delivery_id is None else f"delivery {delivery_id}"}
    call.record(Action.CHANGE_WEBHOOKS, KIND, found.id, found.name, after=told)
    return SentAgain(count)


def _wishes(call: Call, given: dict[str, Any], *, url_needed: bool) -> Wishes:
    return read_wishes(
        given["name"],
        given["url"],
        given["events"],
        given["form_ids"],
        answers=given["answers"],
        known_forms=call.rooms.forms.names(call.here.id),
        rules=call.rooms.webhook_rules,
        url_needed=url_needed,
    )


def _shape(call: Call, one: Webhook) -> WebhookShape:
    return webhook_shape(one, call.rooms.webhook_outbox.counts(call.here.id).get(one.id, Counts()))


HANDLERS: tuple[Any, ...] = (
    webhooks,
    webhook,
    add_webhook,
    change_webhook,
    remove_webhook,
    rotate_secret,
    send_test,
    redeliver_failed,
    deliveries,
    delivery,
    redeliver,
)
