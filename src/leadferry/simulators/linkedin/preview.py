"""Form responses in LinkedIn's shape; and test leads, as Campaign Manager's preview makes them: placeholder answers,
`testLead: true`.

The placeholders are unconfirmed. Source: linkedin-api reference, section 4.6.
"""

from __future__ import annotations

from typing import Any

from leadferry.simulators.linkedin.kept_forms import Form, owner_urn, versioned_urn

_PLACEHOLDERS = {
    "EMAIL": "test.lead@example.com",
    "WORK_EMAIL": "test.lead@example.com",
    "PHONE_NUMBER": "+12025550100",
    "WORK_PHONE_NUMBER": "+12025550100",
    "LINKEDIN_PROFILE_LINK": "https://www.linkedin.com/in/test-lead",
}


def make(form: Form, response_id: str, now: int, given: dict[str, Any]) -> dict[str, Any]:
    """`given` may name member, lead_type, creative, campaign and event (numbers or ids), entity (as on the wire)."""
    content = form.get("content", {})
    consents = content.get("legalInfo", {}).get("consents", [])
    filled = {
        "answers": [_answer(question) for question in content.get("questions", [])],
        "consentResponses": [{"consentId": consent["id"], "accepted": True} for consent in consents],
    }
    return {**form_response(form, response_id, now, given, filled), "testLead": True}


def form_response(
    form: Form, response_id: str, now: int, given: dict[str, Any], filled: dict[str, Any]
) -> dict[str, Any]:
    """A real one, with `filled` as its answers and consents; `given` as above."""
    sponsored = owner_urn(form["owner"]).startswith("urn:li:sponsoredAccount:")
    response: dict[str, Any] = {
        "id": response_id,
        "submittedAt": now,
        "submitter": f"urn:li:person:{given.get('member', 'tester')}",
        "testLead": False,
        "leadType": given.get("lead_type") or ("SPONSORED" if sponsored else "COMPANY"),
        "owner": form["owner"],
        "versionedLeadGenFormUrn": versioned_urn(form),
        "formResponse": filled,
    }
    if "creative" in given:
        response["associatedEntity"] = {"associatedCreative": f"urn:li:sponsoredCreative:{given['creative']}"}
    if "event" in given:
        response["associatedEntity"] = {"event": f"urn:li:event:{given['event']}"}
    if "entity" in given:
        response["associatedEntity"] = given["entity"]
    if "campaign" in given:
        urn = f"urn:li:sponsoredCampaign:{given['campaign']}"
        response["leadMetadata"] = {"sponsoredLeadMetadata": {"campaign": urn}}
    return response


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    details = question.get("questionDetails", {})
    options = details.get("multipleChoiceQuestionDetails", {}).get("options")
    if options:
        chosen: dict[str, Any] = {"multipleChoiceAnswer": {"options": [options[0]["id"]]}}
    else:
        placeholder = _PLACEHOLDERS.get(question.get("predefinedField", ""), f"Test {question.get('name', 'answer')}")
        chosen = {"textQuestionAnswer": {"answer": placeholder}}
    return {"questionId": question["questionId"], "answerDetails": chosen}
