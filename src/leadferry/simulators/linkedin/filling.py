"""A lead form as a person sees it, and what the person filled in as LinkedIn keeps it. Nothing here stores or sends.

Source: linkedin-api reference, sections 4.2 and 4.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadferry.simulators.linkedin.kept_forms import Form
from leadferry.simulators.linkedin.state import Thing

_KINDS = {
    "EMAIL": "email", "WORK_EMAIL": "email", "PHONE_NUMBER": "tel", "WORK_PHONE_NUMBER": "tel",
    "LINKEDIN_PROFILE_LINK": "url",
}  # fmt: skip
_AUTOCOMPLETE = {
    "FIRST_NAME": "given-name", "LAST_NAME": "family-name", "EMAIL": "email", "PHONE_NUMBER": "tel",
    "COMPANY_NAME": "organization", "JOB_TITLE": "organization-title", "COUNTRY": "country-name",
}  # fmt: skip
REQUIRED = "Please fill this in."


@dataclass
class Field:
    """`name` is that of the input. `options`: (id, text). `kind`: text, long, choice, email, tel or url."""

    name: str
    question_id: int
    text: str
    kind: str
    required: bool
    editable: bool
    longest: int
    autocomplete: str
    options: list[tuple[int, str]]
    value: str = ""
    wrong: str = ""


@dataclass
class Consent:
    name: str
    id: int
    text: str
    required: bool
    accepted: bool = False
    wrong: str = ""


@dataclass
class Sheet:
    """The form, with what is in it so far."""

    fields: list[Field]
    consents: list[Consent] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        return not any([*(item.wrong for item in self.fields), *(one.wrong for one in self.consents)])

    def as_filled(self) -> dict[str, Any]:
        """`formResponse` on the wire; what was left empty is not in it."""
        return {
            "answers": [_answer(item) for item in self.fields if item.value],
            "consentResponses": [{"consentId": item.id, "accepted": item.accepted} for item in self.consents],
        }


def text_of(value: Any, form: Form) -> str:
    """Of a MultiLocaleString, in the form's language."""
    texts = value.get("localized", {}) if isinstance(value, dict) else {}
    locale = form.get("creationLocale", {})
    key = f"{locale.get('language')}_{locale.get('country')}"
    return str(texts.get(key) or next(iter(texts.values()), ""))


def sheet(form: Form, member: Thing | None) -> Sheet:
    """As the member finds it: predefined fields hold what the profile says."""
    content = form.get("content", {})
    known = _profile(member) if member else {}
    fields = [_field(form, question, known) for question in content.get("questions", [])]
    consents = [
        Consent(f"c{one['id']}", one["id"], text_of(one.get("consent"), form), bool(one.get("checkRequired")))
        for one in content.get("legalInfo", {}).get("consents", [])
    ]
    return Sheet(fields, consents)


def fill(empty: Sheet, given: Mapping[str, str]) -> Sheet:
    """Takes over what the person sent, and says what is wrong with it. What is not editable stays as it is."""
    for item in empty.fields:
        if item.editable or not item.value:
            item.value = given.get(item.name, "").strip().replace("\r\n", "\n")
        item.wrong = _wrong(item)
    for consent in empty.consents:
        consent.accepted = consent.name in given
        consent.wrong = "Please agree to this to go on." if consent.required and not consent.accepted else ""
    return empty


def _wrong(item: Field) -> str:
    if not item.value:
        return REQUIRED if item.required else ""
    if item.kind == "choice":
        return "" if item.value in {str(number) for number, _ in item.options} else "Please choose one of these."
    if len(item.value) > item.longest:
        return f"At most {item.longest} characters, please."
    if item.kind == "email" and not _looks_like_an_address(item.value):
        return "This does not look like an e-mail address."
    return ""


def _looks_like_an_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(local and at and domain) and " " not in text


def _field(form: Form, question: dict[str, Any], known: Mapping[str, str]) -> Field:
    details = question.get("questionDetails", {})
    options = details.get("multipleChoiceQuestionDetails", {}).get("options", [])
    predefined = str(question.get("predefinedField", ""))
    kind = "choice" if options else _KINDS.get(predefined, "text" if predefined else "long")
    return Field(
        name=f"q{question['questionId']}",
        question_id=question["questionId"],
        text=text_of(question.get("question"), form) or str(question.get("name", "")),
        kind=kind,
        required=bool(question.get("responseRequired")),
        editable=bool(question.get("responseEditable", True)),
        longest=int(details.get("textQuestionDetails", {}).get("maxResponseLength", 300)),
        autocomplete=_AUTOCOMPLETE.get(predefined, "off"),
        options=[(option["id"], text_of(option.get("text"), form)) for option in options],
        value=known.get(predefined, "") if predefined else "",
    )


def _profile(member: Thing) -> dict[str, str]:
    first, _, last = str(member.get("name", "")).partition(" ")
    known = {"FIRST_NAME": first, "LAST_NAME": last, "EMAIL": str(member.get("email", ""))}
    return known | {name: str(text) for name, text in member.get("profile", {}).items()}


def _answer(item: Field) -> dict[str, Any]:
    if item.kind == "choice":
        details: dict[str, Any] = {"multipleChoiceAnswer": {"options": [int(item.value)]}}
    else:
        details = {"textQuestionAnswer": {"answer": item.value}}
    return {"questionId": item.question_id, "answerDetails": details}
