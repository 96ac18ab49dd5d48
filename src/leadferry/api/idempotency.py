"""Idempotency keys: what one may be, and what makes two requests the same. Pure.

Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from leadferry.errors import InputError

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
"""Of an answer that was given before."""
KEPT_MS = 86_400_000
LEASE_MS = 600_000
"""A request that has no answer after that long is taken for one whose process died."""
LONGEST = 255


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    media_type: str
    body: bytes

    def kept(self, *, repeatable: bool) -> bool:
        """What says that it may be asked again is no answer to keep. After a failure of ours nobody knows how far the
        work went: the key stays used up where doing it twice would do harm."""
        if self.status == 500:
            return not repeatable
        return self.status not in {401, 403, 409, 429, 502, 503, 504}


def key_of(header: str) -> str:
    """The draft has the key in quotes; without them it is the same key. Raises InputError `bad-idempotency-key`."""
    key = header.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise InputError(
            f"The header {HEADER} is not usable.",
            fix=f"Give each change a key of its own, such as a UUID: 1 to {LONGEST} printable ASCII characters.",
            code="bad-idempotency-key",
        )
    return key


def fingerprint(method: str, address: str, media_type: str, body: bytes) -> bytes:
    """`address` with its query. Boundaries of a multipart body count as a part of it."""
    head = f"{method}\n{address}\n{media_type}".encode()
    return hashlib.sha256(head + b"\n\n" + body).digest()
