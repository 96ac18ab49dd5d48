"""What real people answered, for previews. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from leadferry.forms.model import FormResponse, FormVersion
from leadferry.mapping.compile import sources_of
from leadferry.mapping.facts import Known
from leadferry.mapping.fit import SEPARATOR, as_text
from leadferry.mapping.model import Context, FieldMapping

SHOWN = 3
"""Sample answers beside a question."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One submission as it was answered, and the form that was seen."""

    submission_id: int
    response: FormResponse
    version: FormVersion
    context: Context


@dataclass(frozen=True, slots=True)
class Samples:
    """`known` newest first. `unreadable`: no form is known for them, or they cannot be read."""

    known: Sequence[Sample]
    unreadable: int = 0


def answers(mapping: FieldMapping, sample: Sample, by_id: Collection[str] = ()) -> list[str]:
    """What the field was answered with, as text; empty where the form lacks it or nobody answered. `by_id`: ids of
    questions that have a mapping of their own."""
    found: list[Any] = []
    for question, read in sources_of(mapping, sample.version, by_id):
        if read is None:
            found.append(_text(question, sample))
        else:
            found.append(read(Known(sample.response, sample.version, sample.context)))
    return [as_text(one) for one in found if one is not None and not (isinstance(one, str) and not one.strip())]


def _text(question: int, sample: Sample) -> str | None:
    for answer in sample.response.answers:
        if answer.question_id != question:
            continue
        if not answer.option_ids:
            return answer.text
        known = {option.id: option.text for one in sample.version.questions for option in one.options}
        return SEPARATOR.join(known[key] for key in answer.option_ids if key in known)
    return None


def sample_answers(mapping: FieldMapping, samples: Sequence[Sample]) -> tuple[str, ...]:
    """The newest few that differ."""
    found: dict[str, None] = {}
    for sample in samples:
        found |= dict.fromkeys(answers(mapping, sample))
        if len(found) >= SHOWN:
            break
    return tuple(found)[:SHOWN]
