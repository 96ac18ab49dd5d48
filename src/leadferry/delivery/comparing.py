"""A submission beside the leads it resembles, field by field. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadferry.delivery.plan import BIND, same
from leadferry.delivery.story import label, value_words
from leadferry.mapping.model import OnUpdate
from leadferry.matching.collation import comparable, fold
from leadferry.words import worded

SHOWN = 3
"""More columns nobody compares at a glance; the others are a press away."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`verdict`: same, differs or empty."""

    text: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    in_strategy: bool
    submitted: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """`modified`: as Dynamics says it. `changes`: names of the columns that linking and updating would change. `gone`:
    not in Dynamics any more."""

    id: str
    name: str
    open: bool
    modified: str
    equal: int
    changes: tuple[str, ...]
    gone: bool = False

    @property
    def modified_at(self) -> int | None:
        """In ms; None where Dynamics says nothing that is a moment."""
        try:
            return int(datetime.fromisoformat(self.modified).timestamp() * 1000)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Comparison:
    fields: tuple[Field, ...]
    candidates: tuple[Candidate, ...]


def compared_columns(values: Mapping[str, Any], strategy: Sequence[str]) -> list[str]:
    """Those of the strategy first; what is written by reference cannot be compared in words."""
    rest = [column for column in values if column not in strategy and not column.endswith(BIND)]
    return [*strategy, *rest]


def compare(
    values: Mapping[str, Any],
    strategy: Sequence[str],
    rows: Sequence[tuple[str, Mapping[str, Any] | None]],
    columns: Mapping[str, Any],
    on_update: Mapping[str, OnUpdate],
) -> Comparison:
    """`values`: what was submitted, by lead column. `rows`: (id, the lead, None where it is gone)."""
    names = compared_columns(values, strategy)
    fields = tuple(
        Field(
            label(name, columns),
            name in strategy,
            value_words(name, values.get(name), columns),
            tuple(_cell(name, values.get(name), row or {}, columns) for _, row in rows),
        )
        for name in names
    )
    return Comparison(
        fields,
        tuple(
            _candidate(key, row, place, fields, names, values, columns, on_update)
            for place, (key, row) in enumerate(rows)
        ),
    )


def _cell(name: str, submitted: Any, row: Mapping[str, Any], columns: Mapping[str, Any]) -> Cell:
    there = row.get(name)
    if there is None or there == "":
        return Cell("", "empty")
    equal = submitted not in {None, ""} and (
        same(there, submitted) or fold(comparable(there)) == fold(comparable(submitted))
    )
    return Cell(value_words(name, there, columns), "same" if equal else "differs")


def _candidate(
    key: str,
    row: Mapping[str, Any] | None,
    place: int,
    fields: Sequence[Field],
    names: Sequence[str],
    values: Mapping[str, Any],
    columns: Mapping[str, Any],
    on_update: Mapping[str, OnUpdate],
) -> Candidate:
    row_ = row or {}
    name = str(
        row_.get("fullname") or " ".join(str(row_.get(part) or "") for part in ("firstname", "lastname")).strip()
    )
    open_ = row_.get("statecode") in {0, None}
    changes = [n for n in names if _would_change(values.get(n), row_.get(n), on_update.get(n, OnUpdate.OVERWRITE))]
    return Candidate(
        key,
        name or str(row_.get("emailaddress1") or "") or worded("Lead without a name"),
        open_,
        str(row_.get("modifiedon") or ""),
        sum(field.cells[place].verdict == "same" for field in fields),
        tuple(label(change, columns) for change in changes) if open_ else (),
        gone=row is None,
    )


def _would_change(submitted: Any, there: Any, policy: OnUpdate) -> bool:
    if submitted in {None, ""} or policy is OnUpdate.KEEP or (policy is OnUpdate.FILL and there not in {None, ""}):
        return False
    return not same(there, submitted)
