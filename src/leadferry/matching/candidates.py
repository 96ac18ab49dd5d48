"""The leads that Dynamics returned for a claim, and the choice among them for each submission. Pure.

Values are compared as `collation.fold` does. Accents: two texts that differ only by accents are equal where the base
language of the environment says so, and only the service knows. A row that *came from the service*, and whose value
nobody in this claim asked for letter by letter, can only have been returned because the service holds it equal to
something that was asked: such a row may be claimed through `fold_accents`. A row that we planned ourselves may not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from leadferry.matching.collation import comparable, fold, fold_accents, is_answered
from leadferry.matching.match import Match, MatchKind, Partial

__all__ = ["PARTIAL_SHOWN", "CandidateIndex", "Match", "MatchKind", "Partial"]

Row = dict[str, Any]
Ids = dict[str, None]
"""An ordered set of row ids."""

_NOBODY: Mapping[str, None] = {}
PARTIAL_SHOWN = 20
"""A common last name agrees with hundreds of leads; nobody reads so many."""


class CandidateIndex:
    """Finds by any strategy column without walking the rows."""

    def __init__(
        self,
        rows: Iterable[Mapping[str, Any]],
        columns: Sequence[str],
        primary_id: str = "leadid",
        *,
        asked: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        """`asked`: what `query.values_to_ask` said; without it any row of the service may be claimed by accents."""
        self.columns = tuple(columns)
        self.primary_id = primary_id
        self._asked = {column: {fold(text) for text in texts} for column, texts in (asked or {}).items()}
        self._rows: dict[str, Row] = {}
        self._exact: dict[str, dict[str, Ids]] = {column: {} for column in self.columns}
        self._accents: dict[str, dict[str, Ids]] = {column: {} for column in self.columns}
        self._touched: dict[str, int] = {}
        self._touches = 0
        for row in rows:
            self._insert(dict(row), from_service=True)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: Row) -> None:
        """A lead that a submission of this claim will create: newer than everything read. The row is kept."""
        self._insert(row, from_service=False)
        self._touch(str(row[self.primary_id]))

    def update(self, row_id: str, changes: Mapping[str, Any]) -> None:
        """A lead that a submission of this claim will change: newer than everything read."""
        row = self._rows.get(row_id)
        if row is None:
            return
        for column in self.columns:
            if column in changes:
                self._remove(row_id, column, row.get(column))
        row.update(changes)
        for column in self.columns:
            if column in changes:
                self._enter(row_id, column, row[column], from_service=False)
        self._touch(row_id)

    def find(self, values: Mapping[str, Any], only: str = "") -> Match:
        """`only`: the id of a lead that a person named; it is taken whatever its columns hold."""
        if only:
            row = self._rows.get(only)
            return Match(MatchKind.ALL if row else MatchKind.NONE, self.columns, best=row or {}, chosen=True)
        equal = {
            column: self._equal(column, values[column]) for column in self.columns if is_answered(values.get(column))
        }
        unanswered = tuple([column for column in self.columns if column not in equal])
        if not equal:
            return Match(MatchKind.NO_FIELDS, self.columns, unanswered=unanswered)
        if not any(equal.values()):
            return Match(MatchKind.NONE, self.columns, unanswered=unanswered)
        if not unanswered and (full := self._in_all(equal)):
            ids = self._best_first(full)
            return Match(MatchKind.ALL, self.columns, self._rows[ids[0]], tuple(ids[1:]))
        return self._partial(equal, unanswered)

    def _equal(self, column: str, value: object) -> Mapping[str, None]:
        """Ids of the rows whose column equals the value."""
        text = comparable(value)
        if exact := self._exact[column].get(fold(text)):
            return exact
        accents = self._accents[column]
        return accents.get(fold_accents(text), _NOBODY) if accents else _NOBODY

    def _in_all(self, equal: Mapping[str, Mapping[str, None]]) -> list[str]:
        smallest, *others = sorted(equal.values(), key=len)
        return [row_id for row_id in smallest if all(row_id in ids for ids in others)]

    def _partial(self, equal: Mapping[str, Mapping[str, None]], unanswered: tuple[str, ...]) -> Match:
        found = dict.fromkeys(row_id for ids in equal.values() for row_id in ids)
        agreeing = {row_id: tuple(column for column, ids in equal.items() if row_id in ids) for row_id in found}
        order = sorted(self._best_first(found), key=lambda row_id: -len(agreeing[row_id]))
        partial = tuple(
            Partial(
                row_id,
                agreeing[row_id],
                tuple(c for c in self.columns if c not in agreeing[row_id]),
                self._rows[row_id],
            )
            for row_id in order[:PARTIAL_SHOWN]
        )
        return Match(MatchKind.SOME, self.columns, partial=partial, partial_count=len(found), unanswered=unanswered)

    def _best_first(self, ids: Iterable[str]) -> list[str]:
        """Touched in this claim (latest first), then newest modified, then lowest id."""
        by_id = sorted(ids)
        return sorted(by_id, key=self._newness, reverse=True) if len(by_id) > 1 else by_id

    def _newness(self, row_id: str) -> tuple[int, str]:
        return self._touched.get(row_id, 0), str(self._rows[row_id].get("modifiedon") or "")

    def _touch(self, row_id: str) -> None:
        self._touches += 1
        self._touched[row_id] = self._touches

    def _insert(self, row: Row, *, from_service: bool) -> None:
        row_id = str(row[self.primary_id])
        if row_id in self._rows:
            return
        self._rows[row_id] = row
        for column in self.columns:
            self._enter(row_id, column, row.get(column), from_service=from_service)

    def _enter(self, row_id: str, column: str, value: object, *, from_service: bool) -> None:
        if not is_answered(value):
            return
        text = comparable(value)
        folded = fold(text)
        self._exact[column].setdefault(folded, {})[row_id] = None
        if from_service and folded not in self._asked.get(column, ()):
            self._accents[column].setdefault(fold_accents(text), {})[row_id] = None

    def _remove(self, row_id: str, column: str, value: object) -> None:
        if is_answered(value):
            text = comparable(value)
            self._exact[column].get(fold(text), {}).pop(row_id, None)
            self._accents[column].get(fold_accents(text), {}).pop(row_id, None)
