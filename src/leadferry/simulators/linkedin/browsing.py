"""Who sits before a browser: the member that is signed in there."""

from __future__ import annotations

import secrets
from pathlib import Path

from leadferry.simulators.html import Browser, Pages, browser_of
from leadferry.simulators.linkedin.state import State, Thing
from leadferry.simulators.server import Request, Response

PAGES = Pages(Path(__file__).parent / "templates")
_COOKIE = "linkedin_simulated"
_SESSION = "session"


def browser(request: Request, state: State) -> Browser:
    with state.lock:
        known = state.get("meta", "pages")
        if known is None:
            known = {"secret": secrets.token_hex(32)}
            state.put("meta", "pages", known)
    return browser_of(request, _COOKIE, known["secret"])


def member_at(state: State, where: Browser) -> Thing | None:
    session = state.get(_SESSION, where.id)
    member = state.get("member", session["member"]) if session else None
    return None if member is None or member["restricted"] else member


def sign_in(state: State, where: Browser, member_id: str) -> bool:
    """False where there is no such member, or LinkedIn has restricted the account."""
    member = state.get("member", member_id)
    if member is None or member["restricted"]:
        return False
    state.put(_SESSION, where.id, {"member": member_id})
    return True


def sign_out(state: State, where: Browser) -> None:
    state.remove(_SESSION, where.id)


def members(state: State) -> list[Thing]:
    """By name, as the pages show them to choose from."""
    return sorted((_shown(member) for member in state.all("member")), key=lambda shown: str(shown["name"]).lower())


def _shown(member: Thing) -> Thing:
    """Those without a name go by their id."""
    profile = member.get("profile", {})
    work = ", ".join(profile[name] for name in ("JOB_TITLE", "COMPANY_NAME") if profile.get(name))
    lines = [line for line in (member.get("email", ""), work) if line]
    return {
        "id": member["id"],
        "name": member["name"] or member["id"],
        "lines": lines,
        "restricted": member["restricted"],
    }


def foreign_form(where: Browser) -> Response:
    text = "The form was not sent from a page that this browser was shown. Open the page again."
    return PAGES.show("wrong.html", where, 403, text=text)
