"""The console on a free port of this machine, over an application of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from databases import new_sqlite_file
from leadferry.app import App, Tools, open_app
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
        """Signed in by a one-time link."""
        return self.visitor().sign_in_by_link(self.app.sessions.make_link())


@contextmanager
def serving(app: App, base_url: str = "") -> Iterator[Console]:
    server = WebServer(None, "127.0.0.1", 0)
    server.app = app.web(base_url or server.url)
    with server:
        yield Console(app, server.url)


@contextmanager
def new_console(folder: Path, database_url: str = "", tools: Tools | None = None, **settings: Any) -> Iterator[Console]:
    """`settings` by their variable's name without the prefix: `entra_tenant_id="..."`."""
    if not database_url:
        new_sqlite_file(folder)
    environ = {"LEADFERRY_DATA": str(folder), "LEADFERRY_DATABASE_URL": database_url}
    environ |= {f"LEADFERRY_{name.upper()}": str(value) for name, value in settings.items()}
    with open_app(load_settings(environ), tools=tools) as app, serving(app) as console:
        yield console
