"""Headers of every answer: what a browser may load, and from where it may be framed. No script or style inline."""

from __future__ import annotations

from collections.abc import Collection

from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'{form_targets}; frame-ancestors {ancestors}; "
    "base-uri 'none'"
)
YEAR_S = 31_536_000


class SafeHeaders:
    """`form_targets`: other sites that a form of ours may lead on to by redirect (LinkedIn's and Entra's sign-in); more
    may be added while it runs.
    `ancestors`: who may frame the console; nobody unless Dynamics shall show it."""

    def __init__(
        self, app: Litestar, *, secure: bool, form_targets: Collection[str] = (), ancestors: str = "'none'"
    ) -> None:
        self.app = app
        self.form_targets, self.ancestors = form_targets, ancestors
        self.headers = {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if secure:
            self.headers["Strict-Transport-Security"] = f"max-age={YEAR_S}; includeSubDomains"

    def policy(self) -> str:
        targets = "".join(f" {one}" for one in sorted(self.form_targets))
        return POLICY.format(form_targets=targets, ancestors=self.ancestors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                headers.setdefault("Content-Security-Policy", self.policy())
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, with_headers)
