"""The list of field mappings as people read it: samples, column, state. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from leadferry.dataverse.metadata import Column, ColumnType, Table
from leadferry.mapping.convert import chosen_transform
from leadferry.mapping.editing import TRANSFORM_WORDS
from leadferry.mapping.fit import LOOKUPS
from leadferry.mapping.model import FieldMapping, MappingSettings, ProblemKind, Source
from leadferry.mapping.sample import Sample, sample_answers
from leadferry.mapping.standing import standing_problem
from leadferry.mapping.suggest import suggestions
from leadferry.mapping.trying import Mappers
from leadferry.words import _, together

_TYPES: Mapping[ColumnType, str] = {
    ColumnType.TEXT: _("Text"),
    ColumnType.MEMO: _("Text, several lines"),
    ColumnType.WHOLE: _("Whole number"),
    ColumnType.BIG: _("Whole number"),
    ColumnType.DECIMAL: _("Decimal number"),
    ColumnType.FLOAT: _("Decimal number"),
    ColumnType.MONEY: _("Money"),
    ColumnType.DATETIME: _("Date and time"),
    ColumnType.BOOLEAN: _("Yes or no"),
    ColumnType.CHOICE: _("Choice"),
    ColumnType.CHOICES: _("Choices"),
    ColumnType.STATUS: _("Status"),
    ColumnType.LOOKUP: _("Lookup"),
    ColumnType.CUSTOMER: _("Lookup"),
}
SOURCE_WORDS: Mapping[Source, str] = {
    Source.PREDEFINED: _("LinkedIn field"),
    Source.QUESTION: _("Question"),
    Source.HIDDEN: _("Hidden field"),
    Source.CONSENT: _("Consent"),
    Source.FACT: _("Fact"),
}


class Standing(StrEnum):
    """How a mapping is doing. The value is the filter's."""

    SUGGESTED = "suggested"
    UNMAPPED = "unmapped"
    CHECK = "check"
    MAPPED = "mapped"


@dataclass(frozen=True, slots=True)
class Row:
    """`column` is None where the table has none of that name. `problems`: answers that did not go through as given."""

    mapping: FieldMapping
    standing: Standing
    samples: tuple[str, ...]
    column: Column | None
    transform: str
    problems: int = 0
    unknown: int = 0
    suggested: Column | None = None
    trouble: str = ""


def rows(
    mappings: Sequence[FieldMapping], samples: Sequence[Sample], table: Table | None, settings: MappingSettings
) -> list[Row]:
    """Suggested and unmapped first, then those to check; what nobody answered or mapped last."""
    suggested = suggestions(mappings, table) if table else {}
    problems = _problems(mappings, samples, table, settings) if table else Counter()
    found = [_row(one, sample_answers(one, samples), table, suggested.get(one.id), problems) for one in mappings]
    order = list(Standing)
    return sorted(found, key=lambda row: (_is_spare(row), order.index(row.standing), not row.samples))


def _is_spare(row: Row) -> bool:
    """In the list from the start, and so far of no use here."""
    known = row.mapping.source is Source.FACT or (row.mapping.source is Source.PREDEFINED and not row.samples)
    return known and row.standing is Standing.UNMAPPED


def _problems(
    mappings: Sequence[FieldMapping], samples: Iterable[Sample], table: Table, settings: MappingSettings
) -> Counter[tuple[str, str, bool]]:
    """By name, column, and whether no option is known for the answer."""
    mappers = Mappers(mappings, table, settings)
    return Counter(
        (problem.field, problem.column, problem.kind is ProblemKind.UNKNOWN_CHOICE)
        for sample in samples
        for problem in mappers.of(sample).problems
    )


def _row(
    mapping: FieldMapping,
    samples: tuple[str, ...],
    table: Table | None,
    suggested: str | None,
    problems: Counter[tuple[str, str, bool]],
) -> Row:
    column = table.columns.get(mapping.column or "") if table else None
    standing = standing_problem(mapping, table) if table and mapping.column else None
    trouble = standing.detail if standing else ""
    unknown = problems[mapping.name, mapping.column or "", True]
    other = problems[mapping.name, mapping.column or "", False]
    return Row(
        mapping,
        _standing(mapping, suggested, bool(trouble or unknown or other)),
        samples,
        column,
        transform_words(mapping, column),
        other,
        unknown,
        table.columns[suggested] if table and suggested else None,
        trouble,
    )


def _standing(mapping: FieldMapping, suggested: str | None, doubtful: bool) -> Standing:
    if not mapping.column:
        return Standing.SUGGESTED if suggested else Standing.UNMAPPED
    return Standing.CHECK if doubtful else Standing.MAPPED


def transform_words(mapping: FieldMapping, column: Column | None) -> str:
    if column is None:
        return TRANSFORM_WORDS.get(mapping.transform, mapping.transform)
    if column.type in LOOKUPS:
        return _("Lookup")
    name = chosen_transform(mapping, column)
    return TRANSFORM_WORDS.get(name, name)


def type_words(column: Column) -> str:
    """`Text, 100, required`."""
    parts = [_TYPES.get(column.type, column.type.value)]
    if column.type in LOOKUPS:
        parts += column.targets
    elif column.options and column.type is not ColumnType.BOOLEAN:
        parts.append(_("{count} options", count=len(column.options)))
    elif column.max_length:
        parts.append(f"{column.max_length:,}")
    return together([*parts, *([_("required")] if column.required else [])], ", ")


def matches(row: Row, text: str) -> bool:
    """Whether a search for `text` shows the row."""
    wanted = text.strip().casefold()
    mapping, column = row.mapping, row.column
    told = (mapping.name, mapping.key, mapping.column or "", column.label if column else "")
    return any(wanted in one.casefold() for one in told)
