"""The client secret or certificate that signs Leadferry in at Dynamics, that of people's sign-in where it is another,
and the LinkedIn app's own. Pure.
dataverse-api 1.1."""

from __future__ import annotations

from collections.abc import Iterable

from leadferry.guardian.model import Check, Finding, Level, countdown_level, days_until, in_days, step_of
from leadferry.words import worded

NEW = worded(
    "Make a new one in the app registration and enter it: `leadferry environment set-secret`, or Environment here."
)
EXPIRED_CODE = "dataverse-secret-expired"
"""Entra's AADSTS7000222."""
REFUSED_CODES = frozenset({"dataverse-bad-secret", "dataverse-bad-certificate", "vault-wrong-key"})


def credential_finding(kind: str, expires_at: int | None, now: int, *, code: str = "") -> Finding:
    """`kind`: secret or certificate. `code`: of the last refusal to sign in, "" where it worked."""
    what = worded("client secret") if kind == "secret" else "certificate"
    if code == EXPIRED_CODE:
        title = worded("The {what} for Dynamics has expired.", what=what)
        return Finding(
            Check.CREDENTIAL, "", Level.BAD, title, worded("Submissions wait; nothing is lost."), NEW, step=0
        )
    if code in REFUSED_CODES:
        title = worded("The {what} for Dynamics is not accepted.", what=what)
        return Finding(Check.CREDENTIAL, "", Level.BAD, title, worded("Submissions wait; nothing is lost."), NEW)
    if not expires_at:
        detail = worded("So nobody can be warned before its end. Entra shows it beside the secret.")
        fix = worded("Tell it under Environment, or: `leadferry environment change`, with --expires and the day.")
        return Finding(
            Check.CREDENTIAL,
            "",
            Level.INFO,
            worded("When the {what} for Dynamics ends is not known.", what=what),
            detail,
            fix,
        )
    step = step_of(expires_at, now)
    level = countdown_level(step)
    if level is Level.GOOD:
        title = worded(
            "The {what} for Dynamics is good for {days_until} more days.",
            what=what,
            days_until=days_until(expires_at, now),
        )
        return Finding(Check.CREDENTIAL, "", level, title)
    ends = "ended" if step == 0 else "ends"
    title = worded("The {what} for Dynamics {ends} {in_days}.", what=what, ends=ends, in_days=in_days(expires_at, now))
    return Finding(Check.CREDENTIAL, "", level, title, worded("After that nothing can be delivered."), NEW, step=step)


SIGN_IN_NEW = (
    "Make a new one in the app registration, set LEADFERRY_ENTRA_CLIENT_SECRET and "
    "LEADFERRY_ENTRA_CLIENT_SECRET_EXPIRES, and start Leadferry anew."
)
SIGN_IN_REFUSED = frozenset({"AADSTS7000222", "AADSTS7000215", "invalid_client"})
"""Entra's word for an expired, a wrong, or an otherwise unusable secret."""
_REFUSED_LAST = "Entra refused the client secret for sign-in when somebody last signed in."


def sign_in_finding(expires_at: int | None, now: int, *, refused: bool = False) -> Finding:
    """Of the settings' own app registration. `refused`: by Entra, at the last sign-in."""
    after = "Nobody can sign in with Microsoft then; the operator's link still works, and leads go on crossing."
    if refused:
        return Finding(Check.SIGN_IN, "", Level.BAD, _REFUSED_LAST, after, SIGN_IN_NEW, step=0)
    if expires_at is None:
        title, fix = (
            "When the client secret for sign-in ends is not known.",
            "Set LEADFERRY_ENTRA_CLIENT_SECRET_EXPIRES.",
        )
        return Finding(Check.SIGN_IN, "", Level.INFO, title, "So nobody can be warned before its end.", fix)
    step = step_of(expires_at, now)
    level = countdown_level(step)
    if level is Level.GOOD:
        title = f"The client secret for sign-in is good for {days_until(expires_at, now)} more days."
        return Finding(Check.SIGN_IN, "", level, title)
    title = f"The client secret for sign-in {'ended' if step == 0 else 'ends'} {in_days(expires_at, now)}."
    return Finding(Check.SIGN_IN, "", level, title, after, SIGN_IN_NEW, step=step)


def still_refused(known: Iterable[Finding]) -> bool:
    """No sign-in has worked since: of what is known of an environment."""
    return any(one.check is Check.SIGN_IN and one.title == _REFUSED_LAST for one in known)


def linkedin_app_finding(code: str, *, known: bool) -> Finding:
    """`code`: of the last refusal of LinkedIn's sign-in. `known`: client id and secret of the app are set."""
    if code == "linkedin-bad-client-secret":
        title = worded("LinkedIn refuses the app's client id or client secret.")
        detail = worded("Tokens cannot be renewed. The members' consents are as good as before.")
        fix = worded(
            "Set LEADFERRY_LINKEDIN_CLIENT_SECRET to the one that the app shows in LinkedIn's developer portal."
        )
        return Finding(Check.LINKEDIN_APP, "", Level.BAD, title, detail, fix)
    if not known:
        title = worded("Client id and client secret of the LinkedIn app are not set.")
        fix = worded("Set LEADFERRY_LINKEDIN_CLIENT_ID and LEADFERRY_LINKEDIN_CLIENT_SECRET.")
        return Finding(Check.LINKEDIN_APP, "", Level.WARN, title, worded("Tokens cannot be renewed without them."), fix)
    return Finding(Check.LINKEDIN_APP, "", Level.GOOD, worded("The LinkedIn app's credentials are in use."))
