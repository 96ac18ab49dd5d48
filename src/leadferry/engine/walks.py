"""Which owners and lead types are walked through a user profile. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from leadferry.accounts.model import Owner, OwnerLink, lead_types

Walk = tuple[Owner, str]


def walks(owners: Iterable[Owner], links: Iterable[OwnerLink], profile_id: int) -> list[Walk]:
    """Those with *Sync enabled* (OC-46) that the member's roles give a right to (linkedin-api 1.7)."""
    roles = {link.owner_id: link.roles for link in links if link.profile_id == profile_id}
    return [
        (owner, lead_type.value)
        for owner in owners
        if owner.id in roles and owner.sync_enabled
        for lead_type in lead_types(owner.urn, roles[owner.id])
    ]
