"""The body of a change as the platform's parser takes it: every known property has the JSON type of its EDM type.

Source: dataverse-api reference, sections 2.9 and 6.2 to 6.6.
"""

from __future__ import annotations

import json
from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.definitions.names import object_of

Json = dict[str, Any]
_COMPLEX = (
    "CascadeConfiguration", "AssociatedMenuConfiguration", "Entity1AssociatedMenuConfiguration",
    "Entity2AssociatedMenuConfiguration", "DateTimeBehavior", "Description", "DisplayCollectionName", "DisplayName",
    "FormatName", "Lookup", "OptionSet", "RequiredLevel", "TrueOption", "FalseOption",
)  # fmt: skip
_TEXT = (
    "@odata.type", "AttributeLogicalName", "Delete", "Entity1LogicalName", "Entity2LogicalName", "EntityLogicalName",
    "EntitySetName", "Format", "IntersectEntityName", "Name", "OptionSetName", "OwnershipType", "ReferencedAttribute",
    "ReferencedEntity", "ReferencingEntity", "SchemaName", "Entity1NavigationPropertyName",
    "Entity2NavigationPropertyName", "ReferencedEntityNavigationPropertyName",
    "ReferencingEntityNavigationPropertyName", "GlobalOptionSet@odata.bind", "AutoNumberFormat",
)  # fmt: skip
_LISTS = ("Attributes", "Entities", "KeyAttributes", "LocalizedLabels", "OneToManyRelationships", "Options", "Values")
_WHOLE = ("MaxLength", "Precision", "PrecisionSource", "StateCode", "State", "MaxSizeInKB", "DefaultFormValue")
_NUMBERS = ("MinValue", "MaxValue")
_FLAGS = ("HasActivities", "HasNotes", "IsActivity", "IsPrimaryName", "IsGlobal", "ChangeTrackingEnabled")
_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(_COMPLEX, (dict,)),
    **dict.fromkeys(_TEXT, (str,)),
    **dict.fromkeys(_LISTS, (list,)),
    **dict.fromkeys(_WHOLE, (int,)),
    **dict.fromkeys(_NUMBERS, (int, float)),
    **dict.fromkeys(_FLAGS, (bool,)),
}
_ITEMS: dict[str, type] = {"KeyAttributes": str, "Values": int}
"""What the lists have that are not lists of objects."""


def read_body(body: bytes) -> Json:
    """Raises the parser's refusal for what is no JSON object, or has a property of another type than it must have."""
    try:
        found = object_of(json.loads(body or b"{}"))
    except (ValueError, UnicodeDecodeError) as error:
        raise refusals.payload_error(f"Invalid JSON. {error}") from None
    _check(found)
    return found


def _check(value: Json) -> None:
    for name, content in value.items():
        kinds = _TYPES.get(name)
        if content is None:
            continue
        if kinds and type(content) not in kinds:
            raise refusals.payload_error(f"The property '{name}' has a value of the wrong type.")
        if isinstance(content, list):
            _check_items(name, content)
        elif isinstance(content, dict):
            _check(content)


def _check_items(name: str, items: list[Any]) -> None:
    kind = _ITEMS.get(name, dict)
    for item in items:
        if name in _TYPES and type(item) is not kind:
            raise refusals.payload_error(f"An item of '{name}' has the wrong type.")
        if isinstance(item, dict):
            _check(item)
