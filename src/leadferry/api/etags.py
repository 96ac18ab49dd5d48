"""ETags: a name for a state of a record, made from what the API shows of it. Pure. Source: RFC 9110, 8.8.3 and 13.1."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator


def etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def named(header: str, tag: str) -> bool:
    """Whether `If-Match` or `If-None-Match` names the tag, or all of them by `*`."""
    return any(one in {"*", tag} for one in _listed(header))


def _listed(header: str) -> Iterator[str]:
    """Proxies that compress make a tag a weak one; it is the same state."""
    for part in header.split(","):
        text = part.strip().removeprefix("W/")
        if text:
            yield text
