"""Where a lead form stands: the ad, the event or the page through which its next response will come."""

from __future__ import annotations

from typing import Any

import msgspec

from leadferry.simulators.linkedin.call import last_part
from leadferry.simulators.linkedin.kept_forms import Form, owner_urn
from leadferry.simulators.linkedin.state import State, Thing

_ACCOUNT = "urn:li:sponsoredAccount:"


def live_forms(state: State) -> list[Form]:
    """The latest version of each form, where it is published."""
    rows = state.rows(
        "SELECT body FROM forms AS f WHERE version = "
        "(SELECT max(version) FROM forms AS newer WHERE newer.form_id = f.form_id) ORDER BY form_id"
    )
    return [form for form in (msgspec.json.decode(row["body"]) for row in rows) if form.get("state") == "PUBLISHED"]


def owner_name(state: State, form: Form) -> str:
    return name_of(state, owner_urn(form.get("owner")))


def name_of(state: State, urn: str) -> str:
    """Of an ad account or a page; the URN where nobody knows it."""
    kind, name = ("account", "name") if urn.startswith(_ACCOUNT) else ("organization", "localizedName")
    return str((state.get(kind, last_part(urn)) or {}).get(name, urn))


def creatives(state: State, form: Form) -> list[Thing]:
    """The ads whose button opens the form."""
    wanted = f"urn:li:adForm:{form['id']}"
    return [one for one in state.all("creative") if one.get("leadgenCallToAction", {}).get("destination") == wanted]


def place(state: State, form: Form, creative: str = "") -> dict[str, Any]:
    """What `preview.form_response` must be given. `creative`: the id of the ad; else the first that serves."""
    if owner_urn(form.get("owner")).startswith(_ACCOUNT):
        return {"lead_type": "SPONSORED", **_ad(state, form, creative)}
    return _last_place(state, form) or {"lead_type": "COMPANY", "entity": {"organization": owner_urn(form["owner"])}}


def _ad(state: State, form: Form, wanted: str) -> dict[str, str]:
    found = creatives(state, form)
    chosen = [one for one in found if last_part(one["id"]) == wanted] or [
        one for one in found if one.get("intendedStatus") == "ACTIVE"
    ]
    if not chosen:
        return {}
    ad = {"creative": last_part(chosen[0]["id"])}
    return ad | ({"campaign": last_part(chosen[0]["campaign"])} if "campaign" in chosen[0] else {})


def _last_place(state: State, form: Form) -> dict[str, Any] | None:
    """A form of a page does not say what it stands at; its last response does."""
    row = state.row(
        "SELECT lead_type, body FROM responses WHERE form LIKE ? ORDER BY submitted_at DESC LIMIT 1",
        f"urn:li:versionedLeadGenForm:(urn:li:leadGenForm:{form['id']},%",
    )
    if row is None:
        return None
    entity = msgspec.json.decode(row["body"]).get("associatedEntity")
    return {"lead_type": row["lead_type"], **({"entity": entity} if entity else {})}
