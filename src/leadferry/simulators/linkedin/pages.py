"""Company pages: who has which role on them, and what they are called.

Source: linkedin-api reference, section 6.4 ("Organization Access Control").
"""

from __future__ import annotations

import msgspec

from leadferry.simulators.linkedin import answers, refusals
from leadferry.simulators.linkedin.call import Call, checked_number
from leadferry.simulators.linkedin.permissions import page_roles
from leadferry.simulators.linkedin.projection import project
from leadferry.simulators.linkedin.refusals import Refusal
from leadferry.simulators.linkedin.state import Thing
from leadferry.simulators.server import Response


def find_roles(call: Call) -> Response:
    """`q=roleAssignee`: the calling member's roles. All of them are APPROVED."""
    role, state = call.text("role", ""), call.text("state", "")
    found = [acl for acl in _acls(call.member) if role in {"", acl["role"]} and state in {"", acl["state"]}]
    return answers.offset_page(call, found)


def _acls(member: Thing) -> list[Thing]:
    stamp = {"actor": member["urn"], "time": member.get("created", 1_700_000_000_000)}
    pages = sorted(member.get("page_roles", {}), key=lambda key: (len(key), key))
    return [
        {
            "organization": f"urn:li:organization:{page}",
            "role": role,
            "roleAssignee": member["urn"],
            "state": "APPROVED",
            "created": stamp,
            "lastModified": stamp,
        }
        for page in pages
        for role in sorted(page_roles(member, page))
    ]


def get(call: Call) -> Response:
    """For people with a role on the page."""
    page_id = str(call.numeric_key("id"))
    page = call.state.get("organization", page_id)
    if page is None:
        raise refusals.not_found(f"organization {page_id}")
    if not page_roles(call.member, page_id):
        raise refusals.no_permission_on(f"urn:li:organization:{page_id}")
    return answers.entity(page, call)


def look_up(call: Call) -> Response:
    """For anyone: the names only."""
    bodies: dict[str, bytes] = {}
    errors: dict[str, Refusal] = {}
    for text in dict.fromkeys(call.items("ids")):
        page = call.state.get("organization", str(checked_number("ids", text)))
        if page is None:
            errors[text] = refusals.not_found(f"organization {text}")
            continue
        shown = {name: page[name] for name in ("id", "localizedName", "vanityName") if name in page}
        bodies[text] = msgspec.json.encode(project(shown, call.fields))
    return answers.batch(bodies, errors)
