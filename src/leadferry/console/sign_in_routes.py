"""Sign-in with Microsoft Entra ID and back, and sign-out there and here."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar import post as _post
from litestar.datastructures import Cookie
from litestar.params import FromQuery
from litestar.response import Redirect

from leadferry.console.entra_refusals import refused
from leadferry.console.errors_routes import status_of
from leadferry.console.guard_routes import session_cookie
from leadferry.console.limits_worker import client_key
from leadferry.console.person import PersonKind
from leadferry.console.shell_routes import INSTALLATION, OPEN, Form, open_page, refuse_too_many, safe_path, signed_in
from leadferry.console.sign_in_store import LIFE_MS
from leadferry.errors import InputError, LeadferryError, SignInError, facts_of
from leadferry.guardian.credentials import SIGN_IN_REFUSED

log = logging.getLogger(__name__)
BACK = "/sign-in/back"
"""Registered with the app registration, for the way back from sign-in and from sign-out alike."""


@get("/sign-in", opt=OPEN, sync_to_thread=True, include_in_schema=False)
def show(
    request: Request[Any, Any, Any],
    return_to: FromQuery[str] = "/",
    signed_out: FromQuery[str] = "",
    ended: FromQuery[str] = "",
) -> Response[Any]:
    """Who is signed in already goes on at once."""
    if request.scope.get("user") is not None:
        return Redirect(safe_path(return_to), status_code=303)
    return _page(request, return_to=safe_path(return_to), signed_out=signed_out, ended=ended)


@_post("/sign-in", opt=OPEN, sync_to_thread=True, include_in_schema=False)
def begin(request: Request[Any, Any, Any], data: Form) -> Response[Any]:
    app, return_to = request.app.state, safe_path(data.get("return_to", "/"))
    refuse_too_many(app.rooms.limits.sign_ins.take(client_key(request.client)))
    try:
        client = app.rooms.entra()
        if client is None:
            return _page(request, return_to=return_to)
        attempt = app.rooms.sign_ins.begin(return_to, request.cookies.get(browser_cookie(app.secure), ""))
        address = client.sign_in_address(
            app.base_url + BACK, state=attempt.state, nonce=attempt.nonce, verifier=attempt.verifier
        )
    except LeadferryError as error:
        return _page(request, return_to=return_to, error=error)
    return Redirect(address, status_code=303, cookies=[_browser(attempt.browser, app.secure, LIFE_MS // 1000)])


@get(BACK, opt=OPEN, sync_to_thread=True, include_in_schema=False)
def back(request: Request[Any, Any, Any]) -> Response[Any]:
    """Entra's answer; without any of its parts the way back from sign-out."""
    given = request.query_params
    state, code, error = (str(given.get(name, "")) for name in ("state", "code", "error"))
    if not (state or code or error):
        return Redirect("/sign-in?signed_out=1", status_code=303)
    app = request.app.state
    refuse_too_many(app.rooms.limits.sign_ins.take(client_key(request.client)))
    try:
        attempt = app.rooms.sign_ins.take(state, request.cookies.get(browser_cookie(app.secure), ""))
        if error or not code:
            raise refused(error, str(given.get("error_description", "")))
        client = app.rooms.entra()
        if client is None:
            return _page(request)
        found = client.redeem(code, app.base_url + BACK, nonce=attempt.nonce, verifier=attempt.verifier)
    except LeadferryError as trouble:
        log.warning("sign-in refused: %s", trouble.code)
        if isinstance(trouble, SignInError) and trouble.vendor_code in SIGN_IN_REFUSED:
            app.rooms.guardian.look_at_sign_in(refused=True)
        return _page(request, error=trouble)
    app.rooms.guardian.look_at_sign_in(refused=False)
    answer = signed_in(request, found.person, attempt.return_to, id_token=found.id_token)
    answer.set_cookie(_browser("", app.secure, 0))
    return answer


@_post("/sign-in/again", opt=OPEN, sync_to_thread=True, include_in_schema=False)
def ask_again(request: Request[Any, Any, Any]) -> Response[Any]:
    """For who has no role yet: the next page asks Dynamics anew."""
    person, rooms = request.scope.get("user"), request.app.state.rooms
    refuse_too_many(rooms.limits.sign_ins.take(client_key(request.client)))
    if person is not None:
        rooms.roles.forget(person)
    return Redirect("/", status_code=303)


@_post("/sign-out", opt=OPEN, sync_to_thread=True, include_in_schema=False)
def sign_out(request: Request[Any, Any, Any]) -> Response[Any]:
    """Ends the session here, and then at Entra."""
    app, person = request.app.state, request.scope.get("user")
    address = "/sign-in?signed_out=1"
    if person is not None:
        hint = app.rooms.sessions.end(person.token_hash)
        app.rooms.audit.add("session.end", person_id=person.id, person=person.name, via="console")
        if person.kind is PersonKind.ENTRA:
            address = _entras_sign_out(app, hint)
    answer: Response[Any] = Redirect(address, status_code=303)
    # Browsers take a `__Host-` cookie, and so its end, with Secure only.
    answer.set_cookie(
        Cookie(key=session_cookie(app.secure), value="", max_age=0, httponly=True, secure=app.secure, samesite="lax")
    )
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _entras_sign_out(app: Any, hint: bytes | None) -> str:
    """Where Entra cannot be asked, the page says that the session there goes on."""
    try:
        client = app.rooms.entra()
        id_token = app.rooms.vault.open(INSTALLATION, hint).decode() if hint else ""
        address: str = client.sign_out_address(app.base_url + BACK, id_token) if client else ""
    except LeadferryError as error:
        log.warning("sign-out at Entra failed: %s", error.code)
        address = ""
    return address or f"/sign-in?{urlencode({'signed_out': 'here'})}"


def browser_cookie(secure: bool) -> str:
    """Ties a sign-in under way to the browser that began it."""
    return "__Host-leadferry-sign-in" if secure else "leadferry-sign-in"


def _browser(value: str, secure: bool, max_age: int) -> Cookie:
    return Cookie(
        key=browser_cookie(secure), value=value, max_age=max_age, httponly=True, secure=secure, samesite="lax"
    )


def _page(
    request: Request[Any, Any, Any],
    *,
    return_to: str = "/",
    signed_out: str = "",
    ended: str = "",
    error: LeadferryError | None = None,
) -> Response[str]:
    """The sign-in page: what happened before, and the way in that this installation has."""
    app = request.app.state
    try:
        client, not_ready = app.rooms.entra(), None
    except LeadferryError as trouble:
        client, not_ready = None, trouble
    if client is not None:
        app.form_targets.add(client.origin)
    shown = error or not_ready
    return open_page(
        request,
        "console/sign_in.html",
        status=_status(error) if error else 200,
        return_to=return_to,
        signed_out=signed_out,
        ended=ended,
        with_entra=client is not None,
        error=shown,
        facts=facts_of(shown) if shown else "",
    )


def _status(error: LeadferryError) -> int:
    """An answer that may not be used is a refusal, not a failure of a service."""
    if isinstance(error, InputError) and error.code != "sign-in-settings":
        return 403
    if isinstance(error, SignInError) and error.code in {"sign-in-refused", "sign-in-not-believed"}:
        return 403
    return status_of(error)


HANDLERS: tuple[Any, ...] = (show, begin, back, ask_again, sign_out)
