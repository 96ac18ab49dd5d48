"""Field mappings and one form version become a `Mapper`: everything that does not depend on the person is done here.

A question's mapping by its own id goes before the one of its predefined field; names and texts are never compared, for
they are in the form's language (linkedin-api 8.4). Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from leadferry.dataverse.metadata import Column, ColumnType, Table
from leadferry.forms.model import FormVersion
from leadferry.mapping.convert import conversion
from leadferry.mapping.discovered import discovered_fields
from leadferry.mapping.facts import FACTS, Known
from leadferry.mapping.fit import LOOKUPS, fit_for
from leadferry.mapping.mapper import Leftovers, Mapper, Step
from leadferry.mapping.model import (
    FieldMapping,
    MappingSettings,
    OnProblem,
    OnUpdate,
    Problem,
    ProblemKind,
    Source,
)
from leadferry.mapping.standing import lookup_target, standing_problem
from leadferry.mapping.unfit import Unfit
from leadferry.words import worded

__all__ = ["Mapper", "compile_mapping", "discovered_fields", "sources_of"]

Read = Callable[[Known], Any]


def compile_mapping(
    version: FormVersion, mappings: Sequence[FieldMapping], table: Table, settings: MappingSettings
) -> Mapper:
    steps: list[Step] = []
    standing: list[Problem] = []
    by_id = {mapping.key for mapping in mappings if mapping.source is Source.QUESTION and mapping.column}
    for mapping in mappings:
        sources = list(sources_of(mapping, version, by_id)) if mapping.column else []
        if not sources:
            continue
        problem = standing_problem(mapping, table)
        if problem:
            standing.append(problem)
        if problem is None or problem.action != "left out":
            column = table.columns[str(mapping.column)]
            steps += [_step(mapping, column, version, question, read) for question, read in sources]
    leftovers, more = _leftovers(table, settings)
    return Mapper(version, steps, table, settings, leftovers=leftovers, standing_problems=(*standing, *more))


def sources_of(
    mapping: FieldMapping, version: FormVersion, by_id: Collection[str]
) -> Iterator[tuple[int, Read | None]]:
    """(question id, None) for an answer, (0, how to read it) for anything else; nothing where the form lacks it."""
    if mapping.source is Source.PREDEFINED:
        for question in version.questions:
            if question.predefined == mapping.key and str(question.id) not in by_id:
                yield question.id, None
    elif mapping.source is Source.QUESTION:
        if mapping.key.isdecimal():
            yield int(mapping.key), None
    elif mapping.source is Source.HIDDEN:
        if (constant := dict(version.hidden_fields).get(mapping.key)) is not None:
            yield 0, lambda _known: constant
    elif mapping.source is Source.CONSENT:
        if mapping.key.isdecimal():
            yield 0, _consent(int(mapping.key), version)
    elif fact := FACTS.get(mapping.key):
        yield 0, fact.read


def _consent(key: int, version: FormVersion) -> Read:
    """One that the form has and the response lacks was not given (linkedin-api 4.3)."""
    absent = False if any(consent.id == key for consent in version.consents) else None
    return lambda known: known.response.consents.get(key, absent)


def _step(mapping: FieldMapping, column: Column, version: FormVersion, question: int, read: Read | None) -> Step:
    convert = conversion(mapping, column, version.locale)
    default = convert(mapping.default, lambda: "") if mapping.on_problem is OnProblem.DEFAULT else None
    return Step(
        mapping.name,
        column.name,
        convert,
        question,
        read,
        mapping.on_problem,
        None if isinstance(default, Unfit) or default == "" else default,
        mapping.on_update if column.can_update else OnUpdate.KEEP,
        lookup_target(mapping, column) if column.type in LOOKUPS else None,
    )


def _leftovers(table: Table, settings: MappingSettings) -> tuple[Leftovers | None, tuple[Problem, ...]]:
    name = settings.append_unmapped_to
    if not name:
        return None, ()
    column = table.columns.get(name)
    if column and column.can_create and column.type in {ColumnType.MEMO, ColumnType.TEXT}:
        return Leftovers(name, fit_for(column, {})), ()
    kind = ProblemKind.READ_ONLY_COLUMN if column else ProblemKind.NO_COLUMN
    detail = worded("{name} is no text column of {table} that can be written", name=name, table=table.name)
    return None, (Problem(kind, worded("Unmapped answers"), name, detail, worded("left out")),)
