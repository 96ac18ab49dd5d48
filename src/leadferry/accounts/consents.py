"""A member's consent under way (OC-33, OC-36), and what is wrong with what LinkedIn's redirect brings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from leadferry.accounts.model import UserProfile
from leadferry.errors import InputError, LinkedInError
from leadferry.words import _

LIFE_MS = 1_800_000
"""As long as LinkedIn's code lives (linkedin-api 1.1)."""


@dataclass(frozen=True, slots=True)
class Consent:
    """`session_hash`: the browser session that began it. `returned_at`: LinkedIn's answer came; none is taken again."""

    id: int
    environment_id: int
    profile_id: int
    session_hash: bytes
    redirect_url: str
    scopes: str
    begun_by: str
    begun_at: int
    expires_at: int
    returned_at: int | None
    member_urn: str
    member_name: str


def check_answer(consent: Consent | None, session_hash: bytes, now: int) -> Consent:
    """The consent that an answer belongs to. Raises InputError with what is wrong; nothing is changed then."""
    if consent is None:
        raise InputError(
            _("Nothing is known of this authorization: it was begun too long ago, or not here."),
            fix=_("Open the user profile and press Authorize again."),
            code="consent-unknown",
        )
    if consent.session_hash != session_hash:
        raise InputError(
            _("This authorization was begun by somebody else, or before you signed in again."),
            fix=_("Open the user profile and press Authorize again. Nothing was connected."),
            code="consent-other-session",
        )
    if consent.returned_at is not None:
        raise used_already()
    if now >= consent.expires_at:
        raise InputError(
            _("This authorization was begun more than 30 minutes ago."),
            fix=_("Open the user profile and press Authorize again."),
            code="consent-expired",
        )
    return consent


def used_already() -> InputError:
    return InputError(
        _("This answer of LinkedIn's was used already."),
        fix=_("Look at the user profile; press Authorize again where it is not authorized."),
        code="consent-used",
    )


def code_in(answer: Mapping[str, str]) -> str:
    """What LinkedIn gave. Raises LinkedInError where the member refused, or LinkedIn did."""
    if answer.get("code"):
        return answer["code"]
    error = answer.get("error", "")
    if error == "user_cancelled_login":
        raise LinkedInError(
            _("The sign-in at LinkedIn was cancelled. Nothing was changed."),
            fix=_("Press Authorize again, and sign in as the member whose accounts shall be read."),
            code="linkedin-no-consent",
            vendor_code=error,
        )
    if error == "user_cancelled_authorize":
        raise LinkedInError(
            _("The member did not allow it. Nothing was changed."),
            fix=_("Press Authorize again, and choose Allow at LinkedIn."),
            code="linkedin-no-consent",
            vendor_code=error,
        )
    if error == "unauthorized_scope_error":
        raise LinkedInError(
            _("The LinkedIn app does not hold all permissions that were asked for, so LinkedIn granted none."),
            fix=_(
                "In LinkedIn's developer portal, add the products that give them (Lead Sync API, "
                "Advertising API), or ask for fewer: LEADFERRY_LINKEDIN_SCOPES."
            ),
            code="linkedin-authorization-refused",
            vendor_code=error,
        )
    raise LinkedInError(
        _("LinkedIn refused the authorization: {error}.", error=error[:60] or "no code, and no reason"),
        fix=_("Press Authorize again. If it happens again, check the app in LinkedIn's developer portal."),
        code="linkedin-authorization-refused",
        vendor_code=error[:60],
    )


def other_member(consent: Consent, profile: UserProfile) -> bool:
    """Whether another member consented than the one known. Unknown ones are not told apart."""
    return bool(profile.member_urn and consent.member_urn and profile.member_urn != consent.member_urn)
