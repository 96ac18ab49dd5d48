"""What is wrong with a field mapping itself: it can never work, or not as written, whoever answers. Pure."""

from __future__ import annotations

from leadferry.dataverse.metadata import Column, Table
from leadferry.mapping.fit import LOOKUPS, MAPPABLE
from leadferry.mapping.model import FieldMapping, OnProblem, Problem, ProblemKind
from leadferry.mapping.transforms.registry import LOOKUP, TRANSFORMS
from leadferry.mapping.unfit import Unfit
from leadferry.words import _

NAME_COLUMNS = {
    "contact": "fullname",
    "lead": "fullname",
    "systemuser": "fullname",
    "transactioncurrency": "currencyname",
}
"""The column that a table's rows are known by, where it is not `name`."""
LEFT_OUT = _("left out")


def standing_problem(mapping: FieldMapping, table: Table) -> Problem | None:
    """`action` LEFT_OUT: the mapping is not used at all."""
    column = table.columns.get(mapping.column or "")
    if column is None:
        detail = _("{table} has no column {column} in this environment", table=table.name, column=mapping.column)
        return _problem(ProblemKind.NO_COLUMN, mapping, detail)
    if column.type not in MAPPABLE:
        detail = _("{column} ({type}) cannot be filled from an answer", column=column.name, type=column.type.value)
        return _problem(ProblemKind.READ_ONLY_COLUMN, mapping, detail)
    if not column.can_create:
        return _problem(ProblemKind.READ_ONLY_COLUMN, mapping, _("{column} is read-only", column=column.name))
    if column.type in LOOKUPS:
        return _lookup_problem(mapping, column)
    if mapping.transform and mapping.transform not in TRANSFORMS:
        detail = _("there is no transform '{transform}'", transform=mapping.transform)
        return _problem(ProblemKind.REFUSED, mapping, detail, _("the usual transform used"))
    return _default_problem(mapping, column)


def lookup_target(mapping: FieldMapping, column: Column) -> tuple[str, str] | None:
    """(table, column to match) of a lookup column: from `lookup:table.column`, else the first target by its name."""
    named, _, match_column = mapping.transform.removeprefix(LOOKUP).partition(".")
    if mapping.transform.startswith(LOOKUP) and named:
        return named, match_column or NAME_COLUMNS.get(named, "name")
    if not column.targets:
        return None
    return column.targets[0], NAME_COLUMNS.get(column.targets[0], "name")


def _lookup_problem(mapping: FieldMapping, column: Column) -> Problem | None:
    target = lookup_target(mapping, column)
    if target and (target[0] in column.targets or not column.targets):
        return None
    points = ", ".join(column.targets) or _("no table")
    detail = _(
        "{column} points to {points}; write the transform as {lookup}TABLE.COLUMN",
        column=column.name,
        points=points,
        lookup=LOOKUP,
    )
    return _problem(ProblemKind.NO_COLUMN, mapping, detail)


def _default_problem(mapping: FieldMapping, column: Column) -> Problem | None:
    if mapping.on_problem is not OnProblem.DEFAULT or not mapping.default:
        return None
    from leadferry.mapping.convert import conversion

    value = conversion(mapping, column, "")(mapping.default, lambda: "")
    if not isinstance(value, Unfit):
        return None
    return _problem(
        value.kind, mapping, _("the default does not fit: {detail}", detail=value.detail), _("no default used")
    )


def _problem(kind: ProblemKind, mapping: FieldMapping, detail: str, action: str = LEFT_OUT) -> Problem:
    return Problem(kind, mapping.name, mapping.column or "", detail, action)
