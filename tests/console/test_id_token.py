"""What an id token must be to be believed. Tokens are signed here, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from leadferry.console.id_token import LEEWAY_S, UnknownKeyError, person_of
from leadferry.errors import SignInError

NOW, TENANT, CLIENT = 1_795_428_000, "7a0c1f52-3d1e-4b64-9c39-5f2f0f6c0001", "the-application"
ISSUER = f"https://login.microsoftonline.com/{TENANT}/v2.0"
KEY = RSAKey.generate_key(2048, {"kid": "k1"})
OTHER = RSAKey.generate_key(2048, {"kid": "k1"})
KEYS = KeySet([RSAKey.import_key(KEY.as_dict(private=False))])
CLAIMS = {
    "iss": ISSUER, "aud": CLIENT, "tid": TENANT, "nonce": "n", "oid": "A0000000-0000-4000-8000-0000000000AD",
    "name": "Ada Crane", "preferred_username": "ada@crane.example", "iat": NOW, "nbf": NOW, "exp": NOW + 3600,
}  # fmt: skip


def signed(key: Any = KEY, alg: str = "RS256", kid: str = "k1", **changed: Any) -> str:
    """A claim that is changed to None is left out."""
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    return jwt.encode({"alg": alg, "kid": kid}, claims, key, algorithms=[alg])


def read(token: str, now: int = NOW) -> Any:
    return person_of(token, KEYS, issuer=ISSUER, tenant_id=TENANT, client_id=CLIENT, nonce="n", now_s=now)


def test_a_good_token_says_who_is_there() -> None:
    person = read(signed())
    assert (person.id, person.name, person.email) == (
        "a0000000-0000-4000-8000-0000000000ad",
        "Ada Crane",
        "ada@crane.example",
    )


@pytest.mark.parametrize("claim", ["iss", "aud", "tid", "nonce", "oid", "exp", "iat"])
def test_a_claim_that_is_missing_is_not_forgiven(claim: str) -> None:
    changed: dict[str, Any] = {claim: None}
    with pytest.raises(SignInError, match=f"`{claim}`"):
        read(signed(**changed))


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "https://login.microsoftonline.com/another/v2.0"),
        ("aud", "another-application"),
        ("tid", "another-tenant"),
        ("nonce", "of another sign-in"),
        ("exp", NOW - LEEWAY_S - 1),
        ("nbf", NOW + LEEWAY_S + 1),
        ("iat", NOW + LEEWAY_S + 1),
    ],
)
def test_a_claim_that_is_not_ours_is_refused(claim: str, value: Any) -> None:
    with pytest.raises(SignInError, match=f"`{claim}`"):
        read(signed(**{claim: value}))


def test_clocks_may_differ_a_little() -> None:
    assert read(signed(exp=NOW - 60, nbf=NOW + 60, iat=NOW + 60)).name == "Ada Crane"


def test_a_token_signed_by_somebody_else_is_refused() -> None:
    with pytest.raises(SignInError, match="signature"):
        read(signed(OTHER))


def test_a_key_that_is_not_known_is_told_apart() -> None:
    with pytest.raises(UnknownKeyError):
        read(signed(OTHER, kid="k2"))


def test_only_rs256_is_believed() -> None:
    with pytest.raises(SignInError, match="signature"):
        read(signed(OctKey.generate_key(256), "HS256"))
    for alg in ("RS512", "PS256"):
        with pytest.raises(SignInError, match="signature"):
            read(signed(alg=alg))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIiwia2lkIjoiazEifQ.e30."])
def test_what_is_no_signed_token_is_refused(token: str) -> None:
    with pytest.raises(SignInError):
        read(token)
