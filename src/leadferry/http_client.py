"""HTTP out, for the clients of LinkedIn and Dynamics: HTTP/1.1, connections kept and shared by threads, TLS, proxies.

Built on the standard library: measured here, httpx2 with its parts takes 240 ms until its first request where this
takes 40, and twice the time per request; a `sync --once` lives for tenths of a second. Cookies are never sent back
(dataverse-api 5.3), redirects never followed, nothing is ever sent twice: repeating is decided by the callers.
"""

from __future__ import annotations

import http.client
import os
import select
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, cast
from urllib.parse import SplitResult, unquote, urlsplit

IDLE_S = 45.0
"""A connection that has rested longer is not used again: load balancers cut at 60 s and more."""


class NotSentError(Exception):
    """No connection could be made: the service has seen nothing. `unknown_host`: the name has no address."""

    def __init__(self, reason: str, *, unknown_host: bool = False) -> None:
        super().__init__(reason)
        self.unknown_host = unknown_host


class NoAnswerError(Exception):
    """The request went out, at least in part, and no whole answer came back. Whether it was carried out is unknown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Header names are lower-case; the body is decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http(Protocol):
    """What the clients need of HTTP; tests may hand in their own."""

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        timeout_s: float | None = None,
    ) -> Answer: ...


class HttpClient:
    """The network. `ca_file` is trusted beside the system's certificates. Safe to use from many threads."""

    def __init__(
        self,
        *,
        ca_file: str | os.PathLike[str] | None = None,
        timeout_s: float = 120.0,
        connect_timeout_s: float = 10.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ca_file, self._timeout_s, self._connect_timeout_s = ca_file, timeout_s, connect_timeout_s
        self._monotonic = monotonic
        self._idle: dict[tuple[str, str], list[tuple[http.client.HTTPConnection, float]]] = {}
        self._lock = threading.Lock()
        self._tls: ssl.SSLContext | None = None

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        timeout_s: float | None = None,
    ) -> Answer:
        """Raises NotSentError or NoAnswerError. `url` is used as it is: callers encode."""
        parts = urlsplit(url)
        origin = (parts.scheme, parts.netloc)
        connection = self._rested(origin) or self._connect(parts)
        try:
            if connection.sock is not None:
                connection.sock.settimeout(timeout_s or self._timeout_s)
            sent = {"Accept-Encoding": "gzip", **headers}
            if isinstance(connection, _ThroughProxy):
                connection.request(method, url, body, {**sent, **connection.own_headers})
            else:
                connection.request(method, _target(parts), body, sent)
            response = connection.getresponse()
            content = response.read()
            answer_headers = {name.lower(): value for name, value in response.headers.items()}
            answer = Answer(response.status, answer_headers, _decompressed(content, answer_headers))
        except (OSError, http.client.HTTPException, zlib.error) as error:
            connection.close()
            raise NoAnswerError(_reason(error)) from error
        if response.will_close:
            connection.close()
        else:
            self._rest(origin, connection)
        return answer

    def close(self) -> None:
        with self._lock:
            resting = [connection for connections in self._idle.values() for connection, _ in connections]
            self._idle.clear()
        for connection in resting:
            connection.close()

    def _rested(self, origin: tuple[str, str]) -> http.client.HTTPConnection | None:
        while True:
            with self._lock:
                resting = self._idle.get(origin)
                if not resting:
                    return None
                connection, since = resting.pop()
            if self._monotonic() - since < IDLE_S and not _has_something_to_read(connection.sock):
                return connection
            connection.close()

    def _rest(self, origin: tuple[str, str], connection: http.client.HTTPConnection) -> None:
        with self._lock:
            self._idle.setdefault(origin, []).append((connection, self._monotonic()))

    def _connect(self, parts: SplitResult) -> http.client.HTTPConnection:
        connection = self._new_connection(parts)
        try:
            connection.connect()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise NotSentError(_reason(error), unknown_host=isinstance(error, socket.gaierror)) from error
        return connection

    def _new_connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        host, proxy, timeout = parts.hostname or "", _proxy_of(parts), self._connect_timeout_s
        if parts.scheme != "https":
            if proxy:
                return _ThroughProxy(proxy, timeout)
            return http.client.HTTPConnection(host, parts.port, timeout=timeout)
        if not proxy:
            return http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=self._context())
        tunnel = http.client.HTTPSConnection(proxy.hostname or "", proxy.port, timeout=timeout, context=self._context())
        tunnel.set_tunnel(host, parts.port or 443, _proxy_headers(proxy))
        return tunnel

    def _context(self) -> ssl.SSLContext:
        with self._lock:
            if self._tls is None:
                self._tls = ssl.create_default_context()
                if self._ca_file:
                    self._tls.load_verify_locations(self._ca_file)
            return self._tls


def _has_something_to_read(sock: socket.socket | None) -> bool:
    """On a resting connection that can only be the other side's goodbye."""
    if sock is None or sock.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


class _ThroughProxy(http.client.HTTPConnection):
    """Plain http: the proxy is told the whole address with each request. (For https it only passes bytes on.)"""

    def __init__(self, proxy: SplitResult, timeout_s: float) -> None:
        super().__init__(proxy.hostname or "", proxy.port, timeout=timeout_s)
        self.own_headers = _proxy_headers(proxy)


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _decompressed(content: bytes, headers: Mapping[str, str]) -> bytes:
    if headers.get("content-encoding", "").lower() != "gzip":
        return content
    return zlib.decompress(content, wbits=31)


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _proxy_of(parts: SplitResult) -> SplitResult | None:
    """The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name for this address; none for this very machine."""
    if parts.hostname in {"localhost", "127.0.0.1", "::1"}:
        return None
    if not any(name.lower().endswith("_proxy") for name in os.environ):
        return None
    from urllib.request import getproxies, proxy_bypass

    proxy = getproxies().get(parts.scheme)
    if not proxy or cast(bool, proxy_bypass(parts.hostname or "")):
        return None
    return urlsplit(proxy if "//" in proxy else f"http://{proxy}")


def _proxy_headers(proxy: SplitResult) -> dict[str, str]:
    if not proxy.username:
        return {}
    from base64 import b64encode

    credentials = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(credentials.encode()).decode()}"}
