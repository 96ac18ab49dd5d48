"""The security roles of a person, their own and those of their teams.

Source: docs `data-platform/reference/entities/systemuser.md`, `.../team.md`; dataverse-api 3 and 6.10. Two N:N
relationships are never expanded in one request, nor one inside another.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from leadferry.dataverse.client import DataverseClient

_TEAMS_AT_ONCE = 50


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
