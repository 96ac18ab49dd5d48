"""Lookup columns: which rows to ask for, for many submissions at once, and what their answers become. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from leadferry.dataverse.metadata import Table
from leadferry.delivery.plan import BIND, Item
from leadferry.mapping.model import Lookup, Problem, ProblemKind
from leadferry.matching.collation import fold
from leadferry.words import worded


@dataclass(frozen=True, slots=True)
class LookupQuestion:
    table: str
    match_column: str
    texts: tuple[str, ...]


Answers = Mapping[LookupQuestion, tuple[Table, Sequence[Mapping[str, Any]]]]


def lookup_questions(items: Iterable[Item]) -> list[LookupQuestion]:
    asked: dict[tuple[str, str], dict[str, None]] = {}
    for item in items:
        for lookup in item.mapped.lookups:
            asked.setdefault((lookup.table, lookup.match_column), {})[lookup.text] = None
    return [LookupQuestion(table, column, tuple(texts)) for (table, column), texts in asked.items()]


def with_lookups(items: Iterable[Item], answers: Answers, lead: Table) -> list[Item]:
    found: dict[tuple[str, str, str], str] = {}
    for question, (table, rows) in answers.items():
        for row in rows:
            where = (question.table, question.match_column, fold(str(row.get(question.match_column, ""))))
            found.setdefault(where, f"/{table.entity_set}({row[table.primary_id]})")
    return [_resolved(item, found, lead) if item.mapped.lookups else item for item in items]


def _resolved(item: Item, found: Mapping[tuple[str, str, str], str], lead: Table) -> Item:
    values, problems = dict(item.mapped.values), list(item.mapped.problems)
    for lookup in item.mapped.lookups:
        reference = found.get((lookup.table, lookup.match_column, fold(lookup.text)))
        if reference:
            values[f"{_navigation(lead, lookup)}{BIND}"] = reference
        else:
            detail = worded(
                "no row of {table} has this {match_column}", table=lookup.table, match_column=lookup.match_column
            )
            problems.append(
                Problem(ProblemKind.LOOKUP_NOT_FOUND, lookup.field, lookup.column, detail, worded("left out"))
            )
    return replace(item, mapped=replace(item.mapped, values=values, problems=tuple(problems), lookups=()))


def _navigation(lead: Table, lookup: Lookup) -> str:
    column = lead.columns.get(lookup.column)
    return column.navigation.get(lookup.table, lookup.column) if column else lookup.column
