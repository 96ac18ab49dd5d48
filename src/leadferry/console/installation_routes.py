"""The audit of the whole installation, for operators: sign-ins, and environments that are gone."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.params import FromPath, FromQuery

from leadferry.console.audit_routes import export_audit, show_audit
from leadferry.console.desk_routes import AtDesk, page
from leadferry.console.rights import Action


@page("/audit", Action.READ_INSTALLATION, opt={"anywhere": True})
def audit(
    desk: AtDesk,
    person: FromQuery[str] = "",
    action: FromQuery[str] = "",
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
    before: FromQuery[int | None] = None,
) -> Response[Any]:
    asked = {"person": person, "action": action, "since": since, "until": until}
    return show_audit(desk, None, "/audit", {name: text for name, text in asked.items() if text}, before)


@page("/audit/{kind:str}", Action.READ_INSTALLATION, opt={"anywhere": True})
def export(
    desk: AtDesk,
    kind: FromPath[str],
    person: FromQuery[str] = "",
    action: FromQuery[str] = "",
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
) -> Response[Any]:
    asked = {"person": person, "action": action, "since": since, "until": until}
    return export_audit(desk, None, kind, {name: text for name, text in asked.items() if text})


HANDLERS: tuple[Any, ...] = (audit, export)
