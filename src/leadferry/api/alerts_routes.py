"""`/api/v1/alerts`: alerts, and the channels with what each of them is told. Addresses are taken, never shown."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET, UnsetType

from leadferry.alerts.apprise_client import Service, service_of
from leadferry.alerts.channel_routes import KIND, facts
from leadferry.alerts.model import Alert as StoredAlert
from leadferry.alerts.model import Channel, Delivery, Event
from leadferry.alerts.wishes import Wishes, read_wishes
from leadferry.api import paging
from leadferry.api.call_routes import AtCall, Call, delete, patch, post, read
from leadferry.api.shapes import Alert, AlertDelivery, AlertPage, given, moment
from leadferry.console.rights import Action


class ChannelShape(msgspec.Struct):
    """`events`: what it is told. `digest_minutes` 0: at once. Quiet hours are like `22:00`, in `time_zone`."""

    id: int
    name: str
    service: str
    shown: str
    events: list[Event]
    digest_minutes: int
    quiet_from: str
    quiet_to: str
    time_zone: str
    enabled: bool


class NewChannel(msgspec.Struct, forbid_unknown_fields=True):
    """`address`: an Apprise URL, such as `mailto://…`, `msteams://…`; it is kept sealed."""

    name: str
    address: str
    events: list[Event]
    digest_minutes: int = 0
    quiet_from: str = ""
    quiet_to: str = ""
    time_zone: str = "UTC"


class ChannelChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays."""

    name: str | UnsetType = UNSET
    address: str | UnsetType = UNSET
    events: list[Event] | UnsetType = UNSET
    digest_minutes: int | UnsetType = UNSET
    quiet_from: str | UnsetType = UNSET
    quiet_to: str | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class Tested(msgspec.Struct):
    """`error` "": the service took the message."""

    error: str


class SentAgain(msgspec.Struct):
    count: int


@read("/alerts", Action.READ_ALERTS)
def alerts(
    call: AtCall,
    open: FromQuery[bool] = False,  # noqa: A002 - its name in the address
    cursor: FromQuery[str] = "",
    limit: FromQuery[int] = 100,
) -> AlertPage:
    """Newest first, each with what became of it at every channel; `open` for those that are not resolved. `next` is the
    cursor of the page after this."""
    rooms, here, size = call.rooms, call.here.id, paging.checked(limit)
    found = rooms.alerts.list(here, open_only=open, before_id=paging.before(cursor), limit=size + 1)
    told = rooms.outbox.of_alerts(here, [one.id for one in found[:size]])
    return AlertPage([_alert(one, told.get(one.id, [])) for one in found[:size]], paging.after(found, size))


def _alert(one: StoredAlert, told: list[Delivery]) -> Alert:
    deliveries = [
        AlertDelivery(
            each.channel.id, each.channel.name, each.state.value, each.attempts, moment(each.sent_at), each.error
        )
        for each in told
    ]
    words = (one.title, one.body, one.fix, one.address, one.count)
    return Alert(one.id, one.event, one.level, *words, moment(one.raised_at), moment(one.resolved_at), deliveries)


# Channels


def _shape(one: Channel) -> ChannelShape:
    values = {name: getattr(one, name) for name in ChannelShape.__struct_fields__}
    return ChannelShape(**{**values, "events": [event for event in Event if event in one.events]})


@read("/alerts/channels", Action.READ_ALERTS)
def channels(call: AtCall) -> list[ChannelShape]:
    """Where alerts go, and which."""
    return [_shape(one) for one in call.rooms.channels.list(call.here.id)]


@read("/alerts/channels/{channel_id:int}", Action.READ_ALERTS)
def channel(call: AtCall, channel_id: FromPath[int]) -> ChannelShape:
    """One channel."""
    return _shape(call.rooms.channels.by_id(call.here.id, channel_id))


@post("/alerts/channels", Action.CHANGE_ALERTS)
def add_channel(call: AtCall, data: JSONBody[NewChannel]) -> ChannelShape:
    """A new channel; send a test next."""
    wishes, service = _wishes(msgspec.structs.asdict(data)), service_of(data.address.strip())
    made = call.rooms.channels.add(
        call.here.id, wishes, address=data.address.strip(), service=service.name, shown=service.shown
    )
    call.record(Action.CHANGE_ALERTS, KIND, made.id, made.name, after=facts(made))
    return _shape(made)


@patch("/alerts/channels/{channel_id:int}", Action.CHANGE_ALERTS)
def change_channel(call: AtCall, channel_id: FromPath[int], data: JSONBody[ChannelChange]) -> ChannelShape:
    """Changes it, or switches it on or off; what waits for one that is switched off is dropped."""
    store, here = call.rooms.channels, call.here.id
    before = store.by_id(here, channel_id)
    with call.changing(lambda: _shape(call.rooms.channels.by_id(call.here.id, channel_id))):
        _change(call, before, given(data))
    after = store.by_id(here, channel_id)
    if after != before or data.address is not UNSET:
        old, new = ({**facts(one), "enabled": one.enabled} for one in (before, after))
        replaced = {} if data.address is UNSET else {"address": "replaced"}
        call.record(Action.CHANGE_ALERTS, KIND, after.id, after.name, before=old, after=new | replaced)
    return _shape(after)


def _change(call: Call, before: Channel, wanted: dict[str, Any]) -> None:
    enabled, address = wanted.pop("enabled", None), str(wanted.pop("address", "")).strip()
    if wanted or address:
        service = service_of(address) if address else Service("", "")
        wishes = _wishes({**msgspec.structs.asdict(_shape(before)), **wanted})
        call.rooms.channels.change(
            call.here.id, before.id, wishes, address=address, service=service.name, shown=service.shown
        )
    if enabled is not None and enabled is not before.enabled:
        call.rooms.channels.set_enabled(call.here.id, before.id, enabled)


def _wishes(values: dict[str, Any]) -> Wishes:
    """Raises WrongFieldsError with everything that is wrong."""
    texts = ("name", "digest_minutes", "quiet_from", "quiet_to", "time_zone")
    return read_wishes({name: str(values[name]) for name in texts}, values["events"])


@delete("/alerts/channels/{channel_id:int}", Action.CHANGE_ALERTS)
def remove_channel(call: AtCall, channel_id: FromPath[int]) -> None:
    """Removes it, with what waits for it."""
    found = call.rooms.channels.by_id(call.here.id, channel_id)
    with call.changing(lambda: _shape(call.rooms.channels.by_id(call.here.id, channel_id))):
        call.rooms.courier().forget_channel(found)
    call.record(Action.CHANGE_ALERTS, KIND, found.id, found.name, before=facts(found))


@post("/alerts/channels/{channel_id:int}/test", Action.CHANGE_ALERTS, status_code=200, repeatable=True)
def send_test(call: AtCall, channel_id: FromPath[int]) -> Tested:
    """Sends a test now. When it arrives, what failed before is sent again."""
    found = call.rooms.channels.by_id(call.here.id, channel_id)
    error = call.rooms.courier().test(found)
    call.record(Action.CHANGE_ALERTS, KIND, found.id, found.name, after={"test": error or "arrived"})
    return Tested(error)


@post("/alerts/channels/{channel_id:int}/retry", Action.CHANGE_ALERTS, status_code=200, repeatable=True)
def send_again(call: AtCall, channel_id: FromPath[int]) -> SentAgain:
    """Sends again what did not arrive."""
    found = call.rooms.channels.by_id(call.here.id, channel_id)
    count = call.rooms.outbox.try_again(call.here.id, found.id)
    call.record(Action.CHANGE_ALERTS, KIND, found.id, found.name, after={"sent again": count})
    return SentAgain(count)


HANDLERS: tuple[Any, ...] = (
    alerts,
    channels,
    channel,
    add_channel,
    change_channel,
    remove_channel,
    send_test,
    send_again,
)
