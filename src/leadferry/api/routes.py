"""`/api/v1`: the addresses of all files here, and their description in OpenAPI."""

from __future__ import annotations

from typing import Any

from litestar import Request, Router, get
from litestar.di import Provide

from leadferry.api import (
    accounts_routes,
    figures_routes,
    forms_routes,
    rules_routes,
    sync_routes,
    watch_routes,
    worth_routes,
)
from leadferry.api.call_routes import provide_call

PREFIX = "/api/v1"


@get("/openapi.json", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def description(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What the API has, in OpenAPI; without a token, for it tells nothing of this installation."""
    return request.app.openapi_schema.to_schema()


def api_router() -> Router:
    """New with each console: Litestar keeps a router for one application."""
    return Router(
        PREFIX,
        route_handlers=[
            description,
            *accounts_routes.HANDLERS,
            *sync_routes.HANDLERS,
            *forms_routes.HANDLERS,
            *figures_routes.HANDLERS,
            *worth_routes.HANDLERS,
            *watch_routes.HANDLERS,
            *rules_routes.HANDLERS,
        ],
        dependencies={"call": Provide(provide_call, sync_to_thread=False)},
    )
