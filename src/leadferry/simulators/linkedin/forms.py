"""`leadForms`: get, batch get, owner finder.

Source: linkedin-api reference, section 4.2 ("Lead Forms", lead-sync/leadsync, 2026-05).
"""

from __future__ import annotations

import msgspec

from leadferry.simulators.linkedin import answers, kept_forms, refusals
from leadferry.simulators.linkedin.call import Call, checked_number
from leadferry.simulators.linkedin.kept_forms import Form, owner_urn
from leadferry.simulators.linkedin.permissions import has_scope, may_read_forms
from leadferry.simulators.linkedin.projection import project
from leadferry.simulators.linkedin.refusals import Refusal
from leadferry.simulators.linkedin.responses import read_owner
from leadferry.simulators.server import Response

_LEAD_SCOPE = "r_marketing_leadgen_automation"


def _check_scope(call: Call, operation: str, owner: str) -> None:
    """r_ads alone reads the forms of ad accounts, not those of pages."""
    if not owner.startswith("urn:li:sponsoredAccount:") and not has_scope(call.token.scopes, [_LEAD_SCOPE]):
        raise refusals.access_denied(operation, call.version)


def find_by_owner(call: Call) -> Response:
    _, owner = read_owner(call)
    _check_scope(call, "leadForms.FINDER-owner", owner)
    if may_read_forms(call.state, call.member, owner):
        return answers.offset_page(call, kept_forms.by_owner(call.state, owner))
    if call.settings.lost_role_answers == "empty":
        return answers.offset_page(call, [])
    raise refusals.access_denied("leadForms.FINDER-owner", call.version)


def _readable(call: Call, operation: str, form_id: int) -> Form:
    form = kept_forms.latest(call.state, form_id)
    if form is None:
        raise refusals.not_found(f"leadForm {form_id}")
    owner = owner_urn(form.get("owner"))
    _check_scope(call, operation, owner)
    if not may_read_forms(call.state, call.member, owner):
        raise refusals.no_permission_on(owner)
    return form


def get(call: Call) -> Response:
    """The latest version."""
    return answers.entity(_readable(call, "leadForms.GET", call.numeric_key("id")), call)


def batch_get(call: Call) -> Response:
    bodies: dict[str, bytes] = {}
    errors: dict[str, Refusal] = {}
    for text in dict.fromkeys(call.items("ids")):
        form_id = checked_number("ids", text)
        try:
            form = _readable(call, "leadForms.BATCH_GET", form_id)
            bodies[text] = msgspec.json.encode(project(form, call.fields))
        except Refusal as refusal:
            errors[text] = refusal
    return answers.batch(bodies, errors)
