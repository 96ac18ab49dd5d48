"""What the doors (webhook, poller, CSV, adoption) hand to the one inbox. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import IntEnum

import msgspec

from leadferry.forms.model import FormResponse


class Door(IntEnum):
    POLL = 1
    PUSH = 2
    CSV = 3
    ADOPTED = 4
    """From the tables of Microsoft's discontinued connector, settled there."""


class Received(msgspec.Struct, frozen=True):
    """One form response at the door. `body` is its JSON as LinkedIn sent it, stored as it is.

    `trouble` is set when it cannot be read: it is stored all the same, for a person to see.
    """

    response_id: str
    body: bytes
    submitted_at: int
    lead_type: str
    test: bool = False
    owner_id: int | None = None
    form_version_id: int | None = None
    campaign_id: int | None = None
    trouble: str = ""
    response: FormResponse | None = None
    """`body` read, where the door has read it already."""


@dataclass
class ImportResult:
    """`known`: rows that were stored before. `unbound`: headers that no question of the form has."""

    rows: int = 0
    new: int = 0
    known: int = 0
    forms: list[str] = field(default_factory=list)
    unbound: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def unreadable_id(body: bytes) -> str:
    """The id of a response whose own id cannot be read: from its content, so that it is stored once."""
    return f"unreadable-{hashlib.sha256(body).hexdigest()[:32]}"
