"""The page of a lead form: filled in, sent, and at once a form response that the API shows."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import parse_qsl

from leadferry.simulators.html import Browser, read_form
from leadferry.simulators.linkedin import browsing, kept_forms, kept_responses, placing, preview
from leadferry.simulators.linkedin.filling import Sheet, fill, sheet, text_of
from leadferry.simulators.linkedin.kept_forms import Form
from leadferry.simulators.linkedin.state import State
from leadferry.simulators.server import Request, Response

_BUTTONS = {
    "VISIT_COMPANY_WEBSITE": "Visit company website",
    "DOWNLOAD_NOW": "Download now",
    "TRY_NOW": "Try now",
    "VIEW_NOW": "View now",
    "LEARN_MORE": "Learn more",
}


def show(request: Request, state: State, form_id: int) -> Response:
    where = browsing.browser(request, state)
    form = _live(state, form_id)
    if form is None:
        return _no_form(where)
    return _page(request, state, form, where, sheet(form, browsing.member_at(state, where)))


def send(request: Request, state: State, form_id: int) -> Response:
    where, given = browsing.browser(request, state), read_form(request)
    form = _live(state, form_id)
    if form is None:
        return _no_form(where)
    if not where.sent(given):
        return browsing.foreign_form(where)
    member = browsing.member_at(state, where)
    filled = fill(sheet(form, member), given)
    if not filled.is_right:
        return _page(request, state, form, where, filled, status=400)
    placed = placing.place(state, form, _creative(request)) | {"member": member["id"] if member else f"g{where.id[:8]}"}
    response_id = f"{uuid.uuid4()}-0"
    made = preview.form_response(form, response_id, state.now(), placed, filled.as_filled())
    kept_responses.add(state, [made])
    return _thanks(form, where, response_id)


def _live(state: State, form_id: int) -> Form | None:
    form = kept_forms.latest(state, form_id)
    return form if form and form.get("state") == "PUBLISHED" else None


def _no_form(where: Browser) -> Response:
    return browsing.PAGES.show("wrong.html", where, 404, text="There is no such lead form, or it is not published.")


def _creative(request: Request) -> str:
    return dict(parse_qsl(request.query)).get("creative", "")


def _page(request: Request, state: State, form: Form, where: Browser, held: Sheet, status: int = 200) -> Response:
    content = form.get("content", {})
    legal = content.get("legalInfo", {})
    address = f"{request.path}?{request.query}" if request.query else request.path
    return browsing.PAGES.show(
        "lead_form.html",
        where,
        status,
        **_words(form),
        owner=placing.owner_name(state, form),
        description=text_of(content.get("description"), form),
        held=held,
        privacy=legal.get("privacyPolicyUrl", ""),
        disclaimer=text_of(legal.get("legalDisclaimer"), form),
        member=browsing.member_at(state, where),
        action=address,
    )


def _thanks(form: Form, where: Browser, response_id: str) -> Response:
    after = form.get("content", {}).get("postSubmissionInfo", {})
    call = after.get("callToAction", {})
    return browsing.PAGES.show(
        "thanks.html",
        where,
        **_words(form),
        message=text_of(after.get("message"), form) or "Thank you",
        button=_BUTTONS.get(call.get("callToActionLabel", ""), ""),
        address=call.get("callToActionTarget", {}).get("landingPageUrl", ""),
        response_id=response_id,
        again=f"/forms/{form['id']}",
    )


def _words(form: Form) -> dict[str, Any]:
    headline = text_of(form.get("content", {}).get("headline"), form) or str(form.get("name", "Lead form"))
    return {"headline": headline, "lang": form.get("creationLocale", {}).get("language", "en")}
