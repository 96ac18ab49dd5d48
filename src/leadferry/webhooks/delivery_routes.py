"""One delivery of a webhook's log: what was sent, what was answered, each attempt; and sending it again."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response
from litestar.params import FromPath

from leadferry.console.desk_routes import AtDesk, page, post
from leadferry.console.rights import Action
from leadferry.webhooks.model import DeliveryState
from leadferry.webhooks.shown import KIND
from leadferry.webhooks.webhook_routes import ONE, rooms_of
from leadferry.words import _

PATH = f"{ONE}/deliveries/{{delivery_id:int}}"


@page(PATH, Action.READ_WEBHOOKS)
def delivery(desk: AtDesk, webhook_id: FromPath[int], delivery_id: FromPath[int]) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here.id
    webhook = rooms.webhooks.by_id(here, webhook_id)
    found, body, attempts = rooms.webhook_outbox.show(here, webhook_id, delivery_id)
    return desk.page(
        "webhooks/delivery.html",
        webhook=webhook,
        delivery=found,
        body=msgspec.json.format(body, indent=2).decode() if body else "",
        attempts=attempts[::-1],
        States=DeliveryState,
    )


@post(f"{PATH}/again", Action.CHANGE_WEBHOOKS)
def send_again(desk: AtDesk, webhook_id: FromPath[int], delivery_id: FromPath[int]) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here.id
    webhook = rooms.webhooks.by_id(here, webhook_id)
    rooms.webhook_outbox.send_again(here, webhook_id, delivery_id)
    desk.record(Action.CHANGE_WEBHOOKS, KIND, webhook.id, webhook.name, after={"sent again": delivery_id})
    address = desk.address(f"webhooks/{webhook.id}/deliveries/{delivery_id}")
    return desk.go(
        address, toast=_("It is sent again"), detail="" if webhook.active else _("As soon as the webhook is on.")
    )


HANDLERS: tuple[Any, ...] = (delivery, send_again)
