"""Proof that an application is who it says: a secret, or an assertion signed with the key of its certificate.

Source: "Microsoft identity platform application authentication certificate credentials"; RFC 7523.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from urllib.parse import unquote_plus

from cryptography import x509

from leadferry.clock import as_text
from leadferry.simulators.entra import refusals
from leadferry.simulators.entra.call import Call
from leadferry.simulators.entra.memory import Thing
from leadferry.simulators.jwts import Jwt

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SKEW_S = 300


def calling_application(call: Call) -> Thing:
    """The application that the request proves to come from. Raises a refusal."""
    basic_id, basic_secret = _basic(call)
    client_id = basic_id or call.required("client_id")
    app = call.app(client_id)
    secret = basic_secret or call.given.get("client_secret", "")
    if call.given.get("client_assertion_type") == ASSERTION_TYPE:
        _check_assertion(call, app, call.required("client_assertion"))
    elif not secret:
        raise refusals.no_credential()
    else:
        _check_secret(call, app, secret)
    return app


def _basic(call: Call) -> tuple[str, str]:
    scheme, _, text = call.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        client_id, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)


def _check_secret(call: Call, app: Thing, given: str) -> None:
    for secret in app["secrets"]:
        if hmac.compare_digest(secret["value"].encode(), given.encode()):
            expires_at = secret.get("expires_at")
            if expires_at is not None and expires_at <= call.memory.now():
                raise refusals.expired_secret(app["client_id"])
            return
    raise refusals.wrong_secret(app["client_id"])


def _check_assertion(call: Call, app: Thing, token: str) -> None:
    try:
        assertion = Jwt(token)
    except ValueError:
        raise refusals.malformed_assertion() from None
    certificate = assertion.named_certificate(app["certificates"])
    if certificate is None or not assertion.is_signed_by(certificate.public_key()):
        raise refusals.unknown_certificate(assertion.thumbprint, found=certificate is not None)
    _check_certificate_time(call, assertion.thumbprint, certificate)
    claims, now = assertion.claims, call.memory.now() / 1000
    if not float(claims.get("nbf", 0)) - _SKEW_S <= now < float(claims.get("exp", 0)):
        raise refusals.assertion_out_of_time()
    if claims.get("aud") not in {f"{call.root}/oauth2/v2.0/token", call.issuer}:
        raise refusals.wrong_audience()
    if not claims.get("iss") == claims.get("sub") == app["client_id"]:
        raise refusals.wrong_issuer()


def _check_certificate_time(call: Call, thumbprint: str, certificate: x509.Certificate) -> None:
    end_ms = int(certificate.not_valid_after_utc.timestamp() * 1000)
    if end_ms <= call.memory.now():
        start_ms = int(certificate.not_valid_before_utc.timestamp() * 1000)
        raise refusals.expired_certificate(thumbprint, as_text(start_ms), as_text(end_ms))
