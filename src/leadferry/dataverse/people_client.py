"""The security roles of a person, their own and those of their teams.

Source: docs `data-platform/reference/entities/systemuser.md`, `.../team.md`; dataverse-api 3 and 6.10. Nested `$expand` of
collections is not relied on: the roles of teams are a question of their own.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from leadferry.dataverse.client import DataverseClient

_USER_EXPAND = "systemuserroles_association($select=name),teammembership_association($select=teamid)"
_TEAM_EXPAND = "teamroles_association($select=name)"
_TEAMS_AT_ONCE = 50


def security_roles(client: DataverseClient, entra_object_id: str) -> frozenset[str]:
    """Names of the roles; none for who is no user of the environment, or is disabled. May be repeated.

    A role's copies in other business units bear its name.
    """
    wanted = f"azureactivedirectoryobjectid eq {uuid.UUID(entra_object_id)} and isdisabled eq false"
    names: set[str] = set()
    teams: list[str] = []
    for user in client.query("systemusers", select=["systemuserid"], filter=wanted, expand=_USER_EXPAND):
        names.update(_names(user["systemuserroles_association"]))
        teams += [str(team["teamid"]) for team in user["teammembership_association"]]
    for first in range(0, len(teams), _TEAMS_AT_ONCE):
        names.update(_roles_of_teams(client, teams[first : first + _TEAMS_AT_ONCE]))
    return frozenset(names)


def _roles_of_teams(client: DataverseClient, teams: Iterable[str]) -> set[str]:
    wanted = " or ".join(f"teamid eq {uuid.UUID(team)}" for team in teams)
    found = client.query("teams", select=["teamid"], filter=wanted, expand=_TEAM_EXPAND)
    return {name for team in found for name in _names(team["teamroles_association"])}


def _names(roles: Iterable[Mapping[str, Any]]) -> list[str]:
    return [str(role["name"]) for role in roles]
