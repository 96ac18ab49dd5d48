"""Who is at the console, and what they are in an environment. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class PersonKind(StrEnum):
    ENTRA = "entra"
    """Signed in with Microsoft Entra ID; rights are the security roles in Dynamics."""
    OPERATOR = "operator"
    """Came by a one-time link from the machine that runs Leadferry: may do everything."""


class Role(StrEnum):
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"
    SALESPERSON = "salesperson"
    MANAGER = "manager"


ROLES_IN_DYNAMICS: Mapping[str, Role] = {
    "linkedin lead gen forms administrator": Role.ADMINISTRATOR,
    "linkedin lead gen forms connector administrator": Role.ADMINISTRATOR,
    "system administrator": Role.ADMINISTRATOR,
    "system customizer": Role.ADMINISTRATOR,
    "linkedin lead gen forms salesperson": Role.SALESPERSON,
    "linkedin lead gen forms connector salesperson": Role.SALESPERSON,
    "sales manager": Role.MANAGER,
}
"""Security role in Dynamics, in lower case -> what it is here (OC-19, OC-20, OC-23, OC-25)."""


@dataclass(frozen=True, slots=True)
class Person:
    """`id` is the Entra object id, or `operator`. `token_hash` names the session, never the cookie."""

    kind: PersonKind
    id: str
    name: str
    email: str = ""
    tenant_id: str = ""
    token_hash: bytes = b""

    @property
    def initials(self) -> str:
        words = self.name.split()
        return ((words[0][:1] + words[-1][:1]) if len(words) > 1 else self.name[:2]).upper()


OPERATOR = Person(PersonKind.OPERATOR, "operator", "Operator")


_OURS = " (leadferry)"
"""What the solution adds to a role's name where another one, Microsoft's perhaps, has it already."""


def roles_of(security_roles: Iterable[str]) -> frozenset[Role]:
    """What a person with these security roles in Dynamics is here. Names are compared without case."""
    known = (ROLES_IN_DYNAMICS.get(name.strip().casefold().removesuffix(_OURS)) for name in security_roles)
    return frozenset(role for role in known if role)
