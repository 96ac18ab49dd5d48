"""Puts the console together: handlers of the rooms, sign-in, CSRF, headers, errors."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Router
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.static_files import create_static_files_router

from leadferry.console import (
    audit_routes,
    environments_routes,
    errors_routes,
    installation_routes,
    monitoring_routes,
    shell_routes,
    sign_in_routes,
    tokens_routes,
)
from leadferry.console.desk_routes import Desk, desk_of
from leadferry.console.guard_routes import SignedIn, allowed
from leadferry.console.headers_routes import SafeHeaders
from leadferry.console.pages_routes import Templates
from leadferry.console.router_routes import RouterOfOneApplication

STATIC = Path(__file__).parent / "static"
CSRF_COOKIE = "leadferry-csrf"
NOT_OPEN = secrets.token_hex()
"""The CSRF secret of routes that nobody opened: no form of them is ever sent."""
OWN = (shell_routes, sign_in_routes, environments_routes, tokens_routes, audit_routes, installation_routes)


def make_routes(
    handlers: Sequence[Any], *, template_rooms: Sequence[str], secure: bool, monitoring: bool = False
) -> Litestar:
    """The pages and addresses, with nobody behind them yet: `open_web` gives them what they show.

    `secure`: browsers come by https. `monitoring`: with the three addresses that otherwise have a port of their own."""
    own = [handler for room in OWN for handler in room.HANDLERS]
    own += monitoring_routes.HANDLERS if monitoring else ()
    static = create_static_files_router(
        "/static",
        [STATIC],
        opt={"open": True, "exclude_from_auth": True, "exclude_from_csrf": True},
        include_in_schema=False,
        cache_control=None,
    )
    # All at once: Litestar wraps a handler twice when another method of its address is registered after it.
    pages = RouterOfOneApplication("/", route_handlers=[*own, *handlers])
    return Litestar(
        route_handlers=[pages, static],
        guards=[allowed],
        middleware=[DefineMiddleware(SignedIn, secure=secure)],
        csrf_config=_csrf(secure),
        dependencies={"desk": Provide(provide_desk, sync_to_thread=False)},
        exception_handlers={
            HTTPException: errors_routes.answer,
            NotAuthorizedException: errors_routes.answer,
            Exception: errors_routes.answer,
        },
        state=State({"templates": Templates(template_rooms, static_version=_static_version()), "secure": secure}),
        openapi_config=_openapi(),
        logging_config=None,
        debug=False,
    )


def _csrf(secure: bool) -> CSRFConfig:
    return CSRFConfig(
        NOT_OPEN,
        cookie_name=f"__Host-{CSRF_COOKIE}" if secure else CSRF_COOKIE,
        cookie_secure=secure,
        cookie_httponly=True,
        cookie_samesite="lax",
        exclude=["^/api/"],
    )


def open_web(
    routes: Litestar, rooms: Any, *, csrf_secret: str, base_url: str, form_targets: Sequence[str] = ()
) -> SafeHeaders:
    """An ASGI application; the Litestar inside is its `app`.

    `base_url`: its address as browsers know it. `form_targets`: origins of LinkedIn's and Entra's sign-in."""
    state, targets = routes.state, set(form_targets)
    state.rooms, state.base_url, state.form_targets = rooms, base_url.rstrip("/"), targets
    csrf: Any = routes.csrf_config
    csrf.secret = csrf_secret
    # Around everything, for an address that nobody knows is answered before any middleware.
    return SafeHeaders(routes, secure=state.secure, form_targets=targets)


def _openapi() -> OpenAPIConfig:
    """Litestar's own addresses name no right, so the guard keeps them shut: one of them would load scripts from another
    site. `/api/v1/openapi.json` is ours."""
    shut = Router("/api/openapi", route_handlers=[], include_in_schema=False)
    return OpenAPIConfig(
        "Leadferry",
        "1",
        description="Each token works in its own environment only.",
        openapi_router=shut,
        render_plugins=[JsonRenderPlugin()],
        components=Components(security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}),
        security=[{"token": []}],
        use_handler_docstrings=True,
    )


def make_monitoring(rooms: Any) -> Litestar:
    """The port of its own: nothing but the three addresses."""
    return Litestar(
        route_handlers=list(monitoring_routes.HANDLERS),
        state=State({"rooms": rooms}),
        openapi_config=None,
        logging_config=None,
    )


def provide_desk(request: Request[Any, Any, Any]) -> Desk:
    app, state = request.app.state, request.state
    return desk_of(
        request,
        app.rooms,
        app.templates,
        person=request.user,
        environment=state.environment,
        roles=state.roles,
        secure=app.secure,
    )


def _static_version() -> str:
    """Changes when a static file does, so that browsers may keep them for good."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
