from __future__ import annotations

import json
from typing import Any

import pytest

from leadferry.forms.model import Answer, Consent, Option
from leadferry.linkedin.reading import (
    UnreadableFormError,
    UnreadableResponseError,
    to_form_response,
    to_form_version,
)

ID = "1f0c7a52-0b7e-4c0e-9c55-2a1d6a0f9e11-4"
RESPONSE: dict[str, Any] = {
    "id": ID, "submittedAt": 1793001234567, "testLead": False, "leadType": "SPONSORED",
    "submitter": "urn:li:person:Ab3xY_9", "owner": {"sponsoredAccount": "urn:li:sponsoredAccount:5001"},
    "ownerInfo": {"sponsoredAccountInfo": {"name": "Crane Works EU"}},
    "versionedLeadGenFormUrn": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162, 2)",
    "associatedEntity": {"associatedCreative": "urn:li:sponsoredCreative:770001"},
    "leadMetadata": {"sponsoredLeadMetadata": {"campaign": "urn:li:sponsoredCampaign:420001"}},
    "leadMetadataInfo": {"sponsoredLeadMetadataInfo": {"campaign": {
        "id": "urn:li:sponsoredCampaign:420001", "name": "Autumn DE", "type": "SPONSORED_UPDATES"}}},
    "form": {"id": 3162, "name": "Whitepaper", "content": {"questions": []}},
    "formResponse": {
        "answers": [
            {"questionId": 10107000002, "answerDetails": {"textQuestionAnswer": {"answer": "ada@crane.example"}}},
            {"questionId": 10107000003, "answerDetails": {"multipleChoiceAnswer": {"options": [2, 7]}}},
            {"questionId": "10107000001", "name": "First", "answerDetails": {"textQuestionAnswer": {"answer": "王"}}},
        ],
        "consentResponses": [{"consentId": 71, "accepted": True}, {"consentId": "72"}],
    },
}  # fmt: skip


def response(**changes: Any) -> bytes:
    merged = {**RESPONSE, **changes}
    return json.dumps({name: value for name, value in merged.items() if value is not ...}).encode()


def test_a_decorated_response() -> None:
    found = to_form_response(response())
    assert (found.id, found.submitted_at, found.lead_type, found.test) == (ID, 1793001234567, "SPONSORED", False)
    assert (found.form_id, found.version) == (3162, 2)
    assert found.owner_urn == "urn:li:sponsoredAccount:5001"
    assert found.submitter_urn == "urn:li:person:Ab3xY_9"
    assert (found.campaign_urn, found.campaign_name) == ("urn:li:sponsoredCampaign:420001", "Autumn DE")
    assert (found.creative_urn, found.entity_urn) == ("urn:li:sponsoredCreative:770001", "")
    assert found.answers == (
        Answer(10107000002, "ada@crane.example"),
        Answer(10107000003, None, (2, 7)),
        Answer(10107000001, "王"),
    )
    assert found.consents == {71: True, 72: False}


@pytest.mark.parametrize(
    ("entity", "creative", "other"),
    [
        ({"event": "urn:li:event:12"}, "", "urn:li:event:12"),
        ({"sponsoredCreative": "urn:li:sponsoredCreative:7"}, "urn:li:sponsoredCreative:7", ""),
        ({"organizationProduct": "urn:li:organizationProduct:3"}, "", "urn:li:organizationProduct:3"),
        ({"new": {"nested": 1}}, "", ""),
        (None, "", ""),
        (..., "", ""),
    ],
)
def test_entities_of_any_kind(entity: Any, creative: str, other: str) -> None:
    found = to_form_response(response(associatedEntity=entity))
    assert (found.creative_urn, found.entity_urn) == (creative, other)


def test_what_may_be_missing_may_be_missing() -> None:
    found = to_form_response(b'{"id":5,"submittedAt":1}')
    assert (found.id, found.owner_urn, found.form_id, found.version, found.answers) == ("5", "", 0, 0, ())


def test_a_lead_type_and_owner_of_the_future_are_read() -> None:
    found = to_form_response(response(leadType="HOLOGRAM", owner={"planet": "urn:li:planet:3"}))
    assert (found.lead_type, found.owner_urn) == ("HOLOGRAM", "urn:li:planet:3")


@pytest.mark.parametrize(
    ("details", "answer"),
    [
        (None, Answer(1)),
        ({}, Answer(1)),
        ({"textQuestionAnswer": {}}, Answer(1)),
        ({"textQuestionAnswer": {"answer": None}}, Answer(1)),
        ({"textQuestionAnswer": {"answer": ""}}, Answer(1, "")),
        ({"textQuestionAnswer": {"answer": 51}}, Answer(1, "51")),
        ({"textQuestionAnswer": {"answer": True}}, Answer(1, "true")),
        ({"textQuestionAnswer": {"answer": "x" * 4000}}, Answer(1, "x" * 4000)),
        ({"multipleChoiceAnswer": {"options": []}}, Answer(1)),
        ({"multipleChoiceAnswer": {"options": ["3"]}}, Answer(1, None, (3,))),
        ({"holographicAnswer": {}}, Answer(1)),
    ],
)
def test_answers_of_any_shape(details: Any, answer: Answer) -> None:
    answers = [{"questionId": 1, "answerDetails": details}]
    assert to_form_response(response(formResponse={"answers": answers})).answers == (answer,)


@pytest.mark.parametrize("form_response", [None, ..., {}, {"answers": None}, {"answers": [], "consentResponses": None}])
def test_no_answers_at_all(form_response: Any) -> None:
    found = to_form_response(response(formResponse=form_response))
    assert (found.answers, dict(found.consents)) == ((), {})


@pytest.mark.parametrize(
    ("raw", "response_id"),
    [
        (response(submittedAt="yesterday"), ID),
        (response(submittedAt=...), ID),
        (response(id=...), ""),
        (response()[:-20], ID),
        (response(id=...)[:-20], ""),
        (b'{"id":"a","submittedAt":1,"formResponse":{"answers":[{"questionId":"secret"}]}}', "a"),
        (b'{"id":"a","submittedAt":1,"submitter":"\xff"}', "a"),
        (b"", ""),
        (b"<html>", ""),
        (b"[]", ""),
    ],
)
def test_an_unreadable_response_is_named_and_never_quoted(raw: bytes, response_id: str) -> None:
    with pytest.raises(UnreadableResponseError) as caught:
        to_form_response(raw)
    assert caught.value.response_id == response_id
    assert caught.value.reason
    assert "ada@" not in str(caught.value)
    assert "secret" not in str(caught.value)


def localized(text: str, locale: str = "en_US") -> dict[str, Any]:
    return {"localized": {locale: text}}


FORM: dict[str, Any] = {
    "id": 3162, "versionId": 2, "state": "PUBLISHED", "name": "Whitepaper autumn", "created": 1792000000000,
    "lastModified": 1792500000000, "creationLocale": {"country": "US", "language": "en"},
    "owner": {"organization": "urn:li:organization:9001"},
    "hiddenFields": [{"name": "utm_source", "value": "linkedin"}, {"name": "empty"}],
    "reviewInfo": {"reviewStatus": "APPROVED", "rejectionReasons": []},
    "content": {
        "headline": localized("Get the paper"), "description": localized("Zehn Seiten", "de_DE"),
        "questions": [
            {"questionId": 10107000001, "predefinedField": "FIRST_NAME", "name": "Vorname",
             "question": localized("First name"), "responseRequired": True, "responseEditable": False,
             "questionDetails": {"textQuestionDetails": {"maxResponseLength": 300}}},
            {"questionId": 10107000003, "name": "Custom question 0", "question": localized("Which size?"),
             "questionDetails": {"multipleChoiceQuestionDetails": {"options": [
                 {"id": 0, "text": localized("Small")}, {"id": 2, "text": localized("Large")}]}}},
            {"questionId": 3, "predefinedField": "SHOE_SIZE", "name": "Shoe"},
        ],
        "legalInfo": {"legalInfoId": 8801, "privacyPolicyUrl": "https://crane.example/privacy",
                      "consents": [{"id": 71, "checkRequired": True, "consent": localized("Newsletter")}],
                      "legalDisclaimer": localized("Two years.")},
        "postSubmissionInfo": {"message": localized("Thank you"), "callToAction": {
            "callToActionLabel": "DOWNLOAD_NOW",
            "callToActionTarget": {"landingPageUrl": "https://crane.example/paper"}}},
    },
}  # fmt: skip


def test_a_whole_form() -> None:
    form = to_form_version(json.dumps(FORM).encode())
    assert (form.form_id, form.version, form.name, form.state) == (3162, 2, "Whitepaper autumn", "PUBLISHED")
    assert (form.owner_urn, form.locale) == ("urn:li:organization:9001", "en_US")
    assert (form.headline, form.description) == ("Get the paper", "Zehn Seiten")
    assert (form.thank_you, form.legal_disclaimer) == ("Thank you", "Two years.")
    assert (form.landing_page_url, form.privacy_policy_url) == (
        "https://crane.example/paper",
        "https://crane.example/privacy",
    )
    assert (form.review_status, form.created_at, form.modified_at) == ("APPROVED", 1792000000000, 1792500000000)
    assert form.hidden_fields == (("utm_source", "linkedin"), ("empty", ""))
    assert form.consents == (Consent(71, "Newsletter", True),)
    first, size, shoe = form.questions
    assert (first.predefined, first.label, first.name, first.max_length) == ("FIRST_NAME", "First name", "Vorname", 300)
    assert (first.required, first.editable, first.multiple_choice) == (True, False, False)
    assert size.options == (Option(0, "Small"), Option(2, "Large"))
    assert (size.multiple_choice, size.predefined, size.required, size.editable) == (True, "", False, True)
    assert (shoe.predefined, shoe.label) == ("SHOE_SIZE", "Shoe")


def test_a_bare_form() -> None:
    form = to_form_version(b'{"id":"7"}')
    assert (form.form_id, form.version, form.questions, form.locale) == (7, 1, (), "en_US")


@pytest.mark.parametrize("raw", [b"{}", b'{"id":"x"}', b"<html>", b'{"id":1,"content":5}'])
def test_an_unreadable_form(raw: bytes) -> None:
    with pytest.raises(UnreadableFormError):
        to_form_version(raw)
