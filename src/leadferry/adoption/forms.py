"""Microsoft's forms as forms here: version 0, which LinkedIn never gives, keeps both apart (OC-58, OC-61). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from leadferry.adoption.fields import predefined_field
from leadferry.adoption.original import Original, number_of

VERSION = 0
Wire = dict[str, Any]


def form_number(form: Original) -> int:
    return number_of(form.text("linkedinid"), form.id)


def question_number(question: Original) -> int:
    return number_of(question.text("linkedinid"), question.id)


def wire_form(form: Original, questions: Iterable[Original], owner_urn: str, mapping_names: Mapping[str, str]) -> Wire:
    """In LinkedIn's shape (linkedin-api 4.2). `mapping_names`: id of a field mapping -> its name, which says what a
    question asks for."""
    asked = list(questions)
    language, country = form.text("localelanguage") or "en", form.text("localecountry") or "US"
    locale = f"{language}_{country}"
    return {
        "id": form_number(form),
        "versionId": VERSION,
        "name": form.text("name") or str(form_number(form)),
        "creationLocale": {"country": country, "language": language},
        "hiddenFields": [],
        **({"owner": {"sponsoredAccount": owner_urn}} if owner_urn else {}),
        "content": {
            "headline": _localized(form.text("headline"), locale),
            "description": _localized(form.text("description"), locale),
            "questions": [_question(one, locale, mapping_names) for one in asked if not _is_consent(one)],
            "legalInfo": {
                "privacyPolicyUrl": form.text("privacypolicyurl"),
                "consents": [_consent(one, locale) for one in asked if _is_consent(one)],
            },
            "postSubmissionInfo": _after(form, locale),
        },
    }


def _is_consent(question: Original) -> bool:
    return question.flag("isconsentcheckbox", False)


def _question(question: Original, locale: str, mapping_names: Mapping[str, str]) -> Wire:
    label = question.text("displayname") or question.text("name")
    asked: Wire = {
        "questionId": question_number(question),
        "name": question.text("name"),
        "question": _localized(label, locale),
        "responseEditable": question.flag("responseeditable", True),
        "questionDetails": {"textQuestionDetails": {}},
    }
    mapped = mapping_names.get(question.link("linkedinpredefinedfield"), "")
    key = "" if question.flag("iscustomquestion", False) else predefined_field(mapped, question.text("name"), label)
    return asked | ({"predefinedField": key} if key else {})


def _consent(question: Original, locale: str) -> Wire:
    text = question.text("displayname") or question.text("name")
    return {"id": question_number(question), "consent": _localized(text, locale)}


def _after(form: Original, locale: str) -> Wire:
    target = {"landingPageUrl": form.text("landingpageurl")}
    message = _localized(form.text("thankyoumessage"), locale)
    return {"message": message, "callToAction": {"callToActionTarget": target}}


def _localized(text: str, locale: str) -> Wire:
    return {"localized": {locale: text}}


def by_form(questions: Sequence[Original]) -> dict[str, list[Original]]:
    found: dict[str, list[Original]] = {}
    for question in questions:
        found.setdefault(question.link("linkedinform"), []).append(question)
    return found
