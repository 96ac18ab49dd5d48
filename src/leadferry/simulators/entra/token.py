"""The token endpoint: a code, a refresh token, or an application's own credentials against tokens.

Source: "Microsoft identity platform and OAuth 2.0 authorization code flow", "… client credentials flow".
"""

from __future__ import annotations

import secrets
from typing import Any

from leadferry.simulators.entra import claims, refusals
from leadferry.simulators.entra.call import Call, check_scopes, is_resource, resource_of
from leadferry.simulators.entra.credentials import calling_application
from leadferry.simulators.entra.memory import CODE, PERSON, REFRESH, Thing
from leadferry.simulators.jwts import challenge_of
from leadferry.simulators.server import Response, json_response


def token(call: Call) -> Response:
    call.check_tenant()
    match call.required("grant_type"):
        case "client_credentials":
            return json_response(_for_application(call), headers=_UNCACHED)
        case "authorization_code":
            return json_response(_by_code(call), headers=_UNCACHED)
        case "refresh_token":
            return json_response(_by_refresh(call), headers=_UNCACHED)
        case other:
            raise refusals.unsupported_grant(other)


_UNCACHED = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def _for_application(call: Call) -> dict[str, Any]:
    app = calling_application(call)
    scope = call.required("scope")
    resource, slash, rest = scope.rpartition("/")
    if not slash or rest != ".default" or " " in scope:
        raise refusals.wrong_scope(scope)
    if not is_resource(app, resource):
        raise refusals.unknown_resource(resource)
    return _answer(call, access_token=claims.access_token(call, app, resource))


def _by_code(call: Call) -> dict[str, Any]:
    app, code = calling_application(call), call.required("code")
    with call.memory.alone():
        kept = call.memory.get(CODE, code)
        if kept is None or kept["client_id"] != app["client_id"]:
            raise refusals.bad_code("code")
        if kept["used"]:
            raise refusals.code_redeemed()
        _check_exchange(call, kept)
        call.memory.put(CODE, code, kept | {"used": True})
    return _for_person(call, app, kept["oid"], kept["scope"], kept["nonce"])


def _check_exchange(call: Call, kept: Thing) -> None:
    if kept["expires_at"] <= call.memory.now():
        raise refusals.grant_expired()
    if call.required("redirect_uri") != kept["redirect_uri"]:
        raise refusals.reply_address_mismatch(call.given["redirect_uri"], kept["redirect_uri"])
    verifier = call.given.get("code_verifier", "")
    if (challenge_of(verifier) if verifier else "") != kept["code_challenge"]:
        raise refusals.wrong_verifier()
    _check_scope(call, kept["scope"])


def _by_refresh(call: Call) -> dict[str, Any]:
    app, text = calling_application(call), call.required("refresh_token")
    kept = call.memory.get(REFRESH, text)
    if kept is None or kept["client_id"] != app["client_id"]:
        raise refusals.bad_code("refresh_token")
    if kept["expires_at"] <= call.memory.now():
        raise refusals.grant_expired()
    check_scopes(call.given.get("scope", ""), app)
    return _for_person(call, app, kept["oid"], call.given.get("scope") or kept["scope"], "")


def _check_scope(call: Call, granted: str) -> None:
    """The exchange may ask for less than the person was asked for, not for more."""
    for one in call.given.get("scope", "").split():
        if one not in granted.split():
            raise refusals.broader_scope(one)


def _for_person(call: Call, app: Thing, oid: str, scope: str, nonce: str) -> dict[str, Any]:
    person = call.memory.get(PERSON, oid)
    if person is None:
        raise refusals.unknown_person(oid, call.tenant)
    if person["disabled"]:
        raise refusals.disabled_person()
    more: dict[str, Any] = {"scope": " ".join(one for one in scope.split() if one != "offline_access")}
    if "offline_access" in scope.split():
        more["refresh_token"] = _refresh_token(call, app, oid, scope)
    if "openid" in scope.split():
        more["id_token"] = claims.id_token(call, app, person, scope, nonce)
    return _answer(call, access_token=claims.access_token(call, app, resource_of(scope), person, scope), **more)


def _refresh_token(call: Call, app: Thing, oid: str, scope: str) -> str:
    """Each use gives a new one; the older ones live on to their own end."""
    text = f"1.A{secrets.token_urlsafe(180)}"
    expires_at = call.memory.now() + call.settings.refresh_token_life_s * 1000
    kept = {"client_id": app["client_id"], "oid": oid, "scope": scope, "expires_at": expires_at}
    call.memory.put(REFRESH, text, kept)
    return text


def _answer(call: Call, **more: Any) -> dict[str, Any]:
    life = call.settings.token_life_s
    return {"token_type": "Bearer", "expires_in": life, "ext_expires_in": life, **more}
