"""Ids of rows in Dynamics, as people type them. Pure."""

from __future__ import annotations

import uuid

from leadferry.errors import InputError
from leadferry.words import _


def row_id(text: str) -> str:
    """In its usual writing, or ""."""
    if not text.strip():
        return ""
    try:
        return str(uuid.UUID(text.strip()))
    except ValueError:
        raise InputError(
            _('"{text}" is no row id.', text=text),
            fix=_(
                "Give the id that Dynamics shows in the address of the row, like 6b0d3c11-0000-4000-8000-000000000001."
            ),
            code="bad-id",
        ) from None
