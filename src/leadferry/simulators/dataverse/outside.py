"""Bearer tokens of an identity provider outside this simulator, whose keys are fetched from its own addresses.

Source: dataverse-api reference, sections 1.1 and 1.4; OpenID Connect Discovery 1.0.
"""

from __future__ import annotations

import ssl
import threading
from typing import Any

import httpx2

from leadferry.clock import Clock
from leadferry.simulators.dataverse.settings import Settings
from leadferry.simulators.jwts import Claims, Jwt, public_key

_RETRY_MS = 1_000
"""An unknown key id makes us ask again, but not more often than so."""


class OutsideIssuer:
    """Keys are kept until a token names one that is not among them."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings, self.clock = settings, clock
        self._lock = threading.Lock()
        self._keys: dict[str, Any] = {}
        self._asked = ("", -_RETRY_MS)
        """Whom, and when."""

    @property
    def authority(self) -> tuple[str, str] | None:
        """(address, tenant), or None where nobody outside is trusted."""
        address, _, tenant = self.settings.trusted_authority.rstrip("/").rpartition("/")
        return (address, tenant) if address else None

    def read(self, token: str, audience: str) -> Claims | None:
        """The claims of a token that the trusted provider signed for us. Expiry is for the caller to judge."""
        if self.authority is None:
            return None
        try:
            found = Jwt(token)
        except ValueError:
            return None
        key = self._key(str(found.header.get("kid", "")))
        if key is None or not found.is_signed_by(public_key(key)):
            return None
        return found.claims if self._is_for_us(found.claims, audience) else None

    def _is_for_us(self, claims: Claims, audience: str) -> bool:
        address, tenant = self.authority or ("", "")
        return (
            str(claims.get("aud", "")).rstrip("/") == audience
            and claims.get("tid") == tenant
            and str(claims.get("iss", "")).startswith(f"{address}/{tenant}/")
            and isinstance(claims.get("exp"), int)
            and float(claims.get("nbf", 0)) * 1000 <= self.clock() + 300_000
        )

    def _key(self, kid: str) -> dict[str, Any] | None:
        with self._lock:
            whom, at = self._asked
            now, authority = self.clock(), self.settings.trusted_authority.rstrip("/")
            if whom != authority or (kid not in self._keys and now - at >= _RETRY_MS):
                self._asked = (authority, now)
                kept = self._keys if whom == authority else {}
                self._keys = self._fetch(authority) or kept
            return self._keys.get(kid)

    def _fetch(self, authority: str) -> dict[str, Any]:
        """Key id -> JWK; empty where the provider cannot be reached."""
        ca_file = self.settings.trusted_ca_file
        verify = ssl.create_default_context(cafile=ca_file) if ca_file else True
        try:
            with httpx2.Client(verify=verify, timeout=10) as http:
                about = http.get(f"{authority}/v2.0/.well-known/openid-configuration").raise_for_status().json()
                found = http.get(about["jwks_uri"]).raise_for_status().json()
        except (httpx2.HTTPError, OSError, KeyError, ValueError):
            return {}
        return {str(key["kid"]): key for key in found["keys"] if key.get("kty") == "RSA"}
