from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from environments import StandingClock
from leadferry.accounts.model import CampaignSync, Environment, FormSync, UserProfile
from leadferry.accounts.owner_store import OwnerStore
from leadferry.accounts.profile_store import ProfileStore
from leadferry.accounts.vault import Vault
from leadferry.errors import NotFoundError
from leadferry.store.database import Database

ACCOUNT, PAGE = "urn:li:sponsoredAccount:5001", "urn:li:organization:9001"


@pytest.fixture
def owners(database: Database, clock: StandingClock) -> OwnerStore:
    return OwnerStore(database, clock)


@pytest.fixture
def ann(database: Database, vault: Vault, clock: StandingClock, crane: Environment) -> UserProfile:
    return ProfileStore(database, vault, clock).add(crane.id, "Ann")


def test_an_owner_met_for_the_first_time_waits_for_its_first_sync(owners: OwnerStore, ann: UserProfile) -> None:
    owner = owners.seen(ann.environment_id, ann.id, ACCOUNT, "Crane EU", "VIEWER")
    assert (owner.urn, owner.name, owner.kind, owner.linkedin_id) == (ACCOUNT, "Crane EU", "sponsoredAccount", 5001)
    assert (owner.sync_enabled, owner.form_sync_status, owner.campaign_sync_status) == (True, FormSync.PENDING, None)
    assert owners.list(ann.environment_id) == [owner]
    assert owners.of_profile(ann.environment_id, ann.id) == [owner]


def test_an_owner_met_again_takes_the_new_name_and_role_and_keeps_what_a_person_chose(
    owners: OwnerStore, ann: UserProfile
) -> None:
    environment_id = ann.environment_id
    first = owners.seen(environment_id, ann.id, PAGE, "Crane", "ANALYST")
    owners.set_sync_enabled(environment_id, first.id, False)
    owners.set_default_lead_owner(environment_id, first.id, "u-1")
    again = owners.seen(environment_id, ann.id, PAGE, "Crane Works", "ADMINISTRATOR,ANALYST")
    assert (again.id, again.name, again.sync_enabled) == (first.id, "Crane Works", False)
    assert (again.default_lead_owner_id, again.form_sync_status) == ("u-1", FormSync.NOT_SYNCING)
    assert [link.roles for link in owners.links(environment_id)] == [("ADMINISTRATOR", "ANALYST")]
    assert owners.seen(environment_id, ann.id, PAGE, "", "ANALYST").name == "Crane Works"


def test_an_owner_without_a_name_is_called_by_its_urn(owners: OwnerStore, ann: UserProfile) -> None:
    assert owners.seen(ann.environment_id, ann.id, PAGE, "", "ANALYST").name == PAGE


def test_processes_that_meet_one_owner_at_once_make_one_row(owners: OwnerStore, ann: UserProfile) -> None:
    with ThreadPoolExecutor(4) as pool:
        keys = list(
            pool.map(lambda _: owners.seen(ann.environment_id, ann.id, ACCOUNT, "Crane EU", "VIEWER").id, range(8))
        )
    assert len(set(keys)) == 1


def test_an_owner_is_found_by_urn_number_or_name(owners: OwnerStore, ann: UserProfile) -> None:
    owner = owners.seen(ann.environment_id, ann.id, ACCOUNT, "Crane EU", "VIEWER")
    for reference in (ACCOUNT, "5001", "crane eu"):
        assert owners.get(ann.environment_id, reference) == owner
    with pytest.raises(NotFoundError, match=r'no account or page "5002" in this environment\. Known: Crane EU'):
        owners.get(ann.environment_id, "5002")


def test_statuses_tell_when_a_sync_came_to_its_end(owners: OwnerStore, ann: UserProfile, clock: StandingClock) -> None:
    environment_id = ann.environment_id
    key = owners.seen(environment_id, ann.id, ACCOUNT, "Crane EU", "VIEWER").id
    owners.set_form_sync(environment_id, key, FormSync.FORBIDDEN, "Ann lost the role.")
    owners.set_campaign_sync(environment_id, key, CampaignSync.FORBIDDEN)
    refused = owners.by_id(environment_id, key)
    assert (refused.form_sync_status, refused.status_text) == (FormSync.FORBIDDEN, "Ann lost the role.")
    assert (refused.last_form_sync_at, refused.last_campaign_sync_at) == (None, None)
    owners.set_form_sync(environment_id, key, FormSync.ACTIVE)
    owners.set_campaign_sync(environment_id, key, CampaignSync.NO_CAMPAIGNS)
    done = owners.by_id(environment_id, key)
    assert (done.form_sync_status, done.status_text, done.last_form_sync_at) == (FormSync.ACTIVE, "", clock.now)
    assert (done.campaign_sync_status, done.last_campaign_sync_at) == (CampaignSync.NO_CAMPAIGNS, clock.now)


def test_switching_sync_on_again_waits_for_the_next_sync(owners: OwnerStore, ann: UserProfile) -> None:
    key = owners.seen(ann.environment_id, ann.id, ACCOUNT, "Crane EU", "VIEWER").id
    owners.set_sync_enabled(ann.environment_id, key, False)
    owners.set_sync_enabled(ann.environment_id, key, True)
    owner = owners.by_id(ann.environment_id, key)
    assert (owner.sync_enabled, owner.form_sync_status) == (True, FormSync.PENDING)


def test_a_cursor_exists_once_a_walk_came_to_its_end_and_moves_forward_only(
    owners: OwnerStore, ann: UserProfile, clock: StandingClock
) -> None:
    key = owners.seen(ann.environment_id, ann.id, ACCOUNT, "Crane EU", "VIEWER").id
    assert owners.cursor(key, "SPONSORED") is None
    owners.move_cursor(key, "SPONSORED", 5000)
    owners.move_cursor(key, "SPONSORED", 4000)
    cursor = owners.cursor(key, "SPONSORED")
    assert cursor
    assert (cursor.through_at, cursor.polled_at, cursor.trouble) == (5000, clock.now, "")
    assert owners.cursor(key, "EVENT") is None


def test_a_trouble_does_not_move_a_cursor_and_the_next_walk_clears_it(owners: OwnerStore, ann: UserProfile) -> None:
    key = owners.seen(ann.environment_id, ann.id, ACCOUNT, "Crane EU", "VIEWER").id
    owners.cursor_trouble(key, "SPONSORED", "LinkedIn does not answer.")
    assert owners.cursor(key, "SPONSORED") is None
    assert [cursor.trouble for cursor in owners.cursors(ann.environment_id)] == ["LinkedIn does not answer."]
    owners.move_cursor(key, "SPONSORED", 5000)
    owners.cursor_trouble(key, "SPONSORED", "Again not.")
    assert [(cursor.through_at, cursor.trouble) for cursor in owners.cursors(ann.environment_id)] == [
        (5000, "Again not.")
    ]
    owners.move_cursor(key, "SPONSORED", 6000)
    assert [(cursor.through_at, cursor.trouble) for cursor in owners.cursors(ann.environment_id)] == [(6000, "")]


def test_a_reset_forgets_cursors_of_this_environment_only(
    database: Database, vault: Vault, clock: StandingClock, owners: OwnerStore, ann: UserProfile, heron: Environment
) -> None:
    ours = owners.seen(ann.environment_id, ann.id, ACCOUNT, "Crane EU", "VIEWER")
    ben = ProfileStore(database, vault, clock).add(heron.id, "Ben")
    theirs = owners.seen(heron.id, ben.id, ACCOUNT, "Crane EU", "VIEWER")
    owners.move_cursor(ours.id, "SPONSORED", 5000)
    owners.move_cursor(theirs.id, "SPONSORED", 5000)
    owners.reset_cursors(heron.id, [ours.id])
    assert owners.cursor(ours.id, "SPONSORED")
    owners.reset_cursors(ann.environment_id)
    assert owners.cursor(ours.id, "SPONSORED") is None
    assert owners.cursor(theirs.id, "SPONSORED")


def test_another_environments_owners_are_never_visible(
    owners: OwnerStore, ann: UserProfile, heron: Environment
) -> None:
    owner = owners.seen(ann.environment_id, ann.id, ACCOUNT, "Crane EU", "VIEWER")
    assert owners.list(heron.id) == []
    assert owners.of_profile(heron.id, ann.id) == []
    assert owners.links(heron.id) == []
    attempts: list[Callable[[], object]] = [
        lambda: owners.by_id(heron.id, owner.id),
        lambda: owners.get(heron.id, ACCOUNT),
        lambda: owners.set_sync_enabled(heron.id, owner.id, False),
        lambda: owners.set_default_lead_owner(heron.id, owner.id, "u"),
        lambda: owners.set_form_sync(heron.id, owner.id, FormSync.ACTIVE),
    ]
    for attempt in attempts:
        with pytest.raises(NotFoundError):
            attempt()
    assert owners.list(ann.environment_id) == [owner]
