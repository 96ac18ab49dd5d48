"""PUT and DELETE of definitions. Source: dataverse-api reference, sections 6.2 to 6.6."""

from __future__ import annotations

from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.definitions.create_choices import read_options
from leadferry.simulators.dataverse.definitions.create_columns import change_column
from leadferry.simulators.dataverse.definitions.labels import text_of
from leadferry.simulators.dataverse.model import Catalog, Column, Key, ManyToMany, OneToMany, OptionSet, Table
from leadferry.simulators.dataverse.refusals import Refusal

Json = dict[str, Any]


def change_table(table: Table, body: Json) -> None:
    table.label = text_of(body.get("DisplayName"), table.label)
    table.collection_label = text_of(body.get("DisplayCollectionName"), table.collection_label)
    if body.get("ChangeTrackingEnabled") is False and table.change_tracking:
        raise refusals.invalid_argument("Change tracking cannot be switched off again.")
    table.change_tracking = bool(body.get("ChangeTrackingEnabled", table.change_tracking))
    table.extra.update({name: body[name] for name in ("Description", "HasNotes", "HasActivities") if name in body})


def change_column_definition(catalog: Catalog, column: Column, body: Json) -> None:
    change_column(column, body)
    option_set = catalog.option_set_of(column)
    if option_set is not None:
        option_set.label = column.label


def change_choice(option_set: OptionSet, body: Json) -> None:
    option_set.label = text_of(body.get("DisplayName"), option_set.label)
    if body.get("Options"):
        option_set.options = read_options(body["Options"])


def change_relationship(relation: OneToMany | ManyToMany, body: Json) -> None:
    if isinstance(relation, ManyToMany):
        return
    cascade = body.get("CascadeConfiguration")
    if isinstance(cascade, dict):
        relation.extra["CascadeConfiguration"] = cascade
        relation.on_delete = cascade.get("Delete", relation.on_delete)
    if body.get("AssociatedMenuConfiguration"):
        relation.extra["AssociatedMenuConfiguration"] = body["AssociatedMenuConfiguration"]


def delete_table(catalog: Catalog, table: Table) -> None:
    """Relationships go with it, and the lookup columns of other tables that pointed here."""
    _refuse_standard(table.is_custom, "entity", table.logical_name)
    name = table.logical_name
    for relation in [one for one in catalog.one_to_many if name in {one.referenced, one.referencing}]:
        _forget(catalog, relation)
    catalog.many_to_many = [one for one in catalog.many_to_many if name not in {one.table1, one.table2}]
    del catalog.tables[name]
    for column in table.columns.values():
        _drop_choice(catalog, column)


def delete_column(catalog: Catalog, table: Table, column: Column) -> None:
    _refuse_standard(column.is_custom, "attribute", column.logical_name)
    if column.logical_name in {table.primary_name, table.primary_id}:
        raise refusals.invalid_argument(f"The primary attribute '{column.logical_name}' cannot be deleted.")
    if any(column.logical_name in key.columns for key in table.keys):
        raise depended_on("Attribute", column.metadata_id, "a key")
    del table.columns[column.logical_name]
    catalog.one_to_many = [
        one for one in catalog.one_to_many if (one.referencing, one.column) != (table.logical_name, column.logical_name)
    ]
    for other in [one for one in table.columns.values() if one.extra.get("AttributeOf") == column.logical_name]:
        del table.columns[other.logical_name]
    table.columns.pop(f"{column.logical_name}_base", None)
    _drop_choice(catalog, column)


def delete_key(table: Table, key: Key) -> None:
    table.keys.remove(key)


def delete_relationship(catalog: Catalog, relation: OneToMany | ManyToMany) -> None:
    _refuse_standard(relation.is_custom, "relationship", relation.schema_name)
    if isinstance(relation, ManyToMany):
        catalog.many_to_many.remove(relation)
        return
    table = catalog.tables[relation.referencing]
    if any(relation.column in key.columns for key in table.keys):
        raise depended_on("EntityRelationship", relation.metadata_id, "a key")
    _forget(catalog, relation)


def delete_choice(catalog: Catalog, option_set: OptionSet) -> None:
    users = [
        one for table in catalog.tables.values() for one in table.columns.values() if one.option_set == option_set.name
    ]
    if users:
        raise depended_on("OptionSet", option_set.metadata_id, f"the attribute '{users[0].logical_name}'")
    del catalog.option_sets[option_set.name]


def _forget(catalog: Catalog, relation: OneToMany) -> None:
    """A lookup to several tables loses one target; to one, it goes."""
    catalog.one_to_many.remove(relation)
    table = catalog.tables[relation.referencing]
    column = table.columns.get(relation.column)
    if column is None:
        return
    if relation.referenced in column.targets:
        column.targets.remove(relation.referenced)
    if not column.targets:
        del table.columns[relation.column]


def _drop_choice(catalog: Catalog, column: Column) -> None:
    found = catalog.option_set_of(column)
    if found is not None and not found.is_global:
        del catalog.option_sets[found.name]


def _refuse_standard(is_custom: bool, what: str, name: str) -> None:
    if not is_custom:
        raise Refusal(400, "0x80047007", f"The {what} '{name}' is part of the system and cannot be deleted.")


def depended_on(what: str, metadata_id: str, by: str) -> Refusal:
    """A component that another one needs cannot be deleted."""
    return Refusal(
        400,
        "0x8004f01f",
        f"The {what}({metadata_id}) component cannot be deleted because it is referenced by {by}. "
        "For a list of referenced components, use the RetrieveDependenciesForDeleteRequest.",
    )
