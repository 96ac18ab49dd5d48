from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from environments import StandingClock
from leadferry.accounts.model import Authorization, Environment, ProfileSync
from leadferry.accounts.owner_store import OwnerStore
from leadferry.accounts.profile_store import ProfileStore
from leadferry.accounts.vault import Vault
from leadferry.errors import InputError, LeadferryError, NotFoundError
from leadferry.linkedin.tokens import Tokens
from leadferry.store import tables
from leadferry.store.database import Database

TOKENS = Tokens("AQX-access", "AQV-refresh", 1_795_000_000_000, 1_820_000_000_000, ("r_ads", "r_organization_admin"))
ACCOUNT = "urn:li:sponsoredAccount:5001"


@pytest.fixture
def profiles(database: Database, vault: Vault, clock: StandingClock) -> ProfileStore:
    return ProfileStore(database, vault, clock)


@pytest.fixture
def owners(database: Database, clock: StandingClock) -> OwnerStore:
    return OwnerStore(database, clock)


def test_a_profile_without_tokens_is_not_authorized(profiles: ProfileStore, crane: Environment) -> None:
    added = profiles.add(crane.id, " Ann ", member_name="Ann Lee", row_owner_id="u-1")
    assert (added.name, added.member_name, added.row_owner_id) == ("Ann", "Ann Lee", "u-1")
    assert (added.authorization, added.sync_status) == (Authorization.NOT_AUTHORIZED, ProfileSync.NOT_SYNCING)
    assert profiles.tokens(crane.id, added.id) is None
    assert profiles.get(crane.id, "ann") == added


def test_tokens_are_sealed_and_come_back_whole(database: Database, profiles: ProfileStore, crane: Environment) -> None:
    added = profiles.add(crane.id, "Ann", TOKENS)
    with database.read() as connection:
        stored = connection.execute(sa.select(tables.user_profiles.c.tokens)).scalar_one()
    assert b"AQ" not in stored
    assert profiles.tokens(crane.id, added.id) == TOKENS
    assert (added.authorization, added.scopes) == (Authorization.AUTHORIZED, "r_ads r_organization_admin")


def test_a_refresh_makes_an_expired_profile_authorized_again(profiles: ProfileStore, crane: Environment) -> None:
    added = profiles.add(crane.id, "Ann", TOKENS)
    profiles.set_authorization(crane.id, added.id, Authorization.EXPIRED, "x" * 150)
    expired = profiles.get(crane.id, "Ann")
    assert (expired.authorization, expired.status_text) == (Authorization.EXPIRED, "x" * 100)
    renewed = Tokens("AQX-2", "AQV-2", 1_796_000_000_000, 0, ("r_ads",))
    profiles.save_tokens(crane.id, added.id, renewed)
    again = profiles.get(crane.id, "Ann")
    assert (again.authorization, again.status_text) == (Authorization.AUTHORIZED, "")
    assert profiles.tokens(crane.id, added.id) == renewed


def test_the_end_of_a_sync_is_noted_and_its_beginning_is_not(
    profiles: ProfileStore, crane: Environment, clock: StandingClock
) -> None:
    added = profiles.add(crane.id, "Ann", TOKENS)
    profiles.set_sync(crane.id, added.id, ProfileSync.SYNCING_ACCOUNTS)
    assert profiles.by_id(crane.id, added.id).last_sync_at is None
    clock.now += 1
    profiles.set_sync(crane.id, added.id, ProfileSync.ACTIVE)
    done = profiles.by_id(crane.id, added.id)
    assert (done.sync_status, done.last_sync_at) == (ProfileSync.ACTIVE, clock.now)


def test_a_name_is_given_once_in_an_environment(profiles: ProfileStore, crane: Environment, heron: Environment) -> None:
    profiles.add(crane.id, "Ann")
    with pytest.raises(InputError, match='There is a user profile "Ann" in this environment already'):
        profiles.add(crane.id, "ANN")
    assert profiles.add(heron.id, "Ann").environment_id == heron.id


def test_another_environments_profiles_are_never_visible(
    profiles: ProfileStore, crane: Environment, heron: Environment
) -> None:
    added = profiles.add(crane.id, "Ann", TOKENS)
    assert profiles.list(heron.id) == []
    with pytest.raises(NotFoundError, match='There is no user profile "Ann" in this environment'):
        profiles.get(heron.id, "Ann")
    attempts: list[Callable[[], object]] = [
        lambda: profiles.by_id(heron.id, added.id),
        lambda: profiles.tokens(heron.id, added.id),
        lambda: profiles.save_tokens(heron.id, added.id, TOKENS),
        lambda: profiles.set_row_owner(heron.id, added.id, "u-9"),
    ]
    for attempt in attempts:
        with pytest.raises(NotFoundError, match=f"no user profile {added.id} in this environment"):
            attempt()
    assert profiles.list(crane.id) == [added]


def test_tokens_of_another_master_key_say_what_to_do(
    database: Database, profiles: ProfileStore, crane: Environment, clock: StandingClock
) -> None:
    added = profiles.add(crane.id, "Ann", TOKENS)
    with pytest.raises(LeadferryError) as refusal:
        ProfileStore(database, Vault([b"x" * 32]), clock).tokens(crane.id, added.id)
    assert refusal.value.code == "vault-wrong-key"


def test_an_owner_is_spoken_for_by_an_authorized_profile_first(
    profiles: ProfileStore, owners: OwnerStore, crane: Environment, heron: Environment
) -> None:
    first, second = profiles.add(crane.id, "Ann", TOKENS), profiles.add(crane.id, "Ben", TOKENS)
    owner = owners.seen(crane.id, first.id, ACCOUNT, "Crane EU", "VIEWER")
    owners.seen(crane.id, second.id, ACCOUNT, "Crane EU", "VIEWER")
    assert profiles.by_owner(crane.id) == {owner.id: first.id}
    profiles.set_authorization(crane.id, first.id, Authorization.EXPIRED)
    assert profiles.by_owner(crane.id) == {owner.id: second.id}
    assert profiles.by_owner(heron.id) == {}


def test_removing_a_profile_leaves_its_owners(profiles: ProfileStore, owners: OwnerStore, crane: Environment) -> None:
    added = profiles.add(crane.id, "Ann")
    owner = owners.seen(crane.id, added.id, ACCOUNT, "Crane EU", "VIEWER")
    profiles.remove(crane.id, "Ann")
    assert profiles.list(crane.id) == []
    assert owners.list(crane.id) == [owner]
    assert owners.links(crane.id) == []


def test_links_to_owners_that_the_member_lost_are_taken_away(
    profiles: ProfileStore, owners: OwnerStore, crane: Environment
) -> None:
    added = profiles.add(crane.id, "Ann")
    kept = owners.seen(crane.id, added.id, ACCOUNT, "Crane EU", "VIEWER")
    lost = owners.seen(crane.id, added.id, "urn:li:sponsoredAccount:5002", "Crane US", "VIEWER")
    assert profiles.unlink_missing(crane.id, added.id, {ACCOUNT}) == [lost.id]
    assert owners.of_profile(crane.id, added.id) == [kept]
    assert len(owners.list(crane.id)) == 2
