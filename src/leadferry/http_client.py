"""HTTP out, for the clients of LinkedIn and Dynamics: urllib3, used by many threads (docs/decisions/0004-http.md).

Cookies are never sent back (dataverse-api 5.3), redirects never followed, nothing is ever sent twice: repeating is
decided by the callers, so what they need to know is whether the service can have seen a request.
"""

from __future__ import annotations

import os
import re
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast
from urllib.parse import SplitResult, unquote, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from leadferry.errors import InputError
from leadferry.watch.traffic import Exchange, named
from leadferry.words import _

CONNECTIONS = 32
"""Kept open per service; more threads than that open their own."""
_ENCODED = re.compile(r"/[\w\-.~!$&'()*+,;=:@/?%]*", re.ASCII)
"""A path and query in which nothing is left to encode."""
_TARGET = "leadferry-target"
"""Never sent: how such a path comes to its connection."""


class NotSentError(Exception):
    """No connection could be made: the service has seen nothing. `unknown_host`: the name has no address."""

    def __init__(self, reason: str, *, unknown_host: bool = False) -> None:
        super().__init__(reason)
        self.unknown_host = unknown_host


class NoAnswerError(Exception):
    """The request went out, at least in part, and no whole answer came back. Whether it was carried out is unknown."""

    waited_ms = 0
    """How long it was waited for, where the caller measured it."""


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
        on_exchange: Callable[[Exchange], None] | None = None,
    ) -> None:
        """`on_exchange`: told of every request when it ended, for logs and metrics."""
        self._on_exchange = on_exchange
        self._ca_file, self._timeout_s, self._connect_timeout_s = ca_file, timeout_s, connect_timeout_s
        self._managers: dict[tuple[str, str], urllib3.PoolManager] = {}
        self._lock = threading.Lock()

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        timeout_s: float | None = None,
    ) -> Answer:
        """Raises NotSentError or NoAnswerError. Callers encode the address."""
        began, answer = time.monotonic(), None
        try:
            answer = self._send(method, url, headers, body, timeout_s)
            return answer
        finally:
            if self._on_exchange:
                self._on_exchange(_exchange(method, url, answer, time.monotonic() - began))

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout_s: float | None
    ) -> Answer:
        timeout = urllib3.Timeout(connect=self._connect_timeout_s, read=timeout_s or self._timeout_s)
        parts = urlsplit(url)
        manager, target = self._manager(parts), url[len(parts.scheme) + 3 + len(parts.netloc) :]
        sent: dict[str, str] = {"Accept-Encoding": "gzip", **headers}
        options: Any = {"body": body, "timeout": timeout, "retries": False, "redirect": False}
        try:
            if manager.proxy or not _ENCODED.fullmatch(target):
                response = manager.request(method, url, headers=sent, **options)
            else:
                pool = manager.connection_from_url(f"{parts.scheme}://{parts.netloc}/")
                response = pool.urlopen(method, "/", headers={**sent, _TARGET: target}, **options)
        except HTTPError as error:
            raise _told(error) from error
        answer_headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, answer_headers, response.data)

    def close(self) -> None:
        with self._lock:
            managers, self._managers = list(self._managers.values()), {}
        for manager in managers:
            manager.clear()

    def _manager(self, parts: SplitResult) -> urllib3.PoolManager:
        """One for plain http, one for TLS, whose certificates are read only when they are needed; one per proxy."""
        proxy = proxy_of(parts)
        key = (parts.scheme, proxy.geturl() if proxy else "")
        with self._lock:
            if key not in self._managers:
                self._managers[key] = self._new_manager(parts.scheme, proxy)
            return self._managers[key]

    def _new_manager(self, scheme: str, proxy: SplitResult | None) -> urllib3.PoolManager:
        context = self._context() if scheme == "https" else None
        if not proxy:
            manager = urllib3.PoolManager(maxsize=CONNECTIONS, ssl_context=context)
            manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
            return manager
        return urllib3.ProxyManager(
            f"{proxy.scheme}://{proxy.hostname}:{proxy.port or 80}",
            maxsize=CONNECTIONS,
            ssl_context=context,
            proxy_headers=proxy_headers(proxy),
        )

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._ca_file:
            try:
                context.load_verify_locations(self._ca_file)
            except OSError as error:  # ssl.SSLError is one too
                raise InputError(
                    _(
                        "The certificates in {ca_file} cannot be read: {strerror}.",
                        ca_file=self._ca_file,
                        strerror=error.strerror or error,
                    ),
                    fix=_("LEADFERRY_CA_FILE must name a file of certificates in PEM."),
                    code="bad-ca-file",
                ) from None
        return context


class _AsEncoded:
    """Sends a path as its caller encoded it. urllib3 looks at each of its characters again, twice: where 500 addresses
    are asked for by one request, that was a twentieth of a sync's time."""

    def request(self, method: str, url: str, *, headers: dict[str, str], **more: Any) -> None:
        super().request(method, headers.pop(_TARGET, url), headers=headers, **more)  # type: ignore[misc]


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = type("_HttpConnection", (_AsEncoded, HTTPConnection), {})


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = type("_HttpsConnection", (_AsEncoded, HTTPSConnection), {})


def _exchange(method: str, url: str, answer: Answer | None, seconds: float) -> Exchange:
    service, resource = named(url)
    if answer is None:
        return Exchange(service, resource, method, 0, seconds)
    names = ("x-ms-service-request-id", "req_id", "x-li-uuid", "x-li-request-id")
    request_id = next((answer.headers[name] for name in names if name in answer.headers), "")
    return Exchange(service, resource, method, answer.status, seconds, request_id)


def _told(error: HTTPError) -> NotSentError | NoAnswerError:
    """What a failure says about whether the service can have seen the request."""
    cause = error.original_error if isinstance(error, ProxyError) else error
    if isinstance(cause, NameResolutionError):
        return NotSentError(_("the name has no address"), unknown_host=True)
    if isinstance(cause, ConnectTimeoutError | NewConnectionError):
        return NotSentError(_reason(cause))
    inner = cause.args[0] if isinstance(cause, SSLError) and cause.args else None
    if isinstance(inner, ssl.SSLCertVerificationError):
        return NotSentError(_("its certificate is not trusted: {verify_message}", verify_message=inner.verify_message))
    return NoAnswerError(_("timed out") if isinstance(error, ReadTimeoutError) else _reason(cause))


def _reason(error: BaseException) -> str:
    """The innermost cause, in the system's words."""
    while error.__cause__ or error.__context__:
        error = cast(BaseException, error.__cause__ or error.__context__)
    if isinstance(error, TimeoutError):
        return _("timed out")
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def proxy_of(parts: SplitResult) -> SplitResult | None:
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


def proxy_headers(proxy: SplitResult) -> dict[str, str]:
    if not proxy.username:
        return {}
    from base64 import b64encode

    credentials = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": "Basic " + b64encode(credentials.encode()).decode()}
