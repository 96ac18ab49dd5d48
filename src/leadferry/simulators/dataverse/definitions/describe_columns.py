"""Columns as definitions show them: the properties of every type, and those of each.

Source: dataverse-api reference, sections 6.1 and 6.3.
"""

from __future__ import annotations

from typing import Any

from leadferry.simulators.dataverse.definitions.describe_choices import boolean_json, choice_json
from leadferry.simulators.dataverse.definitions.labels import label_json, managed
from leadferry.simulators.dataverse.model import Catalog, Column, Table

Json = dict[str, Any]
CRM = "#Microsoft.Dynamics.CRM."
CHOICES = frozenset({"Picklist", "State", "Status", "MultiSelectPicklist"})
_TYPE_NAMES = {"Customer": "LookupAttributeMetadata", "Owner": "LookupAttributeMetadata",
               "PartyList": "LookupAttributeMetadata", "Virtual": "AttributeMetadata",
               "Uniqueidentifier": "UniqueIdentifierAttributeMetadata"}  # fmt: skip
# The old enumeration has no word for these.
_ATTRIBUTE_TYPES = {"MultiSelectPicklist": "Virtual", "Image": "Virtual", "File": "Virtual"}
DEFAULTS: dict[str, tuple[float, float]] = {
    "Integer": (-(2**31), 2**31 - 1), "BigInt": (-(2**63), 2**63 - 1), "Decimal": (-1e11, 1e11),
    "Double": (-1e11, 1e11), "Money": (-922337203685477, 922337203685477),
}  # fmt: skip


def type_name(column: Column) -> str:
    """`StringAttributeMetadata`."""
    return _TYPE_NAMES.get(column.kind, f"{column.kind}AttributeMetadata")


def matches_cast(column: Column, cast: str) -> bool:
    """`cast` is what stands in the address: `PicklistAttributeMetadata`, or a base of several types."""
    if cast == "EnumAttributeMetadata":
        return column.kind in CHOICES
    return cast in {"AttributeMetadata", type_name(column)}


def column_json(catalog: Catalog, table: Table, column: Column, *, choices: bool = False) -> Json:
    """`choices` adds `OptionSet` and `GlobalOptionSet`, which are there only when they are expanded."""
    out = _common(table, column) | _typed(column)
    if choices:
        out |= choices_json(catalog, column)
    return out


def choices_json(catalog: Catalog, column: Column) -> Json:
    if column.kind == "Boolean":
        return {"OptionSet": boolean_json(catalog, column), "GlobalOptionSet": None}
    found = catalog.option_set_of(column)
    if column.kind not in CHOICES or found is None:
        return {}
    kind = column.kind if column.kind in {"State", "Status"} else "Picklist"
    shown = choice_json(found, kind)
    return {"OptionSet": None if found.is_global else shown, "GlobalOptionSet": shown if found.is_global else None}


def _common(table: Table, column: Column) -> Json:
    return {
        "@odata.type": f"{CRM}{type_name(column)}",
        "MetadataId": column.metadata_id,
        "HasChanged": None,
        "LogicalName": column.logical_name,
        "SchemaName": column.schema_name,
        "AttributeType": _ATTRIBUTE_TYPES.get(column.kind, column.kind),
        "AttributeTypeName": {"Value": f"{column.kind}Type"},
        "AttributeOf": column.extra.get("AttributeOf"),
        "EntityLogicalName": table.logical_name,
        "ColumnNumber": list(table.columns).index(column.logical_name) + 1,
        "DisplayName": label_json(column.label),
        "Description": column.extra.get("Description") or label_json(""),
        "IsPrimaryId": column.is_primary_id or column.logical_name == table.primary_id,
        "IsPrimaryName": column.is_primary_name or column.logical_name == table.primary_name,
        "IsValidForCreate": column.valid_for_create,
        "IsValidForRead": column.valid_for_read,
        "IsValidForUpdate": column.valid_for_update,
        "IsValidODataAttribute": column.kind not in {"PartyList", "Virtual"},
        "IsCustomAttribute": column.is_custom,
        "IsManaged": False,
        "IsLogical": False,
        "IsSecured": False,
        "IsFilterable": True,
        "IsSearchable": True,
        "IsRetrievable": column.valid_for_read,
        "CanBeSecuredForRead": False,
        "CanBeSecuredForCreate": False,
        "CanBeSecuredForUpdate": False,
        "SourceType": 0 if column.is_custom else None,
        "IntroducedVersion": "1.0.0.0",
        "RequiredLevel": managed(
            column.required, "canmodifyrequirementlevelsettings", column.required != "SystemRequired"
        ),
        "IsCustomizable": managed(True, "iscustomizable"),
        "IsRenameable": managed(True, "isrenameable"),
        "IsValidForAdvancedFind": managed(True, "canmodifysearchsettings"),
        "IsAuditEnabled": managed(False, "canmodifyauditsettings"),
        "IsGlobalFilterEnabled": managed(False, "canmodifyglobalfiltersettings"),
        "IsSortableEnabled": managed(False, "canmodifyissortablesettings"),
    }  # fmt: skip


def _typed(column: Column) -> Json:
    match column.kind:
        case "String" | "Memo":
            return _text(column)
        case "Integer" | "BigInt" | "Decimal" | "Double" | "Money":
            return _number(column)
        case "DateTime":
            return {
                "Format": column.format or "DateAndTime",
                "ImeMode": "Auto",
                "DateTimeBehavior": {"Value": column.extra.get("DateTimeBehavior", "UserLocal")},
                "CanChangeDateTimeBehavior": managed(True, "canchangedatetimebehavior"),
            }
        case "Boolean":
            return {"DefaultValue": bool(column.default)}
        case "Picklist" | "State" | "Status" | "MultiSelectPicklist":
            return {"DefaultFormValue": -1 if column.default is None else column.default}
        case "Lookup" | "Customer" | "Owner" | "PartyList":
            return {"Targets": list(column.targets), "Format": "None"}
        case "File":
            return {"MaxSizeInKB": column.extra.get("MaxSizeInKB", 32768)}
        case "Image":
            size = {"MaxSizeInKB": column.extra.get("MaxSizeInKB", 10240), "MaxHeight": 144, "MaxWidth": 144}
            return {**size, "IsPrimaryImage": False, "CanStoreFullImage": False}
    return {}


def _text(column: Column) -> Json:
    if column.kind == "Memo":
        name = column.format or "TextArea"
        own: Json = {"MaxLength": column.max_length or 2000, "IsLocalizable": False}
    else:
        name = column.format or "Text"
        length = column.max_length or 100
        own = {"MaxLength": length, "DatabaseLength": length * 2, "FormulaDefinition": ""}
        own["AutoNumberFormat"] = column.extra.get("AutoNumberFormat", "")
    return {**own, "Format": name, "FormatName": {"Value": name}, "ImeMode": "Auto"}


def _number(column: Column) -> Json:
    floor, ceiling = DEFAULTS[column.kind]
    low = floor if column.minimum is None else column.minimum
    high = ceiling if column.maximum is None else column.maximum
    if column.kind == "Integer":
        return {"MinValue": int(low), "MaxValue": int(high), "Format": column.format or "None"}
    if column.kind == "BigInt":
        return {"MinValue": int(low), "MaxValue": int(high)}
    default = {"Decimal": 10, "Double": 5}.get(column.kind, 2)
    precision = default if column.precision is None else column.precision
    own = {"MinValue": low, "MaxValue": high, "Precision": precision, "ImeMode": "Auto"}
    if column.kind != "Money":
        return own
    return {**own, "PrecisionSource": column.extra.get("PrecisionSource", 2), "IsBaseCurrency": False}
