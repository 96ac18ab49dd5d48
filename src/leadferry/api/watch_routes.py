"""`/api/v1/health`, `alerts`, `audit`."""

from __future__ import annotations

from typing import Any

from litestar.params import FromQuery

from leadferry.api import paging
from leadferry.api.call_routes import AtCall, read
from leadferry.api.shapes import AlertPage, AuditItem, AuditPage, Finding
from leadferry.api.watch_store import alerts_of, findings_of
from leadferry.clock import as_text
from leadferry.console.rights import Action


@read("/health", Action.READ_HEALTH)
def health(call: AtCall) -> list[Finding]:
    """What was last found about tokens, consents, roles, versions and quotas."""
    return findings_of(call.rooms.database, call.here.id)


@read("/alerts", Action.READ_ALERTS)
def alerts(call: AtCall, cursor: FromQuery[str] = "", limit: FromQuery[int] = 100) -> AlertPage:
    """Newest first; `next` is the cursor of the page after this."""
    size = paging.checked(limit)
    found = alerts_of(call.rooms.database, call.here.id, before_id=paging.before(cursor), limit=size + 1)
    return AlertPage(found[:size], paging.after(found, size))


@read("/audit", Action.READ_AUDIT)
def audit(call: AtCall, cursor: FromQuery[str] = "", limit: FromQuery[int] = 100) -> AuditPage:
    """Who did what, before and after, newest first; `next` is the cursor of the page after this."""
    size = paging.checked(limit)
    found = call.rooms.audit.list(call.here, before_id=paging.before(cursor), limit=size + 1)
    return AuditPage([_item(one) for one in found[:size]], paging.after(found, size))


def _item(one: Any) -> AuditItem:
    return AuditItem(
        one.id,
        as_text(one.at),
        one.person,
        one.person_id,
        one.via,
        one.action,
        one.record_kind,
        one.record_id,
        one.record,
        one.before,
        one.after,
    )


HANDLERS: tuple[Any, ...] = (health, alerts, audit)
