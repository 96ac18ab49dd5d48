"""What Entra's refusals mean. Pure. Source: dataverse-api 1.1 (Microsoft identity platform v2.0)."""

from __future__ import annotations

from collections.abc import Mapping

from leadferry.errors import DataverseError

_KNOWN: Mapping[str, tuple[str, str, str]] = {
    "AADSTS7000215": (
        "dataverse-bad-secret",
        "Entra refused the client secret of app {client_id}.",
        "Enter the secret's value, not its id: `leadferry environment set-secret`.",
    ),
    "AADSTS7000222": (
        "dataverse-secret-expired",
        "The client secret of app {client_id} has expired.",
        "Make a new secret in the app registration and enter it: `leadferry environment set-secret`.",
    ),
    "AADSTS90002": (
        "dataverse-unknown-tenant",
        "Entra does not know the tenant {tenant}.",
        "Check the tenant's id or domain.",
    ),
    "AADSTS900023": (
        "dataverse-unknown-tenant",
        "{tenant} is no tenant's id or domain.",
        "Check the tenant's id or domain.",
    ),
    "AADSTS700016": (
        "dataverse-unknown-app",
        "The tenant {tenant} has no app {client_id}.",
        "Check the client id, and that the app is registered in this tenant.",
    ),
    "AADSTS700027": (
        "dataverse-bad-certificate",
        "Entra refused the certificate of app {client_id}.",
        "Upload the certificate's public part to the app registration.",
    ),
    "AADSTS500011": (
        "dataverse-unknown-environment",
        "The tenant {tenant} knows no environment at {url}.",
        "Check the environment's address and tenant.",
    ),
}


def sign_in_error(
    status: int, error: str, description: str, *, tenant: str, client_id: str, url: str
) -> DataverseError:
    """`error` and `description` as Entra's answer has them; neither is shown beyond its AADSTS number."""
    number = description.partition(":")[0].strip() if description.startswith("AADSTS") else ""
    known = _KNOWN.get(number)
    if known is None and error == "invalid_client":
        known = ("dataverse-bad-secret", "Entra refused app {client_id}.", "Check the client id and its secret.")
    if known is None and error == "invalid_tenant":
        known = _KNOWN["AADSTS90002"]
    if known:
        code, message, fix = known
        text = message.format(tenant=tenant, client_id=client_id, url=url)
        return DataverseError(text, fix=fix, code=code, status=status, vendor_code=number or error)
    if status == 429 or status >= 500:
        text = f"Entra answered {status} when signing in app {client_id}."
        fix = "It can be tried again later."
        return DataverseError(text, fix=fix, code="dataverse-unavailable", status=status)
    text = f"Entra refused to sign in app {client_id}: {number or error or f'HTTP {status}'}."
    fix = "Check tenant, client id and secret of the environment."
    return DataverseError(text, fix=fix, code="dataverse-unauthorized", status=status, vendor_code=number or error)
