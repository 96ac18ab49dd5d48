"""The console on a free port of this machine, over an application of the test's own."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from litestar import Litestar
from litestar.types import Receive, Scope, Send

from databases import new_sqlite_file
from leadferry.app import App, Tools, open_app, pages
from leadferry.console import languages_store
from leadferry.console.headers_routes import SafeHeaders
from leadferry.console.person import OPERATOR
from leadferry.console.server_worker import WebServer
from leadferry.settings import load_settings
from visitor import Visitor


@dataclass
class Console:
    app: App
    url: str

    def visitor(self) -> Visitor:
        return Visitor(self.url)

    def operator(self) -> Visitor:
        """In a session as a one-time link begins one (`tests/console/test_pages.py`), without a page read for it."""
        visitor = self.visitor()
        visitor.client.cookies.set("leadferry", self.app.sessions.begin(OPERATOR), domain="127.0.0.1")
        return visitor


class Front:
    """A web server that stays when the console behind it is closed: starting and stopping one takes a fifth of a
    second, most of it waiting."""

    def __init__(self) -> None:
        self._behind: SafeHeaders | None = None
        self._under_way = 0
        self._changed = threading.Condition()
        self.url = WebServer(self, "127.0.0.1", 0).start().url

    @contextmanager
    def before(self, web: SafeHeaders) -> Iterator[None]:
        """As a server of its own, it ends when the requests under way are answered."""
        self._behind = web
        try:
            yield
        finally:
            self._behind = None
            with self._changed:
                assert self._changed.wait_for(lambda: self._under_way == 0, timeout=10)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._counted():
            if self._behind is None:
                raise ConnectionError("This console is closed.")
            await self._behind(scope, receive, send)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._changed:
            self._under_way += more
            self._changed.notify_all()


_FRONTS: list[Front] = []
"""At rest."""


@contextmanager
def serving(app: App, base_url: str = "") -> Iterator[Console]:
    front = _FRONTS.pop() if _FRONTS else Front()
    with _web(app, base_url or front.url) as web, front.before(web):
        yield Console(app, front.url)
    _FRONTS.append(front)


_RESTING: dict[tuple[bool, bool, Path], list[Litestar]] = defaultdict(list)
"""Routes of consoles that were closed, by what they were made for, and with which texts. Making them takes half a
second, which thousands of tests would pay."""


@contextmanager
def _web(app: App, base_url: str) -> Iterator[SafeHeaders]:
    resting = _RESTING[base_url.startswith("https://"), app.settings.monitoring_on_console, languages_store.LOCALE]

    def routes(*, secure: bool, monitoring: bool) -> Litestar:
        return resting.pop() if resting else make(secure=secure, monitoring=monitoring)

    make = pages.routes
    with mock.patch.object(pages, "routes", routes):
        web = app.web(base_url)
    yield web
    resting.append(web.app)


@contextmanager
def new_console(folder: Path, database_url: str = "", tools: Tools | None = None, **settings: Any) -> Iterator[Console]:
    """`settings` by their variable's name without the prefix: `entra_tenant_id="..."`."""
    if not database_url:
        new_sqlite_file(folder)
    environ = {"LEADFERRY_DATA": str(folder), "LEADFERRY_DATABASE_URL": database_url}
    environ |= {f"LEADFERRY_{name.upper()}": str(value) for name, value in settings.items()}
    with open_app(load_settings(environ), tools=tools) as app, serving(app) as console:
        yield console
