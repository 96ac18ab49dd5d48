"""What tokens say. Source: "ID token claims reference", "Access token claims reference"."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from leadferry.simulators.entra.call import Call, resource_of
from leadferry.simulators.entra.memory import Thing
from leadferry.simulators.jwts import Claims, encode

_GRAPH = "00000003-0000-0000-c000-000000000000"
"""Microsoft Graph: whom an access token without another resource is for."""


def id_token(call: Call, app: Thing, person: Thing, scope: str, nonce: str) -> str:
    claims: Claims = {"aud": app["client_id"], "iss": call.issuer, **_times(call), "oid": person["oid"]}
    claims |= {"sub": pairwise(call, app, person), "tid": call.settings.tenant_id, "ver": "2.0", "uti": _uti()}
    if "profile" in scope.split():
        claims |= {"name": person["name"], "preferred_username": person["email"]}
    if "email" in scope.split():
        claims["email"] = person["email"]
    if nonce:
        claims["nonce"] = nonce
    return call.memory.keys[0].sign(claims)


def access_token(call: Call, app: Thing, audience: str, person: Thing | None = None, scope: str = "") -> str:
    """Of version 1.0, as Dataverse asks for; its issuer is the token service of the tenant."""
    claims: Claims = {"aud": audience or _GRAPH, "iss": f"{call.root}/", **_times(call), "appid": app["client_id"]}
    claims |= {"tid": call.settings.tenant_id, "ver": "1.0", "uti": _uti()}
    if person is None:
        claims |= {"oid": app["object_id"], "sub": app["object_id"], "idtyp": "app"}
    else:
        claims |= {"oid": person["oid"], "sub": pairwise(call, app, person), "scp": _permissions(scope)}
        claims |= {"name": person["name"], "upn": person["email"], "unique_name": person["email"]}
    return call.memory.keys[0].sign(claims)


def pairwise(call: Call, app: Thing, person: Thing) -> str:
    """A person's name to one application; another application is told another."""
    text = f"{call.settings.tenant_id} {app['client_id']} {person['oid']}"
    return encode(hashlib.sha256(text.encode()).digest())


def _permissions(scope: str) -> str:
    if resource_of(scope):
        return "user_impersonation"
    return " ".join(one for one in scope.split() if one != "offline_access")


def _times(call: Call) -> dict[str, Any]:
    now = call.memory.now() // 1000
    return {"iat": now, "nbf": now, "exp": now + call.settings.token_life_s}


def _uti() -> str:
    return encode(uuid.uuid4().bytes)
