"""A lead form and form responses in LinkedIn's shape (linkedin-api 4.2, 4.3), for tests."""

from __future__ import annotations

from typing import Any

FIELDS = ("FIRST_NAME", "LAST_NAME", "EMAIL", "COMPANY_NAME", "JOB_TITLE", "COMPANY_SIZE", "INDUSTRY")
SIZE_QUESTION, CONSENT = 9001, 71
OPTIONS = {1: "Small", 2: "Large"}


def text(value: str) -> dict[str, Any]:
    return {"localized": {"en_US": value}}


def form(form_id: int = 3162, name: str = "Paper", owner: str = "urn:li:sponsoredAccount:5001") -> dict[str, Any]:
    questions: list[dict[str, Any]] = [
        {
            "questionId": number,
            "predefinedField": field,
            "name": field.capitalize(),
            "question": text(field.replace("_", " ").capitalize()),
            "responseRequired": False,
            "responseEditable": True,
            "questionDetails": {"textQuestionDetails": {"maxResponseLength": 300}},
        }
        for number, field in enumerate(FIELDS, 1)
    ]
    options = [{"id": key, "text": text(label)} for key, label in OPTIONS.items()]
    questions.append(
        {
            "questionId": SIZE_QUESTION,
            "name": "Custom question 0",
            "question": text("Which size?"),
            "responseRequired": False,
            "responseEditable": True,
            "questionDetails": {"multipleChoiceQuestionDetails": {"options": options}},
        }
    )
    return {
        "id": form_id,
        "state": "PUBLISHED",
        "name": name,
        "creationLocale": {"country": "US", "language": "en"},
        "owner": {owner.split(":")[2]: owner},
        "hiddenFields": [{"name": "utm_source", "value": "linkedin"}],
        "content": {
            "headline": text("Get the paper"),
            "questions": questions,
            "legalInfo": {
                "legalInfoId": 1,
                "consents": [{"id": CONSENT, "consent": text("News"), "checkRequired": False}],
            },
        },
    }


def answer(field: str, value: str) -> dict[str, Any]:
    return {"questionId": FIELDS.index(field) + 1, "answerDetails": {"textQuestionAnswer": {"answer": value}}}


def response(
    response_id: str, at: int, *, form_id: int = 3162, version: int = 1, test: bool = False, **answers: str
) -> dict[str, Any]:
    """`answers` by predefined field in lower case: `email="a@x.test"`."""
    return {
        "id": response_id,
        "submittedAt": at,
        "submitter": "urn:li:person:x",
        "testLead": test,
        "leadType": "SPONSORED",
        "versionedLeadGenFormUrn": f"urn:li:versionedLeadGenForm:(urn:li:leadGenForm:{form_id},{version})",
        "associatedEntity": {"associatedCreative": "urn:li:sponsoredCreative:770001"},
        "leadMetadata": {"sponsoredLeadMetadata": {"campaign": "urn:li:sponsoredCampaign:420001"}},
        "formResponse": {
            "answers": [answer(field.upper(), value) for field, value in answers.items()],
            "consentResponses": [{"consentId": CONSENT, "accepted": True}],
        },
    }
