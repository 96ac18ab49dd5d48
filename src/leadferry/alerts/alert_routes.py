"""The alerts of an environment: what is open, what did not arrive, the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from litestar import Response
from litestar.params import FromPath, FromQuery

from leadferry.alerts.message import headline
from leadferry.alerts.model import DeliveryState
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.rights import Action
from leadferry.words import _

if TYPE_CHECKING:
    from leadferry.alerts.alert_store import AlertStore
    from leadferry.alerts.channel_store import ChannelStore
    from leadferry.alerts.deliver_worker import Courier
    from leadferry.alerts.outbox_store import OutboxStore

HISTORY = 50


class Rooms(Protocol):
    alerts: AlertStore
    channels: ChannelStore
    outbox: OutboxStore

    def courier(self) -> Courier: ...


def rooms_of(desk: Desk) -> Rooms:
    return cast(Rooms, desk.rooms)


@page("/e/{environment_id:int}/alerts", Action.READ_ALERTS)
def alerts(desk: AtDesk, before: FromQuery[int | None] = None) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here.id
    history = rooms.alerts.list(here, before_id=before, limit=HISTORY)
    return desk.page(
        "alerts/alerts.html",
        open_alerts=rooms.alerts.list(here, open_only=True),
        channels=rooms.channels.list(here),
        undelivered=rooms.outbox.undelivered(here),
        history=history,
        deliveries=rooms.outbox.of_alerts(here, [alert.id for alert in history]),
        older=history[-1].id if len(history) == HISTORY else None,
        headline=lambda alert: headline([alert]),
        States=DeliveryState,
    )


@post("/e/{environment_id:int}/alerts/again/{channel_id:int}", Action.CHANGE_ALERTS)
def try_again(desk: AtDesk, channel_id: FromPath[int]) -> Response[Any]:
    rooms = rooms_of(desk)
    channel = rooms.channels.by_id(desk.here.id, channel_id)
    count = rooms.outbox.try_again(desk.here.id, channel.id)
    desk.record(Action.CHANGE_ALERTS, _("alert channel"), channel.id, channel.name, after={"sent again": count})
    return desk.go(desk.address("alerts"), toast=_("{count} alerts are sent again", count=count))


HANDLERS: tuple[Any, ...] = (alerts, try_again)
