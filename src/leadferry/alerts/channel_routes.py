"""One alert channel: made, changed, tried, switched off, removed. Its address is written, never shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import available_timezones

from litestar import Response
from litestar.params import FromPath, URLEncodedBody

from leadferry.alerts.alert_routes import rooms_of
from leadferry.alerts.apprise_client import Service, service_of
from leadferry.alerts.model import URGENT, Channel, Event
from leadferry.alerts.wishes import Wishes, WrongFieldsError, read_wishes
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.edited import ChangedMeanwhileError, Drawn, Part
from leadferry.console.edited_routes import saving
from leadferry.console.rights import Action
from leadferry.errors import InputError
from leadferry.words import _, together

Form = URLEncodedBody[dict[str, str]]
KIND = _("alert channel")
BASE = "/e/{environment_id:int}/alerts/channels"
AT_FIRST = frozenset(Event) - {Event.NEW_LEAD}


@dataclass(frozen=True, slots=True)
class _Given:
    """What a form was sent with, as far as it could be read."""

    wishes: Wishes | None
    address: str
    service: Service
    wrong: Mapping[str, str]


@page(f"{BASE}/new", Action.CHANGE_ALERTS)
def new(desk: AtDesk) -> Response[Any]:
    return _form(desk, None, {"time_zone": desk.reader.zone.key}, AT_FIRST, {})


@post(f"{BASE}/new", Action.CHANGE_ALERTS)
def add(desk: AtDesk, data: Form) -> Response[Any]:
    given = _read(data, address_needed=True)
    if given.wishes is None or given.wrong:
        return _form(desk, None, data, _ticked(data), given.wrong)
    try:
        made = rooms_of(desk).channels.add(
            desk.here.id, given.wishes, address=given.address, service=given.service.name, shown=given.service.shown
        )
    except InputError as error:
        return _form(desk, None, data, _ticked(data), {"name": str(error)})
    desk.record(Action.CHANGE_ALERTS, KIND, made.id, made.name, after=facts(made))
    return desk.go(desk.address(f"alerts/channels/{made.id}"), toast=_("Channel saved"), detail=_("Send a test next."))


@page(f"{BASE}/{{channel_id:int}}", Action.READ_ALERTS)
def show(desk: AtDesk, channel_id: FromPath[int]) -> Response[Any]:
    channel = rooms_of(desk).channels.by_id(desk.here.id, channel_id)
    return _form(desk, channel, _values(channel), channel.events, {})


@post(f"{BASE}/{{channel_id:int}}", Action.CHANGE_ALERTS)
def change(desk: AtDesk, channel_id: FromPath[int], data: Form) -> Response[Any]:
    channels = rooms_of(desk).channels
    before = channels.by_id(desk.here.id, channel_id)
    given = _read(data, address_needed=False)
    if given.wishes is None or given.wrong:
        return _form(desk, before, data, _ticked(data), given.wrong)
    wanted = drawn(_changed(before, given.wishes, given))
    try:
        with saving(desk, lambda: drawn(channels.by_id(desk.here.id, channel_id)), wanted):
            after = channels.change(
                desk.here.id,
                channel_id,
                given.wishes,
                address=given.address,
                service=given.service.name,
                shown=given.service.shown,
            )
            replaced = {"address": "replaced"} if given.address else {}
            told = {"before": facts(before), "after": facts(after) | replaced}
            desk.record(Action.CHANGE_ALERTS, KIND, after.id, after.name, **told)
    except ChangedMeanwhileError as error:
        now = channels.by_id(desk.here.id, channel_id)
        events = now.events if "events" in error.changed.untouched else _ticked(data)
        return _form(desk, now, error.changed.merged(data, _values(now)), events, {})
    except InputError as error:
        return _form(desk, before, data, _ticked(data), {"name": str(error)})
    return desk.go(desk.address("alerts"), toast=_("Channel saved"))


@post(f"{BASE}/{{channel_id:int}}/test", Action.CHANGE_ALERTS)
def send_test(desk: AtDesk, channel_id: FromPath[int]) -> Response[Any]:
    rooms = rooms_of(desk)
    channel = rooms.channels.by_id(desk.here.id, channel_id)
    error = rooms.courier().test(channel)
    desk.record(Action.CHANGE_ALERTS, KIND, channel.id, channel.name, after={"test": error or "arrived"})
    if error:
        return _form(desk, channel, _values(channel), channel.events, {}, test_error=error)
    return desk.go(
        desk.address(f"alerts/channels/{channel.id}"), toast=_("Test sent"), detail=_("The service took it.")
    )


@post(f"{BASE}/{{channel_id:int}}/switch", Action.CHANGE_ALERTS)
def switch(desk: AtDesk, channel_id: FromPath[int], data: Form) -> Response[Any]:
    rooms = rooms_of(desk)
    channel, on = rooms.channels.by_id(desk.here.id, channel_id), data.get("enabled") == "yes"
    rooms.channels.set_enabled(desk.here.id, channel.id, on)
    desk.record(
        Action.CHANGE_ALERTS,
        KIND,
        channel.id,
        channel.name,
        before={"enabled": channel.enabled},
        after={"enabled": on},
    )
    words = _('"{channel}" is on', channel=channel.name) if on else _('"{channel}" is off', channel=channel.name)
    return desk.go(desk.address("alerts"), toast=words)


@post(f"{BASE}/{{channel_id:int}}/remove", Action.CHANGE_ALERTS)
def remove(desk: AtDesk, channel_id: FromPath[int]) -> Response[Any]:
    rooms = rooms_of(desk)
    channel = rooms.channels.by_id(desk.here.id, channel_id)
    rooms.courier().forget_channel(channel)
    desk.record(Action.CHANGE_ALERTS, KIND, channel.id, channel.name, before=facts(channel))
    return desk.go(desk.address("alerts"), toast=_('"{channel}" is removed', channel=channel.name))


def _changed(channel: Channel, wishes: Wishes, given: _Given) -> Channel:
    wished = {name: getattr(wishes, name) for name in Wishes.__dataclass_fields__}
    moved: dict[str, Any] = {"service": given.service.name, "shown": given.service.shown} if given.address else {}
    return replace(channel, **wished, **moved)


def _read(data: Mapping[str, str], *, address_needed: bool) -> _Given:
    """Everything that is wrong at once."""
    wrong: dict[str, str] = {}
    wishes, service, address = None, Service("", ""), data.get("address", "").strip()
    try:
        wishes = read_wishes(data, _ticked(data))
    except WrongFieldsError as error:
        wrong |= error.wrong
    try:
        if address or address_needed:
            service = service_of(address)
    except InputError as error:
        wrong["address"] = error.message
    return _Given(wishes, address, service, wrong)


def _ticked(data: Mapping[str, str]) -> frozenset[str]:
    return frozenset(name.removeprefix("event-") for name in data if name.startswith("event-"))


def _form(
    desk: Desk,
    channel: Channel | None,
    values: Mapping[str, str],
    events: frozenset[str] | frozenset[Event],
    wrong: Mapping[str, str],
    *,
    test_error: str = "",
) -> Response[Any]:
    return desk.page(
        "alerts/channel.html",
        status=422 if wrong else 200,
        channel=channel,
        drawn=drawn(channel) if channel else None,
        values={"name": "", "digest_minutes": "0", "quiet_from": "", "quiet_to": "", "time_zone": "UTC", **values},
        ticked={str(event) for event in events},
        wrong=wrong,
        test_error=test_error,
        events=list(Event),
        urgent=URGENT,
        zones=sorted(available_timezones()),
    )


def _values(channel: Channel) -> dict[str, str]:
    return {
        "name": channel.name,
        "digest_minutes": str(channel.digest_minutes),
        "quiet_from": channel.quiet_from,
        "quiet_to": channel.quiet_to,
        "time_zone": channel.time_zone,
    }


def drawn(channel: Channel) -> Drawn:
    """As its form shows it."""
    values, chosen = _values(channel), [event for event in Event if event in channel.events]
    parts = (
        Part("name", _("Name"), values["name"]),
        Part("address", _("Address"), f"{channel.service}, {channel.shown}"),
        Part("events", _("Events"), [str(one) for one in chosen], together([_(one.label) for one in chosen], ", ")),
        Part("digest_minutes", _("Together every so many minutes"), values["digest_minutes"]),
        Part("quiet_from", _("Quiet from"), values["quiet_from"]),
        Part("quiet_to", _("Quiet to"), values["quiet_to"]),
        Part("time_zone", _("Time zone"), values["time_zone"]),
    )
    return Drawn(KIND, channel.id, parts)


def facts(channel: Channel) -> dict[str, Any]:
    """For the audit: all but the address."""
    events = " ".join(event for event in Event if event in channel.events)
    return {**_values(channel), "service": channel.service, "events": events}


HANDLERS: tuple[Any, ...] = (new, add, show, change, send_test, switch, remove)
