"""`leadFormResponses`: get, batch get, owner finder.

Source: linkedin-api reference, section 4.3 ("Lead Sync Schema", lead-sync/leadsync, 2026-05).
"""

from __future__ import annotations

from collections.abc import Mapping

from leadferry.simulators.linkedin import answers, kept_forms, kept_responses, refusals
from leadferry.simulators.linkedin.call import Call, checked_urn, is_number
from leadferry.simulators.linkedin.decorations import decorated
from leadferry.simulators.linkedin.kept_responses import Criteria, Kept
from leadferry.simulators.linkedin.permissions import may_read_responses
from leadferry.simulators.linkedin.refusals import Refusal
from leadferry.simulators.server import Response

FINDER_PARAMS = (
    "owner",
    "leadType",
    "versionedLeadGenFormUrn",
    "associatedEntity",
    "submittedAtTimeRange",
    "limitedToTestLeads",
    "start",
    "count",
)

OWNER_KEYS = {"sponsoredAccount": "sponsoredAccount", "organization": "organization"}
OWNERS_OF_TYPES = {
    "SPONSORED": "sponsoredAccount",
    "EVENT": "organization",
    "COMPANY": "organization",
    "ORGANIZATION_PRODUCT": "organization",
}


def read_owner(call: Call) -> tuple[str, str]:
    """(union key, URN) of `owner=(sponsoredAccount:urn%3A…)`."""
    return owner_in(call.record("owner"))


def owner_in(record: Mapping[str, object]) -> tuple[str, str]:
    if len(record) != 1 or not OWNER_KEYS.keys() >= record.keys():
        raise refusals.bad_parameter("owner", "(sponsoredAccount:urn) or (organization:urn) is expected")
    ((key, urn),) = record.items()
    return key, checked_urn("owner", urn, OWNER_KEYS[key])


def read_lead_type(call: Call, owner_key: str) -> str:
    lead_type = call.record("leadType").get("leadType")
    if not isinstance(lead_type, str) or lead_type not in OWNERS_OF_TYPES:
        raise refusals.bad_parameter("leadType", f"one of {', '.join(OWNERS_OF_TYPES)} is expected")
    if OWNERS_OF_TYPES[lead_type] != owner_key:
        raise refusals.bad_parameter("leadType", f"{lead_type} does not go with an owner of type {owner_key}")
    return lead_type


def _read_range(call: Call) -> tuple[int, int | None]:
    """`(start:ms,end:ms)`; an end alone is refused."""
    record = call.record("submittedAtTimeRange", required=False)
    if not record:
        return 0, None
    if not {"start", "end"} >= record.keys() or "start" not in record:
        raise refusals.bad_parameter("submittedAtTimeRange", "(start:ms,end:ms) with a start is expected")
    if not all(is_number(text) for text in record.values()):
        raise refusals.bad_parameter("submittedAtTimeRange", "milliseconds are expected")
    start, end = int(record["start"]), int(record["end"]) if "end" in record else None
    if end is not None and end <= start:
        raise refusals.bad_parameter("submittedAtTimeRange", "end must be after start")
    return start, end


def _read_entity(call: Call) -> str:
    record = call.record("associatedEntity", required=False)
    if not record:
        return ""
    urn = next(iter(record.values()))
    if len(record) != 1 or not isinstance(urn, str) or not urn.startswith("urn:li:"):
        raise refusals.bad_parameter("associatedEntity", "(event:urn) is expected")
    return urn


def _read_form(call: Call) -> str:
    urn = call.text("versionedLeadGenFormUrn", "")
    if urn and kept_forms.parse_versioned_urn(urn) is None:
        raise refusals.bad_parameter("versionedLeadGenFormUrn", "the URN of one form version is expected")
    return kept_responses.normal_form_urn(urn)


def _read_test(call: Call) -> bool | None:
    if call.flag("limitedToTestLeads"):
        return True
    return False if call.settings.limited_to_test_false_means == "real" else None


def find_by_owner(call: Call) -> Response:
    owner_key, owner = read_owner(call)
    lead_type = read_lead_type(call, owner_key)
    range_start, range_end = _read_range(call)
    start = call.number("start", 0)
    count = min(call.number("count", answers.DEFAULT_COUNT, minimum=1), call.settings.max_count)
    criteria = Criteria(
        owner,
        lead_type,
        max(range_start, kept_responses.oldest_kept(call.state, call.settings)),
        range_end,
        _read_test(call),
        _read_form(call),
        _read_entity(call),
    )
    fields = call.fields
    if not may_read_responses(call.state, call.member, owner, lead_type):
        if call.settings.lost_role_answers == "empty":
            return answers.raw_page(call, [], start, count, 0)
        raise refusals.access_denied("leadFormResponses.FINDER-owner", call.version)
    with call.state.lock:
        total = kept_responses.count(call.state, criteria)
        bodies = kept_responses.page(call.state, criteria, call.settings.order, start, count)
    return answers.raw_page(call, [decorated(call.state, body, fields) for body in bodies], start, count, total)


def get(call: Call) -> Response:
    response_id = call.keys["id"]
    found = kept_responses.by_ids(call.state, call.settings, [response_id])
    if response_id not in found:
        raise refusals.not_found(f"leadFormResponse {response_id}")
    kept = found[response_id]
    _check_role(call, kept)
    return answers.raw_entity(decorated(call.state, kept.body, call.fields))


def _check_role(call: Call, kept: Kept) -> None:
    if not may_read_responses(call.state, call.member, kept.owner, kept.lead_type):
        raise refusals.no_permission_on(kept.owner)


def batch_get(call: Call) -> Response:
    ids = list(dict.fromkeys(call.items("ids")))
    found = kept_responses.by_ids(call.state, call.settings, ids)
    bodies: dict[str, bytes] = {}
    errors: dict[str, Refusal] = {}
    for response_id in ids:
        try:
            if response_id not in found:
                raise refusals.not_found(f"leadFormResponse {response_id}")
            _check_role(call, found[response_id])
            bodies[response_id] = decorated(call.state, found[response_id].body, call.fields)
        except Refusal as refusal:
            errors[response_id] = refusal
    return answers.batch(bodies, errors)
