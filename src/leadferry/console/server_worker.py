"""Serves the console with uvicorn: in the foreground for `leadferry web`, in a thread for the demonstration."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import uvicorn

from leadferry.errors import InputError


@dataclass
class WebServer:
    """Listens once made; connections wait until it runs. `url` is where it can be reached from this machine. `app` may
    be set later, before it runs: the application often has to know the port."""

    app: Any
    host: str
    port: int
    trusted_proxies: Sequence[str] = ()

    def __post_init__(self) -> None:
        self._socket = _listen(self.host, self.port)
        self.port = self._socket.getsockname()[1]
        self._thread: threading.Thread | None = None
        self._server: uvicorn.Server | None = None

    def _made(self) -> uvicorn.Server:
        config = uvicorn.Config(
            self.app,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            lifespan="off",
            timeout_graceful_shutdown=10,
            forwarded_allow_ips=list(self.trusted_proxies),
            proxy_headers=bool(self.trusted_proxies),
        )
        return uvicorn.Server(config)

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def run(self, on_started: Callable[[], None] = lambda: None) -> None:
        """Until a signal, or `stop()`."""
        self._server = self._made()
        on_started()
        self._server.run(sockets=[self._socket])

    def start(self) -> Self:
        self._server = self._made()
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="web", daemon=True
        )
        self._thread.start()
        return self

    def end(self) -> None:
        """Soon; nobody is waited for."""
        if self._server:
            self._server.should_exit = True

    def stop(self) -> None:
        """Requests under way are finished."""
        self.end()
        if self._thread:
            self._thread.join()
        self._socket.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends at once (TCP_NODELAY) only where the protocol is named: else the end of a page waits for 40 ms.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(128)
    except OSError as error:
        made.close()
        raise InputError(
            f"The console cannot listen on {host}, port {port}: {error.strerror or error}.",
            fix="End what uses that port, or choose another: `--port`, LEADFERRY_PORT.",
            code="port-in-use",
        ) from None
    return made
