"""Choices as definitions show them. Source: dataverse-api reference, sections 6.1 and 6.6."""

from __future__ import annotations

from typing import Any

from leadferry.simulators.dataverse.definitions.labels import label_json
from leadferry.simulators.dataverse.model import Catalog, Column, Option, OptionSet

Json = dict[str, Any]
CRM = "#Microsoft.Dynamics.CRM."
_TYPES = {"State": "State", "Status": "Status"}


def choice_json(option_set: OptionSet, kind: str = "Picklist", *, typed: bool = True) -> Json:
    """`typed` puts `@odata.type` in front, as wherever the type is not told by the address."""
    out: Json = {"@odata.type": f"{CRM}OptionSetMetadata"} if typed else {}
    return out | {
        "MetadataId": option_set.metadata_id,
        "HasChanged": None,
        "IsCustomOptionSet": option_set.is_global,
        "IsGlobal": option_set.is_global,
        "IsManaged": False,
        "Name": option_set.name,
        "ExternalTypeName": None,
        "OptionSetType": _TYPES.get(kind, "Picklist"),
        "IntroducedVersion": "1.0.0.0",
        "ParentOptionSetName": None,
        "DisplayName": label_json(option_set.label),
        "Description": option_set.extra.get("Description") or label_json(""),
        "Options": [option_json(one, kind) for one in option_set.options],
    }


def option_json(option: Option, kind: str = "Picklist") -> Json:
    out: Json = {"@odata.type": f"{CRM}{kind}OptionMetadata"} if kind in _TYPES else {}
    out |= {
        "Value": option.value,
        "Color": None,
        "IsManaged": False,
        "ExternalValue": None,
        "ParentValues": [],
        "Tag": None,
        "IsHidden": False,
        "MetadataId": None,
        "HasChanged": None,
        "Label": label_json(option.label),
        "Description": label_json(""),
    }
    if kind == "Status":
        out |= {"State": option.state, "TransitionData": None}
    if kind == "State":
        out |= {"DefaultStatus": option.default_status, "InvariantName": option.label}
    return out


def boolean_json(catalog: Catalog, column: Column) -> Json:
    found = catalog.option_set_of(column)
    labels = {one.value: one.label for one in found.options} if found else {}
    return {
        "@odata.type": f"{CRM}BooleanOptionSetMetadata",
        "MetadataId": found.metadata_id if found else column.metadata_id,
        "Name": found.name if found else column.logical_name,
        "IsGlobal": False,
        "OptionSetType": "Boolean",
        "DisplayName": label_json(column.label),
        "TrueOption": option_json(Option(1, labels.get(1, "Yes"))),
        "FalseOption": option_json(Option(0, labels.get(0, "No"))),
    }
