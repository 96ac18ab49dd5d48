"""What Entra answers when it refuses a sign-in, in words. Pure.

Source: Microsoft identity platform, "Error codes (AADSTS)". Entra's own text is not shown: it comes by the address and
anybody may have written it; its number is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from leadferry.errors import SignInError
from leadferry.words import _

_NUMBER = re.compile(r"AADSTS\d{4,7}")
_ASK_ADMINISTRATOR = _("Ask an administrator of Microsoft Entra")

BY_NUMBER: Mapping[str, tuple[str, str]] = {
    "AADSTS50105": (
        _("You are not assigned to Leadferry's app registration, and it demands that."),
        _(
            "{ask_administrator} to assign you, under Enterprise applications, Users and groups.",
            ask_administrator=_ASK_ADMINISTRATOR,
        ),
    ),
    "AADSTS65001": (
        _("Nobody has allowed Leadferry's app registration to learn who you are."),
        _(
            "{ask_administrator} to grant consent, under API permissions of the app registration.",
            ask_administrator=_ASK_ADMINISTRATOR,
        ),
    ),
    "AADSTS90094": (
        _("Leadferry's app registration needs the consent of an administrator."),
        _(
            "{ask_administrator} to grant it, under API permissions of the app registration.",
            ask_administrator=_ASK_ADMINISTRATOR,
        ),
    ),
    "AADSTS65004": (
        _("The sign-in was cancelled at Microsoft's page, or Leadferry was not allowed to learn who you are."),
        _("Sign in again, and accept."),
    ),
    "AADSTS7000215": (
        _("Entra does not accept Leadferry's client secret."),
        _("The operator gives Leadferry the secret's value (not its id) again."),
    ),
    "AADSTS7000222": (
        _("Leadferry's client secret has expired."),
        _("The operator makes a new one in the app registration, and gives it to Leadferry."),
    ),
    "AADSTS700027": (
        _("Entra does not know Leadferry's certificate."),
        _("The operator uploads it, under Certificates and secrets of the app registration."),
    ),
    "AADSTS700016": (
        _("The tenant has no such app registration."),
        _("The operator checks the client id and the tenant of the sign-in."),
    ),
    "AADSTS500112": (
        _("Entra was given another address to come back to than before."),
        _("The operator checks LEADFERRY_PUBLIC_URL and the redirect addresses of the app registration."),
    ),
}

BY_ERROR: Mapping[str, tuple[str, str]] = {
    "access_denied": (_("The sign-in was cancelled at Microsoft's page."), _("Sign in again when you want to.")),
    "temporarily_unavailable": (_("Microsoft Entra is too busy at the moment."), _("Sign in again in a minute.")),
    "server_error": (_("Microsoft Entra has a trouble of its own."), _("Sign in again in a minute.")),
    "invalid_grant": (_("What Entra sent with your sign-in is too old, or was used before."), _("Sign in again.")),
    "invalid_client": (
        _("Entra does not accept Leadferry's own credential."),
        _("The operator checks the secret or certificate of the app registration."),
    ),
}


def refused(error: str, description: str, *, status: int = 0) -> SignInError:
    """`error` and `description` as Entra sent them."""
    number = _NUMBER.search(description)
    code = number[0] if number else ""
    known = BY_NUMBER.get(code) or BY_ERROR.get(error)
    message, fix = known or (
        _("Microsoft Entra refused the sign-in."),
        _("Sign in again. If it stays so, tell the operator."),
    )
    return SignInError(message, fix=fix, code="sign-in-refused", status=status, vendor_code=code or _plain(error))


def _plain(error: str) -> str:
    return error if re.fullmatch(r"[a-z_]{1,60}", error) else ""
