"""Reads declarations of tables: one line per column, so that a table can be compared with its page at a glance.

    name  kind  arguments...  | label | options

    subject          text 300 A             | Topic
    revenue          money 0..100000        | Annual Revenue
    leadqualitycode  choice default=2       | Rating | 1 Hot; 2 Warm; 3 Cold
    statecode        state S                | Status | 0 Open >1; 1 Qualified >3
    statuscode       status                 | Status Reason | 1 New @0; 3 Qualified @1
    campaignid       lookup campaign via=campaign_leads | Source Campaign

Arguments: a number is the greatest length, `a..b` the range, `pN` the precision; S, A, R the requirement (System-,
ApplicationRequired, Recommended); `ro` only read, `new` only written at creation, `hidden` never read; `default=`;
`via=` the relationship's name, `delete=` what a deleted target does to this row.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from leadferry.simulators.dataverse.model import Column, ColumnKind, OneToMany, Option, OptionSet

_NAMESPACE = uuid.UUID("5f0b4a0e-31a5-4f0c-9a53-6d2f7c1b9e10")

_KINDS: dict[str, tuple[ColumnKind, str]] = {
    "id": ("Uniqueidentifier", ""), "guid": ("Uniqueidentifier", ""), "text": ("String", "Text"),
    "email": ("String", "Email"), "phone": ("String", "Phone"), "url": ("String", "Url"),
    "lines": ("String", "TextArea"), "memo": ("Memo", "TextArea"), "whole": ("Integer", "None"),
    "big": ("BigInt", ""), "decimal": ("Decimal", ""), "float": ("Double", ""), "money": ("Money", ""),
    "moment": ("DateTime", "DateAndTime"), "date": ("DateTime", "DateOnly"), "yesno": ("Boolean", ""),
    "choice": ("Picklist", ""), "choices": ("MultiSelectPicklist", ""), "state": ("State", ""),
    "status": ("Status", ""), "lookup": ("Lookup", ""), "customer": ("Customer", ""), "owner": ("Owner", ""),
    "parties": ("PartyList", ""), "table": ("EntityName", ""), "virtual": ("Virtual", ""), "image": ("Image", ""),
}  # fmt: skip
_REQUIRED = {"S": "SystemRequired", "A": "ApplicationRequired", "R": "Recommended"}


@dataclass
class Declared:
    """What the lines of one table declare."""

    columns: dict[str, Column] = field(default_factory=dict)
    option_sets: dict[str, OptionSet] = field(default_factory=dict)
    relations: list[OneToMany] = field(default_factory=list)


def fixed_id(*parts: str) -> str:
    """The same id in every simulator, for what ships with the platform."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))


def declare(table: str, lines: str) -> Declared:
    declared = Declared()
    for line in lines.strip().splitlines():
        if line.strip():
            _declare_column(table, line, declared)
    return declared


def _declare_column(table: str, line: str, declared: Declared) -> None:
    left, label, options = (part.strip() for part in (line + "||").split("|")[:3])
    name, kind, *arguments = left.split()
    column = Column(
        logical_name=name,
        schema_name=schema_name_of(name, label),
        kind=_KINDS[kind][0],
        label=label or name,
        format=_KINDS[kind][1],
        is_primary_id=kind == "id",
        metadata_id=fixed_id("column", table, name),
    )
    if kind == "id":
        column.required, column.valid_for_update = "SystemRequired", False
    column.extra.update(named for part in arguments if (named := _apply(column, part)))
    if options:
        option_set = OptionSet(f"{table}_{name}", parse_options(options), label=column.label)
        option_set.metadata_id = fixed_id("choice", option_set.name)
        declared.option_sets[option_set.name] = option_set
        column.option_set = option_set.name
    declared.columns[name] = column
    declared.relations += _relations(table, column)


def _apply(column: Column, part: str) -> tuple[str, Any] | None:
    """Puts one argument into the column; `via` and `delete` come back, for its relationships."""
    match part.partition("="):
        case (("via" | "delete") as name, "=", value):
            return name, value
        case ("default", "=", value):
            column.default = value == "true" if column.kind == "Boolean" else int(value)
        case ("ro", _, _):
            column.valid_for_create = column.valid_for_update = False
        case ("new", _, _):
            column.valid_for_update = False
        case ("hidden", _, _):
            column.valid_for_read = False
        case (_, _, _) if part in _REQUIRED:
            column.required = _REQUIRED[part]  # type: ignore[assignment]
        case (_, _, _) if part.isdecimal():
            column.max_length = int(part)
        case (_, _, _) if ".." in part:
            low, _, high = part.partition("..")
            column.minimum, column.maximum = float(low), float(high)
        case (_, _, _) if part[0] == "p" and part[1:].isdecimal():
            column.precision = int(part[1:])
        case _:
            column.targets += part.split(",")
    return None


def _relations(table: str, column: Column) -> list[OneToMany]:
    """An owner points to the pseudo-table `owner`, so no relationship with a real table describes it."""
    via, delete = column.extra.pop("via", ""), column.extra.pop("delete", "RemoveLink")
    if column.kind not in {"Lookup", "Customer"}:
        return []
    name = column.logical_name
    many = column.kind == "Customer" or len(column.targets) > 1
    found = []
    for number, target in enumerate(column.targets):
        schema = via.split(",")[number] if via else f"{target}_{table}_{name}"
        navigation = f"{name}_{target}" if many else name
        if many and name == "regardingobjectid":
            navigation += f"_{table}"
        relation = OneToMany(schema, target, f"{target}id", table, name, navigation, schema, delete)
        relation.metadata_id = fixed_id("relationship", schema)
        found.append(relation)
    return found


def parse_options(text: str) -> list[Option]:
    """`0 Open >1; 1 Qualified >3` or `1 New @0; 3 Qualified @1` or `1 Hot; 2 Warm`."""
    options = []
    for part in text.split(";"):
        value, _, rest = part.strip().partition(" ")
        label, _, default = rest.partition(" >")
        label, _, state = label.partition(" @")
        options.append(Option(int(value), label, int(state) if state else None, int(default) if default else None))
    return options


def schema_name_of(name: str, label: str) -> str:
    """`FirstName` for firstname, where the label says how the words part."""
    together = "".join(word[:1].upper() + word[1:] for word in label.replace("(", " ").replace(")", " ").split())
    if together.lower() == name:
        return together
    if "_" in name:
        return name
    return name[:1].upper() + (name[1:-2] + "Id" if name.endswith("id") else name[1:])
