"""What a request may write into one table, compiled from the catalog: `rules_of(storage, "lead")`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.model import Catalog, Column, ManyToMany, OneToMany, Option, Table
from leadferry.simulators.dataverse.schema import LOOKUPS
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.values import Setter, setter, stored_default

CLOSED_IS_READ_ONLY = frozenset({"lead", "opportunity", "campaignresponse"})
"""Tables whose closed rows refuse changes until reactivated (reference, section 2.3)."""

_SERVER_ONLY = frozenset({"versionnumber"})


@dataclass(frozen=True, slots=True)
class Navigation:
    """A single-valued navigation property: the lookup column behind it and the tables it may point to."""

    name: str
    column: str
    targets: tuple[str, ...]
    is_owner: bool
    on_create: bool
    on_update: bool
    """Whether a write counts; where not, it is silently ignored."""


@dataclass(slots=True)
class States:
    """Which status belongs to which state. Source: reference, section 7.2."""

    labels: dict[int, str]
    default_status: dict[int, int]
    state_of: dict[int, int]

    @property
    def first(self) -> int:
        return next(iter(self.labels), 0)


@dataclass(slots=True)
class TableRules:
    """`on_create` and `on_update` have the writable columns; a name in `columns` only is silently ignored."""

    table: Table
    columns: frozenset[str]
    on_create: dict[str, Setter]
    on_update: dict[str, Setter]
    never_null: frozenset[str]
    navigations: dict[str, Navigation]
    collections: dict[str, OneToMany | ManyToMany]
    lookups: frozenset[str]
    defaults: dict[str, Any]
    states: States | None
    amounts: list[tuple[str, str]]
    """Money columns and their `_base`."""
    full_name: bool
    addresses: list[str] = field(default_factory=list)
    """Prefixes (`address1`) whose `_composite` the platform writes."""

    @property
    def name(self) -> str:
        return self.table.logical_name

    def has(self, column: str) -> bool:
        return column in self.columns

    def set_column(self, column: str, value: Any, creating: bool) -> Any:
        """The value to store. Raises the refusal for a value that does not fit."""
        if value is None:
            if column in self.never_null:
                raise refusals.required(column, self.name)
            return None
        return (self.on_create if creating else self.on_update)[column](value)

    def knows(self, name: str) -> bool:
        """A property that may carry annotations: a column, a lookup's value, a navigation property."""
        plain = name[1:-6] if name.startswith("_") and name.endswith("_value") else name
        return plain in self.columns or name in self.navigations or name in self.collections


def rules_of(storage: Storage, table: str) -> TableRules:
    derived = storage.derived  # taken before the catalog, so that a change between the two leaves nothing old in it
    rules: TableRules | None = derived.get(("rules", table))
    if rules is None:
        rules = derived[("rules", table)] = compile_rules(storage.catalog, storage.catalog.tables[table])
    return rules


def table_of_set(storage: Storage, entity_set: str) -> Table | None:
    derived = storage.derived
    sets: dict[str, Table] | None = derived.get("sets")
    if sets is None:
        sets = derived["sets"] = {table.entity_set: table for table in storage.catalog.tables.values()}
    return sets.get(entity_set)


def compile_rules(catalog: Catalog, table: Table) -> TableRules:
    columns = table.columns
    plain = [one for one in columns.values() if one.kind not in LOOKUPS and one.logical_name not in _SERVER_ONLY]
    setters = {one.logical_name: setter(catalog, table, one) for one in plain}
    return TableRules(
        table=table,
        columns=frozenset(columns),
        on_create={one.logical_name: setters[one.logical_name] for one in plain if _creatable(one.logical_name, table)},
        on_update={
            one.logical_name: setters[one.logical_name]
            for one in plain
            if one.valid_for_update and not one.is_primary_id and one.logical_name != table.primary_id
        },
        never_null=frozenset(one.logical_name for one in columns.values() if one.required == "SystemRequired"),
        navigations=_navigations(catalog, table),
        collections=_collections(catalog, table.logical_name),
        lookups=frozenset(one.logical_name for one in columns.values() if one.kind in LOOKUPS),
        defaults={one.logical_name: stored_default(one) for one in columns.values() if one.default is not None},
        states=_states(catalog, table),
        amounts=[
            (name, f"{name}_base") for name, one in columns.items() if one.kind == "Money" and f"{name}_base" in columns
        ],
        full_name={"fullname", "firstname", "lastname"} <= columns.keys() and not columns["fullname"].valid_for_create,
        addresses=[name[:-10] for name in columns if name.endswith("_composite") and f"{name[:-10]}_line1" in columns],
    )


def _creatable(name: str, table: Table) -> bool:
    return name == table.primary_id or table.columns[name].valid_for_create


def _navigations(catalog: Catalog, table: Table) -> dict[str, Navigation]:
    """From the relationships; a lookup that none describes is reached by its own name."""
    targets: dict[str, list[str]] = {}
    column_of: dict[str, str] = {}
    for relation in catalog.lookups_of(table.logical_name):
        targets.setdefault(relation.navigation, []).append(relation.referenced)
        column_of[relation.navigation] = relation.column
    described = set(column_of.values())
    for column in table.columns.values():
        lonely = column.kind in LOOKUPS and column.logical_name not in described
        if lonely or column.kind == "Owner":
            name = column.logical_name
            column_of[name] = name
            targets.setdefault(name, []).extend(column.targets)
    return {
        name: _navigation(name, table.columns[column], targets[name])
        for name, column in column_of.items()
        if column in table.columns
    }


def _navigation(name: str, column: Column, targets: list[str]) -> Navigation:
    return Navigation(
        name=name,
        column=column.logical_name,
        targets=tuple(dict.fromkeys(targets)),
        is_owner=column.kind == "Owner",
        on_create=column.valid_for_create,
        on_update=column.valid_for_update,
    )


def _collections(catalog: Catalog, table: str) -> dict[str, OneToMany | ManyToMany]:
    found: dict[str, OneToMany | ManyToMany] = {one.collection: one for one in catalog.collections_of(table)}
    for relation in catalog.many_to_many:
        if relation.table1 == table:
            found[relation.navigation1] = relation
        if relation.table2 == table:
            found[relation.navigation2] = relation
    return found


def _states(catalog: Catalog, table: Table) -> States | None:
    state, status = table.columns.get("statecode"), table.columns.get("statuscode")
    if state is None:
        return None
    states = _options(catalog, table, "statecode")
    statuses = _options(catalog, table, "statuscode") if status else []
    first_status: dict[int, int] = {}
    for option in statuses:
        first_status.setdefault(option.state or 0, option.value)
    return States(
        labels={option.value: option.label for option in states},
        default_status={
            option.value: first_status.get(option.value, 0) if option.default_status is None else option.default_status
            for option in states
        },
        state_of={option.value: option.state or 0 for option in statuses},
    )


def _options(catalog: Catalog, table: Table, column: str) -> Iterable[Option]:
    found = catalog.option_set_of(table.columns[column])
    return found.options if found else []
