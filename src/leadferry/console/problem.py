"""What the API says when something cannot be done: a problem of RFC 9457. Pure."""

from __future__ import annotations

import msgspec

MEDIA_TYPE = "application/problem+json"


class Problem(msgspec.Struct):
    """`code` is stable: docs/reference/errors.md. `type` names the same as an address."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    fix: str
