"""What was found for one submission, and why, in words that hold no personal data. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec

from leadferry.words import worded, worded_many

SHOWN_IDS = 5


class MatchKind(StrEnum):
    ALL = "all"
    """At least one lead with all strategy fields equal."""
    SOME = "some"
    """None with all, at least one with some."""
    NONE = "none"
    NO_FIELDS = "no_fields"
    """No strategy field was answered."""


@dataclass(frozen=True, slots=True)
class Partial:
    """A lead with some strategy fields equal: which columns are, and which are not (or were not answered)."""

    id: str
    equal: tuple[str, ...]
    different: tuple[str, ...]
    row: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """As it was read."""


class Match(msgspec.Struct, frozen=True):
    """`best` and `duplicates` are filled for ALL, `partial` for SOME. `columns`: those that were compared."""

    kind: MatchKind
    columns: tuple[str, ...] = ()
    best: Mapping[str, Any] = {}
    """The row to take: newest modified, then lowest id."""
    duplicates: tuple[str, ...] = ()
    """Ids of the others with all fields equal, in that order."""
    partial: tuple[Partial, ...] = ()
    """At most `candidates.PARTIAL_SHOWN`, most fields equal first."""
    partial_count: int = 0
    unanswered: tuple[str, ...] = ()
    """Strategy columns that this submission has no value for."""
    chosen: bool = False
    """A person named the lead; nothing was compared."""

    @property
    def candidate_ids(self) -> tuple[str, ...]:
        return tuple(partial.id for partial in self.partial)

    def explain(self) -> str:
        if self.chosen:
            return (
                worded("A person chose this lead.")
                if self.best
                else worded("The lead that a person chose is not there any more.")
            )
        if self.kind is MatchKind.SOME:
            return self._explain_partial()
        said = _said(self.kind, self.columns)
        return " ".join((said, _further(self.duplicates))) if self.duplicates else said

    def _explain_partial(self) -> str:
        first = self.partial[0]
        leads = worded_many("{n} lead agrees", "{n} leads agree", self.partial_count)
        missing = [column for column in first.different if column in self.unanswered]
        differing = [column for column in first.different if column not in self.unanswered]
        parts = []
        if differing:
            parts.append(
                worded_many("{columns} differs", "{columns} differ", len(differing), columns=_listed(differing))
            )
        if missing:
            parts.append(worded("{missing} not answered", missing=_listed(missing)))
        return worded(
            "No lead matches on all of {columns}; {leads} on some. Closest is {id}: {equal} equal, {parts}.",
            columns=_listed(self.columns),
            leads=leads,
            id=first.id,
            equal=_listed(first.equal),
            parts=", ".join(parts),
        )


@lru_cache(256)
def _said(kind: MatchKind, columns: tuple[str, ...]) -> str:
    """The same sentence for most leads of a claim."""
    if kind is MatchKind.ALL:
        return worded("Matched on {columns}.", columns=_listed(columns))
    if kind is MatchKind.NO_FIELDS:
        return worded("No field of the matching strategy was answered ({columns}).", columns=_listed(columns))
    return worded("No lead matches on {columns}.", columns=_listed(columns))


def _listed(columns: tuple[str, ...] | list[str]) -> str:
    if len(columns) < 2:
        return "".join(columns)
    return worded("{columns} and {columns_2}", columns=", ".join(columns[:-1]), columns_2=columns[-1])


def _further(ids: tuple[str, ...]) -> str:
    if not ids:
        return ""
    shown = ", ".join(ids[:SHOWN_IDS]) + (", ..." if len(ids) > SHOWN_IDS else "")
    return worded_many("{n} further lead matches: {shown}.", "{n} further leads match: {shown}.", len(ids), shown=shown)
