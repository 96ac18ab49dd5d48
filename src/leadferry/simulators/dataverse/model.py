"""What tables, columns, choices, relationships and keys an environment has. Declared here, stored by `storage`,
changed by the metadata routes. Nothing in the simulator is hard-wired to one table: all of it reads this.

Source: dataverse-api reference, sections 6 and 7 (Web API v9.2).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, Literal

ColumnKind = Literal[
    "String", "Memo", "Integer", "BigInt", "Decimal", "Double", "Money", "DateTime", "Boolean", "Picklist",
    "MultiSelectPicklist", "State", "Status", "Lookup", "Customer", "Owner", "Uniqueidentifier", "PartyList",
    "EntityName", "Virtual", "Image", "File",
]  # fmt: skip
"""`AttributeType` of the Web API."""
Ownership = Literal["UserOwned", "BusinessOwned", "OrganizationOwned", "None"]


@dataclass
class Option:
    value: int
    label: str
    state: int | None = None
    """Status options: the state they belong to."""
    default_status: int | None = None
    """State options: the status a row gets when only the state is written."""


@dataclass
class OptionSet:
    """A choice: local to a column, or global (`is_global`, found by `name`)."""

    name: str
    options: list[Option] = field(default_factory=list)
    is_global: bool = False
    metadata_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    label: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Column:
    """`extra` keeps what a caller declared and the simulator only gives back."""

    logical_name: str
    schema_name: str
    kind: ColumnKind
    label: str = ""
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    precision: int | None = None
    format: str = ""
    """String: Text, Email, Url, Phone, TextArea. DateTime: DateOnly, DateAndTime."""
    option_set: str | None = None
    """Name of an OptionSet in the catalog."""
    targets: list[str] = field(default_factory=list)
    required: Literal["None", "Recommended", "ApplicationRequired", "SystemRequired"] = "None"
    valid_for_create: bool = True
    valid_for_update: bool = True
    valid_for_read: bool = True
    default: Any = None
    is_custom: bool = False
    is_primary_id: bool = False
    is_primary_name: bool = False
    metadata_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Key:
    schema_name: str
    logical_name: str
    columns: list[str]
    status: Literal["Pending", "InProgress", "Active", "Failed"] = "Active"
    label: str = ""
    metadata_id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class OneToMany:
    """`referencing` holds the lookup `column`; `navigation` is on that side, `collection` on the referenced side.
    Navigation names are case-sensitive."""

    schema_name: str
    referenced: str
    referenced_column: str
    referencing: str
    column: str
    navigation: str
    collection: str
    on_delete: Literal["NoCascade", "Cascade", "RemoveLink", "Restrict"] = "RemoveLink"
    is_custom: bool = False
    metadata_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class ManyToMany:
    schema_name: str
    table1: str
    table2: str
    intersect: str
    navigation1: str
    """Collection on table1 that leads to table2."""
    navigation2: str
    is_custom: bool = False
    metadata_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Table:
    logical_name: str
    schema_name: str
    entity_set: str
    primary_id: str
    primary_name: str
    columns: dict[str, Column]
    keys: list[Key] = field(default_factory=list)
    object_type_code: int = 10_000
    ownership: Ownership = "UserOwned"
    label: str = ""
    collection_label: str = ""
    is_activity: bool = False
    is_custom: bool = False
    change_tracking: bool = True
    metadata_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Catalog:
    """Every definition of one environment. `version` grows with each change."""

    tables: dict[str, Table] = field(default_factory=dict)
    option_sets: dict[str, OptionSet] = field(default_factory=dict)
    one_to_many: list[OneToMany] = field(default_factory=list)
    many_to_many: list[ManyToMany] = field(default_factory=list)
    version: int = 1

    def by_entity_set(self, name: str) -> Table | None:
        return next((table for table in self.tables.values() if table.entity_set == name), None)

    def lookups_of(self, table: str) -> list[OneToMany]:
        return [relation for relation in self.one_to_many if relation.referencing == table]

    def collections_of(self, table: str) -> list[OneToMany]:
        return [relation for relation in self.one_to_many if relation.referenced == table]

    def is_intersect(self, table: Table) -> bool:
        """Whether its rows are only the pairs of a many-to-many relationship."""
        return any(relation.intersect == table.logical_name for relation in self.many_to_many)

    def option_set_of(self, column: Column) -> OptionSet | None:
        return self.option_sets.get(column.option_set) if column.option_set else None
