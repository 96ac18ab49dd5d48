"""A field mapping as a form says it, before it is saved; and the reasons not to save it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from leadferry.console.edited import Drawn, Part
from leadferry.dataverse.metadata import Column, Table
from leadferry.errors import InputError
from leadferry.mapping.fit import LOOKUPS, MAPPABLE, fit_for
from leadferry.mapping.model import FieldMapping, OnProblem, OnUpdate, Source
from leadferry.mapping.standing import NAME_COLUMNS, standing_problem
from leadferry.mapping.transforms.registry import LOOKUP, TRANSFORMS
from leadferry.mapping.transforms.text import folded
from leadferry.words import _, together

KIND = _("field mapping")
SYNONYMS, ANSWER, MEANS = "synonyms-", "answer-", "means-"
"""`synonyms-3`: the answers that mean option 3, with `;` between; `answer-0` means what `means-0` says."""
BETWEEN = ";"
TRANSFORM_WORDS: Mapping[str, str] = {
    "text": _("Clean text"),
    "email": _("E-mail, lower case"),
    "phone": _("Phone, international form"),
    "country": _("Country name"),
    "country_code": _("Country code"),
    "state": _("State name"),
    "name": _("Name, capital letters"),
    "given_name": _("Given names"),
    "family_name": _("Family name"),
    "number": _("Number, lower end"),
    "number_high": _("Number, upper end"),
    "date": _("Date"),
    "boolean": _("Yes or no"),
    "not": _("The opposite of yes or no"),
    "url": _("Web address"),
    "choice": _("Choice table"),
}
ON_UPDATE: Mapping[OnUpdate, str] = {
    OnUpdate.OVERWRITE: _("Replace what is there"),
    OnUpdate.FILL: _("Only fill an empty column"),
    OnUpdate.KEEP: _("Leave the column as it is"),
}
ON_PROBLEM: Mapping[OnProblem, str] = {
    OnProblem.CUT: _("Cut text that is too long, leave anything else out"),
    OnProblem.LEAVE_OUT: _("Leave the column out, keep the lead"),
    OnProblem.DEFAULT: _("Write the default"),
}


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One line of the table of choices. `target` is stored; `label` is "" where no option is meant by it any more."""

    target: str
    label: str
    answers: tuple[str, ...] = ()


def edited(mapping: FieldMapping, form: Mapping[str, str]) -> FieldMapping:
    """A form without `edited` says nothing: the mapping as it is stored. Raises InputError `bad-synonym` where one
    answer is to mean two options."""
    if "edited" not in form:
        return mapping
    column = form.get("column", "").strip() or None
    changed = replace(
        mapping,
        name=form.get("name", mapping.name).strip(),
        column=column,
        transform=_known(form.get("transform", ""), mapping.transform),
        on_update=_one_of(OnUpdate, form.get("on_update"), mapping.on_update),
        on_problem=_one_of(OnProblem, form.get("on_problem"), mapping.on_problem),
        default=form.get("default", mapping.default).strip(),
    )
    return replace(changed, synonyms=_synonyms(mapping, form, column))


def started(form: Mapping[str, str]) -> FieldMapping:
    """A new one, from the form that begins it."""
    source = _one_of(Source, form.get("source"), Source.QUESTION)
    key = form.get("key", "").strip()
    return edited(FieldMapping(0, source, key, key), {**form, "name": form.get("name", "").strip() or key})


def _known(name: str, before: str) -> str:
    return name if name in {"", before} or name in TRANSFORMS or name.startswith(LOOKUP) else before


def _one_of(kind: Any, value: str | None, before: Any) -> Any:
    return kind(value) if value in list(kind) else before


def _synonyms(mapping: FieldMapping, form: Mapping[str, str], column: str | None) -> Mapping[str, str]:
    """Those of the table, which is of one column: another column has its own choices."""
    if form.get("table_of", "") != (column or ""):
        return mapping.synonyms if column == mapping.column else {}
    if "table_of" not in form or not any(name.startswith((SYNONYMS, MEANS)) for name in form):
        return mapping.synonyms
    found: dict[str, str] = {}
    for answer, target in _given(form):
        if (other := {folded(one): t for one, t in found.items()}.get(folded(answer))) and other != target:
            raise InputError(
                _('The answer "{answer}" is written beside two choices.', answer=answer),
                fix=_("Leave it beside the one that it means."),
                code="bad-synonym",
            )
        found[answer] = target
    return found


def _given(form: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name, text in form.items():
        if name.startswith(SYNONYMS):
            for answer in filter(None, map(str.strip, text.split(BETWEEN))):
                yield answer, name.removeprefix(SYNONYMS)
        elif name.startswith(MEANS) and text and (answer := form.get(ANSWER + name.removeprefix(MEANS), "").strip()):
            yield answer, text


def option_rows(mapping: FieldMapping, column: Column | None) -> list[OptionRow]:
    """The options of the column, those with synonyms first, and the synonyms that mean nothing any more."""
    if column is None or not column.options:
        return []
    fit = fit_for(column, {})
    answers: dict[str, list[str]] = {}
    for answer, target in mapping.synonyms.items():
        value = fit(target)
        key = str(value) if isinstance(value, int) and value in column.options else target
        answers.setdefault(key, []).append(answer)
    rows = [OptionRow(str(one), label, tuple(answers.pop(str(one), ()))) for one, label in column.options.items()]
    lost = [OptionRow(target, "", tuple(texts)) for target, texts in answers.items()]
    return [*lost, *sorted(rows, key=lambda row: not row.answers)]


def as_typed(rows: Iterable[OptionRow], form: Mapping[str, str]) -> list[OptionRow]:
    """The table as the form has it, where it cannot be taken."""
    return [
        replace(row, answers=tuple(filter(None, map(str.strip, form[SYNONYMS + row.target].split(BETWEEN)))))
        if SYNONYMS + row.target in form
        else row
        for row in rows
    ]


def chosen_means(form: Mapping[str, str]) -> dict[str, str]:
    """Unknown answer -> the choice that the form has beside it."""
    names = [name.removeprefix(MEANS) for name in form if name.startswith(MEANS)]
    return {form.get(ANSWER + one, ""): form[MEANS + one] for one in names if form[MEANS + one]}


def wrong_fields(mapping: FieldMapping, table: Table) -> dict[str, str]:
    """By field of the form: why the mapping could not work as it is."""
    if not mapping.column or (problem := standing_problem(mapping, table)) is None:
        return {}
    sentence = f"{problem.detail[0].upper()}{problem.detail[1:]}."
    if mapping.on_problem is OnProblem.DEFAULT and problem.action == "no default used":
        return {"default": sentence}
    column = table.columns.get(mapping.column)
    return {"transform" if column and column.type in LOOKUPS else "column": sentence}


def column_choices(table: Table) -> list[tuple[str, str]]:
    """What can be filled from an answer: (logical name, `Industry (industrycode)`)."""
    fair = [one for one in table.columns.values() if one.type in MAPPABLE and one.can_create]
    named = [(one.name, f"{one.label} ({one.name})" if one.label else one.name) for one in fair]
    return sorted(named, key=lambda one: one[1].casefold())


def transform_choices(mapping: FieldMapping, column: Column | None, automatic: str) -> list[tuple[str, str]]:
    if column and column.type in LOOKUPS:
        found = [("", _("Row of the first table, by its name")), *map(_by_name, column.targets)]
    else:
        found = (
            [("", _("Automatic: {name}", name=TRANSFORM_WORDS.get(automatic, automatic)))]
            if automatic
            else [("", _("Automatic"))]
        )
        found += TRANSFORM_WORDS.items()
    if mapping.transform not in dict(found):
        found.append((mapping.transform, mapping.transform))
    return found


def _by_name(table: str) -> tuple[str, str]:
    return f"{LOOKUP}{table}.{NAME_COLUMNS.get(table, 'name')}", _("Row of {table}, by its name", table=table)


def drawn(mapping: FieldMapping, table: Table | None) -> Drawn:
    """As its form shows it."""
    column = table.columns.get(mapping.column or "") if table else None
    label = f"{column.label or column.name} ({column.name})" if column else mapping.column or _("Not mapped")
    transform = TRANSFORM_WORDS.get(mapping.transform, mapping.transform or _("Automatic"))
    parts = (
        Part("name", _("Name"), mapping.name),
        Part("column", _("Lead column"), mapping.column, label),
        Part("transform", _("Transform"), mapping.transform, transform),
        Part("on_update", _("When the lead is there already"), mapping.on_update, ON_UPDATE[mapping.on_update]),
        Part("on_problem", _("When a value does not fit"), mapping.on_problem, ON_PROBLEM[mapping.on_problem]),
        Part("default", _("Default"), mapping.default),
        Part("synonyms", _("Answers that mean a choice"), dict(mapping.synonyms), _means(mapping, column)),
    )
    return Drawn(KIND, mapping.id, parts)


def _means(mapping: FieldMapping, column: Column | None) -> str:
    """`CEO: Board; Chief: Board`"""
    rows = [row for row in option_rows(mapping, column) if row.answers]
    named = {answer: row.label or row.target for row in rows for answer in row.answers}
    each = [f"{answer}: {named.get(answer, target)}" for answer, target in mapping.synonyms.items()]
    return together(each, "; ") if each else ""


def recorded(mapping: FieldMapping) -> dict[str, Any]:
    """For the audit."""
    return {
        "source": mapping.source.value,
        "key": mapping.key,
        "name": mapping.name,
        "column": mapping.column,
        "transform": mapping.transform,
        "on_update": mapping.on_update.value,
        "on_problem": mapping.on_problem.value,
        "default": mapping.default,
        "synonyms": dict(mapping.synonyms),
    }
