"""HTTP out to the receivers of webhooks: people choose the addresses, so nothing of them is trusted.

What a name stands for is looked up here, checked, and connected to as it was checked: a name cannot mean one address
while it is checked and another while it is called. Redirects are not followed, an answer counts for its status and the
first of its text alone, and no exchange lasts longer than its time, however slowly a receiver drips.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from leadferry import __version__
from leadferry.errors import LeadferryError
from leadferry.http_client import proxy_headers, proxy_of
from leadferry.webhooks.addresses import Rules, Target, kind_of, read_address, read_target, usable
from leadferry.words import worded

TIMEOUT_S = 10.0
READ_BYTES = 4000
SHOWN_LETTERS = 500
AGENT = f"Leadferry/{__version__}"
Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """`status` 0: no answer came, `error` says why. `text`: how the answer began."""

    status: int
    took_ms: int
    text: str = ""
    error: str = ""
    retry_after: str = ""

    @property
    def arrived(self) -> bool:
        return 200 <= self.status < 300


class RefusedError(Exception):
    """The address leads where webhooks must not."""


def resolve(host: str, port: int) -> list[str]:
    """Every address of the name, in the system's order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class PostClient:
    def __init__(
        self,
        rules: Rules,
        *,
        ca_file: Path | None = None,
        timeout_s: float = TIMEOUT_S,
        resolve: Resolve = resolve,
    ) -> None:
        self.rules, self.ca_file, self.timeout_s, self.resolve = rules, ca_file, timeout_s, resolve
        self._context: ssl.SSLContext | None = None

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Never raises, never takes much longer than `timeout_s`."""
        began = time.monotonic()

        def told(status: int = 0, **more: str) -> Reply:
            return Reply(status, round((time.monotonic() - began) * 1000), **more)

        try:
            answer = self._post(url, headers, body)
        except _CutError:
            return told(
                error=worded("There was no whole answer within {timeout_s} seconds.", timeout_s=f"{self.timeout_s:g}")
            )
        except (LeadferryError, RefusedError) as error:
            return told(error=str(error))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return told(error=_reason(error, self.timeout_s))
        why = "" if 200 <= answer.status < 300 else _status_words(answer.status)
        return told(answer.status, text=answer.text, error=why, retry_after=answer.retry_after)

    def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> _Answer:
        target = read_target(url, self.rules)
        sent = {"Content-Type": "application/json", "User-Agent": AGENT, "Connection": "close", **headers}
        line = self._line(target)
        cut = threading.Timer(self.timeout_s, line.cut)
        cut.daemon = True
        cut.start()
        try:
            return line.exchange(target.path, sent, body)
        finally:
            cut.cancel()
            line.close()

    def _line(self, target: Target) -> _Line:
        context = self._tls() if target.scheme == "https" else None
        proxy = proxy_of(urlsplit(f"{target.scheme}://{target.host}")) if context else None
        if proxy:  # it looks names up itself, and decides for itself what may be reached through it
            return _Line(_through(proxy, target, self.timeout_s, context))
        address = self._checked(target)
        return _Line(_Pinned(target, address, self.timeout_s, context))

    def _checked(self, target: Target) -> str:
        addresses = self.resolve(target.host, target.port)
        allowed = usable(addresses, self.rules)
        if not allowed:
            known = read_address(addresses[0]) if addresses else None
            what = f"{known}, which is {kind_of(known)}" if known else "no address"
            raise RefusedError(
                worded(
                    "The name leads to {what}: webhooks are not sent there. {allowing}", what=what, allowing=_ALLOWING
                )
            )
        return allowed[0]

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:
            context = ssl.create_default_context()
            if self.ca_file:
                context.load_verify_locations(self.ca_file)
            self._context = context
        return self._context


_ALLOWING = "LEADFERRY_WEBHOOK_NETWORKS names private networks that may be reached."


class _CutError(Exception):
    """The time was over."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    text: str
    retry_after: str


class _Pinned(http.client.HTTPConnection):
    """To an address that was checked; the name still stands in the certificate's check and in the Host header."""

    def __init__(self, target: Target, address: str, timeout_s: float, context: ssl.SSLContext | None) -> None:
        super().__init__(target.host, target.port, timeout=timeout_s)
        self.default_port = 443 if context else 80  # what the Host header leaves out
        self.address, self.context = address, context
        self.wire: socket.socket | None = None

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.wire = plain.dup()
        self.sock = self.context.wrap_socket(plain, server_hostname=self.host) if self.context else plain

    def close(self) -> None:
        super().close()
        if self.wire:
            self.wire.close()


class _Line:
    """One exchange, which another thread may cut."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.connection = connection
        self.was_cut = False

    def exchange(self, path: str, headers: Mapping[str, str], body: bytes) -> _Answer:
        try:
            self.connection.request("POST", path, body, dict(headers))
            answer = self.connection.getresponse()
        except (OSError, http.client.HTTPException, ValueError):
            if self.was_cut:
                raise _CutError from None
            raise
        if self.was_cut:  # in the middle of the headers, which reads like their end
            raise _CutError
        return _Answer(answer.status, _beginning(answer), answer.headers.get("Retry-After", ""))

    def cut(self) -> None:
        self.was_cut = True
        wire = getattr(self.connection, "wire", None) or self.connection.sock
        try:
            if wire:
                wire.shutdown(socket.SHUT_RDWR)
        except OSError:  # closed meanwhile
            return

    def close(self) -> None:
        self.connection.close()


def _beginning(answer: http.client.HTTPResponse) -> str:
    """Of the body. The status counts, whether or not the body ends."""
    try:
        text = answer.read(READ_BYTES).decode("utf-8", "replace")[:SHOWN_LETTERS]
    except (OSError, http.client.HTTPException, ValueError):
        return ""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


def _through(
    proxy: SplitResult, target: Target, timeout_s: float, context: ssl.SSLContext | None
) -> http.client.HTTPSConnection:
    connection = http.client.HTTPSConnection(proxy.hostname or "", proxy.port or 80, timeout=timeout_s, context=context)
    connection.set_tunnel(target.host, target.port, proxy_headers(proxy))
    return connection


def _reason(error: Exception, timeout_s: float) -> str:
    """In words that quote nothing of the address."""
    if isinstance(error, socket.gaierror):
        return worded("The name of its host is unknown.")
    if isinstance(error, ssl.SSLCertVerificationError):
        return worded("Its certificate is not trusted: {verify_message}.", verify_message=error.verify_message)
    if isinstance(error, TimeoutError):
        return worded("There was no answer within {timeout_s} seconds.", timeout_s=f"{timeout_s:g}")
    if isinstance(error, ConnectionRefusedError):
        return worded("Nothing listens at the address.")
    if isinstance(error, ssl.SSLError):
        return worded("The encrypted connection could not be made.")
    if isinstance(error, OSError) and error.strerror and not isinstance(error, http.client.RemoteDisconnected):
        return worded("The connection failed: {strerror}.", strerror=error.strerror)
    return worded("The connection broke, or the answer is no HTTP ({name}).", name=type(error).__name__)


def _status_words(status: int) -> str:
    if 300 <= status < 400:
        return worded(
            "It answered {status}: redirects are not followed. Give the address that it leads to.", status=status
        )
    known = {
        401: "it does not accept the signature, or asks for a sign-in",
        403: "it does not allow this",
        404: "there is nothing at the address",
        410: "it does not want any more",
        413: "the message is too large for it",
        429: "it has had too many messages",
    }
    why = known.get(status) or ("it has trouble itself" if status >= 500 else "it did not take the message")
    return worded("It answered {status}: {why}.", status=status, why=why)
