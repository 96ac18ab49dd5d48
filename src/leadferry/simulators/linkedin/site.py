"""The pages for people beside the consent: the way in, signing in, lead forms, and the applications a member let in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from leadferry.simulators.html import read_form, see_other
from leadferry.simulators.linkedin import browsing, kept_tokens, lead_form, placing
from leadferry.simulators.linkedin.call import is_number, last_part
from leadferry.simulators.linkedin.filling import text_of
from leadferry.simulators.linkedin.kept_forms import Form, owner_urn
from leadferry.simulators.linkedin.scopes import in_words
from leadferry.simulators.linkedin.state import State
from leadferry.simulators.server import Request, Response

SERVICES = "/psettings/permitted-services"


def home(request: Request, state: State, owner: str = "") -> Response:
    """`owner`: the URN of the account or page whose forms are wanted; "" for all."""
    where = browsing.browser(request, state)
    shown = [form for form in placing.live_forms(state) if owner in {"", owner_urn(form.get("owner"))}]
    return browsing.PAGES.show(
        "home.html",
        where,
        forms=[entry for form in shown for entry in _entries(state, form)],
        owner=placing.name_of(state, owner) if owner else "",
        people=browsing.members(state),
        member=browsing.member_at(state, where),
        services=SERVICES,
        control=f"{request.base_url}/__sim",
    )


def _entries(state: State, form: Form) -> list[dict[str, str]]:
    """One for each ad that opens the form; one for the form where there is none."""
    title = text_of(form.get("content", {}).get("headline"), form) or str(form.get("name", ""))
    entry = {"title": title, "owner": placing.owner_name(state, form), "through": "", "href": f"/forms/{form['id']}"}
    found = []
    for creative in placing.creatives(state, form):
        number = last_part(creative["id"])
        campaign = state.get("campaign", last_part(creative.get("campaign", ""))) or {}
        through = f"{campaign.get('name', 'Ad')}, ad {number}"
        found.append({**entry, "through": through, "href": f"/forms/{form['id']}?creative={quote(number)}"})
    return found or [entry]


def login(request: Request, state: State) -> Response:
    after = _after(dict(parse_qsl(request.query)).get("next", ""))
    return browsing.PAGES.show(
        "sign_in.html",
        browsing.browser(request, state),
        people=browsing.members(state),
        action=f"/login?next={quote(after)}",
        purpose="",
        cancel="",
        control=f"{request.base_url}/__sim/members/{{id}}",
    )


def logged_in(request: Request, state: State) -> Response:
    """The form of that page, and of the way in; without a member it signs out."""
    where, form = browsing.browser(request, state), read_form(request)
    if not where.sent(form):
        return browsing.foreign_form(where)
    if "member" not in form:
        browsing.sign_out(state, where)
    elif not browsing.sign_in(state, where, form["member"]):
        return browsing.PAGES.show("wrong.html", where, 401, text="This account is restricted.")
    return see_other(_after(dict(parse_qsl(request.query)).get("next", "")))


def _after(address: str) -> str:
    """An address of this site, never of another."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


def services(request: Request, state: State) -> Response:
    where = browsing.browser(request, state)
    member = browsing.member_at(state, where)
    if member is None:
        return see_other(f"/login?next={quote(SERVICES)}", where.headers)
    grants = kept_tokens.live_grants(state, member["id"])
    shown = [_permitted(state, client_id, tokens) for client_id, tokens in grants.items()]
    return browsing.PAGES.show("services.html", where, member=member, services=shown, action=SERVICES)


def _permitted(state: State, client_id: str, tokens: list[kept_tokens.Token]) -> dict[str, Any]:
    app = state.get("app", client_id) or {}
    since = datetime.fromtimestamp(min(token.authorized_at for token in tokens) / 1000, UTC)
    return {
        "client_id": client_id,
        "name": app.get("name") or client_id,
        "since": f"{since.day} {since:%B %Y}",
        "may": in_words(tokens[0].scopes),
    }


def remove_service(request: Request, state: State) -> Response:
    """All tokens that the member gave to the application are dead from now on."""
    where, form = browsing.browser(request, state), read_form(request)
    member = browsing.member_at(state, where)
    if member is None or not where.sent(form):
        return browsing.foreign_form(where)
    if form.get("remove"):
        kept_tokens.revoke(state, client_id=form["remove"], member=member["id"])
    return see_other(SERVICES)


Page = Callable[[Request, State], Response]

PAGES: dict[tuple[str, str], Page] = {
    ("GET", "/"): home,
    ("GET", "/login"): login,
    ("POST", "/login"): logged_in,
    ("GET", SERVICES): services,
    ("POST", SERVICES): remove_service,
}
FORM_PAGES = {"GET": lead_form.show, "POST": lead_form.send}
"""Of `/forms/{id}`."""


OWNERS = (
    (re.compile(r"/campaignmanager/accounts/(\d+)"), "urn:li:sponsoredAccount:"),
    (re.compile(r"/company/(\d+)/admin/?"), "urn:li:organization:"),
)
"""LinkedIn's own addresses of an ad account and of a company page, for its people."""


def answer(request: Request, state: State) -> Response | None:
    """None where the address is none of these."""
    page = PAGES.get((request.method, request.path))
    if page:
        return page(request, state)
    for path, prefix in OWNERS:
        if request.method == "GET" and (found := path.fullmatch(request.path)):
            return home(request, state, prefix + found[1])
    form_id = request.path.removeprefix("/forms/")
    if form_id != request.path and is_number(form_id) and request.method in FORM_PAGES:
        return FORM_PAGES[request.method](request, state, int(form_id))
    return None
