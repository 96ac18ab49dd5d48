"""The ids of rows that we create in Dynamics: the same for the same form response, whoever asks and whenever. Pure."""

from __future__ import annotations

import uuid

NAMESPACE = uuid.UUID("3f1b5e0c-7a54-5b7e-9c1d-6c65616466fe")
"""Leadferry's own; never change it: ids already in Dynamics were made with it."""


def environment_namespace(organization_id: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, organization_id.lower())


def lead_id(namespace: uuid.UUID, response_id: str) -> str:
    return str(uuid.uuid5(namespace, f"lead:{response_id}"))


def contact_id(namespace: uuid.UUID, lead_id: str) -> str:
    return str(uuid.uuid5(namespace, f"contact:{lead_id}"))
