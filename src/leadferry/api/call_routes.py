"""What an address of the API works with: the token that asks, and its environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, get
from litestar import delete as _delete
from litestar import patch as _patch
from litestar import post as _post
from litestar.di import NamedDependency

from leadferry.accounts.model import Environment
from leadferry.console.rights import Action
from leadferry.console.token_store import ApiToken


@dataclass(frozen=True)
class Call:
    """One request. Every store is asked for `here.id` only."""

    rooms: Any
    token: ApiToken
    here: Environment

    def record(
        self,
        action: Action,
        kind: str,
        key: str | int,
        name: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Into the audit, as every change. Values never hold a secret."""
        self.rooms.audit.add(
            action.value,
            person_id=f"token:{self.token.id}",
            person=f"{self.token.name} ({self.token.start}…)",
            via="api",
            environment_id=self.here.id,
            environment=self.here.name,
            record_kind=kind,
            record_id=key,
            record=name,
            before=before,
            after=after,
        )


AtCall = NamedDependency[Call]
"""What an address takes: `def accounts(call: AtCall) -> list[Account]`."""


def provide_call(request: Request[Any, Any, Any]) -> Call:
    return Call(request.app.state.rooms, request.user, request.state.environment)


def read(path: str, action: Action, **more: Any) -> Callable[..., Any]:
    """GET below `/api/v1`, for tokens that may do `action`."""
    return get(path, opt={"action": action}, sync_to_thread=True, **more)


def patch(path: str, action: Action, **more: Any) -> Callable[..., Any]:
    """PATCH below `/api/v1`; only what is named is changed."""
    return _patch(path, opt={"action": action}, sync_to_thread=True, **more)


def post(path: str, action: Action, **more: Any) -> Callable[..., Any]:
    """POST below `/api/v1`: makes something, or asks a long question."""
    return _post(path, opt={"action": action}, sync_to_thread=True, **more)


def delete(path: str, action: Action, **more: Any) -> Callable[..., Any]:
    """DELETE below `/api/v1`."""
    return _delete(path, opt={"action": action}, sync_to_thread=True, **more)
