"""One of Microsoft's submissions as ours: settled, with its statuses and answers (OC-65 to OC-68). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from leadferry.adoption.forms import VERSION, question_number
from leadferry.adoption.original import Original, number_of, response_id, urn
from leadferry.delivery.model import MatchingStatus, ProcessingState, State
from leadferry.forms.model import LeadType
from leadferry.intake.csv_responses import YES
from leadferry.words import worded

Wire = dict[str, Any]
_STATES: Mapping[MatchingStatus, State] = {
    MatchingStatus.CREATED: State.DELIVERED,
    MatchingStatus.UPDATED: State.DELIVERED,
    MatchingStatus.NOT_UPDATED: State.DELIVERED,
    MatchingStatus.MATCH_FAILED: State.REVIEW,
    MatchingStatus.CREATION_FAILED: State.FAILED,
    MatchingStatus.UPDATE_FAILED: State.FAILED,
    MatchingStatus.PENDING: State.FAILED,
}
NEVER_DELIVERED = worded("Microsoft's connector had not delivered it when it was switched off; replay delivers it.")


@dataclass(frozen=True, slots=True)
class FormHere:
    """A form of theirs, and where it is kept here."""

    number: int
    name: str
    owner_urn: str
    version_key: int


@dataclass(frozen=True, slots=True)
class Adopted:
    """A submission ready to be stored. Times in ms UTC; `row_id` is its row in Microsoft's table."""

    row_id: str
    response_id: str
    body: bytes
    submitted_at: int
    received_at: int
    settled_at: int
    lead_type: str
    test: bool
    owner_urn: str
    campaign_urn: str
    form: FormHere | None
    state: State
    matching_status: MatchingStatus
    processing_state: ProcessingState
    lead_id: str | None
    contact_id: str | None

    @property
    def trouble(self) -> str:
        """What a person should know."""
        never = self.state is State.FAILED and self.matching_status is MatchingStatus.PENDING
        return NEVER_DELIVERED if never else ""


def to_adopted(
    original: Original,
    answers: Iterable[Original],
    questions: Mapping[str, Original],
    form: FormHere | None,
    now: int,
) -> Adopted:
    """`questions`: by row id."""
    received = original.at("createdon") or now
    submitted = original.at("submissiondate") or received
    owner_urn = urn("sponsoredAccount", original.text("linkedinaccountid")) or (form.owner_urn if form else "")
    campaign_urn = urn("sponsoredCampaign", original.text("linkedincampaignid"))
    key = response_id(original.text("linkedinformsubmission_textid"), original.id)
    status, lead = _status(original), original.link("lead") or None
    kind = original.text("type").upper()
    head: Wire = {
        "id": key,
        "submittedAt": submitted,
        "leadType": kind if kind in set(LeadType) else LeadType.SPONSORED.value,
        "testLead": "TEST" in kind,
    }
    body = head | _places(original, owner_urn, campaign_urn, form) | {"formResponse": _given(answers, questions)}
    return Adopted(
        original.id,
        key,
        msgspec.json.encode(body),
        submitted,
        received,
        original.at("modifiedon") or received,
        str(head["leadType"]),
        bool(head["testLead"]),
        owner_urn,
        campaign_urn,
        form,
        State.DELIVERED if status is MatchingStatus.PENDING and lead else _STATES[status],
        status,
        _processing(original),
        lead,
        original.link("contact") or None,
    )


def _status(original: Original) -> MatchingStatus:
    value = original.whole("matchingstatus")
    return MatchingStatus(value) if value in set(MatchingStatus) else MatchingStatus.PENDING


def _processing(original: Original) -> ProcessingState:
    value = original.whole("processingstate")
    return ProcessingState(value) if value in set(ProcessingState) else ProcessingState.UNPROCESSED


def _places(original: Original, owner_urn: str, campaign_urn: str, form: FormHere | None) -> Wire:
    places: Wire = {}
    if form:
        places["versionedLeadGenFormUrn"] = f"urn:li:versionedLeadGenForm:(urn:li:leadGenForm:{form.number},{VERSION})"
    if owner_urn:
        places["owner"] = {"sponsoredAccount": owner_urn}
    if campaign_urn:
        places["leadMetadata"] = {"sponsoredLeadMetadata": {"campaign": campaign_urn}}
    if creative := urn("sponsoredCreative", original.text("linkedincreativeid")):
        places["associatedEntity"] = {"associatedCreative": creative}
    return places


def _given(answers: Iterable[Original], questions: Mapping[str, Original]) -> Wire:
    given: list[Wire] = []
    consents: list[Wire] = []
    for answer in answers:
        question, text = questions.get(answer.link("linkedinformquestion")), answer.text("answertext")
        number = question_number(question) if question else number_of(answer.text("linkedinquestionid"), answer.id)
        if question and question.flag("isconsentcheckbox", False):
            consents.append({"consentId": number, "accepted": text.casefold() in YES})
        else:
            given.append({"questionId": number, "answerDetails": {"textQuestionAnswer": {"answer": text}}})
    return {"answers": given, "consentResponses": consents}
