"""The webhooks of an environment: made, changed, tried, paused, given a new secret, removed. A secret is shown once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

from litestar import Response
from litestar.params import FromPath, FromQuery, URLEncodedBody

from leadferry.clock import as_text
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.edited import ChangedMeanwhileError
from leadferry.console.edited_routes import saving
from leadferry.console.rights import Action
from leadferry.errors import InputError
from leadferry.webhooks.model import AT_FIRST, CHOOSABLE, Counts, DeliveryState, Pause, Webhook
from leadferry.webhooks.shown import KIND, drawn, recorded, wished
from leadferry.webhooks.wishes import Wishes, WrongFieldsError, read_wishes
from leadferry.words import _

if TYPE_CHECKING:
    from leadferry.forms.form_store import FormStore
    from leadferry.webhooks.addresses import Rules
    from leadferry.webhooks.deliver_worker import Courier
    from leadferry.webhooks.outbox_store import OutboxStore
    from leadferry.webhooks.webhook_store import WebhookStore

Form = URLEncodedBody[dict[str, str]]
BASE = "/e/{environment_id:int}/webhooks"
ONE = f"{BASE}/{{webhook_id:int}}"
PAGE = 50


class Rooms(Protocol):
    """What these pages need of the application."""

    webhooks: WebhookStore
    webhook_outbox: OutboxStore
    forms: FormStore
    webhook_rules: Rules
    webhook_courier: Courier


def rooms_of(desk: Desk) -> Rooms:
    return cast(Rooms, desk.rooms)


@page(BASE, Action.READ_WEBHOOKS)
def webhooks(desk: AtDesk) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here.id
    counts = rooms.webhook_outbox.counts(here)
    known = [(one, counts.get(one.id, Counts())) for one in rooms.webhooks.list(here)]
    return desk.page("webhooks/webhooks.html", known=known, every=len(CHOOSABLE), Pause=Pause)


@page(f"{BASE}/new", Action.CHANGE_WEBHOOKS)
def new(desk: AtDesk) -> Response[Any]:
    return _form(desk, None, {f"event-{event}": "on" for event in AT_FIRST}, {})


@post(f"{BASE}/new", Action.CHANGE_WEBHOOKS)
def add(desk: AtDesk, data: Form) -> Response[Any]:
    """Answers with the webhook's page itself: the secret stands on it, this once."""
    try:
        made, secret = rooms_of(desk).webhooks.add(desk.here.id, _read(desk, data, url_needed=True))
    except InputError as error:
        return _form(desk, None, data, _wrong(error))
    desk.record(Action.CHANGE_WEBHOOKS, KIND, made.id, made.name, after=recorded(made))
    return _show(desk, made, secret=secret)


@page(ONE, Action.READ_WEBHOOKS)
def show(
    desk: AtDesk, webhook_id: FromPath[int], only: FromQuery[str] = "", before: FromQuery[int | None] = None
) -> Response[Any]:
    """`only`: deliveries in that state."""
    wanted = DeliveryState(only) if only in set(DeliveryState) else None
    return _show(desk, rooms_of(desk).webhooks.by_id(desk.here.id, webhook_id), state=wanted, before=before)


@page(f"{ONE}/change", Action.CHANGE_WEBHOOKS)
def changing(desk: AtDesk, webhook_id: FromPath[int]) -> Response[Any]:
    webhook = rooms_of(desk).webhooks.by_id(desk.here.id, webhook_id)
    return _form(desk, webhook, _values(webhook), {})


@post(f"{ONE}/change", Action.CHANGE_WEBHOOKS)
def change(desk: AtDesk, webhook_id: FromPath[int], data: Form) -> Response[Any]:
    store = rooms_of(desk).webhooks
    before = store.by_id(desk.here.id, webhook_id)
    names = rooms_of(desk).forms.names(desk.here.id)
    try:
        wishes = _read(desk, data, url_needed=False)
        with saving(
            desk, lambda: drawn(store.by_id(desk.here.id, webhook_id), names), drawn(wished(before, wishes), names)
        ):
            after = store.change(desk.here.id, webhook_id, wishes)
            moved = {"address": "replaced"} if wishes.target else {}
            told = {"before": recorded(before), "after": recorded(after) | moved}
            desk.record(Action.CHANGE_WEBHOOKS, KIND, after.id, after.name, **told)
    except ChangedMeanwhileError as error:
        now = store.by_id(desk.here.id, webhook_id)
        return _form(desk, now, _merged(data, _values(now), error.changed.untouched), {})
    except InputError as error:
        return _form(desk, before, data, _wrong(error))
    return desk.go(desk.address(f"webhooks/{after.id}"), toast=_("Webhook saved"))


@post(f"{ONE}/test", Action.CHANGE_WEBHOOKS)
def send_test(desk: AtDesk, webhook_id: FromPath[int]) -> Response[Any]:
    rooms = rooms_of(desk)
    webhook = rooms.webhooks.by_id(desk.here.id, webhook_id)
    reply = rooms.webhook_courier.test(webhook)
    desk.record(Action.CHANGE_WEBHOOKS, KIND, webhook.id, webhook.name, after={"test": reply.error or "arrived"})
    if not reply.arrived:
        return _show(desk, rooms.webhooks.by_id(desk.here.id, webhook_id), test_error=reply.error)
    took = _("It answered {status} after {took_ms} ms.", status=reply.status, took_ms=reply.took_ms)
    return desk.go(desk.address(f"webhooks/{webhook.id}"), toast=_("Test sent"), detail=took)


@post(f"{ONE}/switch", Action.CHANGE_WEBHOOKS)
def switch(desk: AtDesk, webhook_id: FromPath[int], data: Form) -> Response[Any]:
    rooms, on = rooms_of(desk), data.get("active") == "yes"
    webhook = rooms.webhooks.by_id(desk.here.id, webhook_id)
    rooms.webhooks.set_active(desk.here.id, webhook.id, on)
    told = {"before": {"active": webhook.active}, "after": {"active": on}}
    desk.record(Action.CHANGE_WEBHOOKS, KIND, webhook.id, webhook.name, **told)
    desk.rooms.guardian.look_at_webhooks(desk.here.id)
    name = webhook.name
    words = _('"{webhook}" is on', webhook=name) if on else _('"{webhook}" is paused', webhook=name)
    return desk.go(desk.address(f"webhooks/{webhook.id}"), toast=words)


@post(f"{ONE}/rotate", Action.CHANGE_WEBHOOKS)
def rotate(desk: AtDesk, webhook_id: FromPath[int]) -> Response[Any]:
    """As after making it: the new secret stands on the page, this once."""
    store = rooms_of(desk).webhooks
    webhook = store.by_id(desk.here.id, webhook_id)
    secret = store.rotate(desk.here.id, webhook.id)
    after = store.by_id(desk.here.id, webhook.id)
    told = {"secret": "replaced", "old_secret_until": as_text(after.old_secret_until or 0)}
    desk.record(Action.CHANGE_WEBHOOKS, KIND, webhook.id, webhook.name, after=told)
    return _show(desk, after, secret=secret)


@post(f"{ONE}/again", Action.CHANGE_WEBHOOKS)
def send_again(desk: AtDesk, webhook_id: FromPath[int]) -> Response[Any]:
    """Everything that was given up."""
    rooms = rooms_of(desk)
    webhook = rooms.webhooks.by_id(desk.here.id, webhook_id)
    count = rooms.webhook_outbox.send_again(desk.here.id, webhook.id)
    desk.record(Action.CHANGE_WEBHOOKS, KIND, webhook.id, webhook.name, after={"sent again": count})
    return desk.go(desk.address(f"webhooks/{webhook.id}"), toast=_("{count} are sent again", count=f"{count:,}"))


@post(f"{ONE}/remove", Action.CHANGE_WEBHOOKS)
def remove(desk: AtDesk, webhook_id: FromPath[int]) -> Response[Any]:
    store = rooms_of(desk).webhooks
    webhook = store.by_id(desk.here.id, webhook_id)
    store.remove(desk.here.id, webhook.id)
    desk.record(Action.CHANGE_WEBHOOKS, KIND, webhook.id, webhook.name, before=recorded(webhook))
    desk.rooms.guardian.look_at_webhooks(desk.here.id)
    return desk.go(desk.address("webhooks"), toast=_('"{webhook}" is removed', webhook=webhook.name))


def _merged(typed: Mapping[str, str], now: Mapping[str, str], untouched: Collection[str]) -> dict[str, str]:
    """What was typed, and what is there now for all that was not touched. `events` are many fields of the form."""

    def stays(name: str) -> bool:
        return {"event-": "events", "form-": "forms"}.get(name[: name.find("-") + 1], name) in untouched

    return {name: text for name, text in typed.items() if not stays(name)} | {
        name: text for name, text in now.items() if stays(name)
    }


def _read(desk: Desk, data: Mapping[str, str], *, url_needed: bool) -> Wishes:
    rooms = rooms_of(desk)
    return read_wishes(
        data.get("name", ""),
        data.get("url", ""),
        [name.removeprefix("event-") for name in data if name.startswith("event-")],
        [name.removeprefix("form-") for name in data if name.startswith("form-")],
        answers=bool(data.get("answers")),
        known_forms=rooms.forms.names(desk.here.id),
        rules=rooms.webhook_rules,
        url_needed=url_needed,
    )


def _wrong(error: InputError) -> Mapping[str, str]:
    return error.wrong if isinstance(error, WrongFieldsError) else {"name": str(error)}


def _form(desk: Desk, webhook: Webhook | None, values: Mapping[str, str], wrong: Mapping[str, str]) -> Response[Any]:
    names = rooms_of(desk).forms.names(desk.here.id)
    return desk.page(
        "webhooks/change.html",
        status=422 if wrong else 200,
        webhook=webhook,
        drawn=drawn(webhook, names) if webhook else None,
        values=values,
        wrong=wrong,
        events=CHOOSABLE,
        forms=sorted(names.items(), key=lambda one: one[1].casefold()),
    )


def _show(
    desk: Desk,
    webhook: Webhook,
    *,
    secret: str = "",
    test_error: str = "",
    state: DeliveryState | None = None,
    before: int | None = None,
) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here.id
    found = rooms.webhook_outbox.list(here, webhook.id, state=state, before_id=before, limit=PAGE)
    names = rooms.forms.names(here)
    return desk.page(
        "webhooks/webhook.html",
        webhook=webhook,
        secret=secret,
        test_error=test_error,
        state=state,
        deliveries=found,
        older=found[-1].id if len(found) == PAGE else None,
        counts=rooms.webhook_outbox.counts(here).get(webhook.id, Counts()),
        form_names=[names[key] for key in sorted(webhook.form_ids) if key in names],
        States=DeliveryState,
        Pause=Pause,
        every=len(CHOOSABLE),
    )


def _values(webhook: Webhook) -> dict[str, str]:
    chosen = {f"event-{event}": "on" for event in webhook.events} | {f"form-{key}": "on" for key in webhook.form_ids}
    return {"name": webhook.name, **chosen, **({"answers": "on"} if webhook.answers else {})}


HANDLERS: tuple[Any, ...] = (
    webhooks,
    new,
    add,
    show,
    changing,
    change,
    send_test,
    switch,
    rotate,
    send_again,
    remove,
)
