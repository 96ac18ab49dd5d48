"""One form response becomes column values and problems. Built once by `compile.compile_mapping`. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadferry.dataverse.metadata import Table
from leadferry.forms.model import FormResponse, FormVersion
from leadferry.mapping.convert import Conversion
from leadferry.mapping.facts import Known
from leadferry.mapping.fit import SEPARATOR, Fit, as_text
from leadferry.mapping.model import (
    Context,
    Lookup,
    Mapped,
    MappingSettings,
    OnProblem,
    OnUpdate,
    Problem,
    ProblemKind,
)
from leadferry.mapping.required import Required
from leadferry.mapping.transforms.country import country_code
from leadferry.mapping.unfit import Unfit
from leadferry.words import worded

EMAIL_COLUMNS = ("emailaddress1", "emailaddress2", "emailaddress3")
"""A second address never pushes out the first: it goes to the next free one of these."""
Texts = dict[int, str]
"""Question id -> what was answered; blank answers are not in it, so nothing is ever cleared by one."""


@dataclass(frozen=True, slots=True)
class Step:
    """One mapping, ready to run. `read` for what is no answer; else `question`."""

    name: str
    column: str
    convert: Conversion
    question: int = 0
    read: Callable[[Known], Any] | None = None
    on_problem: OnProblem = OnProblem.CUT
    default: Any = None
    on_update: OnUpdate = OnUpdate.OVERWRITE
    lookup: tuple[str, str] | None = None
    """(table, column to match)."""


@dataclass(frozen=True, slots=True)
class Leftovers:
    """A text column that collects the answers without a column of their own."""

    column: str
    fit: Fit


class Mapper:
    """For one form version. `standing_problems`: what is wrong with the mappings themselves, whoever answers."""

    def __init__(
        self,
        version: FormVersion,
        steps: Sequence[Step],
        table: Table,
        settings: MappingSettings,
        *,
        leftovers: Leftovers | None = None,
        standing_problems: Sequence[Problem] = (),
    ) -> None:
        self.version = version
        self._steps = tuple(steps)
        # What every step needs for every person, at hand.
        self._ways = [(step.question, step.read, step.convert, step.column, step) for step in steps]
        self._required = Required(table, settings)
        self._leftovers = leftovers
        self.standing_problems = (*standing_problems, *self._required.problems)
        self._labels = {question.id: question.label or question.name for question in version.questions}
        self._options = {q.id: {option.id: option.text for option in q.options} for q in version.questions}
        self._mapped_questions = frozenset(step.question for step in steps if step.read is None)
        self._known_questions = self._labels.keys() | self._mapped_questions
        self._columns_of = {step.question: step.column for step in reversed(steps) if step.read is None}
        self._country_questions = tuple(q.id for q in version.questions if q.predefined == "COUNTRY")
        self._fallback_country = settings.default_country.upper() or version.locale.partition("_")[2][:2].upper()
        self._spare_emails = tuple(c for c in EMAIL_COLUMNS if c in table.columns and table.columns[c].can_create)
        self._on_update = {
            step.column: step.on_update for step in reversed(steps) if step.on_update is not OnUpdate.OVERWRITE
        }
        if leftovers:
            self._on_update.setdefault(leftovers.column, OnUpdate.FILL)

    def __call__(self, response: FormResponse, context: Context) -> Mapped:
        known = Known(response, self.version, context)
        problems: list[Problem] = []
        if response.version != self.version.version:
            problems.append(self._unknown_version(response.version))
        texts = self._texts(response, problems)
        values: dict[str, Any] = {}
        lookups: list[Lookup] = []
        on_update: Mapping[str, OnUpdate] = self._on_update

        def country() -> str:
            return self._country(texts)

        for question, read, convert, column, step in self._ways:
            raw = texts.get(question) if read is None else read(known)
            if raw is None or raw == "":
                continue
            value = convert(raw, country)
            if type(value) is Unfit:
                value = _by_policy(step, value, problems)
            if value is None or value == "":
                continue
            if step.lookup:
                if any(lookup.column == step.column for lookup in lookups):
                    problems.append(self._conflict(step))
                    continue
                lookups.append(Lookup(step.column, *step.lookup, as_text(value), step.name))
            elif column not in values:
                values[column] = value
            elif values[column] != value:
                on_update = self._second(step, value, values, on_update, problems)
        if self._leftovers:
            self._collect(self._leftovers, texts, values, problems)
        create_only = self._required.fill(values, known)
        return Mapped(values, tuple(problems), on_update, create_only, tuple(lookups))

    def _texts(self, response: FormResponse, problems: list[Problem]) -> Texts:
        texts: Texts = {}
        known = self._known_questions
        for answer in response.answers:
            question, text = answer.question_id, answer.text
            if answer.option_ids:
                text = self._option_texts(question, answer.option_ids, problems)
            if question not in known:
                problems.append(self._unknown_question(question))
            if text and not text.isspace():
                texts[question] = text
        return texts

    def _option_texts(self, question: int, ids: Sequence[int], problems: list[Problem]) -> str:
        known = self._options.get(question, {})
        missing = [str(number) for number in ids if number not in known]
        if missing and question in self._labels:
            word = "option" if len(missing) == 1 else "options"
            detail = worded(
                "{word} {missing} not in version {version} of the form",
                word=word,
                missing=", ".join(missing),
                version=self.version.version,
            )
            column = self._columns_of.get(question, "")
            problems.append(
                Problem(ProblemKind.UNKNOWN_OPTION, self._label(question), column, detail, worded("left out"))
            )
        return SEPARATOR.join(known[number] for number in ids if number in known)

    def _unknown_version(self, version: int) -> Problem:
        detail = worded(
            "version {version} of form {form_id} is not known", version=version, form_id=self.version.form_id
        )
        action = worded("read by version {version}", version=self.version.version)
        return Problem(ProblemKind.UNKNOWN_VERSION, worded("Form version"), "", detail, action)

    def _unknown_question(self, question: int) -> Problem:
        detail = worded(
            "question {question} is not in version {version} of form {form_id}",
            question=question,
            version=self.version.version,
            form_id=self.version.form_id,
        )
        return Problem(ProblemKind.UNKNOWN_QUESTION, self._label(question), "", detail, worded("left out"))

    def _label(self, question: int) -> str:
        return self._labels.get(question) or worded("question {question}", question=question)

    def _country(self, texts: Texts) -> str:
        """The answer's; else the setting's, for a form in English says little about where people live; else the
        form's locale."""
        for question in self._country_questions:
            if code := country_code(texts.get(question, "")):
                return code
        return self._fallback_country

    def _second(
        self,
        step: Step,
        value: Any,
        values: dict[str, Any],
        on_update: Mapping[str, OnUpdate],
        problems: list[Problem],
    ) -> Mapping[str, OnUpdate]:
        """The column has a value from a mapping further up in the list."""
        if step.column in self._spare_emails:
            if value in [values.get(column) for column in self._spare_emails]:
                return on_update
            free = next((column for column in self._spare_emails if column not in values), None)
            if free:
                values[free] = value
                return on_update if step.on_update is OnUpdate.OVERWRITE else {**on_update, free: step.on_update}
        problems.append(self._conflict(step))
        return on_update

    def _conflict(self, step: Step) -> Problem:
        first = next(other.name for other in self._steps if other.column == step.column)
        detail = worded("the field '{first}' has filled {column} already", first=first, column=step.column)
        return Problem(ProblemKind.CONFLICT, step.name, step.column, detail, worded("left out"))

    def _collect(self, leftovers: Leftovers, texts: Texts, values: dict[str, Any], problems: list[Problem]) -> None:
        order = [*self._labels, *(question for question in texts if question not in self._labels)]
        rest = [question for question in order if question in texts and question not in self._mapped_questions]
        if not rest:
            return
        lines = [f"{self._label(question)}: {texts[question]}" for question in rest]
        if before := values.get(leftovers.column):
            lines.insert(0, str(before))
        value = leftovers.fit("\n".join(lines))
        if isinstance(value, Unfit):
            problems.append(
                Problem(value.kind, worded("Unmapped answers"), leftovers.column, value.detail, value.action)
            )
            value = value.instead
        values[leftovers.column] = value


def _by_policy(step: Step, unfit: Unfit, problems: list[Problem]) -> Any:
    value, action = None, worded("left out")
    if step.on_problem is OnProblem.DEFAULT and step.default is not None:
        value, action = step.default, worded("default used")
    elif step.on_problem is OnProblem.CUT and unfit.instead is not None:
        value, action = unfit.instead, unfit.action
    problems.append(Problem(unfit.kind, step.name, step.column, unfit.detail, action))
    return value
