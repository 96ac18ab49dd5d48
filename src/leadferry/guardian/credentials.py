"""The client secret or certificate that signs Leadferry in at Dynamics, and the LinkedIn app's own. Pure.
dataverse-api 1.1."""

from __future__ import annotations

from leadferry.guardian.model import Check, Finding, Level, countdown_level, days_until, in_days, step_of
from leadferry.words import told

NEW = told(
    "Make a new one in the app registration and enter it: `leadferry environment set-secret`, or Environment here."
)
EXPIRED_CODE = "dataverse-secret-expired"
"""Entra's AADSTS7000222."""
REFUSED_CODES = frozenset({"dataverse-bad-secret", "dataverse-bad-certificate", "vault-wrong-key"})


def credential_finding(kind: str, expires_at: int | None, now: int, *, code: str = "") -> Finding:
    """`kind`: secret or certificate. `code`: of the last refusal to sign in, "" where it worked."""
    what = told("client secret") if kind == "secret" else "certificate"
    if code == EXPIRED_CODE:
        title = told("The {what} for Dynamics has expired.", what=what)
        return Finding(Check.CREDENTIAL, "", Level.BAD, title, told("Submissions wait; nothing is lost."), NEW, step=0)
    if code in REFUSED_CODES:
        title = told("The {what} for Dynamics is not accepted.", what=what)
        return Finding(Check.CREDENTIAL, "", Level.BAD, title, told("Submissions wait; nothing is lost."), NEW)
    if not expires_at:
        detail = told("So nobody can be warned before its end. Entra shows it beside the secret.")
        fix = told("Tell it under Environment, or: `leadferry environment change`, with --expires and the day.")
        return Finding(
            Check.CREDENTIAL,
            "",
            Level.INFO,
            told("When the {what} for Dynamics ends is not known.", what=what),
            detail,
            fix,
        )
    step = step_of(expires_at, now)
    level = countdown_level(step)
    if level is Level.GOOD:
        title = told(
            "The {what} for Dynamics is good for {days_until} more days.",
            what=what,
            days_until=days_until(expires_at, now),
        )
        return Finding(Check.CREDENTIAL, "", level, title)
    ends = "ended" if step == 0 else "ends"
    title = told("The {what} for Dynamics {ends} {in_days}.", what=what, ends=ends, in_days=in_days(expires_at, now))
    return Finding(Check.CREDENTIAL, "", level, title, told("After that nothing can be delivered."), NEW, step=step)


def linkedin_app_finding(code: str, *, known: bool) -> Finding:
    """`code`: of the last refusal of LinkedIn's sign-in. `known`: client id and secret of the app are set."""
    if code == "linkedin-bad-client-secret":
        title = told("LinkedIn refuses the app's client id or client secret.")
        detail = told("Tokens cannot be renewed. The members' consents are as good as before.")
        fix = told("Set LEADFERRY_LINKEDIN_CLIENT_SECRET to the one that the app shows in LinkedIn's developer portal.")
        return Finding(Check.LINKEDIN_APP, "", Level.BAD, title, detail, fix)
    if not known:
        title = told("Client id and client secret of the LinkedIn app are not set.")
        fix = told("Set LEADFERRY_LINKEDIN_CLIENT_ID and LEADFERRY_LINKEDIN_CLIENT_SECRET.")
        return Finding(Check.LINKEDIN_APP, "", Level.WARN, title, told("Tokens cannot be renewed without them."), fix)
    return Finding(Check.LINKEDIN_APP, "", Level.GOOD, told("The LinkedIn app's credentials are in use."))
