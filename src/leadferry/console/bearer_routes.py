"""The way into the API: `Authorization: Bearer lf_…`, and nothing else. The environment is the token's own."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException, TooManyRequestsException

from leadferry.console.limits_worker import client_key
from leadferry.console.rights import Action
from leadferry.console.token_store import PREFIX, START, ApiToken

API = "/api/"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="leadferry"'}


def token_allowed(connection: ASGIConnection[Any, Any, Any, Any], action: Action) -> None:
    """Leaves the token as the request's user, and its environment in the state."""
    rooms = connection.app.state.rooms
    token = _token_of(connection, rooms)
    connection.scope["user"] = token
    connection.state.environment = rooms.environments.by_id(token.environment_id)
    connection.state.roles = frozenset()
    if not token.may(action):
        raise PermissionDeniedException(extra={"action": action.value})


def _token_of(connection: ASGIConnection[Any, Any, Any, Any], rooms: Any) -> ApiToken:
    """Too many failures from one address lock it out for minutes; too many with one token's start only make each
    further failure say so, for the start is no secret and the token itself must stay good."""
    limit, client = rooms.limits.tokens, f"address {client_key(connection.client)}"
    _refuse_too_many(limit.wait_s(client))
    given = _given(connection)
    found: ApiToken | None = rooms.tokens.find(given) if given.startswith(PREFIX) else None
    if found is not None:
        return found
    limit.count(client)
    if given:
        _refuse_too_many(limit.take(f"start {given[:START]}"))
    raise NotAuthorizedException(headers=CHALLENGE)


def _given(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _refuse_too_many(wait_s: int) -> None:
    if wait_s:
        raise TooManyRequestsException(headers={"Retry-After": str(wait_s)})
