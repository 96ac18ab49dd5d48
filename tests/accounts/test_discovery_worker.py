from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from environments import KEY, StandingClock
from leadferry.accounts.campaign_store import CampaignStore
from leadferry.accounts.discovery_worker import Discovery
from leadferry.accounts.model import Authorization, CampaignSync, Environment, FormSync, ProfileSync, UserProfile
from leadferry.accounts.owner_store import OwnerStore
from leadferry.accounts.profile_store import ProfileStore
from leadferry.accounts.vault import Vault
from leadferry.delivery.configuration import Configuration
from leadferry.errors import LinkedInError
from leadferry.forms.form_store import FormStore
from leadferry.linkedin import wire
from leadferry.linkedin.tokens import Tokens
from leadferry.mapping.mapping_store import MappingStore
from leadferry.mapping.model import Source
from leadferry.store.database import Database

EU, US, PAGE = "urn:li:sponsoredAccount:5001", "urn:li:sponsoredAccount:5002", "urn:li:organization:9001"
FORBIDDEN = LinkedInError("The member's role is missing.", fix="Ask for one.", code="linkedin-forbidden", status=403)


@dataclass
class LinkedIn:
    """What LinkedIn shows: `refuses` holds the error that a call raises, by its name and its owner or account."""

    accounts: dict[str, str] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    pages: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    forms: dict[str, list[bytes]] = field(default_factory=dict)
    shown_campaigns: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    refuses: dict[tuple[str, str], LinkedInError] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)

    def _call(self, name: str, about: str = "") -> None:
        self.calls.append((name, about))
        if error := self.refuses.get((name, about)):
            raise error

    def ad_accounts(self) -> list[wire.AdAccount]:
        self._call("ad_accounts")
        return [wire.AdAccount(int(urn.rpartition(":")[2]), name) for urn, name in self.accounts.items()]

    def ad_account_users(self) -> list[wire.AdAccountUser]:
        self._call("ad_account_users")
        return [wire.AdAccountUser(urn, role) for urn, role in self.users.items()]

    def organization_acls(self) -> list[wire.OrganizationAcl]:
        self._call("organization_acls")
        return [wire.OrganizationAcl(urn, None, role) for urn, (_, roles) in self.pages.items() for role in roles]

    def organizations(self, ids: Iterable[int | str]) -> list[wire.Organization]:
        self._call("organizations")
        return [wire.Organization(int(str(urn).rpartition(":")[2]), self.pages[str(urn)][0]) for urn in ids]

    def campaigns(self, account_id: int | str) -> list[wire.Campaign]:
        self._call("campaigns", str(account_id))
        return [
            wire.Campaign(key, name, status=status)
            for key, name, status in self.shown_campaigns.get(str(account_id), [])
        ]

    def lead_forms(self, owner_urn: str) -> Iterator[bytes]:
        self._call("lead_forms", owner_urn)
        yield from self.forms.get(owner_urn, [])


@dataclass(frozen=True)
class Stores:
    profiles: ProfileStore
    owners: OwnerStore
    campaigns: CampaignStore
    forms: FormStore
    mappings: MappingStore


def form(form_id: int, **changes: Any) -> bytes:
    question = {"questionId": form_id * 10, "name": "Size", "question": {"localized": {"en_US": "Which size?"}}}
    plain = {"id": form_id, "versionId": 1, "state": "PUBLISHED", "name": f"Form {form_id}"}
    return msgspec.json.encode({**plain, "content": {"questions": [question]}, **changes})


@pytest.fixture
def stores(database: Database, clock: StandingClock) -> Stores:
    return Stores(
        ProfileStore(database, Vault([KEY]), clock),
        OwnerStore(database, clock),
        CampaignStore(database, clock),
        FormStore(database, clock),
        MappingStore(database),
    )


@pytest.fixture
def ann(stores: Stores, crane: Environment) -> UserProfile:
    return stores.profiles.add(crane.id, "Ann", Tokens("access"))


@pytest.fixture
def linkedin() -> LinkedIn:
    return LinkedIn(
        accounts={EU: "Crane EU", US: "Crane US"},
        users={EU: "VIEWER", US: "ACCOUNT_MANAGER"},
        pages={PAGE: ("Crane Works", ["ANALYST", "ADMINISTRATOR"])},
        forms={EU: [form(1), form(2)], US: [], PAGE: [form(3)]},
        shown_campaigns={"5001": [(7, "Autumn", "ACTIVE"), (8, "Spring", "PAUSED")]},
    )


Discover = Callable[..., list[str]]


@pytest.fixture
def discover(stores: Stores, linkedin: LinkedIn, ann: UserProfile, clock: StandingClock) -> Discover:
    def run(profile: UserProfile = ann, configuration: Configuration | None = None) -> list[str]:
        return Discovery(stores, configuration or Configuration(), clock).run(linkedin, profile)

    return run


def statuses(stores: Stores, environment: Environment) -> dict[str, FormSync]:
    return {owner.urn: owner.form_sync_status for owner in stores.owners.list(environment.id)}


def test_everything_that_the_member_reaches_is_found(
    stores: Stores, crane: Environment, ann: UserProfile, discover: Discover, clock: StandingClock
) -> None:
    assert discover() == []
    found = {owner.urn: owner for owner in stores.owners.list(crane.id)}
    assert {urn: owner.name for urn, owner in found.items()} == {EU: "Crane EU", US: "Crane US", PAGE: "Crane Works"}
    assert statuses(stores, crane) == {EU: FormSync.ACTIVE, US: FormSync.NO_FORMS, PAGE: FormSync.ACTIVE}
    assert {urn: owner.campaign_sync_status for urn, owner in found.items()} == {
        EU: CampaignSync.ACTIVE,
        US: CampaignSync.NO_CAMPAIGNS,
        PAGE: None,
    }
    assert {key: link.roles for link in stores.owners.links(crane.id) for key in [link.owner_id]} == {
        found[EU].id: ("VIEWER",),
        found[US].id: ("ACCOUNT_MANAGER",),
        found[PAGE].id: ("ADMINISTRATOR", "ANALYST"),
    }
    assert sorted(stores.forms.names(crane.id).values()) == ["Form 1", "Form 2", "Form 3"]
    assert sorted(stores.campaigns.names(crane.id).values()) == ["Autumn", "Spring"]
    profile = stores.profiles.by_id(crane.id, ann.id)
    assert (profile.sync_status, profile.status_text, profile.last_sync_at) == (ProfileSync.ACTIVE, "", clock.now)


def test_it_takes_as_few_requests_as_there_are_lists(linkedin: LinkedIn, discover: Discover) -> None:
    discover()
    assert sorted(linkedin.calls) == sorted(
        [
            ("ad_accounts", ""),
            ("ad_account_users", ""),
            ("organization_acls", ""),
            ("organizations", ""),
            ("lead_forms", EU),
            ("lead_forms", US),
            ("lead_forms", PAGE),
            ("campaigns", "5001"),
            ("campaigns", "5002"),
        ]
    )


def test_fields_of_the_forms_join_the_mapping_list_once(stores: Stores, crane: Environment, discover: Discover) -> None:
    discover()
    discover()
    met = [mapping for mapping in stores.mappings.list(crane.id) if mapping.source is Source.QUESTION]
    assert sorted((mapping.key, mapping.name, mapping.column) for mapping in met) == [
        ("10", "Which size?", None),
        ("20", "Which size?", None),
        ("30", "Which size?", None),
    ]


def test_a_refusal_for_one_owner_stops_no_other(
    stores: Stores, crane: Environment, linkedin: LinkedIn, discover: Discover
) -> None:
    linkedin.refuses = {("lead_forms", EU): FORBIDDEN, ("campaigns", "5001"): FORBIDDEN}
    assert discover() == [
        "Crane EU, lead forms: The member's role is missing. Ask for one.",
        "Crane EU, campaigns: The member's role is missing. Ask for one.",
    ]
    refused = stores.owners.get(crane.id, EU)
    assert statuses(stores, crane) == {EU: FormSync.FORBIDDEN, US: FormSync.NO_FORMS, PAGE: FormSync.ACTIVE}
    assert refused.status_text == "Ann: The member's role is missing. Ask for one."
    assert refused.campaign_sync_status is CampaignSync.FORBIDDEN
    linkedin.refuses = {}
    assert discover() == []
    again = stores.owners.get(crane.id, EU)
    assert (again.form_sync_status, again.status_text) == (FormSync.ACTIVE, "")


def test_a_passing_failure_leaves_the_status_and_is_told(
    stores: Stores, crane: Environment, linkedin: LinkedIn, discover: Discover
) -> None:
    discover()
    linkedin.refuses = {("lead_forms", EU): LinkedInError("LinkedIn answered 503.", code="linkedin-unavailable")}
    assert discover() == ["Crane EU, lead forms: LinkedIn answered 503."]
    assert stores.owners.get(crane.id, EU).form_sync_status is FormSync.ACTIVE


def test_without_the_right_to_list_accounts_the_pages_are_found_and_known_accounts_stay(
    stores: Stores, crane: Environment, ann: UserProfile, linkedin: LinkedIn, discover: Discover
) -> None:
    discover()
    linkedin.refuses = {("ad_accounts", ""): FORBIDDEN}
    linkedin.pages["urn:li:organization:9002"] = ("Crane Parts", ["ADMINISTRATOR"])
    assert discover() == ["The member's role is missing. Ask for one."]
    assert len(stores.owners.of_profile(crane.id, ann.id)) == 4


def test_a_withdrawn_consent_shows_on_the_profile(
    stores: Stores, crane: Environment, ann: UserProfile, linkedin: LinkedIn, discover: Discover
) -> None:
    linkedin.refuses = {("lead_forms", US): LinkedInError("Consent withdrawn.", code="linkedin-reauthorize")}
    with pytest.raises(LinkedInError, match="Consent withdrawn"):
        discover()
    profile = stores.profiles.by_id(crane.id, ann.id)
    assert profile.sync_status is ProfileSync.NOT_SYNCING
    assert profile.status_text == "Consent withdrawn."


def test_a_version_switched_off_stops_everything_without_blaming_the_member(
    stores: Stores, crane: Environment, ann: UserProfile, linkedin: LinkedIn, discover: Discover
) -> None:
    linkedin.refuses = {("ad_accounts", ""): LinkedInError("Version off.", code="linkedin-version-sunset", status=426)}
    with pytest.raises(LinkedInError, match="Version off"):
        discover()
    assert linkedin.calls == [("ad_accounts", "")]
    assert stores.profiles.by_id(crane.id, ann.id).authorization is Authorization.AUTHORIZED


def test_a_member_without_accounts_and_pages_is_told_so(
    stores: Stores, crane: Environment, ann: UserProfile, linkedin: LinkedIn, discover: Discover
) -> None:
    linkedin.accounts, linkedin.users, linkedin.pages = {}, {}, {}
    assert discover() == []
    profile = stores.profiles.by_id(crane.id, ann.id)
    assert profile.sync_status is ProfileSync.NO_ACCOUNTS
    assert profile.status_text == "LinkedIn shows no ad account and no page of this member."


def test_a_page_whose_roles_give_no_leads_is_shown_and_never_asked(
    stores: Stores, crane: Environment, ann: UserProfile, linkedin: LinkedIn, discover: Discover
) -> None:
    linkedin.pages = {PAGE: ("Crane Works", ["ANALYST"])}
    discover()
    page = stores.owners.get(crane.id, PAGE)
    assert page.form_sync_status is FormSync.FORBIDDEN
    assert page.status_text.startswith("Ann is ANALYST there, which gives no leads; ADMINISTRATOR or")
    assert page not in stores.owners.of_profile(crane.id, ann.id)
    assert ("lead_forms", PAGE) not in linkedin.calls


def test_a_page_that_another_profile_may_read_is_not_called_forbidden(
    stores: Stores, crane: Environment, linkedin: LinkedIn, discover: Discover
) -> None:
    discover()
    ben = stores.profiles.add(crane.id, "Ben", Tokens("access"))
    linkedin.pages = {PAGE: ("Crane Works", ["ANALYST"])}
    discover(ben)
    assert stores.owners.get(crane.id, PAGE).form_sync_status is FormSync.ACTIVE


def test_a_lost_role_unlinks_the_owner_and_says_so(
    stores: Stores, crane: Environment, ann: UserProfile, linkedin: LinkedIn, discover: Discover
) -> None:
    discover()
    del linkedin.accounts[US], linkedin.users[US]
    linkedin.pages = {PAGE: ("Crane Works", ["CURATOR"])}
    discover()
    assert [owner.urn for owner in stores.owners.of_profile(crane.id, ann.id)] == [EU]
    lost = stores.owners.get(crane.id, US)
    assert (lost.form_sync_status, lost.status_text) == (FormSync.FORBIDDEN, "Ann has no role there any more.")
    assert stores.owners.get(crane.id, PAGE).status_text.startswith("Ann is CURATOR there")


def test_an_owner_with_sync_switched_off_is_not_asked(
    stores: Stores, crane: Environment, linkedin: LinkedIn, discover: Discover
) -> None:
    discover()
    stores.owners.set_sync_enabled(crane.id, stores.owners.get(crane.id, EU).id, False)
    linkedin.calls.clear()
    discover()
    assert ("lead_forms", EU) not in linkedin.calls
    assert ("campaigns", "5001") not in linkedin.calls
    assert stores.owners.get(crane.id, EU).form_sync_status is FormSync.NOT_SYNCING


def test_campaigns_are_left_alone_when_switched_off(linkedin: LinkedIn, discover: Discover) -> None:
    discover(configuration=Configuration(sync_campaigns=False))
    assert not [call for call in linkedin.calls if call[0] == "campaigns"]


def test_drafts_are_left_out_and_a_broken_form_costs_no_other(
    stores: Stores, crane: Environment, linkedin: LinkedIn, discover: Discover
) -> None:
    linkedin.forms[EU] = [b'{"id": {}}', form(1, state="DRAFT"), form(2)]
    troubles = discover()
    assert len(troubles) == 1
    assert troubles[0].startswith("Crane EU: The lead form cannot be read")
    assert sorted(stores.forms.names(crane.id)) == [2, 3]
    assert stores.owners.get(crane.id, EU).form_sync_status is FormSync.ACTIVE


def test_every_version_met_is_kept(stores: Stores, crane: Environment, linkedin: LinkedIn, discover: Discover) -> None:
    discover()
    linkedin.forms[EU] = [form(1, versionId=2, name="Form 1 again")]
    discover()
    assert stores.forms.versions(crane.id, 1) == [1, 2]
    assert stores.forms.names(crane.id)[1] == "Form 1 again"


def test_what_one_environment_discovers_the_other_does_not_see(
    stores: Stores, heron: Environment, discover: Discover
) -> None:
    discover()
    assert stores.owners.list(heron.id) == []
    assert stores.forms.list(heron.id) == []
    assert stores.campaigns.list(heron.id) == []
