"""Pages of simulated services, for people: HTML without script, forms guarded against other sites, a cookie a browser.

Cookies do not keep ports apart, so each service has a name of its own for its cookie.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jinja2

from leadferry.simulators.server import Request, Response

_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Browser:
    """Who holds the cookie. `secret` is the service's own, and makes the field that a form must bring back."""

    id: str
    is_new: bool
    cookie: str
    secret: str
    secure: bool

    @property
    def form_token(self) -> str:
        return hmac.new(self.secret.encode(), self.id.encode(), hashlib.sha256).hexdigest()

    def sent(self, form: Mapping[str, str]) -> bool:
        """The form came from a page that this browser was given."""
        return not self.is_new and hmac.compare_digest(form.get("csrf", "").encode(), self.form_token.encode())

    @property
    def headers(self) -> dict[str, str]:
        if not self.is_new:
            return {}
        secure = "; Secure" if self.secure else ""
        return {"Set-Cookie": f"{self.cookie}={self.id}; Path=/; HttpOnly; SameSite=Lax{secure}"}


def browser_of(request: Request, cookie: str, secret: str) -> Browser:
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get(cookie)
    except CookieError:
        found = None
    known = found.value if found else ""
    return Browser(known or secrets.token_urlsafe(24), not known, cookie, secret, request.base_url.startswith("https"))


def read_form(request: Request) -> dict[str, str]:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


class Pages:
    """The templates of one service, from the folder `templates` beside its code, on the shared `base.html`."""

    def __init__(self, folder: Path) -> None:
        self._jinja = jinja2.Environment(
            loader=jinja2.FileSystemLoader([folder, Path(__file__).parent / "templates"]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters["initials"] = initials

    def show(self, template: str, browser: Browser | None = None, status: int = 200, **values: Any) -> Response:
        """With a browser, its forms carry `csrf` and the answer sets its cookie."""
        csrf = browser.form_token if browser else ""
        text = self._jinja.get_template(template).render(csrf=csrf, **values)
        return Response(status, text.encode(), {**_HEADERS, **(browser.headers if browser else {})})


def see_other(address: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response(303, b"", {"Location": address, "Cache-Control": "no-store", **(headers or {})})


def initials(name: str) -> str:
    """`AL` for Ada Lovelace."""
    words = name.split()
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper() or "?"
