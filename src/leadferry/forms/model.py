"""Lead forms and form responses as Leadferry thinks of them, whatever LinkedIn's wire looks like today. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec


class LeadType(StrEnum):
    """LinkedIn's `leadType`. Open: a value from the future is kept as text beside UNKNOWN."""

    SPONSORED = "SPONSORED"
    EVENT = "EVENT"
    COMPANY = "COMPANY"
    ORGANIZATION_PRODUCT = "ORGANIZATION_PRODUCT"


OWNER_LEAD_TYPES: Mapping[str, tuple[LeadType, ...]] = {
    "sponsoredAccount": (LeadType.SPONSORED,),
    "organization": (LeadType.COMPANY, LeadType.EVENT, LeadType.ORGANIZATION_PRODUCT),
}
"""linkedin-api 4.1: which lead types an owner of that kind can have."""


@dataclass(frozen=True, slots=True)
class Option:
    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """`predefined` is LinkedIn's predefinedField, "" for a custom question. `label` is the text shown to the member."""

    id: int
    label: str
    name: str = ""
    predefined: str = ""
    options: tuple[Option, ...] = ()
    """Empty for a text question."""
    multiple_choice: bool = False
    required: bool = False
    editable: bool = True
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    id: int
    text: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class FormVersion:
    """One version of a lead form, as the member saw it. `locale` is like `en_US`."""

    form_id: int
    version: int
    name: str
    owner_urn: str
    state: str = ""
    locale: str = "en_US"
    headline: str = ""
    description: str = ""
    landing_page_url: str = ""
    privacy_policy_url: str = ""
    thank_you: str = ""
    legal_disclaimer: str = ""
    review_status: str = ""
    created_at: int | None = None
    modified_at: int | None = None
    questions: tuple[Question, ...] = ()
    consents: tuple[Consent, ...] = ()
    hidden_fields: tuple[tuple[str, str], ...] = ()


class Answer(msgspec.Struct, frozen=True, gc=False):
    """Text, or the ids of the chosen options; never both. A Struct, as all that is made anew for every response: making
    a frozen dataclass takes ten times as long."""

    question_id: int
    text: str | None = None
    option_ids: tuple[int, ...] = ()


class FormResponse(msgspec.Struct, frozen=True):
    """What one person sent. Times in ms UTC. `form_id`/`version` are 0 where LinkedIn named none."""

    id: str
    submitted_at: int
    lead_type: str
    owner_urn: str
    form_id: int
    version: int
    test: bool = False
    submitter_urn: str = ""
    campaign_urn: str = ""
    campaign_name: str = ""
    creative_urn: str = ""
    entity_urn: str = ""
    """Event or product, for the other lead types."""
    answers: tuple[Answer, ...] = ()
    consents: Mapping[int, bool] = {}
