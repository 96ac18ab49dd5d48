"""`/api/v1`: the addresses of all files here, and their description in OpenAPI."""

from __future__ import annotations

from typing import Any

from litestar import Request, Router, get
from litestar.di import Provide

from leadferry.api import (
    accounts_routes,
    alerts_routes,
    configuration_routes,
    dashboards_routes,
    environment_routes,
    figures_routes,
    forms_routes,
    imports_routes,
    privacy_routes,
    review_routes,
    rules_routes,
    submissions_routes,
    sync_routes,
    tokens_routes,
    views_routes,
    watch_routes,
    webhooks_routes,
    worth_routes,
)
from leadferry.api.call_routes import provide_call
from leadferry.api.describing import described
from leadferry.api.exchange_routes import Exchange, begin_once
from leadferry.console.router_routes import RouterOfOneApplication
from leadferry.words import Words

PREFIX = "/api/v1"


@get("/openapi.json", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def description(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What the API has, in OpenAPI; without a token, for it tells nothing of this installation."""
    return described(request.app.openapi_schema.to_schema())


def api_router() -> Router:
    """New with each console: Litestar keeps a router for one application."""
    return RouterOfOneApplication(
        PREFIX,
        route_handlers=[
            description,
            *submissions_routes.HANDLERS,
            *review_routes.HANDLERS,
            *views_routes.HANDLERS,
            *imports_routes.HANDLERS,
            *accounts_routes.HANDLERS,
            *environment_routes.HANDLERS,
            *sync_routes.HANDLERS,
            *forms_routes.HANDLERS,
            *figures_routes.HANDLERS,
            *worth_routes.HANDLERS,
            *dashboards_routes.HANDLERS,
            *rules_routes.HANDLERS,
            *webhooks_routes.HANDLERS,
            *privacy_routes.HANDLERS,
            *configuration_routes.HANDLERS,
            *alerts_routes.HANDLERS,
            *watch_routes.HANDLERS,
            *tokens_routes.HANDLERS,
        ],
        type_encoders={Words: str},
        dependencies={"call": Provide(provide_call, sync_to_thread=False)},
        before_request=begin_once,
        middleware=[Exchange],
    )
