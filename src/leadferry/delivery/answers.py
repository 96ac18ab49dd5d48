"""A form response's answers and consents beside the questions that were asked, and where each one went. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadferry.forms.model import FormResponse, FormVersion
from leadferry.mapping.model import FieldMapping, Source
from leadferry.words import _

SEPARATOR = "; "


@dataclass(frozen=True, slots=True)
class Answered:
    """`column` "" where no mapping takes the answer; `written` None where nothing of it was written."""

    question_id: int
    question: str
    answer: str
    column: str = ""
    written: Any = None


def answers(
    response: FormResponse,
    form: FormVersion | None,
    mappings: Sequence[FieldMapping] = (),
    written: Mapping[str, Any] | None = None,
) -> list[Answered]:
    """In the order of the form, with the question's text; what the form does not know comes last, by its id. The column
    is the one that today's mappings say; `written` is what was sent then, by column."""
    questions = {question.id: question for question in form.questions} if form else {}
    places = {key: place for place, key in enumerate(questions)}
    columns = columns_of(form, mappings)
    shown = []
    for answer in sorted(response.answers, key=lambda one: places.get(one.question_id, len(places))):
        question = questions.get(answer.question_id)
        options = {option.id: option.text for option in question.options} if question else {}
        text = answer.text
        if answer.option_ids:
            text = SEPARATOR.join(options.get(key, f"option {key}") for key in answer.option_ids)
        label = (
            (question.label or question.name)
            if question
            else _("question {question_id}", question_id=answer.question_id)
        )
        column = columns.get(answer.question_id, "")
        shown.append(Answered(answer.question_id, label, text or "", column, (written or {}).get(column)))
    return shown


def consents(response: FormResponse, form: FormVersion | None) -> list[tuple[int, str, bool]]:
    """(id, text, given)"""
    texts = {consent.id: consent.text for consent in form.consents} if form else {}
    return [(key, texts.get(key, f"consent {key}"), given) for key, given in response.consents.items()]


def columns_of(form: FormVersion | None, mappings: Sequence[FieldMapping]) -> dict[int, str]:
    """Question id -> lead column. A mapping of the question itself goes before the one of its predefined field."""
    by_id = {m.key: m.column for m in mappings if m.source is Source.QUESTION and m.column}
    by_field = {m.key: m.column for m in mappings if m.source is Source.PREDEFINED and m.column}
    found = {q.id: by_id.get(str(q.id)) or by_field.get(q.predefined) for q in (form.questions if form else ())}
    return {key: column for key, column in found.items() if column}
