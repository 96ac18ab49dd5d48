"""The ids of the mirror's rows: the same for the same thing at LinkedIn, whoever asks and whenever. Pure."""

from __future__ import annotations

import hashlib
import uuid

LONGEST_KEY = 100
"""Characters of the columns that hold LinkedIn's ids of submissions and answers."""


class Ids:
    """`namespace`: the environment's (`delivery.ids.environment_namespace`)."""

    def __init__(self, namespace: uuid.UUID) -> None:
        self._namespace = namespace

    def of(self, kind: str, *names: object) -> str:
        """`of("form", 3162)`."""
        return str(uuid.uuid5(self._namespace, ":".join((f"mirror-{kind}", *map(str, names)))))

    def submission(self, response_id: str) -> str:
        return self.of("submission", response_id)

    def answer(self, response_id: str, question: str) -> str:
        return self.of("answer", response_id, question)

    def form(self, linkedin_id: int) -> str:
        return self.of("form", linkedin_id)

    def question(self, form_id: int, question: str) -> str:
        return self.of("question", form_id, question)

    def campaign(self, urn: str) -> str:
        return self.of("campaign", urn)

    def dynamics_campaign(self, urn: str) -> str:
        return self.of("dynamics-campaign", urn)

    def campaign_response(self, response_id: str) -> str:
        return self.of("campaign-response", response_id)


def key_text(text: str) -> str:
    """What an alternate key can hold: a longer text keeps its beginning and is told apart by a digest."""
    if len(text) <= LONGEST_KEY:
        return text
    return f"{text[:60]}-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def bare(urn: str) -> str:
    """`urn:li:sponsoredAccount:5001` -> `5001`; of a page `organization-9001`, for the two count apart."""
    kind, _, number = urn.removeprefix("urn:li:").rpartition(":")
    return f"organization-{number}" if kind == "organization" else number


def consent(consent_id: int) -> str:
    """Consents are questions too (OC-63), with numbers of their own."""
    return f"consent-{consent_id}"
