"""What each column of a CSV file is: as found out, and as a person has chosen. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from leadferry.errors import InputError
from leadferry.forms.model import FormVersion, Question
from leadferry.intake.csv_file import FACTS, PREDEFINED, CsvColumn, CsvFile
from leadferry.intake.csv_responses import bind
from leadferry.words import _

OUT, OWN = "out", "own"
LEFT_OUT = "(left out)"
"""A fact that nobody asks for."""
SAMPLES = 3
Choices = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""(group, [(value, words), ...])"""


@dataclass(frozen=True, slots=True)
class Bound:
    """One column on the page. `value`: `fact:submitted_at`, `field:EMAIL`, `target:9001`, `own`, `out`."""

    place: int
    header: str
    value: str
    samples: tuple[str, ...]


def bound_columns(file: CsvFile, form: FormVersion | None) -> list[Bound]:
    return [
        Bound(place, column.header, _value(column, form), _samples(file, place))
        for place, column in enumerate(file.columns)
    ]


def _value(column: CsvColumn, form: FormVersion | None) -> str:
    if column.fact:
        return OUT if column.fact == LEFT_OUT else f"fact:{column.fact}"
    if form is None:
        return f"field:{column.predefined}" if column.predefined else OWN if column.header else OUT
    match bind(column, form):
        case Question() as question:
            return f"target:{question.id}"
        case int() as consent:
            return f"target:{consent}"
    return OUT


def _samples(file: CsvFile, place: int) -> tuple[str, ...]:
    cells = dict.fromkeys(row.cells[place] for row in file.rows[:50] if row.cells[place])
    return tuple(cells)[:SAMPLES]


def choices(form: FormVersion | None) -> Choices:
    """What a column may be: of a form that is known its questions, else LinkedIn's profile fields or a new question."""
    facts = [(f"fact:{name}", name.replace("_", " ").capitalize()) for name in FACTS]
    if form is None:
        fields = [(f"field:{name}", headers[0].capitalize()) for name, headers in PREDEFINED.items()]
        return [
            ("", [(OUT, _("Left out")), (OWN, _("A question of its own"))]),
            (_("Profile fields"), fields),
            (_("Facts"), facts),
        ]
    asked = [(f"target:{one.id}", one.label or one.name) for one in form.questions]
    asked += [(f"target:{one.id}", one.text[:80]) for one in form.consents]
    return [("", [(OUT, _("Left out"))]), (_("What {form} asks", form=form.name), asked), (_("Facts"), facts)]


def rebound(file: CsvFile, chosen: Mapping[str, str], form: FormVersion | None) -> CsvFile:
    """`chosen`: `column-0` -> value. Raises InputError where nothing is an answer any more."""
    known = {value for _, group in choices(form) for value, _ in group}
    columns = tuple(
        _column(column, value) if (value := chosen.get(f"column-{place}", "")) in known else column
        for place, column in enumerate(file.columns)
    )
    made = replace(file, columns=columns)
    if not any(one.value.startswith(("field:", "target:")) for one in bound_columns(made, form)):
        raise InputError(
            _("No column is an answer: nothing would reach Dynamics."),
            fix=_("Say what at least one column is, such as the e-mail address."),
            code="csv-unbound",
        )
    return made


def _column(column: CsvColumn, value: str) -> CsvColumn:
    kind, _, name = value.partition(":")
    if kind == "fact":
        return CsvColumn(column.header, fact=name)
    if kind == "field":
        return CsvColumn(column.header, predefined=name)
    if kind == "target":
        return CsvColumn(column.header, target=int(name))
    return CsvColumn(column.header, fact=LEFT_OUT) if value == OUT else CsvColumn(column.header)
