"""The ids of rows that we create in Dynamics: the same for the same form response, whoever asks and whenever. Pure."""

from __future__ import annotations

import uuid
from hashlib import sha1

NAMESPACE = uuid.UUID("3f1b5e0c-7a54-5b7e-9c1d-6c65616466fe")
"""Leadferry's own; never change it: ids already in Dynamics were made with it."""


def environment_namespace(organization_id: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, organization_id.lower())


def lead_id(namespace: uuid.UUID, response_id: str) -> str:
    return uuid5_text(namespace, f"lead:{response_id}")


def contact_id(namespace: uuid.UUID, lead_id: str) -> str:
    return uuid5_text(namespace, f"contact:{lead_id}")


def uuid5_text(namespace: uuid.UUID, name: str) -> str:
    """`str(uuid.uuid5(namespace, name))` in a fifth of the time: every lead needs one, and no UUID object."""
    digest = bytearray(sha1(namespace.bytes + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50  # version 5
    digest[8] = digest[8] & 0x3F | 0x80  # variant of RFC 9562
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
