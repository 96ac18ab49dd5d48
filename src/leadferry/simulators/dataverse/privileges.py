"""Who is calling, and how far what they may do reaches. Names are the platform's: `prvCreateLead`, `prvReadli_Event`.

Source: dataverse-api reference, sections 1.5, 2.9 and 6.10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.model import Table

Verb = Literal["Create", "Read", "Write", "Delete", "Append", "AppendTo", "Assign", "Share"]
ALL = "*"
BASIC, LOCAL, DEEP, GLOBAL = 1, 2, 4, 8
"""`privilegedepthmask`: own rows, the business unit's, those below it too, everybody's."""

_SPECIAL_NAMES = {
    "systemuser": "User", "annotation": "Note", "activityparty": "Activity", "privilege": "Role",
    "roleprivileges": "Role", "systemuserroles": "Role", "teamroles": "Role", "teammembership": "Team",
    "savedquery": "Query", "savedqueryvisualization": "SavedQueryVisualizations", "solutioncomponent": "Solution",
    "appmodulecomponent": "AppModule", "appmoduleroles": "AppModule",
}  # fmt: skip


def privilege_name(verb: Verb, table: Table) -> str:
    """Activities share one set of privileges (`prvCreateActivity`)."""
    if table.is_activity:
        return f"prv{verb}Activity"
    return f"prv{verb}{_SPECIAL_NAMES.get(table.logical_name, table.schema_name)}"


@dataclass(frozen=True, slots=True)
class Rights:
    """Privileges with their depths; `everything` is all there are and will be."""

    everything: bool = False
    depths: Mapping[str, int] = field(default_factory=dict)

    def depth(self, privilege: str) -> int:
        return GLOBAL if self.everything else self.depths.get(privilege, 0)


EVERYTHING = Rights(everything=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a user stands. `owners` are the user and their teams, `business_units` theirs and all below it."""

    owners: frozenset[str] = frozenset()
    business_unit_id: str = ""
    business_units: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """The rows that a depth reaches: those whose `column` is one of `ids`."""

    column: str
    ids: frozenset[str]

    @property
    def sql(self) -> str:
        """The ids are GUIDs out of the storage."""
        return f'"{self.column}" IN ({", ".join(f"{chr(39)}{one}{chr(39)}" for one in sorted(self.ids))})'

    def holds(self, row: Mapping[str, Any]) -> bool:
        return row.get(self.column) in self.ids


@dataclass(frozen=True, slots=True)
class Caller:
    """The user that a request acts as. `base_url` is the root of the Web API, such as `http://host/api/data/v9.2`."""

    user_id: str
    base_url: str
    rights: Rights = EVERYTHING
    place: Place = field(default_factory=Place)
    organization_id: str = ""
    on_behalf: str | None = None
    """The real caller when another user is impersonated."""
    real_rights: Rights = EVERYTHING

    @property
    def business_unit_id(self) -> str:
        return self.place.business_unit_id

    def depth(self, privilege: str) -> int:
        """When one user acts for another, both must have it."""
        return min(self.rights.depth(privilege), self.real_rights.depth(privilege))

    def has(self, privilege: str) -> bool:
        return self.depth(privilege) > 0

    def may(self, verb: Verb, table: Table) -> bool:
        return self.has(privilege_name(verb, table))

    def require(self, verb: Verb, table: Table) -> None:
        """Raises the platform's 403 that names the missing privilege."""
        self.reach(verb, table)

    def require_privilege(self, name: str) -> None:
        """One that belongs to no table."""
        if not self.has(name):
            raise refusals.organization_privilege_denied(self.user_id, name)

    def reach(self, verb: Verb, table: Table) -> Reach | None:
        """None for every row. Raises when the privilege is missing, or has no depth that counts for this table."""
        name = privilege_name(verb, table)
        depth = self.depth(name)
        if depth == GLOBAL or (depth and table.ownership == "None"):
            return None
        found = _reach(table, depth, self.user_id, self.place) if depth else None
        if found is None:
            raise refusals.privilege_denied(self.user_id, name, table.object_type_code, table.logical_name)
        return found


def _reach(table: Table, depth: int, user_id: str, place: Place) -> Reach | None:
    units = place.business_units if depth == DEEP else frozenset({place.business_unit_id})
    if table.ownership == "UserOwned" and "ownerid" in table.columns:
        by_unit = depth > BASIC and "owningbusinessunit" in table.columns
        return Reach("owningbusinessunit", units) if by_unit else Reach("ownerid", place.owners)
    if table.ownership == "BusinessOwned":
        if depth == BASIC and table.logical_name == "systemuser":
            return Reach("systemuserid", frozenset({user_id}))
        return Reach("businessunitid", units)
    return None
