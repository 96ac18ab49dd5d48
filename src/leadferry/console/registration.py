"""The app registration that people sign in with: the settings' own, else the first environment's. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from leadferry.accounts.model import Credential, Environment
from leadferry.errors import InputError
from leadferry.settings import SETTINGS, Settings
from leadferry.words import _


@dataclass(frozen=True, slots=True)
class Registration:
    """Either a secret, or a certificate with its private key in PEM."""

    authority: str
    tenant_id: str
    client_id: str
    secret: str = field(default="", repr=False)
    certificate_pem: str = field(default="", repr=False)


def registration_of(
    settings: Settings, first: Environment | None, credential: Callable[[Environment], Credential]
) -> Registration | None:
    """None where neither names one. Raises InputError `sign-in-settings` where the settings name half of one."""
    client_id = settings.entra_client_id or (first.client_id if first else "")
    if not client_id:
        return None
    tenant_id = settings.entra_tenant_id or (first.tenant_id if first else "")
    if not tenant_id:
        raise _half("tenant", "LEADFERRY_ENTRA_TENANT_ID")
    authority = _authority(settings, first)
    if settings.entra_client_secret:
        return Registration(authority, tenant_id, client_id, settings.entra_client_secret)
    if first is None or first.client_id.lower() != client_id.lower():
        raise _half("client secret", "LEADFERRY_ENTRA_CLIENT_SECRET")
    found = credential(first)
    if found.kind == "certificate":
        return Registration(authority, tenant_id, client_id, certificate_pem=found.text)
    return Registration(authority, tenant_id, client_id, found.text)


def _authority(settings: Settings, first: Environment | None) -> str:
    """A national cloud is told once, with the environment."""
    told = settings.entra_authority != SETTINGS["entra_authority"][1] or settings.entra_client_id
    return (settings.entra_authority if told or first is None else first.authority).rstrip("/")


def _half(what: str, variable: str) -> InputError:
    return InputError(
        _("The app registration for sign-in has no {what}.", what=what),
        fix=_(
            "Set {variable}, or leave all LEADFERRY_ENTRA_ settings empty to use the first environment's.",
            variable=variable,
        ),
        code="sign-in-settings",
    )
