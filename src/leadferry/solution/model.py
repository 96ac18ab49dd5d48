"""What the solution is declared with: tables, columns, keys, choices. Pure.

Names are the original connector's with `ferry_` where it had `msdyncrm_` or `msdyncr2_`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

PREFIX = "ferry"
OPTION_PREFIX = 19235
FIRST_OPTION = OPTION_PREFIX * 10_000
"""192350000: the first value that an option of this publisher has."""


class Kind(StrEnum):
    """`AttributeType` of the Web API."""

    TEXT = "String"
    MEMO = "Memo"
    WHOLE = "Integer"
    MOMENT = "DateTime"
    YES_NO = "Boolean"
    CHOICE = "Picklist"
    LOOKUP = "Lookup"


@dataclass(frozen=True, slots=True)
class Choice:
    """A global choice; values count up from FIRST_OPTION."""

    name: str
    label: str
    options: tuple[str, ...]

    def values(self) -> dict[int, str]:
        return {FIRST_OPTION + place: label for place, label in enumerate(self.options)}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Which fields matter depends on its kind."""

    schema_name: str
    kind: Kind
    label: str
    description: str
    required: bool = False
    """ApplicationRequired: forms ask for it, the API does not."""
    primary: bool = False
    max_length: int = 0
    minimum: int = -(2**31)
    date_only: bool = False
    options: tuple[str, ...] = ()
    default: int | bool | None = None
    """A choice's place among its options; a yes/no's value."""
    target: str = ""
    """Lookups: the table it points at."""
    relationship: str = ""
    on_merge: str = "NoCascade"
    """Lookups: `Cascade` where a row moves along when what it points at is merged into another (OC-71)."""
    counted: bool = False
    """A rollup or calculated column of the original; here a plain column that Leadferry writes."""

    @property
    def name(self) -> str:
        """The logical name, for $select, $filter and FetchXML."""
        return self.schema_name.lower()

    @property
    def read_name(self) -> str:
        """How a row that was read holds it."""
        return f"_{self.name}_value" if self.kind is Kind.LOOKUP else self.name

    @property
    def bind(self) -> str:
        """How a lookup is written. Custom lookups keep the case of their schema name (dataverse-api 0 rule 2)."""
        return f"{self.schema_name}@odata.bind"


@dataclass(frozen=True, slots=True)
class Key:
    """An alternate key."""

    schema_name: str
    label: str
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.schema_name.lower()


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or what is added to one of Dynamics' own (`lead`): then only `columns` count.

    `FORMS["totalleads"]` is the column ferry_totalleads; KeyError for a column that is not declared.
    """

    schema_name: str
    entity_set: str
    label: str
    collection_label: str
    description: str
    columns: tuple[Column, ...]
    keys: tuple[Key, ...] = ()
    organization_owned: bool = False
    has_notes: bool = False
    standard: bool = False
    short: dict[str, Column] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.short.update({column.name.removeprefix(f"{PREFIX}_"): column for column in self.columns})

    @property
    def name(self) -> str:
        return self.schema_name.lower()

    @property
    def primary_id(self) -> str:
        return f"{self.name}id"

    @property
    def primary_name(self) -> str:
        return next((column.name for column in self.columns if column.primary), "")

    def __getitem__(self, short_name: str) -> Column:
        return self.short[short_name]

    def choice_of(self, column: Column) -> Choice:
        return Choice(f"{self.name}_{column.name}", column.label, column.options)

    def choices(self) -> Iterator[Choice]:
        return (self.choice_of(column) for column in self.columns if column.options)

    def lookups(self) -> Iterator[Column]:
        return (column for column in self.columns if column.kind is Kind.LOOKUP)


@dataclass(frozen=True, slots=True)
class ManyToMany:
    """`navigation` is the same on both sides."""

    schema_name: str
    table_1: str
    table_2: str
    label_2: str = ""
    """Menu label of the list on `table_1`, where it is not the other table's name."""
