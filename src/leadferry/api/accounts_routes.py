"""`/api/v1/environment`, `profiles`, `accounts`."""

from __future__ import annotations

from typing import Any

from litestar.params import FromPath, JSONBody
from msgspec import UNSET

from leadferry.accounts.model import Owner
from leadferry.accounts.row_id import row_id
from leadferry.api.call_routes import AtCall, Call, patch, read
from leadferry.api.shapes import (
    Account,
    AccountChange,
    EnvironmentShape,
    Profile,
    account_shape,
    environment_shape,
    profile_shape,
)
from leadferry.console.rights import Action
from leadferry.errors import InputError


@read("/environment", Action.READ_ENVIRONMENT)
def environment(call: AtCall) -> EnvironmentShape:
    """The environment of the token, and how many form submissions are in which state."""
    return environment_shape(call.here, call.rooms.counts(call.here))


@read("/profiles", Action.READ_PROFILES)
def profiles(call: AtCall) -> list[Profile]:
    """The LinkedIn members who authorized Leadferry."""
    return [profile_shape(one) for one in call.rooms.profiles.list(call.here.id)]


@read("/accounts", Action.READ_PROFILES)
def accounts(call: AtCall) -> list[Account]:
    """The sponsored accounts and company pages that the profiles reach."""
    return [account_shape(one) for one in call.rooms.owners.list(call.here.id)]


@patch("/accounts/{account_id:int}", Action.CHANGE_ACCOUNT)
def change_account(call: AtCall, account_id: FromPath[int], data: JSONBody[AccountChange]) -> Account:
    """Switches an account on or off, or chooses who owns its new leads."""
    before: Owner = call.rooms.owners.by_id(call.here.id, account_id)
    if data.sync_enabled is UNSET and data.default_lead_owner_id is UNSET:
        raise InputError(
            "Nothing is to be changed.", fix="Name `sync_enabled` or `default_lead_owner_id`.", code="no-change"
        )
    owner_id = row_id(data.default_lead_owner_id) if isinstance(data.default_lead_owner_id, str) else None
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


HANDLERS: tuple[Any, ...] = (environment, profiles, accounts, change_account)
