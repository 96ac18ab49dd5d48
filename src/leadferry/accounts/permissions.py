"""What a user profile may do with an account or page, as LinkedIn last answered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from leadferry.words import worded


class Ability(StrEnum):
    """One column of a profile's permission matrix."""

    LEADS_SPONSORED = "leads:SPONSORED"
    LEADS_EVENT = "leads:EVENT"
    LEADS_COMPANY = "leads:COMPANY"
    LEADS_ORGANIZATION_PRODUCT = "leads:ORGANIZATION_PRODUCT"
    FORMS = "forms"
    CAMPAIGNS = "campaigns"
    PUSH = "push"
    COSTS = "costs"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def lead_type(self) -> str:
        """`SPONSORED`; "" where it is not about reading leads."""
        return self.value.partition("leads:")[2]


_LABELS = {
    Ability.LEADS_SPONSORED: worded("Sponsored leads"),
    Ability.LEADS_EVENT: worded("Event leads"),
    Ability.LEADS_COMPANY: worded("Page leads"),
    Ability.LEADS_ORGANIZATION_PRODUCT: worded("Product leads"),
    Ability.FORMS: worded("Forms"),
    Ability.CAMPAIGNS: worded("Campaigns"),
    Ability.PUSH: worded("Push"),
    Ability.COSTS: worded("Costs"),
}


class Verdict(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """LinkedIn could not be asked, or its answer says nothing about it."""
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True)
class Permission:
    """`scope` and `role` are what gives the ability; `missing` says in words what is missing and who can give it."""

    profile_id: int
    owner_id: int
    ability: Ability
    verdict: Verdict
    scope: str = ""
    role: str = ""
    missing: str = ""
    checked_at: int = 0
