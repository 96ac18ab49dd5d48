"""Options that a form offers and no choice of the lead column means, known before anybody takes one. Pure.

Each option is tried as an answer. A renamed one keeps LinkedIn's id (linkedin-api 4.2), so what its earlier text meant
is what it may mean now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from leadferry.dataverse.metadata import Table
from leadferry.forms.model import Answer, FormResponse, FormVersion, Option, Question
from leadferry.mapping.compile import sources_of
from leadferry.mapping.model import Context, FieldMapping, MappingSettings, ProblemKind
from leadferry.mapping.sample import Sample
from leadferry.mapping.transforms.text import folded
from leadferry.mapping.trying import Mappers, Tried


@dataclass(frozen=True, slots=True)
class Unknown:
    """`count`: how often it was answered, 0 where it is only offered. `target`: the choice's value that is suggested,
    as text; "" for none."""

    answer: str
    count: int = 0
    target: str = ""


def unmet(
    mapping: FieldMapping, history: Sequence[FormVersion], table: Table, settings: MappingSettings
) -> list[Unknown]:
    """Of the newest in `history`: one form, its versions ascending."""
    column = table.columns.get(mapping.column or "")
    if column is None or not column.options or not history:
        return []
    trial = _Trial(Mappers([mapping], table, replace(settings, append_unmapped_to="")), column.name)
    return [
        Unknown(option.text, 0, _earlier(trial, history, question.id, option.id))
        for question in asked_by(mapping, history[-1])
        for option in question.options
        if not trial.means(history[-1], question.id, option)
    ]


def unknown_answers(answered: Iterable[Tried], offered: Iterable[Unknown]) -> list[Unknown]:
    """Those that were given, then those that are only offered; each once."""
    found = {folded(one.answer): Unknown(one.answer, one.count) for one in answered if one.unknown}
    for one in offered:
        known = found.get(folded(one.answer), one)
        found[folded(one.answer)] = replace(known, target=known.target or one.target)
    return list(found.values())


def asked_by(mapping: FieldMapping, version: FormVersion) -> Iterator[Question]:
    """The questions of the form whose answers the mapping takes."""
    ids = {question for question, read in sources_of(mapping, version, ()) if read is None}
    return (question for question in version.questions if question.id in ids)


@dataclass(frozen=True, slots=True)
class _Trial:
    mappers: Mappers
    column: str

    def means(self, version: FormVersion, question: int, option: Option) -> str:
        """The value that would be written, "" where no choice is meant."""
        answer = Answer(question, None, (option.id,))
        response = FormResponse("", 0, "", "", version.form_id, version.version, answers=(answer,))
        mapped = self.mappers.of(Sample(0, response, version, Context()))
        unknown = any(one.column == self.column and one.kind is ProblemKind.UNKNOWN_CHOICE for one in mapped.problems)
        value: Any = mapped.values.get(self.column)
        return "" if unknown or value is None else str(value)


def _earlier(trial: _Trial, history: Sequence[FormVersion], question: int, option: int) -> str:
    """What the option meant when it was last understood."""
    for version in reversed(history[:-1]):
        for asked in version.questions:
            for one in asked.options:
                if (asked.id, one.id) == (question, option) and (value := trial.means(version, question, one)):
                    return value
    return ""
