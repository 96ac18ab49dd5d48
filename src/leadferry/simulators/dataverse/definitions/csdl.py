"""`GET $metadata` (CSDL 4.0) and the service document. Source: dataverse-api reference, section 6.1."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

from leadferry.simulators.dataverse.model import Catalog, Column, ManyToMany, OneToMany, Table
from leadferry.simulators.dataverse.query.render import property_name, readable_columns
from leadferry.simulators.dataverse.schema import LOOKUPS
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.validation import rules_of
from leadferry.simulators.dataverse.values import edm_type

_HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">'
    '<edmx:DataServices><Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" '
    'xmlns="http://docs.oasis-open.org/odata/ns/edm">'
    '<EntityType Name="crmbaseentity" Abstract="true" />'
)
_TAIL = "</Schema></edmx:DataServices></edmx:Edmx>"
_DEFINITIONS = ("EntityDefinitions", "GlobalOptionSetDefinitions", "RelationshipDefinitions")


def csdl(storage: Storage) -> str:
    tables = storage.catalog.tables.values()
    types = "".join(_entity_type(storage, table) for table in tables)
    sets = "".join(f'<EntitySet Name="{one.entity_set}" EntityType="mscrm.{one.logical_name}" />' for one in tables)
    return f'{_HEAD}{types}<EntityContainer Name="System">{sets}</EntityContainer>{_TAIL}'


def service_document(catalog: Catalog, base_url: str) -> dict[str, Any]:
    names = sorted([*(table.entity_set for table in catalog.tables.values()), *_DEFINITIONS])
    sets = [{"name": name, "kind": "EntitySet", "url": name} for name in names]
    return {"@odata.context": f"{base_url}/$metadata", "value": sets}


def _entity_type(storage: Storage, table: Table) -> str:
    rules = rules_of(storage, table.logical_name)
    parts = [f'<Key><PropertyRef Name="{table.primary_id}" /></Key>']
    parts += [f'<Property Name="{property_name(one)}" Type="{_edm(one)}" />' for one in readable_columns(table)]
    for navigation in rules.navigations.values():
        target = navigation.targets[0] if len(navigation.targets) == 1 else "crmbaseentity"
        parts.append(
            f'<NavigationProperty Name={quoteattr(navigation.name)} Type="mscrm.{target}">'
            f'<ReferentialConstraint Property="_{navigation.column}_value" '
            f'ReferencedProperty="{_primary(storage, target)}" />'
            "</NavigationProperty>"
        )
    for name, relation in rules.collections.items():
        parts.append(
            f'<NavigationProperty Name={quoteattr(name)} Type="Collection(mscrm.{_other(relation, table)})" />'
        )
    head = f'<EntityType Name="{table.logical_name}" BaseType="mscrm.crmbaseentity">'
    return f"{head}{''.join(parts)}</EntityType>"


def _edm(column: Column) -> str:
    return "Edm.Guid" if column.kind in LOOKUPS else edm_type(column)


def _primary(storage: Storage, target: str) -> str:
    found = storage.catalog.tables.get(target)
    return found.primary_id if found else "ownerid"


def _other(relation: OneToMany | ManyToMany, table: Table) -> str:
    if isinstance(relation, OneToMany):
        return relation.referencing
    return relation.table2 if relation.table1 == table.logical_name else relation.table1
