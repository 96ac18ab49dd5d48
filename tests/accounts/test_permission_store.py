from __future__ import annotations

from dataclasses import replace

import pytest

from environments import StandingClock
from leadferry.accounts.model import Environment
from leadferry.accounts.owner_store import OwnerStore
from leadferry.accounts.permission_store import PermissionStore
from leadferry.accounts.permissions import Ability, Permission, Verdict
from leadferry.accounts.profile_store import ProfileStore
from leadferry.accounts.vault import Vault
from leadferry.errors import NotFoundError
from leadferry.forms.model import LeadType
from leadferry.store.database import Database


@pytest.fixture
def store(database: Database, clock: StandingClock) -> PermissionStore:
    return PermissionStore(database, clock)


def test_a_check_of_rights_replaces_what_was_known_of_that_profile_and_of_no_other(
    store: PermissionStore, database: Database, vault: Vault, clock: StandingClock, crane: Environment
) -> None:
    profiles, owners = ProfileStore(database, vault, clock), OwnerStore(database, clock)
    ann, bob = profiles.add(crane.id, "Ann"), profiles.add(crane.id, "Bob")
    owner = owners.seen(crane.id, ann.id, "urn:li:sponsoredAccount:5001", "Crane EU", "VIEWER")
    forms = Permission(ann.id, owner.id, Ability.FORMS, Verdict.NO, role="VIEWER", missing="An admin adds Ann.")
    leads = replace(forms, ability=Ability.LEADS_SPONSORED, verdict=Verdict.YES, missing="", checked_at=clock())
    store.save(crane.id, ann.id, [forms, leads])
    store.save(crane.id, bob.id, [replace(forms, profile_id=bob.id)])
    assert store.of_profile(crane.id, ann.id) == [forms, leads]
    store.save(crane.id, ann.id, [leads])
    assert store.of_profile(crane.id, ann.id) == [leads]
    assert store.of_environment(crane.id) == [leads, replace(forms, profile_id=bob.id)]
    assert store.of_environment(crane.id + 1) == []
    assert profiles.by_id(crane.id, ann.id).rights_checked_at == clock()


def test_rights_of_another_environment_are_neither_written_nor_read(
    store: PermissionStore, database: Database, vault: Vault, clock: StandingClock, crane: Environment
) -> None:
    ann = ProfileStore(database, vault, clock).add(crane.id, "Ann")
    with pytest.raises(NotFoundError):
        store.save(crane.id + 1, ann.id, [])
    store.save(crane.id, ann.id, [Permission(ann.id, 999, Ability.FORMS, Verdict.YES)])
    assert store.of_profile(crane.id, ann.id) == []


def test_there_is_an_ability_for_every_lead_type() -> None:
    assert {one.lead_type for one in Ability if one.lead_type} == {kind.value for kind in LeadType}
    assert all(one.label for one in Ability)
