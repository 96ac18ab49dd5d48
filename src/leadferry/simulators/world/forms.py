"""The lead forms of the demonstration: all four lead types, one form with two versions, one in German.

In LinkedIn's own shape (linkedin-api reference, section 4.2), made from short declarations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadferry.simulators.world.places import (
    ACCOUNT_AMERICAS,
    ACCOUNT_EUROPE,
    EVENT,
    PAGE,
    PRODUCT,
    Owner,
)

Wire = dict[str, Any]
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `key` is LinkedIn's predefinedField, or our own short name for a custom question."""

    key: str
    id: int
    text: str
    options: tuple[str, ...] = ()
    custom: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """`places`: (campaign, creative) ids of ads that show the form. `entity`: the event or product behind it."""

    id: int
    version: int
    name: str
    owner: Owner
    lead_type: str
    headline: str
    questions: tuple[Asked, ...]
    consents: tuple[tuple[int, str, bool], ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    locale: tuple[str, str] = ("en", "US")
    places: tuple[tuple[int, int], ...] = ()
    entity: tuple[str, str] | None = None
    age_days: int = 80

    @property
    def urn(self) -> str:
        return f"urn:li:versionedLeadGenForm:(urn:li:leadGenForm:{self.id},{self.version})"

    def question(self, key: str) -> Asked:
        return next(asked for asked in self.questions if asked.key == key)

    def asks(self, key: str) -> bool:
        return any(asked.key == key for asked in self.questions)


_ENGLISH = {
    "FIRST_NAME": "First name", "LAST_NAME": "Last name", "EMAIL": "Email address", "PHONE_NUMBER": "Phone number",
    "COMPANY_NAME": "Company name", "JOB_TITLE": "Job title", "COUNTRY": "Country/Region", "CITY": "City",
    "INDUSTRY": "Industry", "COMPANY_SIZE": "Company size", "WORK_EMAIL": "Work email",
}  # fmt: skip
_GERMAN = {
    "FIRST_NAME": "Vorname", "LAST_NAME": "Nachname", "EMAIL": "E-Mail-Adresse", "PHONE_NUMBER": "Telefonnummer",
    "COMPANY_NAME": "Unternehmen", "JOB_TITLE": "Jobbezeichnung", "COUNTRY": "Land/Region", "CITY": "Ort",
    "INDUSTRY": "Branche",
}  # fmt: skip
_REQUIRED = {"LAST_NAME", "EMAIL", "PHONE_NUMBER"}


def _predefined(form_id: int, keys: str, words: Mapping[str, str] = _ENGLISH) -> tuple[Asked, ...]:
    return tuple(
        Asked(key, form_id * 10_000_000 + place, words[key], required=key in _REQUIRED)
        for place, key in enumerate(keys.split(), start=1)
    )


def _custom(form_id: int, place: int, key: str, text: str, *options: str) -> Asked:
    return Asked(key, form_id * 10_000_000 + place, text, options, custom=True)


_BASE = "FIRST_NAME LAST_NAME EMAIL PHONE_NUMBER COMPANY_NAME JOB_TITLE"
_UTM = (("utm_source", "linkedin"), ("utm_medium", "paid-social"))
TIMEFRAMES = ("Immediate", "This Quarter", "Next Quarter", "This Year", "Sometime after the moon landing")
"""The last one is no choice of the lead's purchase timeframe."""

_PAPER = {
    "name": "Whitepaper: cranes in winter",
    "owner": ACCOUNT_EUROPE,
    "lead_type": "SPONSORED",
    "consents": ((7101, "Send me the newsletter", False), (7102, "I have read the privacy policy", True)),
    "hidden": _UTM,
    "places": ((420001, 770001), (420001, 770002)),
}
PAPER_1 = Form(3101, 1, headline="Get the paper", questions=_predefined(3101, _BASE), **_PAPER)  # type: ignore[arg-type]
PAPER = Form(
    3101,
    2,
    headline="Ten pages on cranes in winter",
    questions=(
        *_predefined(3101, _BASE),
        _custom(3101, 21, "interest", "Which size?", "Small", "Medium", "Large", "No crane yet"),
    ),
    age_days=70,
    **_PAPER,  # type: ignore[arg-type]
)
DEMO = Form(
    3102,
    1,
    "Book a demonstration",
    ACCOUNT_EUROPE,
    "SPONSORED",
    "See it lift",
    (
        *_predefined(3102, f"{_BASE} COUNTRY CITY INDUSTRY COMPANY_SIZE"),
        _custom(3102, 21, "timeframe", "When do you need it?", *TIMEFRAMES),
        _custom(3102, 22, "remarks", "What should we know before we come?"),
    ),
    ((7201, "You may call me", False),),
    (*_UTM, ("utm_content", "demo-video")),
    places=((420002, 770003),),
)
QUOTE = Form(
    3201,
    1,
    "Angebot anfordern",
    ACCOUNT_AMERICAS,
    "SPONSORED",
    "Ihr Angebot in zwei Tagen",
    (
        *_predefined(3201, f"{_BASE} COUNTRY INDUSTRY", _GERMAN),
        _custom(3201, 21, "lease", "Kaufen oder mieten?", "Kaufen", "Mieten", "Weiß noch nicht"),
    ),
    ((7301, "Ich möchte den Newsletter erhalten", False),),
    _UTM,
    locale=("de", "DE"),
    places=((420003, 770004),),
)
DRAW = Form(
    3202,
    1,
    "Win a model crane",
    ACCOUNT_AMERICAS,
    "SPONSORED",
    "One of ten model cranes",
    tuple(
        Asked(key, 32_020_000_000 + place, _ENGLISH[key])
        for place, key in enumerate(("FIRST_NAME", "LAST_NAME", "EMAIL", "PHONE_NUMBER"), start=1)
    ),
    ((7401, "Tell me if I win", False),),
    places=((420004, 770005),),
)
CRANE_DAY = Form(
    3301,
    1,
    "Crane Day 2026",
    PAGE,
    "EVENT",
    "Meet us on the quay",
    (*_predefined(3301, _BASE), _custom(3301, 21, "dinner", "Will you stay for dinner?", "Yes", "No")),
    entity=("event", EVENT),
)
CONTACT_US = Form(
    3302,
    1,
    "Contact us",
    PAGE,
    "COMPANY",
    "We answer within a day",
    (*_predefined(3302, _BASE), _custom(3302, 21, "remarks", "Your question")),
    entity=("organization", PAGE.urn),
)
TOWER_T9 = Form(
    3303,
    1,
    "Tower crane T9: ask for a price",
    PAGE,
    "ORGANIZATION_PRODUCT",
    "Prices for the T9",
    _predefined(3303, f"{_BASE} COUNTRY"),
    entity=("organizationProduct", PRODUCT),
)

FORMS = (PAPER_1, PAPER, DEMO, QUOTE, DRAW, CRANE_DAY, CONTACT_US, TOWER_T9)
"""Older versions before newer ones."""

CUSTOM_MAPPINGS = (
    ("question", str(DEMO.question("timeframe").id), "purchasetimeframe"),
    ("question", str(DEMO.question("remarks").id), "description"),
    ("question", str(CONTACT_US.question("remarks").id), "description"),
    ("consent", "7101", "donotbulkemail"),
    ("consent", "7201", "donotphone"),
)
"""(source, key, lead column): what the demonstration's administrator mapped beside the defaults."""


def form_wire(form: Form, now_ms: int) -> Wire:
    created = now_ms - form.age_days * DAY_MS
    language, country = form.locale
    return {
        "id": form.id,
        "versionId": form.version,
        "state": "PUBLISHED",
        "name": form.name,
        "created": created,
        "lastModified": created,
        "creationLocale": {"country": country, "language": language},
        "owner": {form.owner.kind: form.owner.urn},
        "hiddenFields": [{"name": name, "value": value} for name, value in form.hidden],
        "reviewInfo": {"reviewStatus": "APPROVED", "rejectionReasons": [], "lastUpdated": created},
        "content": _content(form),
    }


def _content(form: Form) -> Wire:
    site = "https://craneworks.example"
    return {
        "headline": _localized(form, form.headline),
        "description": _localized(form, f"{form.headline}. A form of the demonstration."),
        "questions": [_question(form, asked) for asked in form.questions],
        "legalInfo": {
            "legalInfoId": form.id + 5_000,
            "privacyPolicyUrl": f"{site}/privacy",
            "consents": [
                {"id": consent, "checkRequired": required, "consent": _localized(form, text)}
                for consent, text, required in form.consents
            ],
            "legalDisclaimer": _localized(form, "We keep your data two years."),
        },
        "postSubmissionInfo": {
            "message": _localized(form, "Thank you"),
            "callToAction": {
                "callToActionLabel": "VISIT_COMPANY_WEBSITE",
                "callToActionTarget": {"landingPageUrl": f"{site}/thanks/{form.id}"},
            },
        },
    }


def _question(form: Form, asked: Asked) -> Wire:
    details: Wire = {"textQuestionDetails": {"maxResponseLength": 300}}
    if asked.options:
        options = [{"id": place, "text": _localized(form, text)} for place, text in enumerate(asked.options, start=1)]
        details = {"multipleChoiceQuestionDetails": {"options": options}}
    return {
        "questionId": asked.id,
        "question": _localized(form, asked.text),
        "name": f"Custom question {asked.id % 10}" if asked.custom else _ENGLISH[asked.key],
        "responseRequired": asked.required,
        "responseEditable": True,
        "questionDetails": details,
        **({} if asked.custom else {"predefinedField": asked.key}),
    }


def _localized(form: Form, text: str) -> Wire:
    return {"localized": {"_".join(form.locale): text}}


def answers_wire(form: Form, given: Mapping[str, str | Sequence[int]]) -> list[Wire]:
    """`given`: question key -> text, or the ids of the chosen options. Keys that the form does not ask are left out."""
    answers = []
    for asked in form.questions:
        if asked.key in given:
            value = given[asked.key]
            if isinstance(value, str):
                details: Wire = {"textQuestionAnswer": {"answer": value}}
            else:
                details = {"multipleChoiceAnswer": {"options": list(value)}}
            answers.append({"questionId": asked.id, "answerDetails": details})
    return answers
