"""Applications and people as the control endpoints make them: what is given, checked, over defaults."""

from __future__ import annotations

import uuid

from cryptography import x509

from leadferry.simulators.entra.memory import Thing


def app(client_id: str, given: Thing) -> Thing:
    """`secrets`: `[{value, expires_at?}]`, ms UTC. `certificates`: PEM texts. `resources`: addresses it may ask for."""
    empty: Thing = {
        "name": "Application",
        "secrets": [],
        "certificates": [],
        "redirect_uris": [],
        "resources": [],
        "object_id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"service principal {client_id}")),
    }
    thing = {**empty, **_known(given, {*empty, "client_id"}), "client_id": client_id}
    for secret in thing["secrets"]:
        _known(secret, {"value", "expires_at"})
        if not isinstance(secret["value"], str) or not isinstance(secret.get("expires_at", 0), int | None):
            raise TypeError("secrets: value is text, expires_at a number of ms or null")
    for pem in thing["certificates"]:
        x509.load_pem_x509_certificate(pem.encode())
    return thing


def person(oid: str, given: Thing) -> Thing:
    """`groups` and roles are not simulated."""
    empty: Thing = {"name": "", "email": "", "title": "", "disabled": False}
    thing = {**empty, **_known(given, {*empty, "oid"}), "oid": str(uuid.UUID(oid))}
    if not thing["name"] or not thing["email"]:
        raise ValueError("a person needs name and email")
    return thing


def _known(given: Thing, names: set[str]) -> Thing:
    for name in given:
        if name not in names:
            raise KeyError(name)
    return given
