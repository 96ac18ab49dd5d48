"""What the API sends and takes. Times are UTC, `2026-11-23T10:00:00Z`. Names stay. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from leadferry.accounts.model import Environment, Owner, UserProfile
from leadferry.accounts.permissions import Permission
from leadferry.clock import as_text


class EnvironmentShape(msgspec.Struct):
    id: int
    name: str
    url: str
    organization_id: str
    checked_at: str | None
    trouble: str
    submissions: dict[str, int]
    """How many form submissions are in which state."""


class Profile(msgspec.Struct):
    id: int
    name: str
    member_name: str
    authorization: str
    sync: str
    status: str
    access_expires_at: str | None
    refresh_expires_at: str | None
    last_sync_at: str | None


class Account(msgspec.Struct):
    """A sponsored account, or a company page."""

    id: int
    urn: str
    name: str
    kind: str
    sync_enabled: bool
    default_lead_owner_id: str
    form_sync: str
    campaign_sync: str
    status: str
    last_form_sync_at: str | None


class AccountChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays. `default_lead_owner_id`: a systemuserid, or "" for the profile's row owner."""

    sync_enabled: bool | UnsetType = UNSET
    default_lead_owner_id: str | UnsetType = UNSET


class Person(msgspec.Struct):
    """Somebody who can own leads. `id`: systemuserid."""

    id: str
    name: str
    email: str


class RightShape(msgspec.Struct):
    """What a profile may do with an account, as LinkedIn last answered. `verdict`: yes, no, unknown, not-needed."""

    account_id: int
    ability: str
    verdict: str
    scope: str
    role: str
    missing: str
    checked_at: str | None


class ProfileDetail(Profile):
    row_owner_id: str = ""
    scopes: list[str] = []
    rights: list[RightShape] = []


class ProfileChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays. `row_owner_id`: a systemuserid, or "" for the application user."""

    name: str | UnsetType = UNSET
    row_owner_id: str | UnsetType = UNSET


class Checked(msgspec.Struct):
    """`troubles`: what could not be asked, in words."""

    troubles: list[str]


class Disconnected(msgspec.Struct):
    """`revoked`: LinkedIn took the authorization back; null where it was not asked, for another profile needs it."""

    revoked: bool | None


class Finding(msgspec.Struct):
    check: str
    subject: str
    level: str
    title: str
    detail: str
    fix: str
    since: str | None
    checked_at: str | None


class AlertDelivery(msgspec.Struct):
    """`state`: waiting, sent, failed (given up)."""

    channel_id: int
    channel: str
    state: str
    attempts: int
    sent_at: str | None
    error: str


class Alert(msgspec.Struct):
    """`address`: the page of the console where it is mended. `count`: of things that happened; 0 for a condition, which
    is open until `resolved_at`."""

    id: int
    event: str
    level: str
    title: str
    body: str
    fix: str
    address: str
    count: int
    raised_at: str | None
    resolved_at: str | None
    deliveries: list[AlertDelivery]


class AlertPage(msgspec.Struct):
    items: list[Alert]
    next: str | None
    """The cursor of the next page; null: there is none."""


class AuditItem(msgspec.Struct):
    id: int
    at: str
    person: str
    person_id: str
    via: str
    action: str
    record_kind: str
    record_id: str
    record: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AuditPage(msgspec.Struct):
    items: list[AuditItem]
    next: str | None
    """The cursor of the next page; null: there is none."""


def given(data: msgspec.Struct) -> dict[str, Any]:
    """What a change names; the rest stays."""
    return {name: value for name, value in msgspec.structs.asdict(data).items() if value is not UNSET}


def moment(at: int | None) -> str | None:
    return None if at is None else as_text(at)


def environment_shape(one: Environment, counts: dict[str, int]) -> EnvironmentShape:
    return EnvironmentShape(one.id, one.name, one.url, one.organization_id, moment(one.checked_at), one.trouble, counts)


def profile_shape(one: UserProfile) -> Profile:
    return Profile(
        one.id,
        one.name,
        one.member_name,
        one.authorization.label,
        one.sync_status.label,
        one.status_text,
        moment(one.access_expires_at),
        moment(one.refresh_expires_at),
        moment(one.last_sync_at),
    )


def profile_detail(one: UserProfile, rights: Iterable[Permission]) -> ProfileDetail:
    return ProfileDetail(
        **msgspec.structs.asdict(profile_shape(one)),
        row_owner_id=one.row_owner_id,
        scopes=one.scopes.split(),
        rights=[
            RightShape(r.owner_id, r.ability, r.verdict, r.scope, r.role, r.missing, moment(r.checked_at))
            for r in rights
        ],
    )


def account_shape(one: Owner) -> Account:
    return Account(
        one.id,
        one.urn,
        one.name,
        "page" if one.kind == "organization" else "account",
        one.sync_enabled,
        one.default_lead_owner_id,
        one.form_sync_status.label,
        one.campaign_sync_status.label if one.campaign_sync_status else "",
        one.status_text,
        moment(one.last_form_sync_at),
    )
