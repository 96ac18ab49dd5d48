"""A form that could not be taken, for the page that says so: with a CSRF field that holds, for it is sent again."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import Cookie
from litestar.middleware.csrf import CSRF_SECRET_BYTES, generate_csrf_hash, generate_csrf_token
from litestar.utils.scope.state import ScopeState

from leadferry.console.kept import AGAIN, Kept, kept


def kept_of(request: Request[Any, Any, Any], status: int, *, too_old: bool = False) -> Kept | None:
    """None for anything but a form of ours that was sent from a page of ours: another site's must not come back with
    a field that makes it good. `too_old`: its CSRF field was."""
    form = ScopeState.from_scope(request.scope).form
    if request.method != "POST" or not isinstance(form, Mapping) or not from_here(request):
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    return kept(f"{request.url.path}{query}", form, again=too_old or status in AGAIN)


def from_here(request: Request[Any, Any, Any]) -> bool:
    """As the browser says; one that says nothing is not believed."""
    if site := request.headers.get("sec-fetch-site", ""):
        return site == "same-origin"
    origin, base = request.headers.get("origin", ""), str(request.app.state.base_url)
    return bool(origin) and (origin == base or urlsplit(origin).netloc == request.headers.get("host"))


def csrf_field(request: Request[Any, Any, Any]) -> tuple[str, Cookie | None]:
    """What the form must carry, and the cookie that goes with it where the browser has none that is ours."""
    config = request.app.csrf_config
    assert config is not None, "the console has one"  # noqa: S101
    known = request.cookies.get(config.cookie_name, "")
    if _signed(known, config.secret):
        return known, None
    fresh = generate_csrf_token(config.secret)
    return fresh, _cookie(config, fresh)


def with_cookie(response: Response[Any], cookie: Cookie | None) -> Response[Any]:
    if cookie is not None:
        response.set_cookie(cookie)
    return response


def _signed(token: str, secret: str) -> bool:
    random, given = token[: 2 * CSRF_SECRET_BYTES], token[2 * CSRF_SECRET_BYTES :]
    return hmac.compare_digest(generate_csrf_hash(random, secret).encode(), given.encode())


def _cookie(config: CSRFConfig, token: str) -> Cookie:
    return Cookie(
        key=config.cookie_name,
        value=token,
        path=config.cookie_path,
        secure=config.cookie_secure,
        httponly=config.cookie_httponly,
        samesite=config.cookie_samesite,
    )
