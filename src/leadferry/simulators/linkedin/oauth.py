"""Tokens: exchange of a code, refresh, introspection, revocation, and who the member is.

Source: linkedin-api reference, section 1 ("LinkedIn 3-Legged OAuth Flow", "Refresh Tokens with OAuth 2.0", "Token
Introspection").
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from leadferry.simulators.jwts import challenge_of
from leadferry.simulators.linkedin import kept_tokens, refusals
from leadferry.simulators.linkedin.authorization import authorize, decide
from leadferry.simulators.linkedin.kept_tokens import Issued, Token
from leadferry.simulators.linkedin.refusals import Refusal
from leadferry.simulators.linkedin.rest import authenticate
from leadferry.simulators.linkedin.settings import Settings
from leadferry.simulators.linkedin.state import State, Thing
from leadferry.simulators.server import Request, Response, json_response


def access_token(request: Request, state: State, settings: Settings) -> Response:
    form = _form(request)
    grant = _required(form, "grant_type")
    if grant == "client_credentials":
        _application(form, state)
        raise refusals.oauth(400, "access_denied", "This application is not allowed to create application tokens")
    if grant not in {"authorization_code", "refresh_token"}:
        raise refusals.oauth(400, "unsupported_grant_type", f'Unsupported grant_type "{grant}"')
    issued = _by_code(form, state, settings) if grant == "authorization_code" else _by_refresh(form, state, settings)
    return json_response(token_answer(issued, state, settings))


def _by_code(form: dict[str, str], state: State, settings: Settings) -> Issued:
    code, redirect_uri = _required(form, "code"), _required(form, "redirect_uri")
    app = _application(form, state)
    row = kept_tokens.take_code(state, code, app["client_id"])
    if row is None:
        raise refusals.oauth_bad_code()
    if row["redirect_uri"] != redirect_uri:
        raise refusals.oauth_bad_redirect()
    challenge = kept_tokens.challenge_of_code(state, code)
    if challenge and challenge_of(_required(form, "code_verifier")) != challenge:
        raise refusals.oauth_bad_code()
    return grant_consent(state, settings, app, row["member"], tuple(row["scopes"].split()))


def grant_consent(state: State, settings: Settings, app: Thing, member: str, scopes: tuple[str, ...]) -> Issued:
    with_refresh = settings.refresh_tokens and app.get("refresh", True)
    return kept_tokens.consent(
        state, settings, client_id=app["client_id"], member=member, scopes=scopes, with_refresh=with_refresh
    )


def _by_refresh(form: dict[str, str], state: State, settings: Settings) -> Issued:
    text = _required(form, "refresh_token")
    app = _application(form, state)
    if not (settings.refresh_tokens and app.get("refresh", True)):
        raise refusals.oauth(400, "invalid_request", "The application is not allowed to use refresh tokens")
    token = kept_tokens.find(state, text)
    if token is None or token.kind != kept_tokens.REFRESH or token.client_id != app["client_id"]:
        raise refusals.oauth(400, settings.refresh_error, "The provided refresh token is invalid")
    if token.revoked:
        raise refusals.oauth(400, settings.refresh_error, "The provided refresh token has been revoked")
    if state.now() >= token.expires_at:
        raise refusals.oauth(400, settings.refresh_error, "The provided refresh token has expired")
    return kept_tokens.renew(state, settings, token)


def token_answer(issued: Issued, state: State, settings: Settings) -> dict[str, Any]:
    now = state.now()
    answer: dict[str, Any] = {
        "access_token": issued.access.token,
        "expires_in": (issued.access.expires_at - now) // 1000,
    }
    if issued.refresh:
        answer["refresh_token"] = issued.refresh.token
        answer["refresh_token_expires_in"] = (issued.refresh.expires_at - now) // 1000
    return {**answer, "scope": settings.scope_separator.join(issued.access.scopes), "token_type": "Bearer"}


def introspect(request: Request, state: State, settings: Settings) -> Response:  # noqa: ARG001
    """Times in epoch seconds."""
    token = _own_token(_form(request), state)
    now = state.now()
    status = "revoked" if token.revoked else "expired" if now >= token.expires_at else "active"
    return json_response(
        {
            "active": status == "active",
            "client_id": token.client_id,
            "authorized_at": token.authorized_at // 1000,
            "created_at": token.created_at // 1000,
            "expires_at": token.expires_at // 1000,
            "status": status,
            "scope": ",".join(token.scopes),
            "auth_type": "3L",
        }
    )


def revoke(request: Request, state: State, settings: Settings) -> Response:  # noqa: ARG001
    kept_tokens.revoke(state, token=_own_token(_form(request), state).token)
    return Response(200)


def _own_token(form: dict[str, str], state: State) -> Token:
    """The token that the form names, if it belongs to the calling application."""
    text = _required(form, "token")
    app = _application(form, state, unknown_status=400)
    token = kept_tokens.find(state, text)
    if token is None or token.client_id != app["client_id"]:
        raise refusals.oauth(400, "invalid_request", "The token cannot be read")
    return token


def userinfo(request: Request, state: State, settings: Settings) -> Response:  # noqa: ARG001
    """OpenID Connect; needs the token only, no version."""
    token, member = authenticate(request, state)
    if "openid" not in token.scopes:
        raise refusals.refusal(403, "ACCESS_DENIED", "Not enough permissions to access: userinfo.GET.NO_VERSION", 100)
    given, _, family = str(member.get("name", "")).partition(" ")
    claims = {"sub": member["id"]}
    if "profile" in token.scopes:
        claims |= {"name": member.get("name", ""), "given_name": given, "family_name": family}
        claims["locale"] = {"country": "US", "language": "en"}
    if "email" in token.scopes and "email" in member:
        claims |= {"email": member["email"], "email_verified": True}
    return json_response(claims)


def _form(request: Request) -> dict[str, str]:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return dict(parse_qsl(request.body.decode("utf-8", "replace")))


def _required(form: dict[str, str], name: str) -> str:
    if not form.get(name):
        raise refusals.oauth_missing(name)
    return form[name]


def _application(form: dict[str, str], state: State, unknown_status: int = 401) -> Thing:
    """The application whose id and secret the form carries."""
    client_id, secret = _required(form, "client_id"), _required(form, "client_secret")
    app = state.get("app", client_id)
    if app is None and unknown_status == 400:
        raise refusals.oauth(400, "invalid_request", "The client_id is not valid")
    if app is None or not hmac.compare_digest(str(app["secret"]).encode(), secret.encode()):
        raise refusals.oauth_bad_client()
    return app


OauthHandler = Callable[[Request, State, Settings], Response]

ADDRESSES: dict[tuple[str, str], OauthHandler] = {
    ("GET", "/oauth/v2/authorization"): authorize,
    ("POST", "/oauth/v2/authorization"): decide,
    ("POST", "/oauth/v2/accessToken"): access_token,
    ("POST", "/oauth/v2/introspectToken"): introspect,
    ("POST", "/oauth/v2/revoke"): revoke,
    ("GET", "/v2/userinfo"): userinfo,
}


def answer(request: Request, state: State, settings: Settings) -> Response | None:
    """None where the address is none of these."""
    handler = ADDRESSES.get((request.method, request.path))
    try:
        return handler(request, state, settings) if handler else None
    except Refusal as refusal:
        return refusal.response()
