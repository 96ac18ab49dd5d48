"""People of an environment: who can own leads, and which security roles somebody has.

Source: docs `data-platform/reference/entities/systemuser.md` (isdisabled, accessmode, applicationid, islicensed),
`.../team.md`; dataverse-api 1.2, 3 and 6.10. Two N:N relationships are never expanded in one request, nor one inside
another.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from leadferry.dataverse.client import DataverseClient

_TEAMS_AT_ONCE = 50
READ_WRITE = 0
_ENABLED = f"isdisabled eq false and accessmode eq {READ_WRITE} and applicationid eq null"


@dataclass(frozen=True, slots=True)
class SystemUser:
    id: str
    name: str
    email: str


def people_of(client: DataverseClient) -> list[SystemUser]:
    """Enabled and, where the table tells, licensed; sorted by name. Applications are left out."""
    licensed = " and islicensed eq true" if "islicensed" in client.table("systemuser").columns else ""
    rows = client.query(
        "systemusers",
        select=["systemuserid", "fullname", "internalemailaddress"],
        filter=_ENABLED + licensed,
        orderby="fullname",
    )
    return [
        SystemUser(
            str(row["systemuserid"]).lower(),
            str(row.get("fullname") or row["systemuserid"]),
            str(row.get("internalemailaddress") or ""),
        )
        for row in rows
    ]


def security_roles(client: DataverseClient, entra_object_id: str) -> frozenset[str]:
    """Names of the roles; none for who is no user of the environment, or is disabled. May be repeated.

    A role's copies in other business units bear its name.
    """
    person = f"azureactivedirectoryobjectid eq {uuid.UUID(entra_object_id)} and isdisabled eq false"
    names = set(_linked(client, "systemusers", person, "systemuserroles_association", "name"))
    teams = _linked(client, "systemusers", person, "teammembership_association", "teamid")
    for first in range(0, len(teams), _TEAMS_AT_ONCE):
        some = " or ".join(f"teamid eq {uuid.UUID(team)}" for team in teams[first : first + _TEAMS_AT_ONCE])
        names.update(_linked(client, "teams", some, "teamroles_association", "name"))
    return frozenset(names)


def _linked(client: DataverseClient, entity_set: str, condition: str, relationship: str, column: str) -> Sequence[str]:
    """A column of the rows that are linked to those found."""
    key = {"systemusers": "systemuserid", "teams": "teamid"}[entity_set]
    rows = client.query(entity_set, select=[key], filter=condition, expand=f"{relationship}($select={column})")
    return [str(linked[column]) for row in rows for linked in row[relationship]]
