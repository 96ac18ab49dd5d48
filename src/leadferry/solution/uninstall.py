"""What taking the solution away removes, in which order, and what it leaves. Pure.

Left alone: whatever others made. A table that holds columns of others, or that others point at, stays with its rows,
and so do the tables it points at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leadferry.solution.found import Found, FoundTable
from leadferry.solution.model import Table
from leadferry.solution.plan import Do, Missing, Named, Step, Subject
from leadferry.solution.tables import LEAD_SOURCE, LEAD_SOURCE_LABEL
from leadferry.solution.wanted import FRIENDLY_NAME, PUBLISHER_UNIQUE_NAME, Wanted

_ROW_KINDS = ("app", "site map", "dashboard", "chart", "view", "form", "role")
"""What points at others goes first."""


@dataclass(frozen=True, slots=True)
class Removal:
    """`kept`: what stays, and why, in sentences."""

    steps: tuple[Step, ...]
    kept: tuple[str, ...]


def removal(wanted: Wanted, found: Found, *, delete_data: bool) -> Removal:
    rows = list(_rows(wanted, found))
    if not delete_data:
        kept = (f"{len(found.owned_tables())} tables with their rows, and the columns of the lead",)
        return Removal(tuple(rows), kept if found.owned_tables() else ())
    staying = kept_tables(wanted, found)
    going = [table for table in wanted.tables if table.name in found.tables and table.name not in staying]
    steps = [
        *rows,
        *_columns_of_lead(wanted, found, staying),
        *_pairs(wanted, found, staying),
        *(_step("table", table.name, table) for table in pointing_first(going)),
        *_choices(wanted, found, staying),
        *_frame(found, whole=not staying),
    ]
    return Removal(tuple(steps), tuple(f"table {name}: {why}" for name, why in staying.items()))


def _step(kind: str, name: str, subject: Subject, table: Table | None = None) -> Step:
    return Step(Do.REMOVE, kind, name, subject, table)


def _rows(wanted: Wanted, found: Found) -> Iterator[Step]:
    for kind in _ROW_KINDS:
        yield from (_step(kind, one.name, one) for one in wanted.of(kind) if one.id in found.components)


def kept_tables(wanted: Wanted, found: Found) -> dict[str, str]:
    """Name -> why it stays."""
    ours = {table.name: table for table in wanted.tables}
    mine = {(table.name, column.name) for table, column in wanted.lookups()}
    staying = {
        name: why
        for name, table in ours.items()
        if name in found.tables and (why := _why(table, found.tables[name], mine))
    }
    waiting = list(staying)
    while waiting:
        name = waiting.pop()
        for column in ours[name].lookups():
            if column.target in ours and column.target not in staying:
                staying[column.target] = f"{name}, which stays, points at it"
                waiting.append(column.target)
    return staying


def _why(table: Table, there: FoundTable, mine: set[tuple[str, str]]) -> str:
    declared = {column.name for column in table.columns} | {table.primary_id}
    foreign = [n for n, one in there.columns.items() if one.is_custom and not one.part_of and n not in declared]
    if foreign:
        return f"it holds columns that Leadferry did not make ({', '.join(foreign)})"
    pointing = [f"{name}.{column}" for name, column in there.pointed_at_by if (name, column) not in mine]
    return f"others point at it ({', '.join(pointing)})" if pointing else ""


def _columns_of_lead(wanted: Wanted, found: Found, staying: dict[str, str]) -> Iterator[Step]:
    there = found.tables.get(wanted.lead.name)
    for column in wanted.lead.columns:
        if there and column.name in there.columns and column.target not in staying:
            yield _step("lookup" if column.target else "column", f"lead.{column.name}", column, wanted.lead)


def _pairs(wanted: Wanted, found: Found, staying: dict[str, str]) -> Iterator[Step]:
    for pair in wanted.pairs:
        there = found.tables.get(pair.table_1)
        if (
            there
            and pair.schema_name.lower() in there.relationships
            and not {pair.table_1, pair.table_2} <= set(staying)
        ):
            yield _step("relationship", pair.schema_name, pair)


def pointing_first(tables: list[Table]) -> list[Table]:
    """A table goes before those that it points at."""
    ordered: list[Table] = []
    left = list(tables)
    while left:
        pointed_at = {column.target for table in left for column in table.lookups() if column.target != table.name}
        free = [table for table in left if table.name not in pointed_at] or left
        ordered += free
        left = [table for table in left if table not in free]
    return ordered


def _choices(wanted: Wanted, found: Found, staying: dict[str, str]) -> Iterator[Step]:
    for table in wanted.tables:
        if table.name not in staying:
            yield from (_step("choice", one.name, one) for one in table.choices() if one.name in found.choices)
    if found.lead_sources.get(LEAD_SOURCE) == LEAD_SOURCE_LABEL:  # Microsoft's connector gave it another label
        one = Missing(wanted.lead.name, {LEAD_SOURCE: LEAD_SOURCE_LABEL}, "leadsourcecode")
        yield _step("lead source", LEAD_SOURCE_LABEL, one)


def _frame(found: Found, *, whole: bool) -> Iterator[Step]:
    if found.solution and whole:
        yield _step("solution", FRIENDLY_NAME, Named("solution", FRIENDLY_NAME))
    if found.publisher_id and whole:
        yield _step("publisher", PUBLISHER_UNIQUE_NAME, Named("publisher", PUBLISHER_UNIQUE_NAME))
