"""From a value in a query to what is stored, or the refusal that the platform gives."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from typing import Literal as OneOf

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.model import Column
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.schema import LOOKUPS
from leadferry.simulators.dataverse.values import edm_type, guid

Kind = OneOf["text", "number", "boolean", "guid", "date", "null"]
_INTEGERS = frozenset({"Integer", "BigInt", "Picklist", "State", "Status"})
_NUMBERS = frozenset({"Decimal", "Double", "Money"})
_EDM = {"text": "Edm.String", "boolean": "Edm.Boolean", "guid": "Edm.Guid", "date": "Edm.DateTimeOffset"}
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal of `$filter`: texts are `'O''Neil'`, dates `2026-11-23T10:00:00Z`, GUIDs without quotes."""

    kind: Kind
    value: Any = None

    @property
    def edm(self) -> str:
        if self.kind == "number":
            return "Edm.Int32" if isinstance(self.value, int) else "Edm.Decimal"
        return _EDM.get(self.kind, "")


_TAKES: dict[str, frozenset[str]] = {
    "number": frozenset({"number"}), "guid": frozenset({"guid", "text"}), "boolean": frozenset({"boolean"}),
    "date": frozenset({"date"}), "text": frozenset({"text"}),
}  # fmt: skip


def from_literal(column: Column, literal: Literal, operator: str) -> Any:
    """Raises when the literal is of another type than the column. Quoted GUIDs are taken too."""
    if literal.kind == "null":
        return None
    if literal.kind not in _TAKES[family(column)]:
        raise refusals.query_error(
            f"A binary operator with incompatible types was detected. Found operand types '{edm_of(column)}' and "
            f"'{literal.edm}' for operator kind '{operator}'."
        )
    return stored(column, literal.value)


def stored(column: Column, value: Any) -> Any:
    """`value` may be text for any column, as FetchXML and the functions of the Web API write it."""
    kind = family(column)
    if kind == "text" or value is None:
        return value
    found = _READERS[kind](column, value)
    if found is None:
        raise bad_value(column, value)
    return found


def family(column: Column) -> Kind:
    if column.kind in _INTEGERS or column.kind in _NUMBERS:
        return "number"
    if column.kind in LOOKUPS or column.kind == "Uniqueidentifier":
        return "guid"
    return {"Boolean": "boolean", "DateTime": "date"}.get(column.kind, "text")  # type: ignore[return-value]


def edm_of(column: Column) -> str:
    return "Edm.Guid" if column.kind in LOOKUPS else edm_type(column)


def as_bound(column: Column, moment: datetime) -> str:
    """A moment in the column's own format, so that texts compare as times do."""
    text = moment.replace(tzinfo=None).isoformat(timespec="seconds")
    return text[:10] if column.format == "DateOnly" else f"{text}Z"


def moment_of(text: str) -> datetime | None:
    """UTC where no zone is told."""
    try:
        if _DATE.fullmatch(text):
            year, month, day = (int(part) for part in text.split("-"))
            return datetime(year, month, day, tzinfo=UTC)
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def bad_value(column: Column, value: object) -> Refusal:
    return Refusal(
        400,
        "0x80040203",
        f"Invalid argument: the value '{value}' of attribute '{column.logical_name}' is not of type {edm_of(column)}.",
    )


def _number(column: Column, value: Any) -> int | float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if not math.isfinite(number):
        return None
    whole = column.kind in _INTEGERS and number.is_integer() and abs(number) < 2**63
    return int(value if isinstance(value, int) else number) if whole else number


def _guid(column: Column, value: Any) -> str | None:  # noqa: ARG001 (one signature for all readers)
    return guid(str(value).strip())


def _boolean(column: Column, value: Any) -> int | None:  # noqa: ARG001
    if isinstance(value, bool):
        return int(value)
    return {"1": 1, "0": 0, "true": 1, "false": 0}.get(str(value).strip().lower())


def _date(column: Column, value: Any) -> str | None:
    moment = moment_of(str(value).strip())
    return as_bound(column, moment) if moment else None


_READERS = {"number": _number, "guid": _guid, "boolean": _boolean, "date": _date}
