"""LinkedIn's payloads into Leadferry's own words (`forms.model`). Pure, and the hot path of every pull."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from leadferry.forms.model import Answer, Consent, FormResponse, FormVersion, Option, Question
from leadferry.linkedin.restli import parse_versioned_form
from leadferry.linkedin.wire import (
    Answers,
    FormAnswer,
    FormConsent,
    FormContent,
    FormQuestion,
    LeadForm,
    LeadFormResponse,
    Locale,
    MultiLocale,
)


class UnreadableResponseError(ValueError):
    """A form response that cannot be read. `response_id` is "" where not even that could be found."""

    def __init__(self, response_id: str, reason: str) -> None:
        super().__init__(f"The form response cannot be read: {reason}")
        self.response_id = response_id
        self.reason = reason


class UnreadableFormError(ValueError):
    """A lead form that cannot be read."""


class _OnlyId(msgspec.Struct):
    id: Any = None


_ONLY_ID = msgspec.json.Decoder(_OnlyId)
_RESPONSE = msgspec.json.Decoder(LeadFormResponse)
_NOTHING = Answers()
_EMPTY: Mapping[str, Any] = {}
_FORM = msgspec.json.Decoder(LeadForm)
_ID = re.compile(rb'"id"\s*:\s*(?:"([^"\\]{1,200})"|(\d{1,40}))')

_version_of = lru_cache(maxsize=4096)(parse_versioned_form)


def to_form_response(raw: bytes) -> FormResponse:
    """Raises UnreadableResponseError with a reason that names the place, never a value."""
    try:
        wire = _RESPONSE.decode(raw)
        given = wire.formResponse or _NOTHING
        answers = tuple(
            [
                Answer(one.questionId, text)
                # The usual answer at once: for every lead there are a dozen.
                if type(one.questionId) is int
                and (details := one.answerDetails) is not None
                and details.multipleChoiceAnswer is None
                and (plain := details.textQuestionAnswer) is not None
                and type(text := plain.answer) is str
                else _answer(one)
                for one in given.answers or ()
            ]
        )
        consents = {int(c.consentId): c.accepted for c in given.consentResponses or ()}
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise UnreadableResponseError(_id_in(raw), _reason(error)) from None
    form_id, version = _version_of(wire.versionedLeadGenFormUrn or "")
    campaign_urn, campaign_name = _campaign(wire)
    creative_urn, entity_urn = _entity(wire.associatedEntity)
    return FormResponse(
        str(wire.id),
        wire.submittedAt,
        wire.leadType,
        _only_text(wire.owner),
        form_id,
        version,
        wire.testLead,
        wire.submitter or "",
        campaign_urn,
        campaign_name,
        creative_urn,
        entity_urn,
        answers,
        consents,
    )


def _answer(answer: FormAnswer) -> Answer:
    details = answer.answerDetails
    if details is None:
        return Answer(int(answer.questionId))
    if details.multipleChoiceAnswer is not None:
        chosen = details.multipleChoiceAnswer.options or ()
        return Answer(int(answer.questionId), None, tuple([int(option) for option in chosen]))
    given = details.textQuestionAnswer.answer if details.textQuestionAnswer is not None else None
    return Answer(int(answer.questionId), given if given is None or isinstance(given, str) else _as_text(given))


def _as_text(given: float) -> str:
    return str(given).lower() if isinstance(given, bool) else str(given)


def _campaign(wire: LeadFormResponse) -> tuple[str, str]:
    urn = name = ""
    if wire.leadMetadata is not None and wire.leadMetadata.sponsoredLeadMetadata is not None:
        urn = wire.leadMetadata.sponsoredLeadMetadata.campaign or ""
    info = wire.leadMetadataInfo.sponsoredLeadMetadataInfo if wire.leadMetadataInfo is not None else None
    if info is not None and info.campaign is not None:
        urn, name = urn or str(info.campaign.id or ""), info.campaign.name or ""
    return urn, name


def _entity(union: Mapping[str, Any] | None) -> tuple[str, str]:
    """Creative and other entity: pushes and pulls name the creative's key differently (linkedin-api 5.3)."""
    urn = _only_text(union)
    return (urn, "") if ":sponsoredCreative:" in urn else ("", urn)


def _only_text(union: Mapping[str, Any] | None) -> str:
    """The URN in a union such as `{"sponsoredAccount": "urn:…"}`."""
    for value in (union or _EMPTY).values():
        if isinstance(value, str):
            return value
    return ""


def _id_in(raw: bytes) -> str:
    """The response's own id, not that of something inside it; of broken JSON only what is before any inner one."""
    try:
        found = _ONLY_ID.decode(raw).id
    except (msgspec.DecodeError, UnicodeDecodeError):
        head = raw[:second] if (second := raw.find(b"{", raw.find(b"{") + 1)) > 0 else raw
        match = _ID.search(head)
        return (match[1] or match[2]).decode(errors="replace") if match else ""
    return str(found) if isinstance(found, str | int) else ""


def _reason(error: Exception) -> str:
    if isinstance(error, msgspec.ValidationError):
        return str(error)
    if isinstance(error, msgspec.DecodeError):
        return "broken JSON"
    return "an id that is no number" if type(error) is ValueError else "broken text"


def to_form_version(raw: bytes | LeadForm) -> FormVersion:
    """Raises UnreadableFormError."""
    try:
        form = raw if isinstance(raw, LeadForm) else _FORM.decode(raw)
        return _form_version(form)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise UnreadableFormError(f"The lead form cannot be read: {_reason(error)}") from None


def _form_version(form: LeadForm) -> FormVersion:
    locale = _locale(form.creationLocale)
    content = form.content or FormContent()
    legal, after = content.legalInfo, content.postSubmissionInfo
    action = after.callToAction.callToActionTarget if after and after.callToAction else None
    return FormVersion(
        form_id=int(form.id),
        version=1 if form.versionId is None else form.versionId,
        name=form.name or "",
        owner_urn=_only_text(form.owner),
        state=form.state or "",
        locale=locale,
        headline=_text(content.headline, locale),
        description=_text(content.description, locale),
        landing_page_url=(action.landingPageUrl if action else None) or "",
        privacy_policy_url=(legal.privacyPolicyUrl if legal else None) or "",
        thank_you=_text(after.message, locale) if after else "",
        legal_disclaimer=_text(legal.legalDisclaimer, locale) if legal else "",
        review_status=(form.reviewInfo.reviewStatus if form.reviewInfo else None) or "",
        created_at=form.created,
        modified_at=form.lastModified,
        questions=tuple(_question(question, locale) for question in content.questions or ()),
        consents=tuple(_consent(consent, locale) for consent in (legal.consents if legal else None) or ()),
        hidden_fields=tuple((hidden.name, hidden.value or "") for hidden in form.hiddenFields or ()),
    )


def _question(question: FormQuestion, locale: str) -> Question:
    details = question.questionDetails
    choice = details.multipleChoiceQuestionDetails if details else None
    plain = details.textQuestionDetails if details else None
    return Question(
        id=int(question.questionId),
        label=_text(question.question, locale) or question.label or question.name or "",
        name=question.name or "",
        predefined=question.predefinedField or "",
        options=tuple(Option(option.id, _text(option.text, locale)) for option in choice.options) if choice else (),
        multiple_choice=choice is not None,
        required=bool(question.responseRequired),
        editable=question.responseEditable is not False,
        max_length=plain.maxResponseLength if plain else None,
    )


def _consent(consent: FormConsent, locale: str) -> Consent:
    return Consent(int(consent.id), _text(consent.consent, locale), bool(consent.checkRequired))


def _locale(locale: Locale | None) -> str:
    if locale is None or not locale.language:
        return "en_US"
    return f"{locale.language}_{locale.country}" if locale.country else locale.language


def _text(multi: MultiLocale | None, locale: str) -> str:
    """In the form's own language, else in the first there is (linkedin-api 4.2)."""
    if multi is None:
        return ""
    return multi.localized.get(locale) or next((text for text in multi.localized.values() if text), "")
