"""From rows of a CSV file to form responses as LinkedIn would have sent them, so that one path delivers all. Pure.

A file of a form we know is bound to its questions by label. For any other the form is made from the header: then
whoever has no API access yet has forms, questions and mappings all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from leadferry.forms.model import FormVersion, Question
from leadferry.intake.csv_file import CsvColumn, CsvFile, CsvRow, answers, fact, parse_moment
from leadferry.intake.model import Received

YES = frozenset({"true", "yes", "y", "1", "x", "accepted", "ja", "oui", "sí"})
FORM_BIT = 1 << 52
"""Set in the ids of forms made from a header: above any id LinkedIn gives today, exact in JSON numbers."""


def form_from_header(file: CsvFile, name: str) -> dict[str, Any]:
    """A lead form in LinkedIn's shape (linkedin-api 4.2), with ids derived from its name and its headers."""
    asked = [column for column in file.columns if not column.fact and column.header]
    return {
        "id": _number(f"form:{name}") | FORM_BIT,
        "versionId": 1 + _number("|".join(column.header for column in asked)) % 1_000_000,
        "name": name,
        "state": "PUBLISHED",
        "creationLocale": {"country": "US", "language": "en"},
        "hiddenFields": [],
        "content": {
            "headline": {"localized": {"en_US": name}},
            "questions": [_question(column) for column in asked],
        },
    }


def _question(column: CsvColumn) -> dict[str, Any]:
    question: dict[str, Any] = {
        "questionId": _number(f"question:{column.header}") | FORM_BIT,
        "name": column.header,
        "question": {"localized": {"en_US": column.header}},
        "questionDetails": {"textQuestionDetails": {}},
    }
    return question | ({"predefinedField": column.predefined} if column.predefined else {})


def _number(text: str) -> int:
    """48 bits."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


class ResponseMaker:
    def __init__(self, file: CsvFile, form: FormVersion, *, owner_urn: str = "") -> None:
        self.file, self.form, self.owner_urn = file, form, owner_urn
        self.bound = {column: bind(column, form) for column in file.columns if not column.fact and column.header}

    @property
    def unbound(self) -> list[str]:
        """Headers that are no question, consent or hidden field of the form."""
        return [column.header for column, target in self.bound.items() if target is None]

    def received(self, row: CsvRow, *, form_version_id: int, owner_id: int | None, now: int) -> Received:
        moment = parse_moment(fact(self.file, row, "submitted_at"))
        body = self._body(row, moment)
        body["id"] = fact(self.file, row, "id") or _content_id(body)
        body.setdefault("submittedAt", now)
        return Received(
            str(body["id"]),
            msgspec.json.encode(body),
            int(body["submittedAt"]),
            str(body["leadType"]),
            bool(body["testLead"]),
            owner_id,
            form_version_id,
        )

    def _body(self, row: CsvRow, moment: int | None) -> dict[str, Any]:
        file, form = self.file, self.form
        given, consents = self._answers(row)
        body: dict[str, Any] = {
            "leadType": fact(file, row, "lead_type").upper().replace(" ", "_") or "SPONSORED",
            "testLead": fact(file, row, "test").casefold() in YES,
            "versionedLeadGenFormUrn": f"urn:li:versionedLeadGenForm:({_urn(form)},{form.version})",
            "formResponse": {"answers": given, "consentResponses": consents},
        }
        if self.owner_urn:
            body["owner"] = {"sponsoredAccount": self.owner_urn}
        if moment is not None:
            body["submittedAt"] = moment
        if creative := _digits(fact(file, row, "creative_id")):
            body["associatedEntity"] = {"associatedCreative": f"urn:li:sponsoredCreative:{creative}"}
        return body | _campaign(fact(file, row, "campaign_id"), fact(file, row, "campaign_name"))

    def _answers(self, row: CsvRow) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        given, consents = [], []
        for column, cell in answers(self.file, row):
            match self.bound.get(column):
                case Question() as question:
                    given.append({"questionId": question.id, "answerDetails": _details(question, cell)})
                case int() as consent:
                    consents.append({"consentId": consent, "accepted": cell.casefold() in YES})
        return given, consents


def _urn(form: FormVersion) -> str:
    return f"urn:li:leadGenForm:{form.form_id}"


def bind(column: CsvColumn, form: FormVersion) -> Question | int | None:
    """The question, or the id of the consent, that a column holds the answers of."""
    if column.target:
        chosen = next((question for question in form.questions if question.id == column.target), None)
        return chosen or next((consent.id for consent in form.consents if consent.id == column.target), None)
    if column.predefined:
        for question in form.questions:
            if question.predefined == column.predefined:
                return question
    wanted = _folded(column.header)
    for question in form.questions:
        if wanted in {_folded(question.label), _folded(question.name)}:
            return question
    return next((consent.id for consent in form.consents if _folded(consent.text) == wanted), None)


def _details(question: Question, cell: str) -> dict[str, Any]:
    chosen = _options(question, cell) if question.multiple_choice else []
    if chosen:
        return {"multipleChoiceAnswer": {"options": chosen}}
    return {"textQuestionAnswer": {"answer": cell}}


def _options(question: Question, cell: str) -> list[int]:
    texts = {_folded(option.text): option.id for option in question.options}
    if _folded(cell) in texts:
        return [texts[_folded(cell)]]
    parts: Sequence[str] = [part for part in cell.replace(";", ",").split(",") if part.strip()]
    found = [texts.get(_folded(part)) for part in parts]
    return [option for option in found if option is not None] if None not in found else []


def _campaign(campaign_id: str, name: str) -> dict[str, Any]:
    digits = _digits(campaign_id)
    if not digits and not name:
        return {}
    urn = f"urn:li:sponsoredCampaign:{digits}" if digits else ""
    named = {"sponsoredLeadMetadataInfo": {"campaign": {"id": urn, "name": name}}}
    metadata = {"leadMetadata": {"sponsoredLeadMetadata": {"campaign": urn}}} if urn else {}
    return metadata | ({"leadMetadataInfo": named} if name else {})


def _digits(text: str) -> str:
    found = text.rpartition(":")[2].strip()
    return found if found.isdecimal() else ""


def _content_id(body: dict[str, Any]) -> str:
    """The same row gives the same id, whenever it is imported."""
    return f"csv-{hashlib.sha256(msgspec.json.encode(body, order='sorted')).hexdigest()[:40]}"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
