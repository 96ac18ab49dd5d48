"""Who is calling, and what they may do. Names are the platform's: `prvCreateLead`, `prvReadferry_Event`.

Depth here is all rows (Global) or none. Source: dataverse-api reference, sections 1.5, 2.9 and 6.10.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.model import Table

Verb = Literal["Create", "Read", "Write", "Delete", "Append", "AppendTo", "Assign", "Share"]
ALL = "*"

_SPECIAL_NAMES = {"systemuser": "User", "annotation": "Note", "team": "Team", "businessunit": "BusinessUnit"}


def privilege_name(verb: Verb, table: Table) -> str:
    """Activities share one set of privileges (`prvCreateActivity`)."""
    if table.is_activity:
        return f"prv{verb}Activity"
    return f"prv{verb}{_SPECIAL_NAMES.get(table.logical_name, table.schema_name)}"


@dataclass(frozen=True, slots=True)
class Caller:
    """The user that a request acts as. `base_url` is the root of the Web API, such as `http://host/api/data/v9.2`."""

    user_id: str
    base_url: str
    privileges: frozenset[str] = frozenset({ALL})
    business_unit_id: str = ""
    organization_id: str = ""
    on_behalf: str | None = None
    """The real caller when another user is impersonated."""
    real_privileges: frozenset[str] = field(default=frozenset({ALL}))

    def has(self, privilege: str) -> bool:
        """When one user acts for another, both must have it."""
        return _has(self.privileges, privilege) and _has(self.real_privileges, privilege)

    def may(self, verb: Verb, table: Table) -> bool:
        return self.has(privilege_name(verb, table))

    def require(self, verb: Verb, table: Table) -> None:
        """Raises the platform's 403 that names the missing privilege."""
        name = privilege_name(verb, table)
        if not self.has(name):
            raise refusals.privilege_denied(self.user_id, name, table.object_type_code, table.logical_name)


def _has(privileges: frozenset[str], name: str) -> bool:
    return ALL in privileges or name in privileges
