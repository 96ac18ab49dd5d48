"""The people who work at Crane Works: users of Dynamics, who sign in with Entra and hold security roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leadferry.simulators.world.leads import USERS

Wire = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Colleague:
    """`object_id` is Entra's, `user_id` the systemuser in Dynamics."""

    object_id: str
    user_id: str
    name: str
    email: str
    title: str
    roles: tuple[str, ...]

    @property
    def in_entra(self) -> Wire:
        return {"name": self.name, "email": self.email, "title": self.title}

    @property
    def in_dynamics(self) -> Wire:
        """For the simulator's `/__sim/users/<id>`; roles that a solution would bring are made."""
        return {
            "entra_object_id": self.object_id,
            "name": self.name,
            "email": self.email,
            "domain_name": self.email,
            "roles": list(self.roles),
            "create_roles": True,
        }


_ADMINISTRATOR = "LinkedIn Lead Gen Forms Administrator"
_SALESPERSON = "LinkedIn Lead Gen Forms Salesperson"

STAFF = (
    Colleague(
        "e17a0c11-0000-4000-8000-000000000001",
        "6b0d3c11-0000-4000-8000-000000000011",
        "Mara Lindqvist",
        "mara.lindqvist@crane.example",
        "Runs Dynamics: administrator of the connector",
        ("System Administrator", _ADMINISTRATOR),
    ),
    Colleague(
        "e17a0c11-0000-4000-8000-000000000002",
        USERS[0][1],
        USERS[0][0],
        "maya.ortiz@crane.example",
        "Campaign manager and salesperson",
        ("Salesperson", _SALESPERSON),
    ),
    Colleague(
        "e17a0c11-0000-4000-8000-000000000003",
        USERS[1][1],
        USERS[1][0],
        "jonas.weber@crane.example",
        "Sales manager: reads performance",
        ("Sales Manager",),
    ),
    Colleague(
        "e17a0c11-0000-4000-8000-000000000004",
        "6b0d3c11-0000-4000-8000-000000000014",
        "Pia Holm",
        "pia.holm@crane.example",
        "New here: no role yet",
        (),
    ),
)
"""One person for each thing that a role lets one do; the last has none, and sees what to ask for."""
