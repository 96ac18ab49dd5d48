"""The headers of the Standard Webhooks specification, so that receivers verify with a library they have. Pure.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (symmetric, v1).
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Sequence

PREFIX = "whsec_"
SECRET_BYTES = 32
BOTH_VALID_MS = 24 * 3_600_000
"""So long the old secret signs beside the new one, for the receiver to be given the new one."""


def new_secret(random: Callable[[int], bytes]) -> str:
    """`whsec_` and 256 bits in base64, as the libraries take it."""
    return PREFIX + base64.b64encode(random(SECRET_BYTES)).decode()


def headers_of(message_id: str, at_ms: int, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """One signature for each secret, the newest first; a receiver needs to find one that is right."""
    at = str(at_ms // 1000)
    signed = f"{message_id}.{at}.".encode() + body
    signatures = " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets)
    return {"webhook-id": message_id, "webhook-timestamp": at, "webhook-signature": signatures}


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
