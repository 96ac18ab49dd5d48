"""Reads what the Web API says of a table into `metadata.Table`. Pure.

Source: docs `webapi/query-metadata-web-api.md`, `entity-attribute-metadata.md` (Web API v9.2); dataverse-api 6.1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from leadferry.dataverse.metadata import Column, ColumnType, Table
from leadferry.dataverse.odata import text


class _LocalizedLabel(msgspec.Struct):
    label: str | None = msgspec.field(default=None, name="Label")


class _Label(msgspec.Struct):
    user: _LocalizedLabel | None = msgspec.field(default=None, name="UserLocalizedLabel")
    localized: list[_LocalizedLabel] = msgspec.field(default_factory=list, name="LocalizedLabels")

    def text(self) -> str:
        for label in (self.user, *self.localized):
            if label and label.label:
                return label.label
        return ""


class _Value(msgspec.Struct):
    value: str | None = msgspec.field(default=None, name="Value")


class _Option(msgspec.Struct):
    value: int | None = msgspec.field(default=None, name="Value")
    label: _Label | None = msgspec.field(default=None, name="Label")


class _OptionSet(msgspec.Struct):
    options: list[_Option] = msgspec.field(default_factory=list, name="Options")


class Attribute(msgspec.Struct):
    """One column as the Web API tells it; which fields are there depends on its type."""

    logical_name: str = msgspec.field(name="LogicalName")
    schema_name: str | None = msgspec.field(default=None, name="SchemaName")
    kind: str | None = msgspec.field(default=None, name="AttributeType")
    kind_name: _Value | None = msgspec.field(default=None, name="AttributeTypeName")
    display_name: _Label | None = msgspec.field(default=None, name="DisplayName")
    required: _Value | None = msgspec.field(default=None, name="RequiredLevel")
    can_create: bool | None = msgspec.field(default=None, name="IsValidForCreate")
    can_update: bool | None = msgspec.field(default=None, name="IsValidForUpdate")
    can_read: bool | None = msgspec.field(default=None, name="IsValidForRead")
    is_custom: bool | None = msgspec.field(default=None, name="IsCustomAttribute")
    max_length: int | None = msgspec.field(default=None, name="MaxLength")
    minimum: float | None = msgspec.field(default=None, name="MinValue")
    maximum: float | None = msgspec.field(default=None, name="MaxValue")
    precision: int | None = msgspec.field(default=None, name="Precision")
    format: str | None = msgspec.field(default=None, name="Format")
    targets: list[str] | None = msgspec.field(default=None, name="Targets")
    option_set: _OptionSet | None = msgspec.field(default=None, name="OptionSet")
    global_option_set: _OptionSet | None = msgspec.field(default=None, name="GlobalOptionSet")

    def options(self) -> dict[int, str]:
        for option_set in (self.option_set, self.global_option_set):
            if option_set and option_set.options:
                listed = option_set.options
                return {o.value: o.label.text() if o.label else "" for o in listed if o.value is not None}
        return {}


class Relationship(msgspec.Struct):
    """A many-to-one relationship: the lookup column, the table it points at, the name to bind by."""

    column: str | None = msgspec.field(default=None, name="ReferencingAttribute")
    target: str | None = msgspec.field(default=None, name="ReferencedEntity")
    navigation: str | None = msgspec.field(default=None, name="ReferencingEntityNavigationPropertyName")


class Definition(msgspec.Struct):
    logical_name: str = msgspec.field(name="LogicalName")
    entity_set: str = msgspec.field(name="EntitySetName")
    primary_id: str = msgspec.field(name="PrimaryIdAttribute")
    primary_name: str | None = msgspec.field(default=None, name="PrimaryNameAttribute")
    attributes: list[Attribute] = msgspec.field(default_factory=list, name="Attributes")
    relationships: list[Relationship] = msgspec.field(default_factory=list, name="ManyToOneRelationships")


class _Attributes(msgspec.Struct):
    value: list[Attribute] = msgspec.field(default_factory=list)


_DEFINITION = msgspec.json.Decoder(Definition)
_ATTRIBUTES = msgspec.json.Decoder(_Attributes)


CAST_COLUMNS: Mapping[str, str] = {
    "String": "$select=LogicalName,MaxLength",
    "Memo": "$select=LogicalName,MaxLength",
    "Integer": "$select=LogicalName,MinValue,MaxValue",
    "Decimal": "$select=LogicalName,MinValue,MaxValue,Precision",
    "Double": "$select=LogicalName,MinValue,MaxValue,Precision",
    "Money": "$select=LogicalName,MinValue,MaxValue,Precision",
    "DateTime": "$select=LogicalName,Format",
    "Lookup": "$select=LogicalName,Targets",
    "Picklist": "$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options)",
    "MultiSelectPicklist": "$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options)",
    "State": "$select=LogicalName&$expand=OptionSet($select=Options)",
    "Status": "$select=LogicalName&$expand=OptionSet($select=Options)",
}
"""What only a column's own type tells, and the query that asks for it."""

_ATTRIBUTE_COLUMNS = (
    "LogicalName,SchemaName,AttributeType,AttributeTypeName,DisplayName,RequiredLevel,"
    "IsValidForCreate,IsValidForUpdate,IsValidForRead,IsCustomAttribute"
)
_RELATIONSHIP_COLUMNS = "ReferencingAttribute,ReferencedEntity,ReferencingEntityNavigationPropertyName"


def definition_paths(table: str) -> list[str]:
    """The addresses, below the API's root, whose answers `to_table` reads: the definition first."""
    head = f"EntityDefinitions(LogicalName={text(table)})"
    whole = (
        f"{head}?$select=LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute"
        f"&$expand=Attributes($select={_ATTRIBUTE_COLUMNS}),ManyToOneRelationships($select={_RELATIONSHIP_COLUMNS})"
    )
    casts = CAST_COLUMNS.items()
    return [
        whole,
        *(f"{head}/Attributes/Microsoft.Dynamics.CRM.{kind}AttributeMetadata?{query}" for kind, query in casts),
    ]


def to_table(definition: bytes, casts: Sequence[bytes], read_at: int) -> Table:
    """`casts`: the answers about columns of one type, in any number and order.

    Raises msgspec.DecodeError where the answer is not what section 6.1 says.
    """
    table = _DEFINITION.decode(definition)
    typed: dict[str, Attribute] = {a.logical_name: a for body in casts for a in _ATTRIBUTES.decode(body).value}
    navigation: dict[str, dict[str, str]] = defaultdict(dict)
    for relationship in table.relationships:
        if relationship.column and relationship.target and relationship.navigation:
            navigation[relationship.column][relationship.target] = relationship.navigation
    columns = {
        a.logical_name: _column(a, typed.get(a.logical_name, a), navigation.get(a.logical_name, {}))
        for a in table.attributes
    }
    return Table(table.logical_name, table.entity_set, table.primary_id, table.primary_name or "", columns, read_at)


def _column(attribute: Attribute, typed: Attribute, known: Mapping[str, str]) -> Column:
    kind = _type(attribute)
    targets = tuple(typed.targets or attribute.targets or ())
    return Column(
        name=attribute.logical_name,
        type=kind,
        label=attribute.display_name.text() if attribute.display_name else "",
        max_length=typed.max_length,
        minimum=typed.minimum,
        maximum=typed.maximum,
        precision=typed.precision,
        options=typed.options() or attribute.options(),
        targets=targets,
        navigation={t: known.get(t) or _usual_navigation(attribute, kind, t, len(targets)) for t in targets},
        can_create=attribute.can_create is not False,
        can_update=attribute.can_update is not False,
        can_read=attribute.can_read is not False,
        required=bool(attribute.required and attribute.required.value in {"ApplicationRequired", "SystemRequired"}),
        date_only=kind is ColumnType.DATETIME and typed.format == "DateOnly",
    )


def _usual_navigation(attribute: Attribute, kind: ColumnType, target: str, targets: int) -> str:
    """Where no relationship tells (dataverse-api 0 rule 2, 2.6): `customerid_account`; custom ones by schema name."""
    if kind is ColumnType.OWNER or attribute.logical_name == "ownerid":
        return attribute.logical_name
    name = (attribute.schema_name if attribute.is_custom else "") or attribute.logical_name
    return f"{name}_{target}" if kind is ColumnType.CUSTOMER or targets > 1 else name


def _type(attribute: Attribute) -> ColumnType:
    """MultiSelectPicklist columns have the AttributeType Virtual; only the type's name tells them apart."""
    named = ((attribute.kind_name.value if attribute.kind_name else "") or "").removesuffix("Type")
    for word in (named if attribute.kind in {None, "Virtual"} else attribute.kind, named):
        if word and word in ColumnType.__members__.values():
            return ColumnType(word)
    return ColumnType.OTHER
