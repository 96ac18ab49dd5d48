"""Whether an id token may be believed, and who it says is there. Pure: keys and time are given.

Source: OpenID Connect Core 1.0, 3.1.3.7; Microsoft identity platform, "ID token claims reference".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from leadferry.console.person import Person, PersonKind
from leadferry.errors import SignInError
from leadferry.words import _

LEEWAY_S = 120
"""How far two clocks may differ."""


class UnknownKeyError(Exception):
    """Signed with a key that is not among those given: Entra may have changed its keys since."""


def person_of(
    token: str, keys: KeySet, *, issuer: str, tenant_id: str, client_id: str, nonce: str, now_s: int
) -> Person:
    """Raises UnknownKeyError, or SignInError `sign-in-not-believed`."""
    claims = _signed_claims(token, keys)
    wanted = {"iss": issuer, "aud": client_id, "nonce": nonce, "tid": tenant_id}
    checks: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in wanted.items()}
    checks |= {name: {"essential": True} for name in ("exp", "iat", "oid")}
    try:
        jwt.JWTClaimsRegistry(now=now_s, leeway=LEEWAY_S, **checks).validate(claims)
    except ClaimError as error:
        raise _not_believed(f"its part `{error.claim}` is not as it must be") from None
    return _person(claims)


def _signed_claims(token: str, keys: KeySet) -> dict[str, Any]:
    try:
        header = jws.extract_compact(token.encode()).headers()
        if not header.get("kid"):
            raise _not_believed("it does not name its key")
        return jwt.decode(token, keys, algorithms=["RS256"]).claims
    except InvalidKeyIdError:
        raise UnknownKeyError from None
    except (JoseError, ValueError):
        raise _not_believed("its signature is not Entra's") from None


def _person(claims: Mapping[str, Any]) -> Person:
    known_as = str(claims.get("preferred_username") or "")
    name = str(claims.get("name") or known_as or "Somebody")
    email = str(claims.get("email") or known_as)
    return Person(PersonKind.ENTRA, str(claims["oid"]).lower(), name[:200], email[:320], str(claims["tid"]).lower())


def _not_believed(why: str) -> SignInError:
    return SignInError(
        _("Microsoft Entra's answer about who you are cannot be believed: {why}.", why=why),
        fix=_(
            "Sign in again. If it stays so, the clock of the machine that runs Leadferry or the app "
            "registration is wrong: tell the operator."
        ),
        code="sign-in-not-believed",
    )
