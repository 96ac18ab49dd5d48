"""Tables with columns and keys, relationships and choices in an exported solution.

Source: dataverse-api reference, section 6.9 and public solution packages.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from leadferry.simulators.dataverse.export_interface import add_charts, add_forms, add_views
from leadferry.simulators.dataverse.export_xml import Contents, language, put
from leadferry.simulators.dataverse.model import Column, ManyToMany, OneToMany, OptionSet, Table
from leadferry.simulators.dataverse.solution_components import CHOICE, COLUMN, KEY, RELATIONSHIP

_TYPES = {
    "String": "nvarchar", "Memo": "ntext", "Integer": "int", "BigInt": "bigint", "Decimal": "decimal",
    "Double": "float", "Money": "money", "DateTime": "datetime", "Boolean": "bit", "Picklist": "picklist",
    "MultiSelectPicklist": "multiselectpicklist", "State": "state", "Status": "status", "Lookup": "lookup",
    "Customer": "customer", "Owner": "owner", "Uniqueidentifier": "primarykey", "Image": "image", "File": "file",
}  # fmt: skip
_REQUIRED = {"ApplicationRequired": "required", "SystemRequired": "systemrequired", "Recommended": "recommended"}


def add_tables(contents: Contents, parent: Element) -> None:
    for table in contents.tables:
        element = put(parent, "Entity")
        put(element, "Name", table.schema_name, LocalizedName=table.label, OriginalName=table.label)
        _add_definition(contents, put(put(element, "EntityInfo"), "entity", Name=table.schema_name), table)
        add_forms(contents, put(element, "FormXml"), table)
        add_views(contents, put(put(element, "SavedQueries"), "savedqueries"), table)
        add_charts(contents, put(element, "Visualizations"), table)


def _add_definition(contents: Contents, element: Element, table: Table) -> None:
    language(put(element, "LocalizedNames"), "LocalizedName", table.label)
    language(put(element, "LocalizedCollectionNames"), "LocalizedCollectionName", table.collection_label)
    attributes = put(element, "attributes")
    for column in table.columns.values():
        if contents.has(COLUMN, column.metadata_id, table):
            _add_column(contents, attributes, column)
    put(element, "EntitySetName", table.entity_set)
    put(element, "OwnershipTypeMask", table.ownership)
    put(element, "IsActivity", str(int(table.is_activity)))
    keys = put(element, "EntityKeys")
    for key in table.keys:
        if contents.has(KEY, key.metadata_id, table):
            one = put(keys, "EntityKey")
            put(one, "Name", key.schema_name)
            put(one, "LogicalName", key.logical_name)
            columns = put(one, "EntityKeyAttributes")
            for name in key.columns:
                put(columns, "AttributeName", name)


def _add_column(contents: Contents, parent: Element, column: Column) -> None:
    element = put(parent, "attribute", PhysicalName=column.schema_name)
    put(element, "Type", _TYPES.get(column.kind, column.kind.lower()))
    put(element, "Name", column.logical_name)
    put(element, "LogicalName", column.logical_name)
    put(element, "RequiredLevel", _REQUIRED.get(column.required, "none"))
    put(element, "IsCustomField", str(int(column.is_custom)))
    for tag, value in (
        ("MaxLength", column.max_length), ("MinValue", column.minimum), ("MaxValue", column.maximum),
        ("Accuracy", column.precision), ("Format", column.format.lower() or None),
    ):  # fmt: skip
        if value is not None:
            put(element, tag, str(value))
    if column.targets:
        targets = put(element, "LookupTypes")
        for target in column.targets:
            put(targets, "LookupType", target, id="00000000-0000-0000-0000-000000000000")
    found = contents.catalog.option_set_of(column)
    if found is not None and found.is_global:
        put(element, "OptionSetName", found.name)
    elif found is not None:
        _add_choice(element, found)
    language(put(element, "displaynames"), "displayname", column.label)


def _add_choice(parent: Element, option_set: OptionSet) -> None:
    element = put(parent, "optionset", Name=option_set.name, localizedName=option_set.label)
    put(element, "OptionSetType", "picklist")
    put(element, "IsGlobal", str(int(option_set.is_global)))
    language(put(element, "displaynames"), "displayname", option_set.label)
    options = put(element, "options")
    for option in option_set.options:
        language(put(put(options, "option", value=str(option.value)), "labels"), "label", option.label)


def add_choices(contents: Contents, parent: Element) -> None:
    for option_set in contents.choices:
        if contents.listed(CHOICE, option_set.metadata_id):
            _add_choice(parent, option_set)


def add_relationships(contents: Contents, parent: Element) -> None:
    tables = contents.catalog.tables
    for one in contents.catalog.one_to_many:
        if one.is_custom and contents.has(RELATIONSHIP, one.metadata_id, tables[one.referencing]):
            _add_one_to_many(parent, one)
    for many in contents.catalog.many_to_many:
        if many.is_custom and contents.has(RELATIONSHIP, many.metadata_id, tables[many.table1]):
            _add_many_to_many(parent, many)


def _add_one_to_many(parent: Element, relation: OneToMany) -> None:
    element = put(parent, "EntityRelationship", Name=relation.schema_name)
    put(element, "EntityRelationshipType", "OneToMany")
    put(element, "ReferencingEntityName", relation.referencing)
    put(element, "ReferencedEntityName", relation.referenced)
    put(element, "ReferencingAttributeName", relation.column)
    cascade = relation.extra.get("CascadeConfiguration") or {}
    for name in ("Assign", "Delete", "Merge", "Reparent", "Share", "Unshare"):
        put(element, f"Cascade{name}", relation.on_delete if name == "Delete" else cascade.get(name, "NoCascade"))


def _add_many_to_many(parent: Element, relation: ManyToMany) -> None:
    element = put(parent, "EntityRelationship", Name=relation.schema_name)
    put(element, "EntityRelationshipType", "ManyToMany")
    put(element, "FirstEntityName", relation.table1)
    put(element, "SecondEntityName", relation.table2)
    put(element, "IntersectEntityName", relation.intersect)
