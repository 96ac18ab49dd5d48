"""From a value in a request's JSON to what is stored, or the refusal that the platform gives.

Formats: dataverse-api reference, section 2.8. Refusals: section 2.9.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.model import Catalog, Column, Table

Setter = Callable[[Any], Any]
"""Takes a JSON value that is not null, gives what SQLite keeps."""

GUID = re.compile(r"\{?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_EDM = {
    "Integer": "Edm.Int32", "BigInt": "Edm.Int64", "Decimal": "Edm.Decimal", "Money": "Edm.Decimal",
    "Double": "Edm.Double", "Boolean": "Edm.Boolean", "Picklist": "Edm.Int32", "State": "Edm.Int32",
    "Status": "Edm.Int32", "DateTime": "Edm.DateTimeOffset", "Uniqueidentifier": "Edm.Guid",
}  # fmt: skip
_INTEGER_BOUNDS = {"Integer": (-(2**31), 2**31 - 1), "BigInt": (-(2**63), 2**63 - 1)}


def guid(text: str) -> str | None:
    """Lower case without braces; None when it is no GUID."""
    return text.strip("{}").lower() if GUID.fullmatch(text) else None


def edm_type(column: Column) -> str:
    if column.kind == "DateTime" and column.format == "DateOnly":
        return "Edm.Date"
    return _EDM.get(column.kind, "Edm.String")


def setter(catalog: Catalog, table: Table, column: Column) -> Setter:
    """Compiled once per column, so a bulk write asks the catalog nothing."""
    match column.kind:
        case "String" | "Memo" | "EntityName" | "Image" | "File":
            return _text(table, column)
        case "Integer" | "BigInt":
            return _integer(table, column)
        case "Decimal" | "Double" | "Money":
            return _number(table, column)
        case "Boolean":
            return _boolean(table)
        case "Picklist" | "State" | "Status":
            return _choice(catalog, table, column)
        case "MultiSelectPicklist":
            return _choices(catalog, table, column)
        case "DateTime":
            return _date(table) if column.format == "DateOnly" else _moment(table)
        case "Uniqueidentifier" | "Lookup" | "Customer" | "Owner":
            return _guid(table)
        case _:
            return lambda _: None


def stored_default(column: Column) -> Any:
    return int(column.default) if isinstance(column.default, bool) else column.default


def utf16_length(text: str) -> int:
    """The platform counts as .NET does: a letter beyond the basic plane is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _text(table: Table, column: Column) -> Setter:
    maximum = column.max_length or 0
    name, owner, entity_set = column.logical_name, table.logical_name, table.entity_set

    def convert(value: Any) -> str | None:
        if type(value) is not str:
            raise refusals.wrong_type(value, "Edm.String", entity_set)
        if maximum and utf16_length(value) > maximum:
            raise refusals.too_long(name, owner, maximum)
        return value or None

    return convert


def _integer(table: Table, column: Column) -> Setter:
    floor, ceiling = _INTEGER_BOUNDS[column.kind]
    low = floor if column.minimum is None else column.minimum
    high = ceiling if column.maximum is None else column.maximum
    edm = _EDM[column.kind]

    def convert(value: Any) -> int:
        if type(value) is not int or not floor <= value <= ceiling:
            raise refusals.wrong_type(value, edm, table.entity_set)
        if not low <= value <= high:
            raise refusals.number_out_of_range(value, column.logical_name, table.logical_name, column.kind)
        return value

    return convert


def _number(table: Table, column: Column) -> Setter:
    edm = _EDM[column.kind]

    def convert(value: Any) -> float:
        if type(value) not in {int, float}:
            raise refusals.wrong_type(value, edm, table.entity_set)
        too_low = column.minimum is not None and value < column.minimum
        if too_low or (column.maximum is not None and value > column.maximum):
            raise refusals.number_out_of_range(value, column.logical_name, table.logical_name, column.kind)
        return float(value if column.precision is None else round(value, column.precision))

    return convert


def _boolean(table: Table) -> Setter:
    def convert(value: Any) -> int:
        if type(value) is not bool:
            raise refusals.wrong_type(value, "Edm.Boolean", table.entity_set)
        return int(value)

    return convert


def _choice(catalog: Catalog, table: Table, column: Column) -> Setter:
    options = catalog.option_set_of(column)
    accepted = dict.fromkeys(option.value for option in options.options) if options else {}

    def convert(value: Any) -> int:
        if type(value) is not int:
            raise refusals.wrong_type(value, "Edm.Int32", table.entity_set)
        if value not in accepted:
            raise refusals.choice_out_of_range(value, column.logical_name, table.logical_name, accepted)
        return value

    return convert


def _choices(catalog: Catalog, table: Table, column: Column) -> Setter:
    options = catalog.option_set_of(column)
    accepted = dict.fromkeys(option.value for option in options.options) if options else {}

    def convert(value: Any) -> str | None:
        if type(value) is not str or not re.fullmatch(r"(\s*-?\d+\s*(,\s*-?\d+\s*)*)?", value):
            raise refusals.wrong_type(value, "Edm.String", table.entity_set)
        chosen = sorted({int(part) for part in value.split(",") if part.strip()})
        for one in chosen:
            if one not in accepted:
                raise refusals.choice_out_of_range(one, column.logical_name, table.logical_name, accepted)
        return ",".join(map(str, chosen)) or None

    return convert


def _date(table: Table) -> Setter:
    def convert(value: Any) -> str:
        if type(value) is not str or not _DATE.fullmatch(value):
            raise refusals.wrong_type(value, "Edm.Date", table.entity_set)
        _parsed(value, "Edm.Date", table)
        return value

    return convert


def _moment(table: Table) -> Setter:
    def convert(value: Any) -> str:
        if type(value) is not str:
            raise refusals.wrong_type(value, "Edm.DateTimeOffset", table.entity_set)
        return _parsed(value, "Edm.DateTimeOffset", table).strftime("%Y-%m-%dT%H:%M:%SZ")

    return convert


def _parsed(value: str, edm: str, table: Table) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise refusals.wrong_type(value, edm, table.entity_set) from None
    if moment.year < 1753:
        raise refusals.date_too_early(moment.strftime("%m/%d/%Y %H:%M:%S"))
    return moment


def _guid(table: Table) -> Setter:
    def convert(value: Any) -> str:
        found = guid(value) if type(value) is str else None
        if found is None:
            raise refusals.wrong_type(value, "Edm.Guid", table.entity_set)
        return found

    return convert
