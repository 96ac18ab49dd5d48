"""What LinkedIn knows beside forms: one member, two ad accounts, one company page, campaigns, creatives, an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Wire = dict[str, Any]

CLIENT_ID = "78leadferrydemo"
CLIENT_SECRET = "demonstration-secret"
MEMBER_ID = "Ab3xY_9dEm"
MEMBER_NAME = "Robin Carver"
MEMBER_EMAIL = "robin.carver@crane.example"
APP_NAME = "Leadferry of Crane Works"
SCOPES = ("r_marketing_leadgen_automation", "r_ads", "r_organization_admin", "r_events", "r_ads_reporting")


@dataclass(frozen=True, slots=True)
class Owner:
    """`kind` is the key of LinkedIn's owner union."""

    kind: str
    id: int
    name: str

    @property
    def urn(self) -> str:
        return f"urn:li:{self.kind}:{self.id}"


ACCOUNT_EUROPE = Owner("sponsoredAccount", 5001, "Crane Works Europe")
ACCOUNT_AMERICAS = Owner("sponsoredAccount", 5002, "Crane Works Americas")
PAGE = Owner("organization", 9001, "Crane Works")
EVENT = "urn:li:event:7264851093847561216"
"""Over 2^53, as real event ids are."""
PRODUCT = "urn:li:organizationProduct:6600001"

CAMPAIGNS = (
    (420001, ACCOUNT_EUROPE, "Winter paper", "ACTIVE"),
    (420002, ACCOUNT_EUROPE, "See it lift", "ACTIVE"),
    (420003, ACCOUNT_AMERICAS, "Angebot DACH", "ACTIVE"),
    (420004, ACCOUNT_AMERICAS, "Prize draw", "PAUSED"),
)
CREATIVES = (
    (770001, 420001, 3101, "Winter paper, crane at dusk"),
    (770002, 420001, 3101, "Winter paper, the checklist"),
    (770003, 420002, 3102, "See it lift, 40 seconds"),
    (770004, 420003, 3201, "Angebot DACH, Hafenkran"),
    (770005, 420004, 3202, "Prize draw, model crane"),
)
"""(creative, campaign, form, name)."""
CAMPAIGN_NAMES = {key: name for key, _, name, _ in CAMPAIGNS}


def members() -> list[tuple[str, Wire]]:
    """One who may do everything, and one who has a role on one ad account and none on its page."""
    profile = {"COMPANY_NAME": "Crane Works", "COUNTRY": "Netherlands"}
    everything = {
        "name": MEMBER_NAME,
        "email": MEMBER_EMAIL,
        "profile": {**profile, "JOB_TITLE": "Head of campaigns", "PHONE_NUMBER": "+31 20 555 0142"},
        "account_roles": {str(owner.id): "CAMPAIGN_MANAGER" for owner in (ACCOUNT_EUROPE, ACCOUNT_AMERICAS)},
        "page_roles": {str(PAGE.id): "ADMINISTRATOR"},
    }
    little = {
        "name": "Sanne Vos",
        "email": "sanne.vos@crane.example",
        "profile": {**profile, "JOB_TITLE": "Trainee"},
        "account_roles": {str(ACCOUNT_EUROPE.id): "VIEWER"},
        "page_roles": {},
    }
    return [(MEMBER_ID, everything), ("Cd7zQ_4sVo", little)]


def accounts() -> list[Wire]:
    return [
        {
            "id": owner.id,
            "name": owner.name,
            "type": "BUSINESS",
            "status": "ACTIVE",
            "currency": currency,
            "reference": PAGE.urn,
            "test": False,
            "servingStatuses": ["RUNNABLE"],
        }
        for owner, currency in ((ACCOUNT_EUROPE, "EUR"), (ACCOUNT_AMERICAS, "USD"))
    ]


def organizations() -> list[Wire]:
    return [{"id": PAGE.id, "localizedName": PAGE.name, "vanityName": "crane-works"}]


def campaign_groups() -> list[tuple[str, Wire]]:
    return [
        (f"{owner.id}1", {"name": owner.name, "account": owner.urn}) for owner in (ACCOUNT_EUROPE, ACCOUNT_AMERICAS)
    ]


def campaigns(now_ms: int) -> list[Wire]:
    return [
        {
            "id": key,
            "name": name,
            "account": owner.urn,
            "campaignGroup": f"urn:li:sponsoredCampaignGroup:{owner.id}1",
            "status": status,
            "runSchedule": {"start": now_ms - 70 * 86_400_000, "end": now_ms + 30 * 86_400_000},
        }
        for key, owner, name, status in CAMPAIGNS
    ]


def creatives() -> list[Wire]:
    owner_of = {key: owner for key, owner, _, _ in CAMPAIGNS}
    return [
        {
            "id": key,
            "account": owner_of[campaign].urn,
            "campaign": f"urn:li:sponsoredCampaign:{campaign}",
            "form": form,
            "name": name,
        }
        for key, campaign, form, name in CREATIVES
    ]


def events() -> list[Wire]:
    return [{"id": EVENT.rpartition(":")[2], "name": "Crane Day 2026", "organizer": PAGE.urn}]
