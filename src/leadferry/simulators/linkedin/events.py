"""Events of a company page. Source: linkedin-api reference, section 6.5 ("Events")."""

from __future__ import annotations

from leadferry.simulators.linkedin import answers, refusals
from leadferry.simulators.linkedin.call import Call, last_part
from leadferry.simulators.linkedin.permissions import may_read_events
from leadferry.simulators.server import Response


def get(call: Call) -> Response:
    event_id = str(call.numeric_key("id"))
    event = call.state.get("event", event_id)
    if event is None:
        raise refusals.not_found(f"event {event_id}")
    if not may_read_events(call.member, last_part(event["organizer"])):
        raise refusals.no_permission_on(event["organizer"])
    return answers.entity(event, call)


def find_by_organizer(call: Call) -> Response:
    """`sortOrder` and `timeBasedFilter` are taken and change nothing: the events here have no set order in time."""
    organizer = call.urn("organizer", "organization")
    if not may_read_events(call.member, last_part(organizer)):
        raise refusals.access_denied(f"events.FINDER-{call.text('q')}", call.version)
    found = [event for event in call.state.all("event") if event["organizer"] == organizer]
    if call.flag("excludeCancelled"):
        found = [event for event in found if not event.get("cancelled")]
    return answers.offset_page(call, found)
