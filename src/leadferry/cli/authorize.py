"""A member's consent at LinkedIn, caught by a listener on this machine: print the address, wait once, check, exchange.

Source: Microsoft Learn "LinkedIn 3-Legged OAuth Flow"; linkedin-api 1.1 and 1.2.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from leadferry.errors import InputError, LinkedInError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadferry.linkedin.oauth_client import LinkedInOAuthClient
    from leadferry.linkedin.tokens import Tokens

DEFAULT_REDIRECT = "http://127.0.0.1:8765/back"
WAIT_S = 600.0
_LOOPBACK = {"127.0.0.1", "localhost"}
_PAGE = "<!DOCTYPE html><meta charset=utf-8><title>Leadferry</title><p>{}</p><p>You can close this window.</p>"


@dataclass
class Listener:
    """Waits on the redirect address. Every other address is answered with 404 and does not end the wait."""

    redirect_url: str
    received: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        host, port, self.path = loopback(self.redirect_url)
        self._arrived = threading.Event()
        try:
            self._server = HTTPServer((host, port), self._handler())
        except OSError as error:
            raise InputError(
                f"Nothing can listen on {self.redirect_url}: {error.strerror}.",
                fix="End what uses that port, or register another redirect address: LEADFERRY_LINKEDIN_REDIRECT_URL.",
                code="redirect-in-use",
            ) from None

    def wait(self, timeout_s: float) -> Mapping[str, str]:
        """What LinkedIn sent back. Raises LinkedInError when nobody came."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            if not self._arrived.wait(timeout_s):
                raise LinkedInError(
                    "Nobody came back from LinkedIn in time.",
                    fix="Start the authorization again, and open the address in a browser on this machine.",
                    code="linkedin-no-consent",
                )
            return self.received
        finally:
            self._server.shutdown()
            self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                ours = parts.path == listener.path
                given = dict(parse_qsl(parts.query))
                text = "Not here." if not ours else "LinkedIn sent you back: see the terminal."
                body = _PAGE.format(text).encode()
                self.send_response(200 if ours else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                if ours and not listener._arrived.is_set():
                    listener.received = given
                    listener._arrived.set()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Nothing: the query holds the code."""

        return Handler


def loopback(redirect_url: str) -> tuple[str, int, str]:
    """(host, port, path) to listen on. Raises InputError for an address that does not lead to this machine."""
    parts = urlsplit(redirect_url)
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK or not parts.port:
        raise InputError(
            f"The redirect address {redirect_url} does not lead to this machine, so nobody can be waited for.",
            fix=f"Register {DEFAULT_REDIRECT} with your LinkedIn app and set LEADFERRY_LINKEDIN_REDIRECT_URL to it, "
            "or give a token: --refresh-token-stdin.",
            code="redirect-not-local",
        )
    return parts.hostname or "127.0.0.1", parts.port, parts.path or "/"


def authorize(
    oauth: LinkedInOAuthClient,
    redirect_url: str,
    scopes: Sequence[str],
    show: Callable[[str], None],
    *,
    timeout_s: float = WAIT_S,
) -> Tokens:
    """`show` is given the address that the member must open."""
    listener = Listener(redirect_url)
    state = secrets.token_urlsafe(24)
    show(oauth.authorization_url(redirect_url, state, scopes))
    return oauth.exchange(code_of(listener.wait(timeout_s), state), redirect_url)


def code_of(received: Mapping[str, str], state: str) -> str:
    """Raises LinkedInError where the member refused, or the answer is not to our question."""
    if not hmac.compare_digest(received.get("state", ""), state):
        raise LinkedInError(
            "What came back does not belong to this authorization: its state differs.",
            fix="Start again, and use only the address that was just printed.",
            code="linkedin-state-differs",
        )
    if "code" in received:
        return received["code"]
    error = received.get("error", "")
    if error.startswith("user_cancelled"):
        raise LinkedInError(
            "The member did not allow it.", fix="Start again and choose Allow.", code="linkedin-no-consent"
        )
    raise LinkedInError(
        f"LinkedIn refused the authorization: {error or 'no code, and no reason'}.",
        fix="Check that your app holds the products and scopes asked for (LEADFERRY_LINKEDIN_SCOPES).",
        code="linkedin-authorization-refused",
        vendor_code=error,
    )
