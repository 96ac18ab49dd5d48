"""Asks LinkedIn, cheaply, what each user profile may do with each account and page.

Requests of one profile: two for its roles; per ad account four, per page up to five, one row each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from leadferry.accounts.matrix import BY_SCOPE, Rights, Said, abilities_of, judged, pushed_type
from leadferry.accounts.model import Owner, UserProfile
from leadferry.accounts.owner_store import OwnerStore
from leadferry.accounts.permission_store import PermissionStore
from leadferry.accounts.permissions import Ability, Permission
from leadferry.clock import Clock
from leadferry.errors import LinkedInError
from leadferry.linkedin import wire
from leadferry.linkedin.tokens import MEMBER_CODES

OWNERS_AT_ONCE = 4
STOPPING_CODES = MEMBER_CODES | {"linkedin-bad-client-secret", "linkedin-version-sunset", "linkedin-unreachable"}
"""Every further question would be answered the same."""


class LinkedIn(Protocol):
    """What of the LinkedIn client is used here."""

    def ad_account_users(self) -> list[wire.AdAccountUser]: ...
    def organization_acls(self) -> list[wire.OrganizationAcl]: ...
    def try_responses(self, owner_urn: str, lead_type: str, *, now: int) -> None: ...
    def try_forms(self, owner_urn: str) -> None: ...
    def try_campaigns(self, account_id: int | str) -> None: ...
    def try_notifications(self, owner_urn: str, lead_type: str) -> None: ...


@dataclass(frozen=True)
class PermissionCheck:
    """`scopes`: those that this installation asks members for."""

    owners: OwnerStore
    permissions: PermissionStore
    scopes: Collection[str]
    clock: Clock

    def run(self, client: LinkedIn, profile: UserProfile) -> list[Permission]:
        """Stores and returns the profile's part of the matrix. Raises the LinkedInError that stops everything; then
        what was known stays."""
        rights = Rights(
            profile.id,
            profile.name,
            frozenset(profile.scopes.split()),
            _roles(lambda: ((one.account, one.role) for one in client.ad_account_users())),
            _roles(lambda: ((one.organization_urn, one.role) for one in client.organization_acls())),
        )
        with ThreadPoolExecutor(OWNERS_AT_ONCE) as pool:
            found = pool.map(lambda owner: self._of_owner(client, rights, owner), self._owners(profile, rights))
            everything = [one for some in found for one in some]
        self.permissions.save(profile.environment_id, profile.id, everything)
        return everything

    def _owners(self, profile: UserProfile, rights: Rights) -> list[Owner]:
        """Those the profile reaches or has a role on, and those it could read before."""
        reached = {owner.id for owner in self.owners.of_profile(profile.environment_id, profile.id)}
        reached |= {one.owner_id for one in self.permissions.of_profile(profile.environment_id, profile.id)}
        return [
            owner for owner in self.owners.list(profile.environment_id) if owner.id in reached or rights.roles_on(owner)
        ]

    def _of_owner(self, client: LinkedIn, rights: Rights, owner: Owner) -> list[Permission]:
        now = self.clock()
        return [
            judged(owner, ability, rights, self._ask(client, rights, owner, ability), self.scopes, now)
            for ability in Ability
        ]

    def _ask(self, client: LinkedIn, rights: Rights, owner: Owner, ability: Ability) -> Said:
        if ability in BY_SCOPE or ability not in abilities_of(owner):
            return Said.NOTHING
        try:
            if ability.lead_type:
                client.try_responses(owner.urn, ability.lead_type, now=self.clock())
            elif ability is Ability.FORMS:
                client.try_forms(owner.urn)
            elif ability is Ability.PUSH:
                client.try_notifications(owner.urn, pushed_type(owner, rights))
            else:
                client.try_campaigns(owner.linkedin_id)
        except LinkedInError as error:
            _stop_if_general(error)
            return Said.FORBIDDEN if error.status == 403 else Said.NOTHING
        return Said.YES


def _roles(listed: Callable[[], Iterable[tuple[str, str]]]) -> Mapping[str, frozenset[str]] | None:
    """None where LinkedIn does not give the list: without the scope for it, say."""
    found: dict[str, set[str]] = {}
    try:
        for urn, role in listed():
            if urn:
                found.setdefault(urn, set()).add(role)
    except LinkedInError as error:
        _stop_if_general(error)
        return None
    return {urn: frozenset(roles) for urn, roles in found.items()}


def _stop_if_general(error: LinkedInError) -> None:
    if error.code in STOPPING_CODES:
        raise error
