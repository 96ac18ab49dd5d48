"""Looks at LinkedIn for what a user profile reaches: ad accounts, company pages, campaigns, lead forms (OC-97).

Requests: one each for accounts, their users, page roles and page names; one for the campaigns of an account, one for
the forms of an owner, more only where lists are longer than a page. What one owner refuses stops no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from leadferry.accounts.campaign_store import Campaign, CampaignStore
from leadferry.accounts.model import (
    CampaignSync,
    FormSync,
    Owner,
    ProfileSync,
    UserProfile,
    lead_types,
)
from leadferry.accounts.owner_store import OwnerStore
from leadferry.accounts.profile_store import ProfileStore
from leadferry.clock import Clock
from leadferry.delivery.configuration import Configuration
from leadferry.errors import LinkedInError
from leadferry.forms.form_store import FormStore
from leadferry.linkedin import wire
from leadferry.linkedin.reading import UnreadableFormError, to_form_version
from leadferry.linkedin.tokens import MEMBER_CODES
from leadferry.mapping.discovered import discovered_fields
from leadferry.mapping.mapping_store import MappingStore
from leadferry.mapping.model import FieldMapping
from leadferry.words import worded

OWNERS_AT_ONCE = 4
STOPPING_CODES = MEMBER_CODES | {"linkedin-bad-client-secret", "linkedin-version-sunset", "linkedin-unreachable"}
"""Refusals that the next owner would get too."""


class LinkedIn(Protocol):
    """What of the LinkedIn client is used here."""

    def ad_accounts(self) -> list[wire.AdAccount]: ...
    def ad_account_users(self) -> list[wire.AdAccountUser]: ...
    def organization_acls(self) -> list[wire.OrganizationAcl]: ...
    def organizations(self, ids: Iterable[int | str]) -> list[wire.Organization]: ...
    def campaigns(self, account_id: int | str) -> list[wire.Campaign]: ...
    def lead_forms(self, owner_urn: str) -> Iterator[bytes]: ...


class DiscoveryStores(Protocol):
    @property
    def profiles(self) -> ProfileStore: ...
    @property
    def owners(self) -> OwnerStore: ...
    @property
    def campaigns(self) -> CampaignStore: ...
    @property
    def forms(self) -> FormStore: ...
    @property
    def mappings(self) -> MappingStore: ...


@dataclass
class _Reached:
    """Owners by URN. `listed`: the kinds whose list LinkedIn gave us, so that what is not on it is lost."""

    names: dict[str, str] = field(default_factory=dict)
    roles: dict[str, list[str]] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)

    def add(self, urn: str, name: str = "", role: str = "") -> None:
        self.names[urn] = name or self.names.get(urn, "")
        held = self.roles.setdefault(urn, [])
        if role and role not in held:
            held.append(role)


class Discovery:
    def __init__(self, stores: DiscoveryStores, configuration: Configuration, clock: Clock) -> None:
        self.stores, self.configuration, self.clock = stores, configuration, clock

    def run(self, client: LinkedIn, profile: UserProfile) -> list[str]:
        """Brings everything up to date. Returns what could not be seen, in words.

        Raises the LinkedInError that stops everything (consent withdrawn, version switched off, no network).
        """
        profiles = self.stores.profiles
        profiles.set_sync(profile.environment_id, profile.id, ProfileSync.SYNCING_ACCOUNTS)
        troubles: list[str] = []
        try:
            owners = self._owners(client, profile, troubles)
            with ThreadPoolExecutor(OWNERS_AT_ONCE) as pool:
                for found in pool.map(lambda owner: self._one_owner(client, profile, owner), owners):
                    troubles += found
        except LinkedInError as error:
            self._stopped(profile, error)
            raise
        status = ProfileSync.ACTIVE if owners else ProfileSync.NO_ACCOUNTS
        text = (
            troubles[0]
            if troubles
            else ""
            if owners
            else worded("LinkedIn shows no ad account and no page of this member.")
        )
        profiles.set_sync(profile.environment_id, profile.id, status, text)
        return troubles

    def _stopped(self, profile: UserProfile, error: LinkedInError) -> None:
        profiles = self.stores.profiles
        profiles.set_sync(profile.environment_id, profile.id, ProfileSync.NOT_SYNCING, error.message)

    # Accounts and pages

    def _owners(self, client: LinkedIn, profile: UserProfile, troubles: list[str]) -> list[Owner]:
        """Stores what the profile reaches; returns the owners to go on with."""
        reached = _Reached()
        for listing in (_accounts, _pages):
            try:
                listing(client, reached)
            except LinkedInError as error:
                _stop_if_general(error)
                troubles.append(str(error))
        owners = [
            self.stores.owners.seen(profile.environment_id, profile.id, urn, name, ",".join(sorted(reached.roles[urn])))
            for urn, name in reached.names.items()
            if lead_types(urn, reached.roles[urn])
        ]
        troubles += self._lost(profile, reached)
        self._without_rights(profile, reached)
        return [owner for owner in owners if owner.sync_enabled]

    def _without_rights(self, profile: UserProfile, reached: _Reached) -> None:
        """Pages where the member's roles give no leads: shown as Forbidden, never asked, unless another profile may."""
        spoken_for = self.stores.profiles.by_owner(profile.environment_id)
        for urn, name in reached.names.items():
            roles = reached.roles[urn]
            if lead_types(urn, roles):
                continue
            owner = self.stores.owners.known(profile.environment_id, urn, name)
            if owner.sync_enabled and spoken_for.get(owner.id, profile.id) == profile.id:
                text = worded(
                    "{profile} is {roles} there, which gives no leads; ADMINISTRATOR or LEAD_GEN_FORMS_MANAGER does.",
                    profile=profile.name,
                    roles=", ".join(sorted(roles)) or "without a role",
                )
                self.stores.owners.set_form_sync(profile.environment_id, owner.id, FormSync.FORBIDDEN, text)

    def _lost(self, profile: UserProfile, reached: _Reached) -> list[str]:
        """What a list no longer names is unlinked; where no other profile reaches it, that is told."""
        owners, profiles = self.stores.owners, self.stores.profiles
        kept = {
            owner.urn
            for owner in owners.of_profile(profile.environment_id, profile.id)
            if owner.kind not in reached.listed
            or (owner.urn in reached.names and lead_types(owner.urn, reached.roles[owner.urn]))
        }
        lost = profiles.unlink_missing(profile.environment_id, profile.id, kept)
        spoken_for = profiles.by_owner(profile.environment_id) if lost else {}
        troubles = []
        for owner_id in lost:
            owner = owners.by_id(profile.environment_id, owner_id)
            if owner_id not in spoken_for and owner.sync_enabled:
                text = worded("{profile} has no role there any more.", profile=profile.name)
                owners.set_form_sync(profile.environment_id, owner_id, FormSync.FORBIDDEN, text)
                troubles.append(
                    worded(
                        "{owner}: {text} Its leads stay at LinkedIn until {profile} has one again, or another "
                        "member with a role authorizes a user profile.",
                        owner=owner.name or owner.urn,
                        text=text,
                        profile=profile.name,
                    )
                )
        return troubles

    # One owner

    def _one_owner(self, client: LinkedIn, profile: UserProfile, owner: Owner) -> list[str]:
        troubles = self._guarded(owner, worded("lead forms"), lambda: self._forms(client, profile, owner))
        if owner.kind == "sponsoredAccount" and self.configuration.sync_campaigns:
            troubles += self._guarded(owner, "campaigns", lambda: self._campaigns(client, owner))
        return troubles

    def _guarded(self, owner: Owner, what: str, pull: Callable[[], Sequence[str]]) -> list[str]:
        try:
            return list(pull())
        except LinkedInError as error:
            _stop_if_general(error)
            return [f"{owner.name}, {what}: {error}"]

    def _forms(self, client: LinkedIn, profile: UserProfile, owner: Owner) -> list[str]:
        owners, environment_id = self.stores.owners, owner.environment_id
        try:
            count, troubles = self._save_forms(owner, client.lead_forms(owner.urn))
        except LinkedInError as error:
            if error.status == 403:
                owners.set_form_sync(environment_id, owner.id, FormSync.FORBIDDEN, f"{profile.name}: {error}")
            raise
        status = FormSync.ACTIVE if count else FormSync.NO_FORMS
        owners.set_form_sync(environment_id, owner.id, status, troubles[0] if troubles else "")
        return troubles

    def _save_forms(self, owner: Owner, found: Iterable[bytes]) -> tuple[int, list[str]]:
        """Drafts are left out: nobody can have answered them, and their fields would only fill the mapping list."""
        fields: list[FieldMapping] = []
        troubles: list[str] = []
        count = 0
        for raw in found:
            try:
                form = to_form_version(raw)
            except UnreadableFormError as error:
                troubles.append(f"{owner.name}: {error}")
                continue
            if form.state != "DRAFT":
                self.stores.forms.save_version(owner.environment_id, owner.id, form, raw)
                fields += discovered_fields(form)
                count += 1
        self.stores.mappings.add_discovered(owner.environment_id, fields)
        return count, troubles

    def _campaigns(self, client: LinkedIn, owner: Owner) -> list[str]:
        owners, environment_id = self.stores.owners, owner.environment_id
        try:
            found = client.campaigns(owner.linkedin_id)
        except LinkedInError as error:
            if error.status == 403:
                owners.set_campaign_sync(environment_id, owner.id, CampaignSync.FORBIDDEN)
            raise
        self.stores.campaigns.seen(environment_id, owner.id, [_campaign(one) for one in found])
        active = any(one.status == "ACTIVE" for one in found)
        status = CampaignSync.ACTIVE if active else CampaignSync.NO_CAMPAIGNS
        owners.set_campaign_sync(environment_id, owner.id, status)
        return []


def _accounts(client: LinkedIn, reached: _Reached) -> None:
    """linkedin-api 6.1, 6.2: names from one list, the member's roles from the other."""
    for account in client.ad_accounts():
        reached.add(account.urn, account.name or "")
    for user in client.ad_account_users():
        reached.add(user.account, role=user.role)
    reached.listed.add("sponsoredAccount")


def _pages(client: LinkedIn, reached: _Reached) -> None:
    """linkedin-api 6.4: the member's roles on pages, then the pages' names in one request."""
    urns: dict[str, None] = {}
    for acl in client.organization_acls():
        if acl.organization_urn:
            urns[acl.organization_urn] = None
            reached.add(acl.organization_urn, role=acl.role)
    reached.listed.add("organization")
    if urns:
        for page in client.organizations(urns):
            reached.add(page.urn, page.localizedName or page.vanityName or "")


def _campaign(found: wire.Campaign) -> Campaign:
    planned = found.runSchedule or wire.RunSchedule()
    return Campaign(found.urn, found.name or "", found.type or "", found.status or "", planned.start, planned.end)


def _stop_if_general(error: LinkedInError) -> None:
    if error.code in STOPPING_CODES:
        raise error
