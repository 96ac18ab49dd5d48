"""What an address of the API works with: the token that asks, and its environment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from litestar import Request, get
from litestar import delete as _delete
from litestar import patch as _patch
from litestar import post as _post
from litestar.di import NamedDependency
from litestar.serialization import encode_json

from leadferry.accounts.model import Environment
from leadferry.api.etags import etag, named
from leadferry.console.person import OPERATOR, Person, Role
from leadferry.console.recording import Maker, Recording
from leadferry.console.rights import Action, may
from leadferry.console.token_store import ApiToken
from leadferry.errors import StaleError
from leadferry.store.statements import settled

_one_at_a_time: dict[int, threading.Lock] = {}
"""By environment: of the threads here one at a time asks for the lock that all processes share."""


@dataclass(frozen=True)
class Call(Recording):
    """One request. Every store is asked for `here.id` only. `if_match`: what the caller read last, by its ETag.
    `roles`: of the token's person, here and now."""

    rooms: Any
    token: ApiToken
    here: Environment
    if_match: str = ""
    roles: frozenset[Role] = frozenset()

    def may(self, action: Action) -> bool:
        """Beyond what the address asks for."""
        return self.token.may(action) and may(self.roles, action)

    @property
    def maker(self) -> Maker:
        return Maker(f"token:{self.token.id}", f"{self.token.name} ({self.token.start}…)", "api")

    @property
    def place(self) -> Environment:
        return self.here

    @property
    def person(self) -> Person:
        """Whose rights bound the token, and whose saved views it sees."""
        return self.token.person or OPERATOR

    @contextmanager
    def changing(self, shown: Callable[[], Any], *, asks_services: bool = False) -> Iterator[None]:
        """Around a change: where the caller names what it read (`If-Match`), the record must still be so, and no other
        such change comes between, nor a save at the console. `shown`: the record as the API shows it now.
        `asks_services`: it takes long, so saves at the console do not wait for it. Raises StaleError."""
        if not self.if_match:
            yield
            return
        with self._one_by_one() if asks_services else settled(self.rooms.database, self.here.id):
            if not named(self.if_match, etag(encode_json(shown()))):
                raise StaleError(
                    "The record is not any more what it was when you read it; nothing was changed.",
                    fix="Read it again, and send the change with the ETag of that answer.",
                )
            yield

    @contextmanager
    def _one_by_one(self) -> Iterator[None]:
        mine = _one_at_a_time.setdefault(self.here.id, threading.Lock())
        with mine, self.rooms.database.alone(f"api-{self.here.id}", wait=True):
            yield


AtCall = NamedDependency[Call]
"""What an address takes: `def accounts(call: AtCall) -> list[Account]`."""


def provide_call(request: Request[Any, Any, Any]) -> Call:
    if_match, state = request.headers.get("if-match", "").strip(), request.state
    return Call(request.app.state.rooms, request.user, state.environment, if_match, state.roles)


def read(path: str, action: Action, **more: Any) -> Callable[..., Any]:
    """GET below `/api/v1`, for tokens that may do `action`."""
    return get(path, opt={"action": action}, sync_to_thread=True, **more)


def patch(path: str, action: Action, **more: Any) -> Callable[..., Any]:
    """PATCH below `/api/v1`; only what is named is changed."""
    return _patch(path, opt={"action": action}, sync_to_thread=True, **more)


def post(path: str, action: Action, *, repeatable: bool = False, **more: Any) -> Callable[..., Any]:
    """POST below `/api/v1`: makes something, or asks a long question. `repeatable`: a second time does no harm, so that
    an idempotency key whose request died may be used again."""
    return _post(path, opt={"action": action, "repeatable": repeatable}, sync_to_thread=True, **more)


def delete(path: str, action: Action, **more: Any) -> Callable[..., Any]:
    """DELETE below `/api/v1`."""
    return _delete(path, opt={"action": action}, sync_to_thread=True, **more)
