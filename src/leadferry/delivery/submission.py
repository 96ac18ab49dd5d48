"""One open submission, with what its delivery needs. Pure."""

from __future__ import annotations

import msgspec


class ClaimedSubmission(msgspec.Struct, frozen=True):
    id: int
    response_id: str
    owner_id: int | None
    form_version_id: int | None
    campaign_id: int | None
    test: bool
    attempts: int
    lead_id: str | None
    body: bytes
    state: int
    order: str = ""
    """A person's decision on replay: "" | "create" | "lead:<id>"."""
