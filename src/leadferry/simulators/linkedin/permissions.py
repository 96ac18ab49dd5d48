"""What a member's roles allow. Checked on every call, apart from the scopes of the token.

Source: linkedin-api reference, sections 1.7 and 6.4.
"""

from __future__ import annotations

from collections.abc import Iterable

from leadferry.simulators.linkedin.state import State, Thing

LEAD_PAGE_ROLES = {"ADMINISTRATOR", "LEAD_GEN_FORMS_MANAGER", "LEAD_CAPTURE_ADMINISTRATOR"}
EVENT_PAGE_ROLES = {"ADMINISTRATOR", "CONTENT_ADMINISTRATOR"}

_ACCOUNT, _PAGE = "urn:li:sponsoredAccount:", "urn:li:organization:"


def account_role(member: Thing, account_id: str) -> str:
    """Empty for none."""
    return str(member.get("account_roles", {}).get(account_id, ""))


def page_roles(member: Thing, page_id: str) -> set[str]:
    roles = member.get("page_roles", {}).get(page_id, [])
    return {roles} if isinstance(roles, str) else set(roles)


def may_read_account(member: Thing, account_id: str) -> bool:
    return bool(account_role(member, account_id))


def may_read_events(member: Thing, page_id: str) -> bool:
    return bool(page_roles(member, page_id) & EVENT_PAGE_ROLES)


def may_read_forms(state: State, member: Thing, owner: str) -> bool:
    """For a page any of the roles that some lead type accepts will do: a form serves several lead types."""
    if owner.startswith(_ACCOUNT):
        return _may_read_sponsored(state, member, owner)
    return bool(page_roles(member, owner.removeprefix(_PAGE)) & (LEAD_PAGE_ROLES | EVENT_PAGE_ROLES))


def may_read_responses(state: State, member: Thing, owner: str, lead_type: str) -> bool:
    if owner.startswith(_ACCOUNT):
        return _may_read_sponsored(state, member, owner)
    wanted = EVENT_PAGE_ROLES if lead_type == "EVENT" else LEAD_PAGE_ROLES
    return bool(page_roles(member, owner.removeprefix(_PAGE)) & wanted)


def _may_read_sponsored(state: State, member: Thing, owner: str) -> bool:
    """Any role on the account, VIEWER included, and a role on the page behind it."""
    account_id = owner.removeprefix(_ACCOUNT)
    if not account_role(member, account_id):
        return False
    page = (state.get("account", account_id) or {}).get("reference", "")
    return not page.startswith(_PAGE) or bool(page_roles(member, page.removeprefix(_PAGE)))


def has_scope(granted: Iterable[str], accepted: Iterable[str]) -> bool:
    return not set(granted).isdisjoint(accepted)
