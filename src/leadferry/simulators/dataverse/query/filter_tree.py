"""What `$filter` says, as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from leadferry.simulators.dataverse.query.literals import Literal


@dataclass(frozen=True, slots=True)
class Path:
    """`parentaccountid/name` is ("parentaccountid", "name")."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    operator: str
    left: Path | Literal
    right: Path | Literal


@dataclass(frozen=True, slots=True)
class TextCall:
    """`contains(lastname,'x')`, `startswith`, `endswith`."""

    function: str
    path: Path
    value: Literal


@dataclass(frozen=True, slots=True)
class CrmCall:
    """`Microsoft.Dynamics.CRM.In(PropertyName='a',PropertyValues=["1"])`; `values` None when it takes none."""

    function: str
    path: Path
    values: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Lambda:
    """`contact_customer_accounts/any(o:o/lastname eq 'x')`; without brackets' content `variable` is empty."""

    kind: OneOf["any", "all"]
    path: Path
    variable: str
    body: Node | None


@dataclass(frozen=True, slots=True)
class Not:
    body: Node


@dataclass(frozen=True, slots=True)
class Group:
    word: OneOf["and", "or"]
    parts: tuple[Node, ...]


Node = Compare | TextCall | CrmCall | Lambda | Not | Group | Path | Literal
