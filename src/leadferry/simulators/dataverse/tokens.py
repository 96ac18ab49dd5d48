"""Access tokens that the simulator itself signs. Source: dataverse-api reference, section 1.1."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import Any

from leadferry.simulators.jwts import decode, encode


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
        if not signed or not hmac.compare_digest(signature.encode(), self._signature(signed).encode()):
            return None
        claims: dict[str, Any] = json.loads(decode(signed.partition(".")[2]))
        return claims

    def _signature(self, text: str) -> str:
        return encode(hmac.new(self.key.encode(), text.encode(), hashlib.sha256).digest())
