"""What a table of an environment looks like: read live by the client, used by mapping and matching. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ColumnType(StrEnum):
    """`AttributeType` of the Web API, one word each; what is not listed reads as OTHER."""

    TEXT = "String"
    MEMO = "Memo"
    WHOLE = "Integer"
    BIG = "BigInt"
    DECIMAL = "Decimal"
    FLOAT = "Double"
    MONEY = "Money"
    DATETIME = "DateTime"
    BOOLEAN = "Boolean"
    CHOICE = "Picklist"
    CHOICES = "MultiSelectPicklist"
    STATE = "State"
    STATUS = "Status"
    LOOKUP = "Lookup"
    CUSTOMER = "Customer"
    OWNER = "Owner"
    ID = "Uniqueidentifier"
    OTHER = "Other"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Lengths are characters; `options` maps value to label; `date_only` is its Format."""

    name: str
    type: ColumnType
    label: str = ""
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    precision: int | None = None
    options: Mapping[int, str] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    navigation: Mapping[str, str] = field(default_factory=dict)
    """Lookups: target table -> navigation property to bind."""
    can_create: bool = True
    can_update: bool = True
    can_read: bool = True
    required: bool = False
    """ApplicationRequired or SystemRequired."""
    date_only: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    entity_set: str
    primary_id: str
    primary_name: str
    columns: Mapping[str, Column]
    read_at: int = 0
    """Milliseconds; when the definition was read."""
