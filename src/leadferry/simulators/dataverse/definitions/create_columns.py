"""`POST EntityDefinitions(…)/Attributes`: columns of every type. Source: dataverse-api reference, section 6.3."""

from __future__ import annotations

import re
from typing import Any, get_args

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.definitions.create_choices import global_choice_of, read_options
from leadferry.simulators.dataverse.definitions.declare import declare
from leadferry.simulators.dataverse.definitions.describe_columns import DEFAULTS
from leadferry.simulators.dataverse.definitions.labels import text_of
from leadferry.simulators.dataverse.definitions.names import schema_name, taken_column
from leadferry.simulators.dataverse.definitions.system_columns import CURRENCY_LINES
from leadferry.simulators.dataverse.model import Catalog, Column, ColumnKind, Option, OptionSet, Table

Json = dict[str, Any]
_TYPE = re.compile(r"#?Microsoft\.Dynamics\.CRM\.(?:Complex)?(\w+?)AttributeMetadata")
_RENAMED = {"UniqueIdentifier": "Uniqueidentifier"}
_LONGEST = {"String": 4_000, "Memo": 1_048_576}
_MOST_PRECISE = {"Decimal": 10, "Double": 5, "Money": 10}
_KEPT = ("Description", "PrecisionSource", "AutoNumberFormat", "MaxSizeInKB", "FormulaDefinition")
_BY_ITSELF = frozenset({"Lookup", "Customer", "Owner", "PartyList", "State", "Status", "EntityName", "Virtual"})
_WITH_CHOICE = frozenset({"Picklist", "MultiSelectPicklist", "Boolean"})


def create_column(catalog: Catalog, table: Table, body: Json) -> Column:
    """Adds the column, its choice, and what its type brings along. Raises before anything is added."""
    column = read_column(body)
    if column.logical_name in table.columns:
        raise taken_column(table, column.schema_name)
    if column.kind in _BY_ITSELF:
        raise refusals.invalid_argument(f"Attributes of type {column.kind} cannot be created by themselves.")
    if column.kind in _WITH_CHOICE:
        _bind_choice(catalog, table, column, body)
    table.columns[column.logical_name] = column
    if column.kind == "Money":
        _add_base(catalog, table, column)
    if column.kind == "File":
        _add_read_only(table, column, f"{column.logical_name}_name", "String")
    if column.kind == "Image":
        _add_read_only(table, column, f"{column.logical_name}_url", "String")
        _add_read_only(table, column, f"{column.logical_name}id", "Uniqueidentifier")
    return column


def read_column(body: Json) -> Column:
    """Raises for an unknown type, and for lengths and ranges beyond those of the type."""
    name = schema_name(body, "Attribute")
    kind = kind_of(body)
    column = Column(name.lower(), name, kind, text_of(body.get("DisplayName"), name), is_custom=True)
    change_column(column, body)
    if kind == "String" and column.max_length is None:
        column.max_length = 100
    if kind == "Memo" and column.max_length is None:
        column.max_length = 2_000
    if kind in DEFAULTS and kind != "BigInt":
        low, high = DEFAULTS[kind]
        column.minimum = low if column.minimum is None else column.minimum
        column.maximum = high if column.maximum is None else column.maximum
    return column


def kind_of(body: Json) -> ColumnKind:
    found = _TYPE.fullmatch(str(body.get("@odata.type", "")))
    name = found.group(1) if found else ""
    name = _RENAMED.get(name, name)
    if name not in get_args(ColumnKind):
        raise refusals.payload_error(f"The type '{body.get('@odata.type')}' of the attribute is not known.")
    return name  # type: ignore[return-value]


def change_column(column: Column, body: Json) -> None:
    """Takes over what a definition says; what it does not mention stays."""
    column.label = text_of(body.get("DisplayName"), column.label)
    required = body.get("RequiredLevel")
    if isinstance(required, dict) and required.get("Value"):
        _require(column, str(required["Value"]))
    _limit(column, body)
    column.format = _format(column, body)
    if column.kind == "DateTime" and isinstance(body.get("DateTimeBehavior"), dict):
        column.extra["DateTimeBehavior"] = body["DateTimeBehavior"].get("Value", "UserLocal")
    default = body.get("DefaultValue", body.get("DefaultFormValue"))
    if default is not None and default != -1:
        column.default = default
    column.extra.update({name: body[name] for name in _KEPT if body.get(name) is not None})


def _require(column: Column, level: str) -> None:
    if level not in {"None", "Recommended", "ApplicationRequired", "SystemRequired"}:
        raise refusals.payload_error(f"The value '{level}' of RequiredLevel is not known.")
    if level == "SystemRequired" and column.is_custom:
        raise refusals.invalid_argument("A custom attribute cannot be SystemRequired.")
    column.required = level  # type: ignore[assignment]


def _limit(column: Column, body: Json) -> None:
    length, longest = body.get("MaxLength"), _LONGEST.get(column.kind)
    if length is not None and longest:
        if not isinstance(length, int) or not 1 <= length <= longest:
            raise refusals.invalid_argument(f"The MaxLength of {column.schema_name} must be between 1 and {longest}.")
        column.max_length = length
    precision, most = body.get("Precision"), _MOST_PRECISE.get(column.kind)
    if precision is not None and most is not None:
        if not isinstance(precision, int) or not 0 <= precision <= most:
            raise refusals.invalid_argument(f"The Precision of {column.schema_name} must be between 0 and {most}.")
        column.precision = precision
    if column.kind not in DEFAULTS:
        return
    low, high = DEFAULTS[column.kind]
    minimum, maximum = body.get("MinValue"), body.get("MaxValue")
    for value in (minimum, maximum):
        if value is not None and not low <= value <= high:
            raise refusals.invalid_argument(f"The range of {column.schema_name} must be within {low} and {high}.")
    column.minimum = column.minimum if minimum is None else minimum
    column.maximum = column.maximum if maximum is None else maximum
    if column.minimum is not None and column.maximum is not None and column.minimum > column.maximum:
        raise refusals.invalid_argument(f"The MinValue of {column.schema_name} is greater than its MaxValue.")


def _format(column: Column, body: Json) -> str:
    name = body.get("FormatName")
    found = name.get("Value") if isinstance(name, dict) else body.get("Format")
    if column.kind in {"String", "Memo"}:
        return str(found or column.format or ("Text" if column.kind == "String" else "TextArea"))
    if column.kind == "DateTime":
        behavior = (body.get("DateTimeBehavior") or {}).get("Value")
        return str(found or column.format or ("DateOnly" if behavior == "DateOnly" else "DateAndTime"))
    return str(found or column.format or ("None" if column.kind == "Integer" else ""))


def _bind_choice(catalog: Catalog, table: Table, column: Column, body: Json) -> None:
    bound = body.get("GlobalOptionSet@odata.bind")
    if isinstance(bound, str):
        column.option_set = global_choice_of(catalog, bound).name
        return
    declared = body.get("OptionSet")
    if isinstance(declared, dict) and declared.get("IsGlobal") and declared.get("Name") in catalog.option_sets:
        column.option_set = declared["Name"]
        return
    found = OptionSet(f"{table.logical_name}_{column.logical_name}", label=column.label)
    if column.kind == "Boolean":
        found.options = _boolean_options(declared)
    elif isinstance(declared, dict):
        found.options = read_options(declared.get("Options") or [])
    else:
        raise refusals.invalid_argument(f"The attribute {column.schema_name} needs an OptionSet.")
    catalog.option_sets[found.name] = found
    column.option_set = found.name


def _boolean_options(declared: Any) -> list[Option]:
    declared = declared if isinstance(declared, dict) else {}
    texts = [
        text_of((declared.get(name) or {}).get("Label"), default)
        for name, default in (("FalseOption", "No"), ("TrueOption", "Yes"))
    ]
    return [Option(0, texts[0]), Option(1, texts[1])]


def _add_base(catalog: Catalog, table: Table, column: Column) -> None:
    """Money has its amount in the base currency beside it, and the row a currency."""
    base = Column(f"{column.logical_name}_base", f"{column.schema_name}_Base", "Money", f"{column.label} (Base)")
    base.precision, base.is_custom = 4, True
    base.valid_for_create = base.valid_for_update = False
    table.columns[base.logical_name] = base
    if "transactioncurrencyid" not in table.columns:
        declared = declare(table.logical_name, CURRENCY_LINES.replace("{table}", table.logical_name))
        table.columns.update(declared.columns)
        catalog.one_to_many += declared.relations


def _add_read_only(table: Table, column: Column, name: str, kind: ColumnKind) -> None:
    other = Column(name, name, kind, f"{column.label} ({name.rpartition('_')[2]})", is_custom=True)
    other.valid_for_create = other.valid_for_update = False
    other.max_length = 512 if kind == "String" else None
    other.extra["AttributeOf"] = column.logical_name
    table.columns[name] = other
