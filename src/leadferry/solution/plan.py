"""Compares what should be with what is: the ordered steps from one to the other, or why there is no way. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from leadferry.errors import LeadferryError
from leadferry.solution.components import Component, mark_in
from leadferry.solution.found import Found
from leadferry.solution.model import Choice, Column, Key, Kind, ManyToMany, Table
from leadferry.solution.roles import Depth, Role, short_of
from leadferry.solution.sitemap import entries_in
from leadferry.solution.tables import LEAD_SOURCE, LEAD_SOURCE_LABEL
from leadferry.solution.wanted import FRIENDLY_NAME, PUBLISHER_UNIQUE_NAME, Wanted, version_order


class Do(StrEnum):
    """What a step does; the words that a person reads."""

    CREATE = "create"
    CHANGE = "change"
    ADD = "add"
    WAIT = "wait for"
    GRANT = "grant"
    PUBLISH = "publish"
    FINISH = "finish"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Missing:
    """Options that a choice has not; `column` is set for Dynamics' own `lead.leadsourcecode`."""

    name: str
    values: dict[int, str]
    column: str = ""


@dataclass(frozen=True, slots=True)
class Grants:
    role: Role
    depths: dict[str, Depth]


@dataclass(frozen=True, slots=True)
class Named:
    """A part that has no declaration of its own: the publisher, the solution."""

    kind: str
    name: str


Subject = Table | Column | Key | ManyToMany | Choice | Missing | Component | Grants | Named


@dataclass(frozen=True, slots=True)
class Step:
    """`table` is where a column or key belongs."""

    do: Do
    kind: str
    name: str
    subject: Subject
    table: Table | None = None

    def __str__(self) -> str:
        return f"{self.do.value} {self.kind} {self.name}".strip()

    def as_json(self) -> dict[str, str]:
        return {"do": self.do.value, "kind": self.kind, "name": self.name}


def plan(wanted: Wanted, found: Found) -> list[Step]:
    """Empty where everything is as it should be. Raises where a part is there in a form that cannot be changed."""
    check(wanted, found)
    changes = [
        *_frame(found),
        *_choices(wanted, found),
        *_tables(wanted, found),
        *_keys(wanted, found),
        *_components(wanted, found),
    ]
    if not changes and found.solution and found.solution.mark == wanted.mark:
        return []
    ends = (Named("solution", FRIENDLY_NAME), Named("solution", f"{FRIENDLY_NAME} {wanted.version}"))
    return [
        *changes,
        *(Step(do, one.kind, one.name, one) for do, one in zip((Do.PUBLISH, Do.FINISH), ends, strict=True)),
    ]


def check(wanted: Wanted, found: Found) -> None:
    """Raises `solution-newer` and `solution-conflict`."""
    if found.solution and version_order(found.solution.version) > version_order(wanted.version):
        raise LeadferryError(
            f"The environment has version {found.solution.version} of the solution, newer than this Leadferry's "
            f"{wanted.version}.",
            fix="Update Leadferry.",
            code="solution-newer",
        )
    for table in (*wanted.tables, wanted.lead):
        there = found.tables.get(table.name)
        for column in table.columns if there else ():
            have = there.columns.get(column.name) if there else None
            if have and have.kind != column.kind.value:
                raise LeadferryError(
                    f"The column {column.name} of {table.name} is there already, as {have.kind} and not as "
                    f"{column.kind.value}.",
                    fix="Rename or remove that column, which Leadferry did not make; then run this again.",
                    code="solution-conflict",
                )


def _frame(found: Found) -> Iterator[Step]:
    if not found.publisher_id:
        one = Named("publisher", PUBLISHER_UNIQUE_NAME)
        yield Step(Do.CREATE, one.kind, one.name, one)
    if not found.solution:
        one = Named("solution", FRIENDLY_NAME)
        yield Step(Do.CREATE, one.kind, one.name, one)


def _choices(wanted: Wanted, found: Found) -> Iterator[Step]:
    for choice in (one for table in wanted.tables for one in table.choices()):
        there = found.choices.get(choice.name)
        if there is None:
            yield Step(Do.CREATE, "choice", choice.name, choice)
            continue
        lacking = {value: text for value, text in choice.values().items() if value not in there.values}
        if lacking:
            yield Step(Do.ADD, "options to choice", choice.name, Missing(choice.name, lacking))
    if LEAD_SOURCE not in found.lead_sources:
        one = Missing(wanted.lead.name, {LEAD_SOURCE: LEAD_SOURCE_LABEL}, "leadsourcecode")
        yield Step(Do.ADD, "lead source", LEAD_SOURCE_LABEL, one)


def _tables(wanted: Wanted, found: Found) -> Iterator[Step]:
    for table in wanted.tables:
        if table.name not in found.tables:
            yield Step(Do.CREATE, "table", table.name, table)
    for table, column in wanted.columns():
        yield from _column(table, column, found)
    for table, column in wanted.lookups():
        if not _has_column(found, table, column):
            yield Step(Do.CREATE, "lookup", f"{table.name}.{column.name}", column, table)
    for pair in wanted.pairs:
        there = found.tables.get(pair.table_1)
        if there is None or pair.schema_name.lower() not in there.relationships:
            yield Step(Do.CREATE, "relationship", pair.schema_name, pair)


def _has_column(found: Found, table: Table, column: Column) -> bool:
    there = found.tables.get(table.name)
    return there is not None and column.name in there.columns


def _column(table: Table, column: Column, found: Found) -> Iterator[Step]:
    name = f"{table.name}.{column.name}"
    there = found.tables.get(table.name)
    have = there.columns.get(column.name) if there else None
    if have is None:
        yield Step(Do.CREATE, "column", name, column, table)
    elif column.kind in {Kind.TEXT, Kind.MEMO} and (have.max_length or 0) < column.max_length:
        yield Step(Do.CHANGE, "length of column", name, column, table)


def _keys(wanted: Wanted, found: Found) -> Iterator[Step]:
    """Making a key starts an index; it is waited for after all have been started."""
    waiting = []
    for table, key in wanted.table_keys():
        there = found.tables.get(table.name)
        have = there.keys.get(key.name) if there else None
        if have is None:
            yield Step(Do.CREATE, "key", key.name, key, table)
        if have is None or have.status != "Active":
            waiting.append(Step(Do.WAIT, "key", key.name, key, table))
    yield from waiting


def _components(wanted: Wanted, found: Found) -> Iterator[Step]:
    for component in wanted.components:
        row = found.components.get(component.id)
        if row is None:
            yield Step(Do.CREATE, component.kind, component.name, component)
        elif not _is_as_wanted(component, row):
            yield Step(Do.CHANGE, component.kind, component.name, component)
        if component.kind == "role":
            yield from _grants(wanted, found, component)


def _is_as_wanted(component: Component, row: object) -> bool:
    read = dict(row) if isinstance(row, dict) else {}
    match component.kind:
        case "role":
            return True
        case "site map":
            return entries_in(str(read.get("sitemapxml") or "")) == entries_in(component.row["sitemapxml"])
        case _:
            return mark_in(read.get("description")) == component.mark


def _grants(wanted: Wanted, found: Found, component: Component) -> Iterator[Step]:
    """What was added to a role by others stays; what was taken away comes back."""
    role = next(one for one in wanted.roles if one.id == component.id)
    asked = {name: depth for name, depth in role.privileges().items() if _can_be_had(name, found)}
    short = short_of(asked, found.role_privileges.get(role.id, {}))
    if short:
        yield Step(Do.GRANT, f"{len(short)} privileges to role", role.name, Grants(role, short))


def _can_be_had(name: str, found: Found) -> bool:
    """The privileges of our own tables come into being with them."""
    return name in found.privilege_ids or "ferry_" in name
