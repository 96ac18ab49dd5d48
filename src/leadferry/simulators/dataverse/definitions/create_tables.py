"""`POST EntityDefinitions` and `POST CreateEntities`. Source: dataverse-api reference, section 6.2."""

from __future__ import annotations

from typing import Any, Literal

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.definitions.create_columns import create_column
from leadferry.simulators.dataverse.definitions.declare import declare
from leadferry.simulators.dataverse.definitions.labels import text_of
from leadferry.simulators.dataverse.definitions.names import object_of, plural, schema_name, taken
from leadferry.simulators.dataverse.definitions.system_columns import PLAIN_STATES, system_lines
from leadferry.simulators.dataverse.model import Catalog, Column, OneToMany, Table

Json = dict[str, Any]
FIRST_CODE = 10_001


def create_table(catalog: Catalog, body: Json) -> Table:
    """The table with its id, the platform's columns, and the columns of `Attributes`."""
    name = schema_name(body, "Entity")
    logical = name.lower()
    entity_set = str(body.get("EntitySetName") or plural(logical)).lower()
    if logical in catalog.tables or catalog.by_entity_set(entity_set):
        raise taken("entity", name)
    attributes = [object_of(one) for one in body.get("Attributes") or []]
    primary = [one for one in attributes if one.get("IsPrimaryName")]
    if len(primary) != 1:
        raise refusals.invalid_argument("An entity needs exactly one attribute with IsPrimaryName.")
    table = _table(catalog, body, name, entity_set)
    table.primary_name = schema_name(primary[0], "Attribute").lower()
    _add_platform_columns(catalog, table)
    catalog.tables[logical] = table
    for one in attributes:
        create_column(catalog, table, one).is_primary_name = bool(one.get("IsPrimaryName"))
    if body.get("HasNotes"):
        _add_notes(catalog, table)
    return table


def _table(catalog: Catalog, body: Json, name: str, entity_set: str) -> Table:
    ownership: Literal["UserOwned", "OrganizationOwned"] = "UserOwned"
    if body.get("OwnershipType", "UserOwned") not in {"UserOwned", "OrganizationOwned"}:
        raise refusals.payload_error(f"The OwnershipType '{body.get('OwnershipType')}' is not supported.")
    if body.get("OwnershipType") == "OrganizationOwned":
        ownership = "OrganizationOwned"
    is_activity = bool(body.get("IsActivity"))
    kept: Json = {key: body[key] for key in ("Description", "HasNotes", "HasActivities") if key in body}
    return Table(
        logical_name=name.lower(),
        schema_name=name,
        entity_set=entity_set,
        primary_id="activityid" if is_activity else f"{name.lower()}id",
        primary_name="",
        columns={},
        object_type_code=max(
            (one.object_type_code for one in catalog.tables.values() if one.is_custom), default=FIRST_CODE - 1
        )
        + 1,
        ownership=ownership,
        label=text_of(body.get("DisplayName"), name),
        collection_label=text_of(body.get("DisplayCollectionName"), name),
        is_activity=is_activity,
        is_custom=True,
        change_tracking=bool(body.get("ChangeTrackingEnabled", True)),
        extra=kept,
    )


def _add_platform_columns(catalog: Catalog, table: Table) -> None:
    primary = Column(table.primary_id, table.schema_name + "Id", "Uniqueidentifier", table.label, is_primary_id=True)
    primary.required, primary.valid_for_update = "SystemRequired", False
    table.columns[primary.logical_name] = primary
    declared = declare(table.logical_name, system_lines(table.logical_name, table.ownership) + PLAIN_STATES)
    table.columns.update(declared.columns)
    catalog.option_sets.update(declared.option_sets)
    catalog.one_to_many += [one for one in declared.relations if one.referenced in catalog.tables]


def _add_notes(catalog: Catalog, table: Table) -> None:
    """Notes may stand at rows of the table from now on."""
    notes = catalog.tables.get("annotation")
    if notes is None:
        return
    notes.columns["objectid"].targets.append(table.logical_name)
    name = f"{table.logical_name}_Annotations"
    navigation = f"objectid_{table.logical_name}"
    catalog.one_to_many.append(
        OneToMany(name, table.logical_name, table.primary_id, "annotation", "objectid", navigation, name, "Cascade")
    )
