"""Campaign groups, campaigns and creatives, below their ad account.

Source: linkedin-api reference, section 6.3.
"""

from __future__ import annotations

from leadferry.simulators.linkedin import answers, refusals
from leadferry.simulators.linkedin.accounts import readable_account
from leadferry.simulators.linkedin.call import Call, checked_urn, last_part
from leadferry.simulators.linkedin.search import matches
from leadferry.simulators.linkedin.state import Thing
from leadferry.simulators.server import Response


def _of_account(call: Call, kind: str) -> list[Thing]:
    account_id = call.numeric_key("account")
    readable_account(call, account_id)
    urn = f"urn:li:sponsoredAccount:{account_id}"
    return [thing for thing in call.state.all(kind) if thing["account"] == urn]


def _one(call: Call, kind: str, thing_id: str) -> Response:
    for thing in _of_account(call, kind):
        if last_part(str(thing["id"])) == thing_id:
            return answers.entity(thing, call)
    raise refusals.not_found(f"{kind} {thing_id}")


def search_groups(call: Call) -> Response:
    criteria = call.record("search", required=False)
    return answers.cursor_page(
        call, [group for group in _of_account(call, "campaignGroup") if matches(group, criteria)]
    )


def get_group(call: Call) -> Response:
    return _one(call, "campaignGroup", str(call.numeric_key("id")))


def search_campaigns(call: Call) -> Response:
    criteria = call.record("search", required=False)
    return answers.cursor_page(call, [one for one in _of_account(call, "campaign") if matches(one, criteria)])


def get_campaign(call: Call) -> Response:
    return _one(call, "campaign", str(call.numeric_key("id")))


def find_creatives(call: Call) -> Response:
    """By criteria; each given list narrows the result."""
    wanted = {
        "campaign": call.items("campaigns", required=False),
        "id": call.items("creatives", required=False),
        "intendedStatus": call.items("intendedStatuses", required=False),
    }
    found = [
        creative
        for creative in _of_account(call, "creative")
        if all(not values or creative.get(name) in values for name, values in wanted.items())
    ]
    return answers.cursor_page(call, found)


def get_creative(call: Call) -> Response:
    """The key is the whole URN, not a number."""
    return _one(call, "creative", last_part(checked_urn("id", call.keys["id"], "sponsoredCreative")))
