"""`/api/v1/profiles`, `accounts`, `people`."""

from __future__ import annotations

from typing import Any

from litestar.params import FromPath, JSONBody
from msgspec import UNSET

from leadferry.accounts.model import Owner, UserProfile
from leadferry.accounts.row_id import row_id
from leadferry.api.call_routes import AtCall, Call, delete, patch, post, read
from leadferry.api.shapes import (
    Account,
    AccountChange,
    Checked,
    Disconnected,
    Person,
    Profile,
    ProfileChange,
    ProfileDetail,
    account_shape,
    profile_detail,
    profile_shape,
)
from leadferry.console.rights import Action
from leadferry.errors import InputError

# Profiles


@read("/profiles", Action.READ_PROFILES)
def profiles(call: AtCall) -> list[Profile]:
    """The LinkedIn members who authorized Leadferry."""
    return [profile_shape(one) for one in call.rooms.profiles.list(call.here.id)]


@read("/profiles/{profile_id:int}", Action.READ_PROFILES)
def profile(call: AtCall, profile_id: FromPath[int]) -> ProfileDetail:
    """One of them, with what it may do at LinkedIn."""
    return _profile(call, profile_id)


def _profile(call: Call, profile_id: int) -> ProfileDetail:
    found = call.rooms.profiles.by_id(call.here.id, profile_id)
    return profile_detail(found, call.rooms.permissions.of_profile(call.here.id, profile_id))


@patch("/profiles/{profile_id:int}", Action.CHANGE_PROFILE)
def change_profile(call: AtCall, profile_id: FromPath[int], data: JSONBody[ProfileChange]) -> ProfileDetail:
    """Another name, or another owner for its leads."""
    store, here = call.rooms.profiles, call.here.id
    before: UserProfile = store.by_id(here, profile_id)
    with call.changing(lambda: _profile(call, profile_id)):
        owner_id = before.row_owner_id if data.row_owner_id is UNSET else row_id(str(data.row_owner_id))
        if data.name is not UNSET:
            store.rename(here, profile_id, data.name)
        if owner_id != before.row_owner_id:
            store.set_row_owner(here, profile_id, owner_id)
    after: UserProfile = store.by_id(here, profile_id)
    old, new = ({"name": one.name, "row_owner": one.row_owner_id} for one in (before, after))
    if old != new:
        call.record(Action.CHANGE_PROFILE, "profile", profile_id, after.name, before=old, after=new)
    return _profile(call, profile_id)


@post("/profiles/{profile_id:int}/check", Action.CHANGE_PROFILE, status_code=200, repeatable=True)
def check_profile(call: AtCall, profile_id: FromPath[int]) -> Checked:
    """Asks LinkedIn anew what the profile reaches and may do."""
    found = call.rooms.profiles.by_id(call.here.id, profile_id)
    troubles = call.rooms.check_rights(call.here, found)
    call.record(Action.CHANGE_PROFILE, "profile", found.id, found.name, after={"rights_checked": True})
    return Checked(list(troubles))


@post("/profiles/{profile_id:int}/disconnect", Action.CHANGE_PROFILE, status_code=200, repeatable=True)
def disconnect(call: AtCall, profile_id: FromPath[int]) -> Disconnected:
    """Takes the authorization back, at LinkedIn too where that can be. Only the member can give it again."""
    found = call.rooms.profiles.by_id(call.here.id, profile_id)
    done = call.rooms.connecting.disconnect(call.here, found)
    after = {"connected": False, "revoked_at_linkedin": done.revoked}
    call.record(Action.CHANGE_PROFILE, "profile", found.id, found.name, before={"connected": True}, after=after)
    return Disconnected(done.revoked)


@delete("/profiles/{profile_id:int}", Action.CHANGE_PROFILE)
def remove_profile(call: AtCall, profile_id: FromPath[int]) -> None:
    """Disconnects the profile and removes it."""
    found = call.rooms.profiles.by_id(call.here.id, profile_id)
    with call.changing(lambda: _profile(call, profile_id), asks_services=True):
        call.rooms.connecting.disconnect(call.here, found)
        call.rooms.profiles.remove(call.here.id, found.name)
    call.record(Action.CHANGE_PROFILE, "profile", found.id, found.name, before={"name": found.name})


# Accounts


@read("/accounts", Action.READ_PROFILES)
def accounts(call: AtCall) -> list[Account]:
    """The sponsored accounts and company pages that the profiles reach."""
    return [account_shape(one) for one in call.rooms.owners.list(call.here.id)]


@read("/accounts/{account_id:int}", Action.READ_PROFILES)
def account(call: AtCall, account_id: FromPath[int]) -> Account:
    """One sponsored account or company page."""
    return account_shape(call.rooms.owners.by_id(call.here.id, account_id))


@patch("/accounts/{account_id:int}", Action.CHANGE_ACCOUNT)
def change_account(call: AtCall, account_id: FromPath[int], data: JSONBody[AccountChange]) -> Account:
    """Switches an account on or off, or chooses who owns its new leads."""
    before: Owner = call.rooms.owners.by_id(call.here.id, account_id)
    if data.sync_enabled is UNSET and data.default_lead_owner_id is UNSET:
        raise InputError(
            "Nothing is to be changed.", fix="Name `sync_enabled` or `default_lead_owner_id`.", code="no-change"
        )
    owner_id = row_id(data.default_lead_owner_id) if isinstance(data.default_lead_owner_id, str) else None
    with call.changing(lambda: account_shape(call.rooms.owners.by_id(call.here.id, account_id))):
        if isinstance(data.sync_enabled, bool) and data.sync_enabled is not before.sync_enabled:
            call.rooms.owners.set_sync_enabled(call.here.id, account_id, data.sync_enabled)
        if owner_id is not None:
            call.rooms.owners.set_default_lead_owner(call.here.id, account_id, owner_id)
    after: Owner = call.rooms.owners.by_id(call.here.id, account_id)
    _record(call, before, after)
    return account_shape(after)


def _record(call: Call, before: Owner, after: Owner) -> None:
    names = ("sync_enabled", "default_lead_owner_id")
    old, new = ({name: getattr(one, name) for name in names} for one in (before, after))
    if old != new:
        call.record(Action.CHANGE_ACCOUNT, "account", after.id, after.name, before=old, after=new)


@read("/people", Action.CHANGE_ACCOUNT)
def people(call: AtCall) -> list[Person]:
    """Who can own leads in Dynamics: enabled, licensed users."""
    return [Person(one.id, one.name, one.email) for one in call.rooms.people(call.here)]


HANDLERS: tuple[Any, ...] = (
    profiles,
    profile,
    change_profile,
    check_profile,
    disconnect,
    remove_profile,
    accounts,
    account,
    change_account,
    people,
)
