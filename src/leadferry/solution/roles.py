"""The three security roles, as a table of who may do what to which table, how deep. Pure.

Source: dataverse-api 6.10 (privilege names `prv<Verb><SchemaName>`); original-connector OC-19 to OC-22.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from leadferry.solution.components import Component, component_id
from leadferry.solution.tables import (
    ACCOUNTS,
    ACTIVITIES,
    ANSWERS,
    CAMPAIGNS,
    CONFIGURATIONS,
    FIELD_MAPPINGS,
    FORMS,
    LEAD_FIELDS,
    LEADS,
    PAIRS,
    PROFILES,
    QUESTIONS,
    STRATEGIES,
    SUBMISSIONS,
    TABLES,
)


class Depth(StrEnum):
    """`PrivilegeDepth`: own rows, those of the business unit, of those below it too, of the organization."""

    OWN = "Basic"
    UNIT = "Local"
    BELOW = "Deep"
    ALL = "Global"


MASKS: Mapping[Depth, int] = {Depth.OWN: 1, Depth.UNIT: 2, Depth.BELOW: 4, Depth.ALL: 8}
"""`privilegedepthmask`."""

READ = ("Read",)
USE = ("Read", "Write", "Append", "AppendTo")
KEEP = ("Create", "Read", "Write", "Delete", "Append", "AppendTo")
OWN = (*KEEP, "Assign", "Share")


@dataclass(frozen=True, slots=True)
class Grant:
    """`tables`: schema names, as they stand in the names of privileges."""

    tables: tuple[str, ...]
    verbs: tuple[str, ...]
    depth: Depth = Depth.ALL


@dataclass(frozen=True, slots=True)
class Role:
    """`single`: privileges by name; those that an environment does not know are left out."""

    name: str
    description: str
    grants: tuple[Grant, ...]
    single: tuple[str, ...] = ()
    for_people: bool = True

    @property
    def id(self) -> str:
        return component_id("role", self.name)

    def privileges(self) -> dict[str, Depth]:
        """Privilege name -> the deepest that is granted."""
        found: dict[str, Depth] = dict.fromkeys(self.single, Depth.ALL)
        for grant in self.grants:
            for table in grant.tables:
                for verb in grant.verbs:
                    if table in _ORGANIZATION_OWNED and verb in {"Assign", "Share"}:
                        continue
                    depth = Depth.ALL if table in _ORGANIZATION_OWNED else grant.depth
                    name = f"prv{verb}{table}"
                    found[name] = max(depth, found.get(name, depth), key=MASKS.__getitem__)
        return found


_ORGANIZATION_OWNED = frozenset(table.schema_name for table in TABLES if table.organization_owned)
_EVERY = tuple(table.schema_name for table in TABLES)
_SETTINGS = tuple(table.schema_name for table in (STRATEGIES, FIELD_MAPPINGS, LEAD_FIELDS, CONFIGURATIONS))
_MIRRORED = tuple(
    table.schema_name for table in (PROFILES, ACCOUNTS, CAMPAIGNS, FORMS, QUESTIONS, SUBMISSIONS, ANSWERS, ACTIVITIES)
)
# Of a many-to-many relationship Append is needed on both sides (Power Platform admin, "Security roles and privileges").
_POINTING = tuple(
    table.schema_name
    for table in TABLES
    if any(table.lookups()) or any(table.name in {pair.table_1, pair.table_2} for pair in PAIRS)
)
_TARGETS = {column.target for table in (*TABLES, LEADS) for column in table.lookups()}
_POINTED_AT = tuple(table.schema_name for table in TABLES if table.name in _TARGETS)
_PARTS = ("Publisher", "Solution", "SiteMap", "Query", "SavedQueryVisualizations", "SystemForm", "AppModule")
"""What `solution status` looks at."""
_DEFINITIONS = ("prvReadEntity", "prvReadAttribute", "prvReadRelationship", "prvReadOptionSet", "prvReadEntityKey")

ROLES: tuple[Role, ...] = (
    Role(
        "LinkedIn Lead Gen Forms Administrator",
        "Manages matching strategies, field mappings and the integration's settings.",
        (
            Grant(_SETTINGS, OWN),
            Grant(_MIRRORED, USE),
            Grant((PROFILES.schema_name,), OWN),
            Grant(("Lead", "Contact"), (*READ, "AppendTo")),
            Grant(("User", "BusinessUnit"), READ),
        ),
    ),
    Role(
        "LinkedIn Lead Gen Forms Salesperson",
        "Authorizes LinkedIn user profiles and reads what was synced; cannot configure.",
        (
            Grant((PROFILES.schema_name,), READ),
            Grant((PROFILES.schema_name,), OWN, Depth.OWN),
            Grant(_MIRRORED, READ),
            Grant(tuple(table.schema_name for table in (STRATEGIES, FIELD_MAPPINGS, LEAD_FIELDS)), READ),
            Grant(("Lead", "Contact"), READ, Depth.OWN),
            Grant(("User", "BusinessUnit"), READ),
        ),
    ),
    Role(
        "LinkedIn Lead Gen S2S Inbound",
        "For Leadferry's application user alone; not for people, not to be edited.",
        (
            Grant(_EVERY, ("Create", "Read", "Write", "Delete", "Assign")),
            Grant(_POINTING, ("Append",)),
            Grant(_POINTED_AT, ("AppendTo",)),
            Grant(("Lead",), (*KEEP, "Assign")),
            Grant(("Contact",), ("Create", *READ, "AppendTo", "Assign")),
            Grant(("Account", "Campaign", "User"), (*READ, "AppendTo")),
            Grant(("Opportunity",), READ),
            Grant(("Campaign",), ("Create", "Write")),
            Grant(("Activity",), ("Create", *READ, "Write", "Delete", "Append")),
            Grant(("BusinessUnit", "Team", "Role"), READ),
            Grant(_PARTS, READ),
        ),
        (*_DEFINITIONS, "prvReadSdkMessage", "prvReadSdkMessageFilter"),
        for_people=False,
    ),
)


def role_components(business_unit_id: str) -> list[Component]:
    """Roles live in the root business unit; Dynamics copies them to the others."""
    bound = {"businessunitid@odata.bind": f"/businessunits({business_unit_id})"}
    return [Component("role", "roles", "roleid", role.id, role.name, {}, bound) for role in ROLES]


def short_of(wanted: Mapping[str, Depth], held: Mapping[str, int]) -> dict[str, Depth]:
    """What is not held, or not deep enough. `held`: privilege name -> depth mask."""
    return {name: depth for name, depth in wanted.items() if held.get(name, 0) < MASKS[depth]}
