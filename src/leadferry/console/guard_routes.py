"""Who asks, and may they? Runs before every handler; what names no Action is refused, and a test looks for it."""

from __future__ import annotations

from functools import partial
from typing import Any

from anyio import to_thread
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, NotFoundException, PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware.authentication import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp

from leadferry.accounts.model import Environment
from leadferry.console.bearer_routes import API, token_allowed
from leadferry.console.person import Person, Role
from leadferry.console.rights import Action, may
from leadferry.errors import NotFoundError

SESSION_COOKIE = "leadferry"
SECURE_SESSION_COOKIE = "__Host-leadferry"


def session_cookie(secure: bool) -> str:
    """The `__Host-` prefix keeps other hosts of the domain from setting it; browsers take it over TLS only."""
    return SECURE_SESSION_COOKIE if secure else SESSION_COOKIE


class SignedIn(AbstractAuthenticationMiddleware):
    """Puts the person behind the session cookie on the request, or nobody."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        super().__init__(app)
        self.cookie = session_cookie(secure)

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        token = "" if is_api(connection) else connection.cookies.get(self.cookie, "")
        rooms = connection.app.state.rooms
        person = await to_thread.run_sync(rooms.sessions.find, token) if token else None
        return AuthenticationResult(user=person, auth=None)


def is_api(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Cookies count for nothing there, tokens for nothing elsewhere."""
    return connection.scope["path"].startswith(API)


async def allowed(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """401 for nobody, 404 for another's environment, 403 for a missing right. Leaves environment and roles in the
    request's state."""
    if handler.opt.get("open"):
        return
    action = handler.opt.get("action")
    if not isinstance(action, Action):
        raise PermissionDeniedException("This address names no right.")
    if is_api(connection):
        await to_thread.run_sync(token_allowed, connection, action)
        return
    person = connection.user
    if person is None:
        raise NotAuthorizedException
    rooms = connection.app.state.rooms
    environment, roles = await to_thread.run_sync(partial(_place, rooms, person, connection.path_params))
    connection.state.environment, connection.state.roles = environment, roles
    if not may(roles, action):
        raise PermissionDeniedException(extra={"action": action.value})


def _place(rooms: Any, person: Person, parameters: dict[str, Any]) -> tuple[Environment | None, frozenset[Role]]:
    """The environment that the address names, and what the person is there. Without a role in it, nobody learns that
    it exists."""
    if "environment_id" not in parameters:
        environment, roles = None, rooms.roles_anywhere(person)
    else:
        environment = _known(rooms, parameters["environment_id"])
        roles = rooms.roles_in(person, environment) if environment else frozenset()
    if roles:
        return environment, roles
    if rooms.roles_anywhere(person):
        raise NotFoundException
    if rooms.end_if_lost(person):
        raise NotAuthorizedException(extra={"ended": "no-role"})
    raise PermissionDeniedException(extra={"no_role": True})


def _known(rooms: Any, environment_id: int) -> Environment | None:
    try:
        found: Environment = rooms.environments.by_id(environment_id)
    except NotFoundError:
        return None
    return found
