"""Puts the console together: handlers of the rooms, sign-in, CSRF, headers, errors."""

from __future__ import annotations

import hashlib
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
OWN = (shell_routes, sign_in_routes, environments_routes, tokens_routes, audit_routes, installation_routes)


def make_web(
    rooms: Any,
    handlers: Sequence[Any],
    *,
    template_rooms: Sequence[str],
    csrf_secret: str,
    base_url: str,
    form_targets: Sequence[str] = (),
    monitoring: bool = False,
) -> SafeHeaders:
    """An ASGI application; the Litestar inside is its `app`.

    `base_url`: its address as browsers know it. `form_targets`: origins of LinkedIn's and Entra's sign-in."""
    secure, targets = base_url.startswith("https://"), set(form_targets)
    templates = Templates(template_rooms, static_version=_static_version())
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
    litestar = Litestar(
        route_handlers=[pages, static],
        guards=[allowed],
        middleware=[
            DefineMiddleware(SignedIn, rooms=rooms, secure=secure),
        ],
        csrf_config=CSRFConfig(
            csrf_secret,
            cookie_name=f"__Host-{CSRF_COOKIE}" if secure else CSRF_COOKIE,
            cookie_secure=secure,
            cookie_httponly=True,
            cookie_samesite="lax",
            exclude=["^/api/"],
        ),
        dependencies={"desk": Provide(provide_desk, sync_to_thread=False)},
        exception_handlers={
            HTTPException: errors_routes.answer,
            NotAuthorizedException: errors_routes.answer,
            Exception: errors_routes.answer,
        },
        state=State(
            {
                "rooms": rooms,
                "templates": templates,
                "secure": secure,
                "base_url": base_url.rstrip("/"),
                "form_targets": targets,
            }
        ),
        openapi_config=_openapi(),
        logging_config=None,
        debug=False,
    )
    # Around everything, for an address that nobody knows is answered before any middleware.
    return SafeHeaders(litestar, secure=secure, form_targets=targets)


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
