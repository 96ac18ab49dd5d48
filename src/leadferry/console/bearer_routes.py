"""The way into the API: `Authorization: Bearer lf_…`, and nothing else. The environment is the token's own."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException, TooManyRequestsException

from leadferry.accounts.model import Environment
from leadferry.console.limits_worker import Limit, client_key
from leadferry.console.person import Role
from leadferry.console.rights import Action, may
from leadferry.console.token_store import PREFIX, START, ApiToken

API = "/api/"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="leadferry"'}


def token_allowed(connection: ASGIConnection[Any, Any, Any, Any], action: Action) -> None:
    """Leaves the token as the request's user, and its environment in the state."""
    rooms = connection.app.state.rooms
    token = _token_of(connection, rooms)
    connection.scope["user"] = token
    environment = connection.state.environment = rooms.environments.by_id(token.environment_id)
    if not token.may(action):
        raise PermissionDeniedException(extra={"action": action.value})
    roles = connection.state.roles = _roles_of(token, environment, rooms)
    if not may(roles, action):
        raise PermissionDeniedException(extra={"action": action.value, "person": token.created_by})


def _roles_of(token: ApiToken, environment: Environment, rooms: Any) -> frozenset[Role]:
    """What its person is there now: a token never may more than who made it. Raises ServiceError `rights-unknown`."""
    person = token.person
    roles: frozenset[Role] = rooms.roles_in(person, environment) if person else frozenset()
    return roles


def _token_of(connection: ASGIConnection[Any, Any, Any, Any], rooms: Any) -> ApiToken:
    """Too many failures from one address lock it out for minutes; too many with one token's start only make each
    further failure say so, for the start is no secret and the token itself must stay good."""
    limit, client = rooms.limits.tokens, f"address {client_key(connection.client)}"
    _refuse_too_many(limit, client, limit.wait_s(client))
    given = _given(connection)
    found: ApiToken | None = rooms.tokens.find(given) if given.startswith(PREFIX) else None
    if found is not None:
        return found
    limit.count(client)
    if given:
        start = f"start {given[:START]}"
        _refuse_too_many(limit, start, limit.take(start))
    raise NotAuthorizedException(headers={**CHALLENGE, **rate_headers(limit, client)})


def _given(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _refuse_too_many(limit: Limit, key: str, wait_s: int) -> None:
    if wait_s:
        raise TooManyRequestsException(headers={"Retry-After": str(wait_s), **rate_headers(limit, key)})


def rate_headers(limit: Limit, key: str) -> dict[str, str]:
    """How many more wrong tokens are borne, and when the count is whole again.

    Source: draft-ietf-httpapi-ratelimit-headers-10. Right tokens are not counted."""
    left, reset_s = limit.left(key)
    return {
        "RateLimit-Policy": f'"wrong-tokens";q={limit.attempts};w={limit.window_ms // 1000}',
        "RateLimit": f'"wrong-tokens";r={left};t={reset_s}',
    }
