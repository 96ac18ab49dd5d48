"""Declarations as the Web API takes them: JSON of tables, columns, relationships, keys, choices. Pure.

Source: docs `webapi/create-update-entity-definitions-using-web-api.md`, `create-update-column-definitions-…`,
`create-update-entity-relationships-…`, `create-update-optionsets.md` (v9.2); dataverse-api 6.2 to 6.6.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leadferry.solution.model import FIRST_OPTION, Choice, Column, Key, Kind, ManyToMany, Table

Json = dict[str, Any]
ENGLISH = 1033
_CRM = "Microsoft.Dynamics.CRM."
_LARGEST = 2**31 - 1


def label(text: str) -> Json:
    one = {"@odata.type": f"{_CRM}LocalizedLabel", "Label": text, "LanguageCode": ENGLISH}
    return {"@odata.type": f"{_CRM}Label", "LocalizedLabels": [one]}


def table_body(table: Table) -> Json:
    """With its primary name column; the others follow one by one."""
    return {
        "@odata.type": f"{_CRM}EntityMetadata",
        "SchemaName": table.schema_name,
        "DisplayName": label(table.label),
        "DisplayCollectionName": label(table.collection_label),
        "Description": label(table.description),
        "OwnershipType": "OrganizationOwned" if table.organization_owned else "UserOwned",
        "IsActivity": False,
        "HasActivities": False,
        "HasNotes": table.has_notes,
        "Attributes": [column_body(column) for column in table.columns if column.primary],
    }


def column_body(column: Column, choice_id: str = "") -> Json:
    """`choice_id`: MetadataId of the global choice it takes its options from. Lookups come with their relationship."""
    required = "ApplicationRequired" if column.required else "None"
    body: Json = {
        "@odata.type": f"{_CRM}{column.kind.value}AttributeMetadata",
        "AttributeType": column.kind.value,
        "AttributeTypeName": {"Value": f"{column.kind.value}Type"},
        "SchemaName": column.schema_name,
        "DisplayName": label(column.label),
        "Description": label(column.description),
        "RequiredLevel": {
            "Value": required,
            "CanBeChanged": True,
            "ManagedPropertyLogicalName": "canmodifyrequirementlevelsettings",
        },
    }
    return {**body, **({"IsPrimaryName": True} if column.primary else {}), **_own(column, choice_id)}


def _own(column: Column, choice_id: str) -> Json:
    match column.kind:
        case Kind.TEXT:
            return {"MaxLength": column.max_length, "FormatName": {"Value": "Text"}}
        case Kind.MEMO:
            return {"MaxLength": column.max_length, "Format": "TextArea"}
        case Kind.WHOLE:
            return {"MinValue": column.minimum, "MaxValue": _LARGEST, "Format": "None"}
        case Kind.MOMENT:
            form = "DateOnly" if column.date_only else "DateAndTime"
            return {"Format": form, "DateTimeBehavior": {"Value": "UserLocal"}}
        case Kind.YES_NO:
            yes, no = {"Value": 1, "Label": label("Yes")}, {"Value": 0, "Label": label("No")}
            options = {"@odata.type": f"{_CRM}BooleanOptionSetMetadata", "TrueOption": yes, "FalseOption": no}
            return {"DefaultValue": bool(column.default), "OptionSet": options}
        case Kind.CHOICE:
            default = -1 if column.default is None else FIRST_OPTION + column.default
            bound = f"/GlobalOptionSetDefinitions({choice_id})"
            return {"DefaultFormValue": default, "SourceTypeMask": 0, "GlobalOptionSet@odata.bind": bound}
        case Kind.LOOKUP:
            return {}


def relationship_body(table: Table, column: Column) -> Json:
    """The lookup column and its relationship are one thing. Deleting what it points at clears it (OC-68, OC-71)."""
    cascade = dict.fromkeys(("Assign", "Share", "Unshare", "Reparent", "RollupView"), "NoCascade")
    return {
        "@odata.type": f"{_CRM}OneToManyRelationshipMetadata",
        "SchemaName": column.relationship,
        "ReferencedEntity": column.target,
        "ReferencedAttribute": f"{column.target}id",
        "ReferencingEntity": table.name,
        "Lookup": column_body(column),
        "CascadeConfiguration": {**cascade, "Delete": "RemoveLink", "Merge": column.on_merge},
        "AssociatedMenuConfiguration": {"Behavior": "UseCollectionName", "Group": "Details", "Order": 10_000},
    }


def pair_body(pair: ManyToMany) -> Json:
    menu = {"Behavior": "UseCollectionName", "Group": "Details", "Order": 10_000}
    named = {**menu, "Behavior": "UseLabel", "Label": label(pair.label_2)} if pair.label_2 else menu
    return {
        "@odata.type": f"{_CRM}ManyToManyRelationshipMetadata",
        "SchemaName": pair.schema_name,
        "IntersectEntityName": pair.schema_name.lower(),
        "Entity1LogicalName": pair.table_1,
        "Entity2LogicalName": pair.table_2,
        "Entity1AssociatedMenuConfiguration": menu,
        "Entity2AssociatedMenuConfiguration": named,
    }


def key_body(key: Key) -> Json:
    return {"SchemaName": key.schema_name, "DisplayName": label(key.label), "KeyAttributes": list(key.columns)}


def choice_body(choice: Choice) -> Json:
    return {
        "@odata.type": f"{_CRM}OptionSetMetadata",
        "Name": choice.name,
        "IsGlobal": True,
        "OptionSetType": "Picklist",
        "DisplayName": label(choice.label),
        "Options": [option_body(value, text) for value, text in choice.values().items()],
    }


def option_body(value: int, text: str) -> Json:
    return {"Value": value, "Label": label(text)}


def insert_body(where: Mapping[str, str], value: int, text: str, solution: str) -> Json:
    """InsertOptionValue. `where`: OptionSetName, or EntityLogicalName and AttributeLogicalName."""
    return {**where, **option_body(value, text), "SolutionUniqueName": solution}
