"""What the API sends and takes. Times are UTC, `2026-11-23T10:00:00Z`. Names stay. Pure."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from leadferry.accounts.model import Environment, Owner, UserProfile
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


class Finding(msgspec.Struct):
    check: str
    subject: str
    level: str
    title: str
    detail: str
    fix: str
    since: str | None
    checked_at: str | None


class Alert(msgspec.Struct):
    id: int
    event: str
    level: str
    title: str
    body: str
    fix: str
    raised_at: str | None
    resolved_at: str | None


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
