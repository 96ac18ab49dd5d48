"""The authorization endpoint: at once, as the application's `consent` says, or with pages when it says `page`.

The pages: who is it (unless signed in in this browser), then what the application wants (unless the member granted just
that before, and the grant lives). Source: linkedin-api reference, section 1.1 ("LinkedIn 3-Legged OAuth Flow").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from leadferry.simulators.html import Browser, read_form, see_other
from leadferry.simulators.linkedin import browsing, kept_tokens
from leadferry.simulators.linkedin.scopes import KNOWN_SCOPES, in_words
from leadferry.simulators.linkedin.settings import Settings
from leadferry.simulators.linkedin.state import State, Thing
from leadferry.simulators.server import Request, Response

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_CANCELLED = {
    "user_cancelled_login": "The user cancelled LinkedIn login",
    "user_cancelled_authorize": "The user cancelled the authorization",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for authorization that may be answered to its `redirect_uri`."""

    app: Thing
    redirect_uri: str
    scopes: tuple[str, ...]
    given: dict[str, str]

    def back(self, **values: str) -> Response:
        values |= {"state": self.given["state"]} if "state" in self.given else {}
        joint = "&" if urlsplit(self.redirect_uri).query else "?"
        return Response(302, b"", {"Location": f"{self.redirect_uri}{joint}{urlencode(values)}"})

    def refuse(self, error: str, description: str = "") -> Response:
        return self.back(error=error, error_description=description or _CANCELLED[error])


def authorize(request: Request, state: State, settings: Settings) -> Response:
    asked = _read(request, state)
    if isinstance(asked, Response):
        return asked
    consent = str(asked.app["consent"])
    if consent == "page":
        return _with_pages(request, state, settings, asked)
    if consent in _CANCELLED:
        return asked.refuse(consent)
    member = str(asked.app.get("default_member", ""))
    if state.get("member", member) is None:
        return _error_page("Nobody is signed in: the application has no default_member.")
    return _back_with_code(state, settings, asked, member)


def decide(request: Request, state: State, settings: Settings) -> Response:
    """The forms of both pages."""
    asked = _read(request, state)
    if isinstance(asked, Response):
        return asked
    where, form = browsing.browser(request, state), read_form(request)
    if not where.sent(form):
        return browsing.foreign_form(where)
    if "cancel" in form:
        return asked.refuse(f"user_cancelled_{'login' if form['cancel'] == 'login' else 'authorize'}")
    if "switch" in form:
        browsing.sign_out(state, where)
    if "member" in form and not browsing.sign_in(state, where, form["member"]):
        return _error_page("This account is restricted.")
    member = browsing.member_at(state, where)
    if "allow" in form and member:
        return _back_with_code(state, settings, asked, member["id"])
    return see_other(_same_address(request), where.headers)


def _with_pages(request: Request, state: State, settings: Settings, asked: Asked) -> Response:
    where = browsing.browser(request, state)
    member = browsing.member_at(state, where)
    if member is None:
        return _sign_in_page(request, state, asked, where)
    if _already_granted(state, asked, member["id"]):
        return _back_with_code(state, settings, asked, member["id"])
    return browsing.PAGES.show(
        "consent.html",
        where,
        app=_name(asked.app),
        member=member,
        wants=in_words(asked.scopes),
        action=_same_address(request),
        host=urlsplit(asked.redirect_uri).netloc,
    )


def _sign_in_page(request: Request, state: State, asked: Asked, where: Browser) -> Response:
    return browsing.PAGES.show(
        "sign_in.html",
        where,
        people=browsing.members(state),
        action=_same_address(request),
        purpose=f"to continue to {_name(asked.app)}",
        cancel="login",
        control=f"{request.base_url}/__sim/members/{{id}}",
    )


def _already_granted(state: State, asked: Asked, member: str) -> bool:
    tokens = kept_tokens.live_grants(state, member).get(asked.app["client_id"], [])
    return any(set(token.scopes) == set(asked.scopes) for token in tokens)


def _name(app: Thing) -> str:
    return str(app.get("name") or app["client_id"])


def _same_address(request: Request) -> str:
    return f"{request.path}?{request.query}"


def _back_with_code(state: State, settings: Settings, asked: Asked, member: str) -> Response:
    code = kept_tokens.new_code(
        state, settings, client_id=asked.app["client_id"], member=member, redirect_uri=asked.redirect_uri,
        scopes=asked.scopes, challenge=asked.given.get("code_challenge", ""),
    )  # fmt: skip
    return asked.back(code=code)


def _read(request: Request, state: State) -> Asked | Response:
    """The request, or the answer to one that is wrong: a page where its address cannot be trusted, else back to it."""
    given = dict(parse_qsl(request.query))
    app = state.get("app", given.get("client_id", ""))
    if app is None:
        return _error_page("The application does not exist: client_id is not valid.")
    redirect_uri = given.get("redirect_uri", "")
    if not _is_registered(app, redirect_uri):
        return _error_page("The redirect_uri does not match the registered value.")
    scopes = tuple(given.get("scope", "").replace(",", " ").split())
    if not scopes or not set(scopes) <= KNOWN_SCOPES:
        return _error_page("The scope is not valid.")
    asked = Asked(app, redirect_uri, scopes, given)
    wrong = _what_is_wrong(asked)
    return asked.refuse(*wrong) if wrong else asked


def _what_is_wrong(asked: Asked) -> tuple[str, str] | None:
    if asked.given.get("response_type") != "code":
        return "unsupported_response_type", "The response_type must be code"
    missing = [scope for scope in asked.scopes if scope not in asked.app.get("scopes", asked.scopes)]
    if missing:
        return "unauthorized_scope_error", f'Scope "{missing[0]}" is not authorized for your application'
    challenge = asked.given.get("code_challenge")
    if challenge is not None and asked.given.get("code_challenge_method") != "S256":
        return "invalid_request", "The code_challenge_method must be S256"
    if challenge is not None and not _CHALLENGE.fullmatch(challenge):
        return "invalid_request", "The code_challenge is not valid"
    return None


def _is_registered(app: Thing, redirect_uri: str) -> bool:
    """Arguments of the query are ignored; a fragment is never allowed."""
    given = urlsplit(redirect_uri)
    if not given.scheme or not given.netloc or "#" in redirect_uri:
        return False
    return any(urlsplit(known)[:3] == given[:3] for known in app.get("redirect_uris", []))


def _error_page(text: str) -> Response:
    return browsing.PAGES.show("wrong.html", None, 401, text=text)
