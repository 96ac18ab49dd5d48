"""`POST RelationshipDefinitions`, and lookups to a customer. Source: dataverse-api reference, sections 6.3 and 6.4."""

from __future__ import annotations

from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.definitions import finding
from leadferry.simulators.dataverse.definitions.create_columns import change_column
from leadferry.simulators.dataverse.definitions.labels import text_of
from leadferry.simulators.dataverse.definitions.names import (
    object_of,
    refuse_taken_relationship,
    schema_name,
    taken,
    taken_column,
)
from leadferry.simulators.dataverse.model import Catalog, Column, ColumnKind, ManyToMany, OneToMany, Table

Json = dict[str, Any]
_DELETES = frozenset({"NoCascade", "Cascade", "RemoveLink", "Restrict"})


def create_relationship(catalog: Catalog, body: Json) -> OneToMany | ManyToMany:
    kind = str(body.get("@odata.type", ""))
    if kind.endswith("ManyToManyRelationshipMetadata"):
        return _many_to_many(catalog, body)
    if not kind.endswith("OneToManyRelationshipMetadata"):
        raise refusals.payload_error(f"The type '{kind}' of the relationship is not known.")
    referencing = _table(catalog, body, "ReferencingEntity")
    referenced = _table(catalog, body, "ReferencedEntity")
    lookup = object_of(body.get("Lookup"))
    schema_name(body, "Relationship")
    refuse_taken_relationship(catalog, body["SchemaName"])
    column = _lookup_column(referencing, lookup, "Lookup", [referenced.logical_name])
    relation = _one_to_many(body, referenced, referencing, column, column.schema_name)
    catalog.one_to_many.append(relation)
    return relation


def create_customer(catalog: Catalog, body: Json) -> tuple[Column, list[OneToMany]]:
    """`CreateCustomerRelationships`: one lookup column to account and contact."""
    declared = [object_of(one) for one in body.get("OneToManyRelationships") or []]
    targets = [_table(catalog, one, "ReferencedEntity").logical_name for one in declared]
    if sorted(targets) != ["account", "contact"]:
        raise refusals.invalid_argument("A customer lookup needs relationships to account and contact.")
    for one in declared:
        refuse_taken_relationship(catalog, schema_name(one, "Relationship"))
    table = _table(catalog, declared[0], "ReferencingEntity")
    column = _lookup_column(table, object_of(body.get("Lookup")), "Customer", targets)
    relations = [
        _one_to_many(one, catalog.tables[target], table, column, f"{column.schema_name}_{target}")
        for one, target in zip(declared, targets, strict=True)
    ]
    catalog.one_to_many += relations
    return column, relations


def _table(catalog: Catalog, body: Json, name: str) -> Table:
    return finding.table(catalog, f"LogicalName='{schema_name(body, 'Relationship', name, prefixed=False)}'")


def _lookup_column(table: Table, body: Json, kind: ColumnKind, targets: list[str]) -> Column:
    name = schema_name(body, "Attribute")
    if name.lower() in table.columns:
        raise taken_column(table, name)
    column = Column(name.lower(), name, kind, text_of(body.get("DisplayName"), name), targets=targets, is_custom=True)
    change_column(column, body)
    column.format = ""
    table.columns[column.logical_name] = column
    return column


def _one_to_many(body: Json, referenced: Table, referencing: Table, column: Column, navigation: str) -> OneToMany:
    name = str(body["SchemaName"])
    cascade = body.get("CascadeConfiguration") or {}
    delete = cascade.get("Delete", "RemoveLink")
    if delete not in _DELETES:
        raise refusals.invalid_argument(f"The cascade '{delete}' of Delete is not supported.")
    wanted = body.get("ReferencedAttribute")
    if wanted and wanted != referenced.primary_id:
        raise refusals.invalid_argument(f"The ReferencedAttribute must be '{referenced.primary_id}'.")
    kept = ("CascadeConfiguration", "AssociatedMenuConfiguration")
    return OneToMany(
        schema_name=name,
        referenced=referenced.logical_name,
        referenced_column=referenced.primary_id,
        referencing=referencing.logical_name,
        column=column.logical_name,
        navigation=str(body.get("ReferencingEntityNavigationPropertyName") or navigation),
        collection=str(body.get("ReferencedEntityNavigationPropertyName") or name),
        on_delete=delete,
        is_custom=True,
        extra={one: body[one] for one in kept if body.get(one)},
    )


def _many_to_many(catalog: Catalog, body: Json) -> ManyToMany:
    name = schema_name(body, "Relationship")
    refuse_taken_relationship(catalog, name)
    first, second = _table(catalog, body, "Entity1LogicalName"), _table(catalog, body, "Entity2LogicalName")
    intersect = str(body.get("IntersectEntityName") or name).lower()
    if intersect in catalog.tables or any(one.intersect == intersect for one in catalog.many_to_many):
        raise taken("entity", intersect)
    kept = ("Entity1AssociatedMenuConfiguration", "Entity2AssociatedMenuConfiguration")
    relation = ManyToMany(
        schema_name=name,
        table1=first.logical_name,
        table2=second.logical_name,
        intersect=intersect,
        navigation1=str(body.get("Entity1NavigationPropertyName") or name),
        navigation2=str(body.get("Entity2NavigationPropertyName") or name),
        is_custom=True,
        extra={one: body[one] for one in kept if body.get(one)},
    )
    catalog.many_to_many.append(relation)
    return relation
