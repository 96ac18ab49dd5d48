"""Applications, members, accounts, campaigns, creatives, pages and events, as the control endpoints make them:
what is given, over defaults that make each complete on the wire.

Source of the fields: linkedin-api reference, section 6.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leadferry.simulators.linkedin.state import State, Thing


def _urn(value: Any, entity: str) -> str:
    """A number, or the URN itself."""
    return value if isinstance(value, str) and value.startswith("urn:") else f"urn:li:{entity}:{value}"


def _audit(now: int) -> Thing:
    return {"changeAuditStamps": {"created": {"time": now}, "lastModified": {"time": now}}}


def app(client_id: str, given: Thing, now: int) -> Thing:  # noqa: ARG001
    """`scopes`: what it may ask for (absent: anything). `consent`: accept, page, or one of the two user_cancelled_…"""
    return {"secret": "", "redirect_uris": [], "refresh": True, "consent": "accept", **given, "client_id": client_id}


def member(member_id: str, given: Thing, now: int) -> Thing:
    """`account_roles`: account id to role. `page_roles`: page id to a role or a list of roles. `profile`: predefined
    field of a form (`COMPANY_NAME`) to what the member's profile fills in there."""
    empty: Thing = {"name": "", "account_roles": {}, "page_roles": {}, "restricted": False, "created": now}
    return {**empty, **given, "id": member_id, "urn": f"urn:li:person:{member_id}"}


def account(account_id: str, given: Thing, now: int) -> Thing:
    thing = {
        "name": f"Account {account_id}",
        "type": "BUSINESS",
        "status": "ACTIVE",
        "currency": "EUR",
        "test": False,
        "servingStatuses": ["RUNNABLE"],
        "version": {"versionTag": "1"},
        **_audit(now),
        **given,
        "id": int(account_id),
    }
    if "reference" in thing:
        thing["reference"] = _urn(thing["reference"], "organization")
    return thing


def campaign_group(group_id: str, given: Thing, now: int) -> Thing:
    thing = {"name": f"Group {group_id}", "status": "ACTIVE", "test": False, **_audit(now), **given}
    return {**thing, "id": int(group_id), "account": _urn(given["account"], "sponsoredAccount")}


def campaign(campaign_id: str, given: Thing, now: int) -> Thing:
    thing = {
        "name": f"Campaign {campaign_id}",
        "status": "ACTIVE",
        "type": "SPONSORED_UPDATES",
        "objectiveType": "LEAD_GENERATION",
        "test": False,
        **_audit(now),
        **given,
    }
    if "campaignGroup" in given:
        thing["campaignGroup"] = _urn(given["campaignGroup"], "sponsoredCampaignGroup")
    return {**thing, "id": int(campaign_id), "account": _urn(given["account"], "sponsoredAccount")}


def creative(creative_id: str, given: Thing, now: int) -> Thing:
    """`form`: the id of the lead form behind its button."""
    thing = {"intendedStatus": "ACTIVE", "isServing": True, "createdAt": now, "lastModifiedAt": now, **given}
    form = thing.pop("form", None)
    if form is not None:
        thing["leadgenCallToAction"] = {"destination": f"urn:li:adForm:{form}", "label": "LEARN_MORE"}
    if "campaign" in given:
        thing["campaign"] = _urn(given["campaign"], "sponsoredCampaign")
    return {
        **thing,
        "id": _urn(creative_id, "sponsoredCreative"),
        "account": _urn(given["account"], "sponsoredAccount"),
    }


def organization(page_id: str, given: Thing, now: int) -> Thing:  # noqa: ARG001
    name = given.get("localizedName") or f"Page {page_id}"
    locale = {"country": "US", "language": "en"}
    default = {
        "localizedName": name,
        "vanityName": name.lower().replace(" ", "-"),
        "name": {"localized": {"en_US": name}, "preferredLocale": locale},
    }
    return {**default, **given, "id": int(page_id)}


def event(event_id: str, given: Thing, now: int) -> Thing:
    organizer = _urn(given["organizer"], "organization")
    name = given.get("name") or f"Event {event_id}"
    names = name if isinstance(name, dict) else {"localized": {"en_US": name}}
    created = {"actor": organizer, "time": now}
    return {"created": created, **given, "name": names, "id": int(event_id), "organizer": organizer}


KINDS: dict[str, tuple[str, Callable[[str, Thing, int], Thing]]] = {
    "apps": ("app", app),
    "members": ("member", member),
    "accounts": ("account", account),
    "campaignGroups": ("campaignGroup", campaign_group),
    "campaigns": ("campaign", campaign),
    "creatives": ("creative", creative),
    "organizations": ("organization", organization),
    "events": ("event", event),
}
"""Word in the control address: kind in the memory, and its maker."""


def keep(state: State, word: str, thing_id: str, given: Thing) -> Thing:
    """Raises KeyError for a missing field, ValueError for an id that is no number where it must be one."""
    kind, make = KINDS[word]
    thing = make(thing_id, given, state.now())
    state.put(kind, thing_id.rpartition(":")[2], thing)
    return thing
