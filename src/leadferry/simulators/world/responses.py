"""One form response in LinkedIn's shape (linkedin-api reference, section 4.3), made from a person and a form."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leadferry.simulators.world.forms import Form, answers_wire
from leadferry.simulators.world.people import Person
from leadferry.simulators.world.places import CAMPAIGN_NAMES

Wire = dict[str, Any]
Given = dict[str, str | Sequence[int]]


@dataclass
class Draft:
    """`outcome`: what must become of it, a key of `OUTCOMES`. `given` replaces or adds answers; None takes one away."""

    form: Form
    who: Person
    outcome: str
    given: Mapping[str, str | Sequence[int] | None] = field(default_factory=dict)
    test: bool = False
    after: int = 0
    """Minutes after the draft before this one, which is the same person's."""
    empty: bool = False


OUTCOMES = {
    "created": "New lead created",
    "updated": "Updated existing lead",
    "matched_not_updated": "Lead matched but not updated",
    "match_failed": "Match failed",
}
"""Outcome -> the matching status that shows it."""


def response_wire(draft: Draft, number: int, seed: int, submitted_at: int) -> Wire:
    chance = random.Random(f"{seed}:response:{number}")
    form = draft.form
    response_id = f"{uuid.UUID(int=chance.getrandbits(128), version=4)}-{number % 10}"
    answers = [] if draft.empty else answers_wire(form, _given(draft, chance))
    wire: Wire = {
        "id": response_id,
        "submittedAt": submitted_at,
        "submitter": f"urn:li:person:s{draft.who.number:x}",
        "testLead": draft.test,
        "leadType": form.lead_type,
        "owner": {form.owner.kind: form.owner.urn},
        "versionedLeadGenFormUrn": form.urn,
        "formResponse": {
            "answers": answers,
            "consentResponses": [
                {"consentId": consent, "accepted": required or chance.random() < 0.5}
                for consent, _, required in form.consents
            ],
        },
    }
    return wire | (_sponsored(form, chance) if form.places else _entity(form))


def _sponsored(form: Form, chance: random.Random) -> Wire:
    campaign, creative = chance.choice(form.places)
    urn = f"urn:li:sponsoredCampaign:{campaign}"
    named = {"id": urn, "name": CAMPAIGN_NAMES[campaign], "type": "SPONSORED_UPDATES"}
    return {
        "associatedEntity": {"associatedCreative": f"urn:li:sponsoredCreative:{creative}"},
        "leadMetadata": {"sponsoredLeadMetadata": {"campaign": urn}},
        "leadMetadataInfo": {"sponsoredLeadMetadataInfo": {"campaign": named}},
    }


def _entity(form: Form) -> Wire:
    return {"associatedEntity": dict([form.entity])} if form.entity else {}


def _given(draft: Draft, chance: random.Random) -> Given:
    who = draft.who
    given: dict[str, str | Sequence[int] | None] = {
        "FIRST_NAME": who.first,
        "LAST_NAME": who.last,
        "EMAIL": who.email,
        "PHONE_NUMBER": who.phone_typed,
        "COMPANY_NAME": who.company,
        "JOB_TITLE": who.title,
        "COUNTRY": who.country,
        "CITY": who.city,
        "INDUSTRY": who.industry,
        "COMPANY_SIZE": who.company_size,
    }
    for asked in draft.form.questions:
        if asked.options:
            last = len(asked.options) - (asked.key == "timeframe")
            given[asked.key] = [chance.randint(1, last)]
    return {key: value for key, value in {**given, **draft.given}.items() if value}
