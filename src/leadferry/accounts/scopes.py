"""The permissions asked of a LinkedIn member, in words, and who else is touched when others are asked for. Pure.

Source: linkedin-api 1.2 (another set of scopes makes older tokens of that member and app invalid) and 1.6.
"""

from __future__ import annotations

from collections.abc import Iterable

from leadferry.accounts.model import UserProfile
from leadferry.words import _

_WORDS = {
    "r_marketing_leadgen_automation": _("Read lead forms and the answers given to them, and be told of new ones"),
    "r_ads": _("See ad accounts, campaigns and ads"),
    "rw_ads": _("See and change ad accounts, campaigns and ads"),
    "r_organization_admin": _("See the pages that the member manages"),
    "rw_organization_admin": _("See and change the pages that the member manages"),
    "r_events": _("See events of the member's pages"),
    "rw_events": _("See and change events of the member's pages"),
    "r_ads_reporting": _("See what ads cost and brought"),
    "rw_conversions": _("Tell LinkedIn which leads became customers"),
    "openid": _("Know who signs in"),
    "profile": _("See the member's name"),
    "email": _("See the member's e-mail address"),
}


def in_words(scope: str) -> str:
    """`r_ads` -> what it allows; "" for one that is not known."""
    return _WORDS.get(scope, "")


def made_invalid(
    profiles: Iterable[UserProfile], profile: UserProfile | None, scopes: Iterable[str]
) -> list[UserProfile]:
    """Those of `profiles` (all of one app) whose tokens end when the member of `profile` consents to `scopes`: of the
    same member, as far as members are known, and with another set of permissions. None: a profile still to be made."""
    wanted, member = set(scopes), profile.member_urn if profile else ""
    return [
        one
        for one in profiles
        if (profile is None or one.id != profile.id)
        and one.scopes
        and set(one.scopes.split()) != wanted
        and (not one.member_urn or not member or one.member_urn == member)
    ]
