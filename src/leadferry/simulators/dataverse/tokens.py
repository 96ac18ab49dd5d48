"""Access tokens that the simulator itself signs, and the client assertions that certificates sign.

Source: dataverse-api reference, section 1.1; msal 1.39 signs PS256 with `x5t#S256` or RS256 with `x5t`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey


class Signer:
    """Signs tokens with a key of its own; tokens outlive a restart when the key is kept."""

    def __init__(self, key: str | None = None) -> None:
        self.key = key or secrets.token_hex(32)

    def sign(self, claims: dict[str, Any]) -> str:
        head = encode(json.dumps({"typ": "JWT", "alg": "HS256"}).encode())
        body = encode(json.dumps(claims, separators=(",", ":")).encode())
        return f"{head}.{body}.{self._signature(f'{head}.{body}')}"

    def read(self, token: str) -> dict[str, Any] | None:
        """The claims, or None when we did not sign it. Expiry is for the caller to judge."""
        signed, _, signature = token.rpartition(".")
        if not signed or not hmac.compare_digest(signature, self._signature(signed)):
            return None
        claims: dict[str, Any] = json.loads(decode(signed.partition(".")[2]))
        return claims

    def _signature(self, text: str) -> str:
        return encode(hmac.new(self.key.encode(), text.encode(), hashlib.sha256).digest())


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Assertion:
    """A client assertion taken apart. Raises ValueError when it is no JWT."""

    def __init__(self, token: str) -> None:
        head, body, signature = token.split(".")
        self.header: dict[str, Any] = json.loads(decode(head))
        self.claims: dict[str, Any] = json.loads(decode(body))
        self.signed, self.signature = f"{head}.{body}".encode(), decode(signature)

    @property
    def thumbprint(self) -> str:
        """Hexadecimal, upper case, as the error texts show it."""
        text = self.header.get("x5t#S256") or self.header.get("x5t") or ""
        return decode(str(text)).hex().upper()

    def signed_by(self, certificates: list[str]) -> bool | None:
        """None when no registered certificate has the thumbprint."""
        for pem in certificates:
            certificate = x509.load_pem_x509_certificate(pem.encode())
            prints = {certificate.fingerprint(hashes.SHA256()), certificate.fingerprint(hashes.SHA1())}  # noqa: S303
            if self.thumbprint in {one.hex().upper() for one in prints}:
                return self._verify(certificate)
        return None

    def _verify(self, certificate: x509.Certificate) -> bool:
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey):
            return False
        scheme: padding.AsymmetricPadding = padding.PKCS1v15()
        if self.header.get("alg") == "PS256":
            scheme = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        try:
            key.verify(self.signature, self.signed, scheme, hashes.SHA256())
        except InvalidSignature:
            return False
        return True
