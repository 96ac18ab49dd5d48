"""The authorization endpoint: checks the request, shows whom to choose from, and goes back with a code.

Source: "Microsoft identity platform and OAuth 2.0 authorization code flow", "OpenID Connect on the Microsoft identity
platform".
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from leadferry.simulators.entra import refusals
from leadferry.simulators.entra.call import Call, check_scopes
from leadferry.simulators.entra.memory import CODE, PERSON, SESSION, Thing
from leadferry.simulators.entra.refusals import TokenRefusal
from leadferry.simulators.html import see_other
from leadferry.simulators.server import Response

ASKED = (
    "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "prompt", "login_hint",
    "code_challenge", "code_challenge_method",
)  # fmt: skip
"""The parameters of a request; the page's form brings them back."""
_PROMPTS = {"", "login", "none", "select_account", "consent"}
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def authorize(call: Call) -> Response:
    """Who is signed in in this browser goes on at once, unless the request wants to be asked."""
    app = checked_application(call)
    try:
        check_request(call, app)
        person = signed_in(call)
        prompt, hint = call.given.get("prompt", ""), call.given.get("login_hint", "").lower()
        wanted = person is not None and hint in {"", str(person["email"]).lower()}
        if prompt == "none" and not wanted:
            raise refusals.nobody_signed_in()
        if person is not None and wanted and prompt in {"", "none"}:
            return _back_with_code(call, app, person)
        return _choice(call, app)
    except TokenRefusal as refusal:
        return _back_with_error(call, app, refusal)


def choose(call: Call) -> Response:
    """The form of the page: a person was chosen, or Cancel."""
    app = checked_application(call)
    if not call.browser.sent(call.given):
        raise refusals.foreign_form()
    try:
        check_request(call, app)
        if "cancel" in call.given:
            raise refusals.declined()
    except TokenRefusal as refusal:
        return _back_with_error(call, app, refusal)
    oid = call.given.get("person", "")
    person = call.memory.get(PERSON, oid)
    if person is None:
        raise refusals.unknown_person(oid, call.tenant)
    if person["disabled"]:
        raise refusals.disabled_person()
    until = call.memory.now() + call.settings.session_life_s * 1000
    call.memory.put(SESSION, call.browser.id, {"oid": oid, "expires_at": until})
    return _back_with_code(call, app, person)


def checked_application(call: Call) -> Thing:
    """The refusals here are shown as a page: there is no address that could be trusted with them."""
    call.check_tenant()
    app = call.app(call.required("client_id"))
    redirect_uri = call.required("redirect_uri")
    if redirect_uri not in app["redirect_uris"]:
        raise refusals.redirect_mismatch(redirect_uri, app["client_id"])
    if call.given.get("response_mode", "query") not in {"query", "form_post"}:
        raise refusals.unsupported_response_mode(call.given["response_mode"])
    return app


def check_request(call: Call, app: Thing) -> None:
    """The refusals here go back to the application."""
    if call.required("response_type") != "code":
        raise refusals.unsupported_response_type(call.given["response_type"])
    if "openid" not in call.given.get("scope", "").split():
        raise refusals.bad_scope(call.given.get("scope", ""))
    check_scopes(call.given["scope"], app)
    if call.given.get("prompt", "") not in _PROMPTS:
        raise refusals.unsupported_prompt()
    challenge = call.given.get("code_challenge", "")
    if challenge and call.given.get("code_challenge_method", "plain") != "S256":
        raise refusals.bad_challenge_method(call.given.get("code_challenge_method", "plain"))
    if challenge and not _CHALLENGE.fullmatch(challenge):
        raise refusals.bad_challenge()


def signed_in(call: Call) -> Thing | None:
    session = call.memory.get(SESSION, call.browser.id)
    if session is None or session["expires_at"] <= call.memory.now():
        return None
    person = call.memory.get(PERSON, session["oid"])
    return person if person and not person["disabled"] else None


def _choice(call: Call, app: Thing) -> Response:
    hint = call.given.get("login_hint", "").lower()
    people = sorted(call.memory.all(PERSON).values(), key=lambda person: str(person["email"]).lower() != hint)
    here = signed_in(call)
    return call.pages.show(
        "choose.html",
        call.browser,
        app=app,
        people=people,
        here=here["oid"] if here else "",
        hint=hint,
        action=f"/{call.tenant}/login",
        asked={name: call.given[name] for name in ASKED if name in call.given},
        control=f"{call.request.base_url}/__sim/people/{{oid}}",
    )


def _back_with_code(call: Call, app: Thing, person: Thing) -> Response:
    code = f"1.A{secrets.token_urlsafe(96)}"
    names = ("redirect_uri", "scope", "nonce", "code_challenge")
    kept = {name: call.given.get(name, "") for name in names}
    expires_at = call.memory.now() + call.settings.code_life_s * 1000
    known = {"client_id": app["client_id"], "oid": person["oid"], "expires_at": expires_at, "used": False}
    call.memory.put(CODE, code, kept | known)
    return _back(call, app, {"code": code, "session_state": secrets.token_hex(16)})


def _back_with_error(call: Call, app: Thing, refusal: TokenRefusal) -> Response:
    found = refusal.described(call.memory.now())
    values = {"error": refusal.error, "error_description": found.description}
    if refusal.error == "access_denied":
        values["error_subcode"] = "cancel"
    return _back(call, app, values)


def _back(call: Call, app: Thing, values: Mapping[str, str]) -> Response:
    """By a redirect, or by a form that the person sends on: without script nothing else can make the POST."""
    redirect_uri = call.given["redirect_uri"]
    values = {**values, **({"state": call.given["state"]} if "state" in call.given else {})}
    if call.given.get("response_mode") == "form_post":
        return call.pages.show("form_post.html", call.browser, app=app, address=redirect_uri, values=values)
    joint = "&" if urlsplit(redirect_uri).query else "?"
    return see_other(f"{redirect_uri}{joint}{urlencode(values)}", call.browser.headers)
