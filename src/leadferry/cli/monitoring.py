"""The port for machines, beside a command that runs on: `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadferry.app import App


@contextmanager
def monitoring(app: App) -> Iterator[str]:
    """Where LEADFERRY_MONITORING_PORT names a port. Yields its address, or an empty one."""
    if not app.settings.monitoring_port:
        yield ""
        return
    from leadferry.console.server_worker import WebServer
    from leadferry.console.web_routes import make_monitoring

    with WebServer(make_monitoring(app), app.settings.host, app.settings.monitoring_port) as server:
        yield server.url
