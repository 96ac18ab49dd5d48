"""A member's consent at LinkedIn: how long it lasts, and whether its tokens are kept fresh. Pure.
linkedin-api 1.2, 1.3."""

from __future__ import annotations

from dataclasses import dataclass

from leadferry.accounts.model import Authorization, UserProfile
from leadferry.guardian.model import (
    DAY_MS,
    Check,
    Finding,
    Level,
    countdown_level,
    days_until,
    in_days,
    step_of,
)
from leadferry.words import worded

AGAIN = worded(
    "Let the member authorize the user profile again: Authorize at the console, or `leadferry profile authorize`."
)
LATE_MS = DAY_MS
"""A renewal that is due and fails is tried again by itself; after a day somebody should look."""


@dataclass(frozen=True, slots=True)
class Consent:
    """`renewable`: LinkedIn gave a refresh token, so that the access token can be renewed without the member.
    `renew_at`: when that is due."""

    profile: UserProfile
    renewable: bool
    renew_at: int = 0

    @property
    def ends_at(self) -> int | None:
        """When the member has to consent again; None where LinkedIn never said."""
        return self.profile.refresh_expires_at if self.renewable else self.profile.access_expires_at


def consent_finding(consent: Consent, now: int) -> Finding:
    profile, subject = consent.profile, f"profile:{consent.profile.id}"
    match profile.authorization:
        case Authorization.NOT_AUTHORIZED:
            title = worded("{profile} has not authorized Leadferry yet.", profile=profile.name)
            detail = worded("Nothing is pulled through this user profile.")
            return Finding(Check.CONSENT, subject, Level.WARN, title, detail, AGAIN)
        case Authorization.EXPIRED:
            title = worded("{profile}'s authorization at LinkedIn is gone.", profile=profile.name)
            why = profile.status_text or worded("It has expired or was withdrawn.")
            wait = worded("Form responses wait at LinkedIn, which keeps them 90 days, and are caught up by themselves.")
            detail = f"{why} {wait}"
            return Finding(Check.CONSENT, subject, Level.BAD, title, detail, AGAIN, step=0)
        case _:
            return _counted_down(consent, subject, now)


def _counted_down(consent: Consent, subject: str, now: int) -> Finding:
    name, ends_at = consent.profile.name, consent.ends_at
    if not ends_at:
        detail = worded("LinkedIn did not say when the consent ends; a year is usual.")
        return Finding(
            Check.CONSENT, subject, Level.GOOD, worded("{name} has authorized Leadferry.", name=name), detail
        )
    step = step_of(ends_at, now)
    level = countdown_level(step)
    if level is Level.GOOD:
        title = worded(
            "{name} has authorized Leadferry for {days} more days.",
            name=name,
            days=days_until(ends_at, now),
        )
        return Finding(Check.CONSENT, subject, level, title)
    if step == 0:
        title = worded("{name}'s authorization at LinkedIn ended {when}.", name=name, when=in_days(ends_at, now))
    else:
        title = worded("{name}'s authorization at LinkedIn ends {when}.", name=name, when=in_days(ends_at, now))
    why = (
        worded("Renewing does not lengthen it")
        if consent.renewable
        else worded("LinkedIn gives this app no refresh tokens")
    )
    detail = worded(
        "{why}: only the member can, by consenting again. Before the end, nothing is interrupted by it.", why=why
    )
    return Finding(Check.CONSENT, subject, level, title, detail, AGAIN, step=step)


def token_finding(consent: Consent, now: int) -> Finding | None:
    """Whether the renewals work. None where there is nothing to renew."""
    profile, ends_at = consent.profile, consent.profile.access_expires_at
    if not consent.renewable or profile.authorization is not Authorization.AUTHORIZED or not ends_at:
        return None
    subject = f"profile:{profile.id}"
    if now < min(consent.renew_at + LATE_MS, ends_at):
        title = worded("{profile}'s access token is renewed by itself.", profile=profile.name)
        return Finding(
            Check.TOKEN, subject, Level.GOOD, title, worded("The present one ends {when}.", when=in_days(ends_at, now))
        )
    over = ends_at <= now
    facts = {"profile": profile.name, "when": in_days(ends_at, now)}
    title = (
        worded("{profile}'s access token could not be renewed; it ended {when}.", **facts)
        if over
        else worded("{profile}'s access token could not be renewed; it ends {when}.", **facts)
    )
    fix = worded("See what is said of the LinkedIn app, and that LinkedIn's sign-in can be reached from this machine.")
    detail = worded("It is tried again every ten minutes.")
    return Finding(Check.TOKEN, subject, Level.BAD if over else Level.WARN, title, detail, fix)
