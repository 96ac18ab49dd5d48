"""JSON Web Tokens as the simulators make and read them: RS256 out, RS256 and PS256 in.

Written on `cryptography` alone, so that no mistake is shared with the token libraries that the clients use.
Source: RFC 7515, 7517, 7519; msal 1.39 signs PS256 with `x5t#S256` or RS256 with `x5t`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

Claims = dict[str, Any]


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Jwt:
    """A token taken apart, nothing checked. Raises ValueError when it is no JWT."""

    def __init__(self, token: str) -> None:
        head, body, signature = token.split(".")
        self.header, self.claims = _record(head), _record(body)
        self.signed, self.signature = f"{head}.{body}".encode(), decode(signature)

    @property
    def thumbprint(self) -> str:
        """Of the certificate that the header names: hexadecimal, upper case, as error texts show it."""
        text = self.header.get("x5t#S256") or self.header.get("x5t") or ""
        return decode(str(text)).hex().upper()

    def named_certificate(self, pems: list[str]) -> x509.Certificate | None:
        """The one among `pems` that has the thumbprint."""
        for pem in pems:
            certificate = x509.load_pem_x509_certificate(pem.encode())
            prints = {certificate.fingerprint(hashes.SHA256()), certificate.fingerprint(hashes.SHA1())}  # noqa: S303
            if self.thumbprint in {one.hex().upper() for one in prints}:
                return certificate
        return None

    def is_signed_by(self, key: object) -> bool:
        schemes: dict[object, padding.AsymmetricPadding] = {
            "RS256": padding.PKCS1v15(),
            "PS256": padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH),
        }
        scheme = schemes.get(self.header.get("alg"))
        if scheme is None or not isinstance(key, rsa.RSAPublicKey):
            return False
        try:
            key.verify(self.signature, self.signed, scheme, hashes.SHA256())
        except InvalidSignature:
            return False
        return True


def _record(part: str) -> dict[str, Any]:
    found = json.loads(decode(part))
    if not isinstance(found, dict):
        raise ValueError("a part of the token is no JSON object")  # noqa: TRY004 (malformed, as any other)
    return found


class SigningKey:
    """One RSA key of an issuer; `pem` keeps it over a restart."""

    def __init__(self, pem: str | None = None) -> None:
        key = serialization.load_pem_private_key(pem.encode(), None) if pem else rsa.generate_private_key(65537, 2048)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("an RSA key is expected")
        self._key = key

    @property
    def pem(self) -> str:
        plain = serialization.NoEncryption()
        form = serialization.PrivateFormat.PKCS8
        return self._key.private_bytes(serialization.Encoding.PEM, form, plain).decode()

    @property
    def jwk(self) -> dict[str, str]:
        numbers = self._key.public_key().public_numbers()
        n, e = _unsigned(numbers.n), _unsigned(numbers.e)
        thumbprint = json.dumps({"e": e, "kty": "RSA", "n": n}, separators=(",", ":"))  # RFC 7638
        kid = encode(hashlib.sha256(thumbprint.encode()).digest())
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e}

    def sign(self, claims: Claims) -> str:
        head = {"typ": "JWT", "alg": "RS256", "kid": self.jwk["kid"]}
        text = ".".join(encode(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))
        return f"{text}.{encode(self._key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def public_key(jwk: dict[str, Any]) -> rsa.RSAPublicKey:
    """Raises KeyError or ValueError where it is no RSA key."""
    e, n = (int.from_bytes(decode(str(jwk[name]))) for name in ("e", "n"))
    return rsa.RSAPublicNumbers(e, n).public_key()


def _unsigned(number: int) -> str:
    return encode(number.to_bytes((number.bit_length() + 7) // 8))


def challenge_of(verifier: str) -> str:
    """The S256 code challenge of a code verifier (RFC 7636)."""
    return encode(hashlib.sha256(verifier.encode()).digest())
