"""What of the solution an environment has, read off the Web API's answers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadferry.solution.components import mark_in

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FoundColumn:
    kind: str
    max_length: int | None = None
    is_custom: bool = True
    part_of: str = ""
    """The column that brought it along, else ""."""


@dataclass(frozen=True, slots=True)
class FoundKey:
    status: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundTable:
    entity_set: str
    object_code: int
    columns: Mapping[str, FoundColumn]
    keys: Mapping[str, FoundKey] = field(default_factory=dict)
    relationships: frozenset[str] = frozenset()
    """Schema names in lower case: those of its lookups, and of its many-to-many ones."""
    pointed_at_by: tuple[tuple[str, str], ...] = ()
    """(table, lookup column) of each custom lookup that points here."""


@dataclass(frozen=True, slots=True)
class FoundChoice:
    values: frozenset[int]


@dataclass(frozen=True, slots=True)
class FoundSolution:
    id: str
    version: str
    mark: str = ""
    """Of the last installation that was finished; "" while the first is under way."""


@dataclass(frozen=True, slots=True)
class Found:
    publisher_id: str = ""
    solution: FoundSolution | None = None
    tables: Mapping[str, FoundTable] = field(default_factory=dict)
    choices: Mapping[str, FoundChoice] = field(default_factory=dict)
    lead_sources: Mapping[int, str] = field(default_factory=dict)
    """Options of lead.leadsourcecode with their labels."""
    components: Mapping[str, Json] = field(default_factory=dict)
    """Id -> the columns that tell whether it is as wanted."""
    role_privileges: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Role id -> privilege name -> depth mask."""
    privilege_ids: Mapping[str, str] = field(default_factory=dict)
    """Name -> id, of those that the roles are granted and the environment knows."""

    def owned_tables(self) -> list[str]:
        return [name for name in self.tables if name != "lead"]


def solution_of(row: Json) -> FoundSolution:
    return FoundSolution(str(row["solutionid"]).lower(), str(row.get("version") or ""), mark_in(row.get("description")))


def table_of(body: Json) -> FoundTable:
    columns = {str(one["LogicalName"]): _column(one) for one in _listed(body, "Attributes")}
    relations = (*_listed(body, "ManyToOneRelationships"), *_listed(body, "ManyToManyRelationships"))
    return FoundTable(
        str(body.get("EntitySetName") or ""),
        int(body.get("ObjectTypeCode") or 0),
        columns,
        {str(one["LogicalName"]).lower(): _key(one) for one in _listed(body, "Keys")},
        frozenset(str(one["SchemaName"]).lower() for one in relations),
        tuple(_custom_lookups(_listed(body, "OneToManyRelationships"))),
    )


def _custom_lookups(relations: Iterable[Json]) -> Iterable[tuple[str, str]]:
    """Those that people made have a publisher's prefix in the column's name; `objectid` and the like have none."""
    for one in relations:
        table, column = str(one.get("ReferencingEntity") or ""), str(one.get("ReferencingAttribute") or "")
        if "_" in column:
            yield table, column


def choice_of(body: Json) -> FoundChoice:
    return FoundChoice(frozenset(options_of(body)))


def options_of(option_set: Json | None) -> dict[int, str]:
    """Value -> label in the caller's language."""
    listed = _listed(option_set or {}, "Options")
    return {int(one["Value"]): _text(one.get("Label")) for one in listed if one.get("Value") is not None}


def _text(label: Json | None) -> str:
    return str(((label or {}).get("UserLocalizedLabel") or {}).get("Label") or "")


def _column(body: Json) -> FoundColumn:
    return FoundColumn(
        str(body.get("AttributeType") or ""),
        body.get("MaxLength"),
        bool(body.get("IsCustomAttribute")),
        str(body.get("AttributeOf") or ""),
    )


def _key(body: Json) -> FoundKey:
    return FoundKey(str(body.get("EntityKeyIndexStatus") or ""), tuple(body.get("KeyAttributes") or ()))


def _listed(body: Json, name: str) -> Iterable[Json]:
    found: Iterable[Json] = body.get(name) or ()
    return found
