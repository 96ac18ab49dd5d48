"""The one table that turns what LinkedIn refused into a code of ours and what to do about it. Pure.

Source: Microsoft Learn "LinkedIn API Error Handling", "Rate Limiting"; linkedin-api 1.6, 1.7, 2.2, 3.1 and 3.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from leadferry.errors import LinkedInError
from leadferry.linkedin.tokens import REAUTHORIZE, reauthorize
from leadferry.linkedin.wire import ErrorBody
from leadferry.words import _

DAY_MS = 86_400_000
_DECODER = msgspec.json.Decoder(ErrorBody)

_LEAD_ROLE = _(
    "For leads of ads the member needs a role on the ad account (VIEWER is enough) and one "
    "on its page; for leads of a page ADMINISTRATOR or LEAD_GEN_FORMS_MANAGER; for leads of "
    "an event ADMINISTRATOR or CONTENT_ADMINISTRATOR."
)
_AD_ROLE = _("The member needs a role on the ad account; VIEWER is enough.")
_PAGE_ROLE = _("The member needs the role ADMINISTRATOR on the page.")

NEEDS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "leadFormResponses": (("r_marketing_leadgen_automation",), _LEAD_ROLE),
    "leadForms": (("r_marketing_leadgen_automation", "r_ads", "rw_ads"), _LEAD_ROLE),
    "leadNotifications": (("r_marketing_leadgen_automation",), _LEAD_ROLE),
    "adAccounts": (("r_ads", "rw_ads"), _AD_ROLE),
    "adAccountUsers": (("r_ads", "rw_ads"), _AD_ROLE),
    "organizationAcls": (("r_organization_admin", "rw_organization_admin"), _PAGE_ROLE),
    "organizations": (("r_organization_admin", "rw_organization_admin"), _PAGE_ROLE),
    "organizationsLookup": (("r_organization_admin", "rw_organization_admin"), _PAGE_ROLE),
    "events": (
        ("r_events", "rw_events"),
        _("The member needs the role ADMINISTRATOR or CONTENT_ADMINISTRATOR on the organizer's page."),
    ),
}
"""Resource -> scopes of which one is needed, and the role (linkedin-api 1.6, 1.7)."""

_SIMPLE: Mapping[int, tuple[str, str]] = {
    400: ("linkedin-bad-request", _("This is a defect of Leadferry or a change at LinkedIn; please report the text.")),
    404: ("linkedin-not-found", _("It was deleted, has expired, or is not open to this app.")),
    405: ("linkedin-bad-request", _("This is a defect of Leadferry or a change at LinkedIn; please report the text.")),
    409: ("linkedin-conflict", _("It can be tried again.")),
    429: ("linkedin-throttled", _("LinkedIn asks to wait; nothing is lost.")),
}


def read_error(body: bytes) -> ErrorBody:
    """Empty where the body is HTML, empty or broken."""
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ErrorBody()


def is_daily_limit(status: int, body: bytes) -> bool:
    """`Resource level throttle APPLICATION DAY limit for calls to this resource is reached.`"""
    return status == 429 and bool(re.search(r"\bDAY\b", read_error(body).message or ""))


def to_error(
    status: int,
    body: bytes,
    *,
    resource: str,
    version: str,
    scopes: Sequence[str],
    now: int,
    request_id: str = "",
    retry_after_s: float | None = None,
) -> LinkedInError:
    """`resource` is what was asked for: `leadFormResponses`. `now` in ms."""
    said = read_error(body)
    vendor_code = said.code or (str(said.serviceErrorCode) if said.serviceErrorCode is not None else "")
    if status == 401:
        return _unauthorized(said.code or "", vendor_code, request_id)
    message, fix, code = _told(status, said, resource, version, scopes)
    if is_daily_limit(status, body):
        code, retry_after_s = "linkedin-daily-limit", (DAY_MS - now % DAY_MS) / 1000
        message = _("Today's limit of calls to LinkedIn's {resource} is used up.", resource=resource)
        fix = _("LinkedIn counts anew from midnight UTC; nothing is lost.")
    return LinkedInError(
        message,
        fix=fix,
        code=code,
        status=status,
        vendor_code=vendor_code,
        request_id=request_id,
        retry_after_s=retry_after_s,
    )


def _told(status: int, said: ErrorBody, resource: str, version: str, scopes: Sequence[str]) -> tuple[str, str, str]:
    if status == 403:
        return _forbidden(said, resource, scopes)
    if status == 426:
        return (
            _("LinkedIn has switched off version {version} of its API.", version=version),
            _("Set LEADFERRY_LINKEDIN_VERSION to a supported one."),
            "linkedin-version-sunset",
        )
    text = f": {said.message.rstrip('.')}" if said.message else ""
    code, fix = _SIMPLE.get(status, ("linkedin-refused", "LinkedIn's text says more."))
    if status in {408, 504} or status >= 500:
        code, fix = "linkedin-unavailable", _("It is tried again by itself.")
    return _("LinkedIn answered {status} for {resource}{text}.", status=status, resource=resource, text=text), fix, code


def _unauthorized(code: str, vendor_code: str, request_id: str) -> LinkedInError:
    if code == "RESTRICTED_MEMBER":
        error = reauthorize(_("LinkedIn has restricted the member's account."), request_id=request_id)
        error.vendor_code = vendor_code
        error.fix = _("Let another member with the same roles authorize Leadferry.")
        return error
    if code in {"REVOKED_ACCESS_TOKEN", "EXPIRED_ACCESS_TOKEN"}:
        message = _("The member's authorization at LinkedIn was withdrawn or has expired.")
        return reauthorize(message, vendor_code=vendor_code, request_id=request_id)
    return LinkedInError(
        _("LinkedIn does not accept the access token."),
        fix=REAUTHORIZE,
        code="linkedin-unauthorized",
        status=401,
        vendor_code=vendor_code,
        request_id=request_id,
    )


def _forbidden(said: ErrorBody, resource: str, scopes: Sequence[str]) -> tuple[str, str, str]:
    """LinkedIn's text does not tell a missing scope from a missing role; the granted scopes do, where known."""
    needed, role = NEEDS.get(resource, ((), "The member's role does not allow it."))
    if said.code != "NO_PERMISSION_ON_ENTITY" and needed and scopes and not set(needed) & set(scopes):
        listed = " or ".join(needed)
        return (
            _(
                "LinkedIn does not let us read {resource}: the authorization lacks the scope {listed}.",
                resource=resource,
                listed=listed,
            ),
            _(
                "Ask for {listed} in the app's products, add it to the scopes, and authorize the user profile again.",
                listed=listed,
            ),
            "linkedin-forbidden",
        )
    app = (
        _(" (or the app lacks the product that has {needed})", needed=" or ".join(needed))
        if needed and not scopes
        else ""
    )
    return (
        _("LinkedIn does not let us read {resource}: the member's role is missing{app}.", resource=resource, app=app),
        role,
        "linkedin-forbidden",
    )
