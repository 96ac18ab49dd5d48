"""A token's way into the API, over an application that delivers into the simulated Dynamics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from delivery.conftest import Ferry, dynamics, ferry, sqlite_ferry
from leadferry.console.rights import Scope
from web import serving

__all__ = ["dynamics", "ferry", "sqlite_ferry"]
Ask = Callable[..., httpx2.Response]
Say = Callable[..., Any]


@pytest.fixture
def crossing(ferry: Ferry) -> Iterator[Ask]:
    """Asks with a token of all scopes, or of those that are named. On both databases."""
    with serving(ferry.app) as console:
        yield asking(ferry, console.url)


@pytest.fixture
def ask(sqlite_ferry: Ferry) -> Iterator[Ask]:
    with serving(sqlite_ferry.app) as console:
        yield asking(sqlite_ferry, console.url)


def asking(ferry: Ferry, url: str) -> Ask:
    tokens: dict[tuple[Scope, ...], str] = {}

    def asked(method: str, path: str, *scopes: Scope, headers: Any = None, **more: Any) -> httpx2.Response:
        wanted = scopes or tuple(Scope)
        if wanted not in tokens:
            tokens[wanted] = ferry.app.tokens.make(1, "script", wanted, 1, "Ada")[1]
        sent = {"Authorization": f"Bearer {tokens[wanted]}", **(headers or {})}
        return httpx2.request(method, f"{url}/api/v1/{path}", headers=sent, timeout=60, **more)

    return asked
