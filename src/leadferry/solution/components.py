"""Parts of the solution that are rows: views, charts, forms, the dashboard, roles, the app and its site map. Pure.

Their ids are chosen by us, so that a second run finds them. What we wrote last is told by a mark in the description:
Dynamics rewrites XML when it saves it, so the XML itself cannot be compared.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_NAMESPACE = uuid.UUID("0d3f5b6e-6f0a-5c1b-9c56-4c6561646665")
OBJECT_CODE = "@object-type-code"
"""Stands in a view's layout for the table's number, which differs from environment to environment."""
_MARK = re.compile(r"\[leadferry ([0-9a-f]{12})\]")


def component_id(kind: str, *names: str) -> str:
    """The same in every environment, as ids of a shipped solution are."""
    return str(uuid.uuid5(_NAMESPACE, "/".join((kind, *names))))


@dataclass(frozen=True, slots=True)
class Component:
    """`row` is what is written beside the id; `at_birth` is written at creation only."""

    kind: str
    entity_set: str
    primary_id: str
    id: str
    name: str
    row: Mapping[str, Any]
    at_birth: Mapping[str, Any] = field(default_factory=dict)
    table: str = ""
    """The table it belongs to, which is published with it."""
    description: str = ""

    @property
    def mark(self) -> str:
        """Changes whenever the declaration does."""
        text = json.dumps([self.name, self.description, dict(self.row), dict(self.at_birth)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def described(self) -> str:
        return f"{self.description} [leadferry {self.mark}]".strip()


def mark_in(description: object) -> str:
    """What we wrote there last, else ""."""
    found = _MARK.search(str(description or ""))
    return found[1] if found else ""
