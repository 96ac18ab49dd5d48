"""What a test or a person tells the simulator from beside: settings, users, rows, the clock.

GET   /__sim/settings                          PATCH /__sim/settings {"limit_requests": 50}
PUT   /__sim/users/<systemuserid>              {"application_id", "secret", "certificates", "privileges", …}
                                               {"entra_object_id", "name", "email", "roles": ["Salesperson"], …}
                                               with "create_roles": true for roles that do not exist yet
GET   /__sim/users
POST  /__sim/rows/<table>                      [{column: value, …}, …]      many rows, no limits, not counted
GET   /__sim/rows/<table>?columns=a,b          what is stored, as stored
POST  /__sim/original                          {"submissions": 300}         what Microsoft's connector left behind,
                                               where its tables are
POST  /__sim/clock                             {"advance_ms": 3600000} or {"now_ms": …}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import msgspec

from leadferry.clock import Clock
from leadferry.simulators.dataverse.original_rows import fill
from leadferry.simulators.dataverse.seeds import put_rows, raw_rows
from leadferry.simulators.dataverse.users import USER_ID
from leadferry.simulators.dataverse.values import guid
from leadferry.simulators.server import Request, Response

if TYPE_CHECKING:
    from leadferry.simulators.dataverse.service import DataverseService


class MovableClock:
    """A clock that can be put ahead."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.offset_ms = clock, 0

    def __call__(self) -> int:
        return self.clock() + self.offset_ms

    def move(self, *, advance_ms: int = 0, now_ms: int | None = None) -> None:
        self.offset_ms = self.offset_ms + advance_ms if now_ms is None else now_ms - self.clock()


def answer(service: DataverseService, request: Request) -> Response:
    parts = request.path.strip("/").split("/")[1:]
    try:
        match request.method, parts:
            case "GET", ["settings"]:
                return _json(service.settings.as_dict())
            case "PATCH", ["settings"]:
                return _settings(service, request.json)
            case "PUT", ["users", user_id] if guid(user_id):
                return _json(service.users.shown(service.users.change(user_id.lower(), request.json)))
            case "GET", ["users"]:
                return _json([service.users.shown(user) for user in service.users.by_id.values()])
            case (("POST" | "GET"), ["rows", table]) if table in service.storage.catalog.tables:
                return _rows(service, request, table)
            case "POST", ["original"] if "msdyncrm_linkedinform" in service.storage.catalog.tables:
                fill(service.storage, int(request.json.get("submissions", 0)), USER_ID)
                return _json({})
            case "POST", ["clock"]:
                service.clock.move(**request.json)
                return _json({"now_ms": service.clock()})
    except (KeyError, TypeError, ValueError, msgspec.DecodeError) as error:
        return _json({"error": f"{type(error).__name__}: {error}"}, 400)
    return _json({"error": f"Nothing at {request.method} {request.path}"}, 404)


def _settings(service: DataverseService, values: dict[str, Any]) -> Response:
    before = service.settings.accent_insensitive
    service.settings.change(values)
    if service.settings.accent_insensitive != before:
        service.storage.set_accent_insensitive(service.settings.accent_insensitive)
    return _json(service.settings.as_dict())


def _rows(service: DataverseService, request: Request, table: str) -> Response:
    if request.method == "POST":
        rows = msgspec.json.decode(request.body)
        return _json({"ids": put_rows(service.storage, table, rows, owner=USER_ID)})
    columns = parse_qs(request.query).get("columns", [""])[0]
    found = raw_rows(service.storage, table, [name for name in columns.split(",") if name])
    return _json(found)


def _json(value: Any, status: int = 200) -> Response:
    return Response(status, msgspec.json.encode(value), {"Content-Type": "application/json; charset=utf-8"})
