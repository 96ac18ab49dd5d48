"""A field mapping tried on real answers: what would be written for each, and what would not go through. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from leadferry.dataverse.metadata import Column, ColumnType, Table
from leadferry.mapping.compile import Mapper, compile_mapping
from leadferry.mapping.fit import as_text
from leadferry.mapping.model import FieldMapping, Mapped, MappingSettings, Problem, ProblemKind
from leadferry.mapping.sample import Sample, answers
from leadferry.words import _


@dataclass(frozen=True, slots=True)
class Tried:
    """One answer, how often it was given, and what becomes of it. `written` is "" where the column stays as it is."""

    answer: str
    count: int
    written: str
    problem: Problem | None = None

    @property
    def unknown(self) -> bool:
        """No option means it: a synonym would help."""
        return self.problem is not None and self.problem.kind is ProblemKind.UNKNOWN_CHOICE


def tried(mapping: FieldMapping, samples: Iterable[Sample], table: Table, settings: MappingSettings) -> list[Tried]:
    """Problems first, then what was answered most. Empty for a mapping without a column that the table has."""
    column = table.columns.get(mapping.column or "")
    if column is None:
        return []
    alone = Mappers([mapping], table, replace(settings, append_unmapped_to=""))
    found: dict[tuple[str, str], Tried] = {}
    for sample in samples:
        given = answers(mapping, sample)
        if given:
            one = _one(given[0], alone.of(sample), column)
            known = found.get((one.answer, one.written))
            found[one.answer, one.written] = replace(one, count=known.count + 1) if known else one
    return sorted(found.values(), key=lambda one: (one.problem is None, -one.count))


class Mappers:
    """The same mappings for each form version that is met."""

    def __init__(self, mappings: Sequence[FieldMapping], table: Table, settings: MappingSettings) -> None:
        self._mappings, self._table, self._settings = mappings, table, settings
        self._compiled: dict[tuple[int, int], Mapper] = {}

    def of(self, sample: Sample) -> Mapped:
        key = sample.version.form_id, sample.version.version
        if key not in self._compiled:
            self._compiled[key] = compile_mapping(sample.version, self._mappings, self._table, self._settings)
        return self._compiled[key](sample.response, sample.context)


def _one(answer: str, mapped: Mapped, column: Column) -> Tried:
    problem = next((one for one in mapped.problems if one.column == column.name), None)
    if lookup := next((one for one in mapped.lookups if one.column == column.name), None):
        return Tried(
            answer,
            1,
            _(
                "the row of {table} whose {match_column} is {text}",
                table=lookup.table,
                match_column=lookup.match_column,
                text=lookup.text,
            ),
            problem,
        )
    return Tried(answer, 1, shown_value(column, mapped.values.get(column.name)), problem)


def shown_value(column: Column, value: Any) -> str:
    """As a person reads it: labels for choices."""
    if value is None:
        return ""
    if column.type in {ColumnType.CHOICE, ColumnType.STATUS, ColumnType.BOOLEAN} and int(value) in column.options:
        return column.options[int(value)]
    if column.type is ColumnType.CHOICES:
        return "; ".join(column.options.get(int(one), one) for one in str(value).split(","))
    return as_text(value)
