"""Environments, user profiles and owners, and the statuses they show. Pure.

Values and labels of the statuses are the original connector's (`original-tables.json`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from leadferry.forms.model import OWNER_LEAD_TYPES, LeadType
from leadferry.words import worded


class Authorization(IntEnum):
    """msdyncrm_linkedinuserprofile.msdyncrm_authorized (OC-38)."""

    NOT_AUTHORIZED = 192350000
    AUTHORIZED = 192350001
    EXPIRED = 192350002
    REAUTHORIZING = 192350003

    @property
    def label(self) -> str:
        return (worded("Not Authorized"), worded("Authorized"), worded("Expired"), worded("Reauthorizing"))[
            self - 192350000
        ]


class ProfileSync(IntEnum):
    """msdyncrm_linkedinuserprofile.msdyncrm_syncstatus (OC-40)."""

    NOT_SYNCING = 192350000
    SYNCING_ACCOUNTS = 192350001
    ACTIVE = 192350002
    NO_ACCOUNTS = 192350003

    @property
    def label(self) -> str:
        return (worded("Not Syncing"), worded("Syncing Accounts"), worded("Active"), worded("No Accounts Available"))[
            self - 192350000
        ]


class FormSync(IntEnum):
    """msdyncrm_linkedinaccount.msdyncrm_syncstatus (OC-48)."""

    PENDING = 192350000
    ACTIVE = 192350001
    NOT_SYNCING = 192350002
    NO_FORMS = 192350003
    FORBIDDEN = 192350004

    @property
    def label(self) -> str:
        labels = (
            worded("Pending Synchronization"),
            worded("Active"),
            worded("Not Syncing"),
            worded("No Forms Available"),
            worded("Forbidden"),
        )
        return labels[self - 192350000]


class CampaignSync(IntEnum):
    """msdyncrm_linkedinaccount.msdyncrm_campaignsyncstatus (OC-49)."""

    PENDING = 192350000
    ACTIVE = 192350001
    NO_CAMPAIGNS = 192350002
    FORBIDDEN = 192350003

    @property
    def label(self) -> str:
        labels = (
            worded("Pending Synchronization"),
            worded("Active"),
            worded("No Active Campaigns Available"),
            worded("Forbidden"),
        )
        return labels[self - 192350000]


@dataclass(frozen=True, slots=True)
class Environment:
    """One Dynamics organization. `url` is its root, `https://crane.crm4.dynamics.com`. Ids are known after WhoAmI."""

    id: int
    name: str
    url: str
    authority: str
    tenant_id: str
    client_id: str
    credential_kind: str
    organization_id: str
    user_id: str
    business_unit_id: str
    created_at: int
    checked_at: int | None
    trouble: str
    """Why the last delivery could not run, "" when it could."""
    trouble_at: int | None
    credential_expires_at: int | None = None
    linkedin_client_id: str = ""
    """Of this environment's own LinkedIn app; "" for the one of the settings."""
    linkedin_version: str = ""


@dataclass(frozen=True, slots=True)
class Credential:
    """`kind` is `secret` or `certificate`; `text` the secret, or the certificate and its private key in PEM."""

    kind: str
    text: str

    def __repr__(self) -> str:
        return f"Credential({self.kind!r})"


@dataclass(frozen=True, slots=True)
class LinkedInApp:
    """An app of LinkedIn's developer portal. `own`: the environment's, not the one of the settings."""

    client_id: str
    client_secret: str = field(repr=False)
    version: str
    own: bool = False

    @property
    def known(self) -> bool:
        return bool(self.client_id and self.client_secret)


@dataclass(frozen=True, slots=True)
class Member:
    """Who consented. `urn` is "" where LinkedIn tells nobody, `name` where the permission `openid` is not held."""

    urn: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class UserProfile:
    """A LinkedIn member who authorized us for one environment."""

    id: int
    environment_id: int
    name: str
    member_urn: str
    member_name: str
    row_owner_id: str
    authorization: Authorization
    sync_status: ProfileSync
    status_text: str
    scopes: str
    access_expires_at: int | None
    refresh_expires_at: int | None
    last_sync_at: int | None
    created_at: int
    authorized_at: int | None = None
    """The member's consent; a renewal does not move it."""
    authorized_by: str = ""
    """The person at the console who asked for it."""
    rights_checked_at: int | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """A sponsored account or a company page: what owns lead forms and form responses."""

    id: int
    environment_id: int
    urn: str
    name: str
    sync_enabled: bool
    default_lead_owner_id: str
    form_sync_status: FormSync
    campaign_sync_status: CampaignSync | None
    status_text: str
    last_form_sync_at: int | None
    last_campaign_sync_at: int | None

    @property
    def kind(self) -> str:
        """`sponsoredAccount` or `organization`."""
        return owner_kind(self.urn)

    @property
    def linkedin_id(self) -> int:
        return int(self.urn.rpartition(":")[2])


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far an owner's responses of one lead type are stored. Times in ms UTC."""

    owner_id: int
    lead_type: str
    through_at: int
    polled_at: int
    trouble: str


@dataclass(frozen=True, slots=True)
class OwnerLink:
    """A profile reaches an owner; `roles` are LinkedIn's words."""

    profile_id: int
    owner_id: int
    roles: tuple[str, ...]


def owner_kind(urn: str) -> str:
    """`urn:li:sponsoredAccount:5001` -> `sponsoredAccount`."""
    return urn.split(":")[2] if urn.count(":") == 3 else ""


LEAD_ROLES = frozenset({"ADMINISTRATOR", "LEAD_GEN_FORMS_MANAGER", "LEAD_CAPTURE_ADMINISTRATOR"})
EVENT_ROLES = frozenset({"ADMINISTRATOR", "CONTENT_ADMINISTRATOR"})


def lead_types(urn: str, roles: Iterable[str]) -> tuple[LeadType, ...]:
    """The lead types a member with these roles may read (linkedin-api 1.7). Any role will do on a sponsored account."""
    held = frozenset(roles)
    if owner_kind(urn) != "organization":
        return OWNER_LEAD_TYPES.get(owner_kind(urn), ())
    return tuple(
        kind
        for kind in OWNER_LEAD_TYPES["organization"]
        if held & (EVENT_ROLES if kind is LeadType.EVENT else LEAD_ROLES)
    )
