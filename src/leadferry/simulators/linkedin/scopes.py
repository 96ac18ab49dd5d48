"""The scopes there are, and what the consent page says of each. Source: linkedin-api reference, section 1.6."""

from __future__ import annotations

WORDS = {
    "r_marketing_leadgen_automation": "See your lead forms and the leads they collect",
    "r_ads": "See your advertising accounts, campaigns and creatives",
    "rw_ads": "Manage your advertising accounts, campaigns and lead forms",
    "r_organization_admin": "See your pages and your roles on them",
    "rw_organization_admin": "Manage your pages and see their reporting",
    "r_events": "See the events of your pages",
    "rw_events": "Manage the events of your pages",
    "r_ads_reporting": "See the reporting of your advertising accounts",
    "rw_conversions": "Manage the conversions of your advertising accounts",
    "openid": "Use your name and photo to sign you in",
    "profile": "Use your name and photo",
    "email": "Use the primary email address of your account",
    "r_ads_leadgen_automation": "See the leads of your advertising accounts (legacy)",
    "r_events_leadgen_automation": "See the leads of your events (legacy)",
}

KNOWN_SCOPES = WORDS.keys()


def in_words(scopes: tuple[str, ...]) -> list[str]:
    return [WORDS.get(scope, scope) for scope in scopes]
