"""Tables, keys and relationships as definitions show them. Source: dataverse-api reference, sections 6.1 to 6.5."""

from __future__ import annotations

from typing import Any

from leadferry.simulators.dataverse.definitions.labels import label_json, managed
from leadferry.simulators.dataverse.model import Catalog, Key, ManyToMany, OneToMany, Table

Json = dict[str, Any]
CRM = "#Microsoft.Dynamics.CRM."
CASCADES = ("Assign", "Merge", "Reparent", "Share", "Unshare", "RollupView", "Archive")


def table_json(catalog: Catalog, table: Table) -> Json:
    """Without what has to be expanded: Attributes, Keys, relationships."""
    return {
        "MetadataId": table.metadata_id,
        "HasChanged": None,
        "LogicalName": table.logical_name,
        "SchemaName": table.schema_name,
        "EntitySetName": table.entity_set,
        "LogicalCollectionName": table.entity_set,
        "CollectionSchemaName": table.schema_name + "s",
        "ObjectTypeCode": table.object_type_code,
        "PrimaryIdAttribute": table.primary_id,
        "PrimaryNameAttribute": table.primary_name or None,
        "PrimaryImageAttribute": "entityimage" if "entityimage" in table.columns else None,
        "OwnershipType": table.ownership,
        "DisplayName": label_json(table.label),
        "DisplayCollectionName": label_json(table.collection_label),
        "Description": table.extra.get("Description") or label_json(""),
        "IsActivity": table.is_activity,
        "IsActivityParty": table.is_activity or table.logical_name in {"lead", "account", "contact", "systemuser"},
        "HasActivities": bool(table.extra.get("HasActivities", not table.is_custom)),
        "HasNotes": bool(table.extra.get("HasNotes", not table.is_custom)),
        "IsCustomEntity": table.is_custom,
        "IsManaged": False,
        "IsIntersect": catalog.is_intersect(table),
        "IsPrivate": False,
        "IsLogicalEntity": False,
        "IsStateModelAware": "statecode" in table.columns,
        "IsOptimisticConcurrencyEnabled": True,
        "ChangeTrackingEnabled": table.change_tracking,
        "CanChangeTrackingBeEnabled": managed(True, "canchangetrackingbeenabled"),
        "IsValidForAdvancedFind": True,
        "TableType": "Standard",
        "DataProviderId": None,
        "IntroducedVersion": "1.0.0.0",
        "SchemaNameVersion": str(catalog.version),
        "IsCustomizable": managed(True, "iscustomizable"),
        "IsDuplicateDetectionEnabled": managed(True, "canmodifyduplicatedetectionsettings"),
        "IsAuditEnabled": managed(False, "canmodifyauditsettings"),
        "CanCreateAttributes": managed(True, "cancreateattributes"),
    }  # fmt: skip


def key_json(table: Table, key: Key) -> Json:
    return {
        "MetadataId": key.metadata_id,
        "HasChanged": None,
        "LogicalName": key.logical_name,
        "SchemaName": key.schema_name,
        "EntityLogicalName": table.logical_name,
        "KeyAttributes": list(key.columns),
        "EntityKeyIndexStatus": key.status,
        "IsManaged": False,
        "IsSynchronous": False,
        "IsExportKey": False,
        "IsSecondaryKey": False,
        "IntroducedVersion": "1.0.0.0",
        "DisplayName": label_json(key.label),
        "IsCustomizable": managed(True, "iscustomizable"),
        "AsyncJob": None,
    }


def one_to_many_json(catalog: Catalog, relation: OneToMany) -> Json:
    cascade = dict(relation.extra.get("CascadeConfiguration") or {})
    referenced = catalog.tables[relation.referenced]
    return {
        "@odata.type": f"{CRM}OneToManyRelationshipMetadata",
        "MetadataId": relation.metadata_id,
        "HasChanged": None,
        "SchemaName": relation.schema_name,
        "RelationshipType": "OneToManyRelationship",
        "IsCustomRelationship": relation.is_custom,
        "IsManaged": False,
        "IsHierarchical": False,
        "IsValidForAdvancedFind": True,
        "SecurityTypes": "Append",
        "ReferencedAttribute": relation.referenced_column,
        "ReferencedEntity": relation.referenced,
        "ReferencingAttribute": relation.column,
        "ReferencingEntity": relation.referencing,
        "ReferencedEntityNavigationPropertyName": relation.collection,
        "ReferencingEntityNavigationPropertyName": relation.navigation,
        "RelationshipBehavior": 1,
        "EntityKey": None,
        "CascadeConfiguration": {
            **{name: cascade.get(name, "NoCascade") for name in CASCADES},
            "Delete": relation.on_delete,
        },
        "AssociatedMenuConfiguration": relation.extra.get("AssociatedMenuConfiguration")
        or menu_json(referenced.collection_label),
        "IsCustomizable": managed(True, "iscustomizable"),
        "IntroducedVersion": "1.0.0.0",
    }


def many_to_many_json(catalog: Catalog, relation: ManyToMany) -> Json:
    first, second = catalog.tables[relation.table1], catalog.tables[relation.table2]
    reflexive = relation.table1 == relation.table2
    return {
        "@odata.type": f"{CRM}ManyToManyRelationshipMetadata",
        "MetadataId": relation.metadata_id,
        "HasChanged": None,
        "SchemaName": relation.schema_name,
        "RelationshipType": "ManyToManyRelationship",
        "IsCustomRelationship": relation.is_custom,
        "IsManaged": False,
        "IsValidForAdvancedFind": True,
        "SecurityTypes": "None",
        "Entity1LogicalName": relation.table1,
        "Entity2LogicalName": relation.table2,
        "IntersectEntityName": relation.intersect,
        "Entity1IntersectAttribute": first.primary_id + ("one" if reflexive else ""),
        "Entity2IntersectAttribute": second.primary_id + ("two" if reflexive else ""),
        "Entity1NavigationPropertyName": relation.navigation1,
        "Entity2NavigationPropertyName": relation.navigation2,
        "Entity1AssociatedMenuConfiguration": relation.extra.get("Entity1AssociatedMenuConfiguration")
        or menu_json(first.collection_label),
        "Entity2AssociatedMenuConfiguration": relation.extra.get("Entity2AssociatedMenuConfiguration")
        or menu_json(second.collection_label),
        "IsCustomizable": managed(True, "iscustomizable"),
        "IntroducedVersion": "1.0.0.0",
    }


def menu_json(label: str) -> Json:
    return {"Behavior": "UseCollectionName", "Group": "Details", "Order": 10000, "Label": label_json(label)}
