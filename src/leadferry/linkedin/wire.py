"""LinkedIn's payloads as they come over the wire: only what is used, all of it tolerant. Pure.

Additive changes are declared non-breaking (linkedin-api 2.2), so unknown fields are ignored, enums are text, and an id
is a number or text. Names are the vendor's. Sources: linkedin-api 1, 4 and 6 (versions 202307 to 202609).
"""

from __future__ import annotations

from typing import Any

import msgspec

Id = int | str


class Wire(msgspec.Struct, gc=False):
    """What all payloads share."""


# OAuth (linkedin-api 1.2 to 1.5; times are seconds)


class TokenAnswer(Wire):
    access_token: str = ""
    expires_in: int | str = 0
    refresh_token: str | None = None
    refresh_token_expires_in: int | str | None = None
    scope: str | None = None
    error: str | None = None
    error_description: str | None = None


class Introspection(Wire):
    active: bool = False
    status: str | None = None
    scope: str | None = None
    expires_at: int | None = None
    authorized_at: int | None = None
    auth_type: str | None = None


class ErrorBody(Wire):
    """linkedin-api 3.1."""

    status: int | None = None
    code: str | None = None
    serviceErrorCode: int | None = None  # noqa: N815
    message: str | None = None


# Names and context (linkedin-api 6)


class AdAccount(Wire):
    id: Id
    name: str | None = None
    type: str | None = None
    status: str | None = None
    currency: str | None = None
    reference: str | None = None
    test: bool = False

    @property
    def urn(self) -> str:
        return f"urn:li:sponsoredAccount:{self.id}"


class AdAccountUser(Wire):
    account: str
    role: str = ""
    user: str | None = None


class Organization(Wire):
    id: Id
    localizedName: str | None = None  # noqa: N815
    vanityName: str | None = None  # noqa: N815

    @property
    def urn(self) -> str:
        return f"urn:li:organization:{self.id}"


class OrganizationAcl(Wire):
    """Older payloads name the page `organizationTarget`."""

    organization: str | None = None
    organizationTarget: str | None = None  # noqa: N815
    role: str = ""
    roleAssignee: str | None = None  # noqa: N815
    state: str = ""

    @property
    def organization_urn(self) -> str:
        return self.organization or self.organizationTarget or ""


class RunSchedule(Wire):
    """Epoch ms; an open-ended campaign has no end."""

    start: int | None = None
    end: int | None = None


class Campaign(Wire):
    id: Id
    name: str | None = None
    account: str | None = None
    campaignGroup: str | None = None  # noqa: N815
    status: str | None = None
    type: str | None = None
    objectiveType: str | None = None  # noqa: N815
    runSchedule: RunSchedule | None = None  # noqa: N815

    @property
    def urn(self) -> str:
        return f"urn:li:sponsoredCampaign:{self.id}"


class LeadgenCallToAction(Wire):
    destination: str | None = None
    label: str | None = None


class Creative(Wire):
    """`id` is a URN."""

    id: str
    name: str | None = None
    account: str | None = None
    campaign: str | None = None
    intendedStatus: str | None = None  # noqa: N815
    leadgenCallToAction: LeadgenCallToAction | None = None  # noqa: N815


class Day(Wire):
    year: int
    month: int
    day: int


class DateRange(Wire):
    start: Day
    end: Day | None = None


class AdAnalytics(Wire):
    """6.6. Decimals are text; a number is tolerated."""

    pivotValues: list[str] = []  # noqa: N815
    dateRange: DateRange | None = None  # noqa: N815
    impressions: int | None = None
    clicks: int | None = None
    costInLocalCurrency: str | float | None = None  # noqa: N815
    costInUsd: str | float | None = None  # noqa: N815
    oneClickLeads: int | None = None  # noqa: N815
    oneClickLeadFormOpens: int | None = None  # noqa: N815


class MultiLocale(Wire):
    localized: dict[str, str | None] = {}


class Event(Wire):
    id: Id
    name: MultiLocale | str | None = None
    organizer: str | None = None

    @property
    def text(self) -> str:
        if isinstance(self.name, MultiLocale):
            return next((name for name in self.name.localized.values() if name), "")
        return self.name or ""


# Lead forms (linkedin-api 4.2)


class Locale(Wire):
    country: str | None = None
    language: str | None = None


class FormOption(Wire):
    id: int
    text: MultiLocale | None = None


class MultipleChoiceDetails(Wire):
    options: list[FormOption] = []


class TextDetails(Wire):
    maxResponseLength: int | None = None  # noqa: N815


class QuestionDetails(Wire):
    textQuestionDetails: TextDetails | None = None  # noqa: N815
    multipleChoiceQuestionDetails: MultipleChoiceDetails | None = None  # noqa: N815


class FormQuestion(Wire):
    questionId: Id  # noqa: N815
    question: MultiLocale | None = None
    name: str | None = None
    label: str | None = None
    predefinedField: str | None = None  # noqa: N815
    responseRequired: bool | None = None  # noqa: N815
    responseEditable: bool | None = None  # noqa: N815
    questionDetails: QuestionDetails | None = None  # noqa: N815


class FormConsent(Wire):
    id: Id
    consent: MultiLocale | None = None
    checkRequired: bool | None = None  # noqa: N815


class LegalInfo(Wire):
    privacyPolicyUrl: str | None = None  # noqa: N815
    consents: list[FormConsent] | None = None
    legalDisclaimer: MultiLocale | None = None  # noqa: N815


class CallToActionTarget(Wire):
    landingPageUrl: str | None = None  # noqa: N815


class CallToAction(Wire):
    callToActionTarget: CallToActionTarget | None = None  # noqa: N815


class PostSubmission(Wire):
    message: MultiLocale | None = None
    callToAction: CallToAction | None = None  # noqa: N815


class FormContent(Wire):
    headline: MultiLocale | None = None
    description: MultiLocale | None = None
    questions: list[FormQuestion] | None = None
    legalInfo: LegalInfo | None = None  # noqa: N815
    postSubmissionInfo: PostSubmission | None = None  # noqa: N815


class HiddenField(Wire):
    name: str
    value: str | None = None


class ReviewInfo(Wire):
    reviewStatus: str | None = None  # noqa: N815


class LeadForm(Wire):
    id: Id
    versionId: int | None = None  # noqa: N815
    name: str | None = None
    owner: dict[str, Any] | None = None
    state: str | None = None
    created: int | None = None
    lastModified: int | None = None  # noqa: N815
    creationLocale: Locale | None = None  # noqa: N815
    content: FormContent | None = None
    hiddenFields: list[HiddenField] | None = None  # noqa: N815
    reviewInfo: ReviewInfo | None = None  # noqa: N815


# Form responses (linkedin-api 4.3)


class TextAnswer(Wire):
    answer: str | int | float | bool | None = None


class ChoiceAnswer(Wire):
    options: list[Id] | None = None


class AnswerDetails(Wire):
    textQuestionAnswer: TextAnswer | None = None  # noqa: N815
    multipleChoiceAnswer: ChoiceAnswer | None = None  # noqa: N815


class FormAnswer(Wire):
    questionId: Id  # noqa: N815
    answerDetails: AnswerDetails | None = None  # noqa: N815


class ConsentResponse(Wire):
    consentId: Id  # noqa: N815
    accepted: bool = False


class Answers(Wire):
    answers: list[FormAnswer] | None = None
    consentResponses: list[ConsentResponse] | None = None  # noqa: N815


class CampaignOf(Wire):
    campaign: str | None = None


class LeadMetadata(Wire):
    sponsoredLeadMetadata: CampaignOf | None = None  # noqa: N815


class CampaignInfo(Wire):
    id: Id | None = None
    name: str | None = None


class CampaignInfoOf(Wire):
    campaign: CampaignInfo | None = None


class LeadMetadataInfo(Wire):
    sponsoredLeadMetadataInfo: CampaignInfoOf | None = None  # noqa: N815


class LeadFormResponse(Wire):
    """`owner` and `associatedEntity` are unions with one key, kept open: new kinds of owner and entity may come."""

    id: Id
    submittedAt: int  # noqa: N815
    testLead: bool = False  # noqa: N815
    leadType: str = ""  # noqa: N815
    submitter: str | None = None
    owner: dict[str, Any] | None = None
    versionedLeadGenFormUrn: str | None = None  # noqa: N815
    associatedEntity: dict[str, Any] | None = None  # noqa: N815
    leadMetadata: LeadMetadata | None = None  # noqa: N815
    leadMetadataInfo: LeadMetadataInfo | None = None  # noqa: N815
    formResponse: Answers | None = None  # noqa: N815
