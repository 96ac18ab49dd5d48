"""`leadNotifications`: the finder. Nobody can subscribe here, so it is always empty.

Who may ask is what subscriptions need: the scope, and the role by which the owner's leads are read (unconfirmed).
Source: linkedin-api reference, sections 5.1 and 8.4 (1).
"""

from __future__ import annotations

from leadferry.simulators.linkedin import answers, refusals
from leadferry.simulators.linkedin.call import Call
from leadferry.simulators.linkedin.permissions import may_read_responses
from leadferry.simulators.linkedin.responses import owner_in, read_lead_type
from leadferry.simulators.server import Response

FINDER_PARAMS = ("owner", "leadType", "versionedForm", "associatedEntity", "start", "count")


def find(call: Call) -> Response:
    """The owner has a layer more than elsewhere: `owner=(value:(sponsoredAccount:urn%3A…))`."""
    wrapped = call.record("owner").get("value")
    if not isinstance(wrapped, dict):
        raise refusals.bad_parameter("owner", "(value:(sponsoredAccount:urn)) is expected")
    owner_key, owner = owner_in(wrapped)
    lead_type = read_lead_type(call, owner_key)
    if may_read_responses(call.state, call.member, owner, lead_type) or call.settings.lost_role_answers == "empty":
        return answers.offset_page(call, [])
    raise refusals.access_denied("leadNotifications.FINDER-criteria", call.version)
