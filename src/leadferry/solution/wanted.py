"""Everything the solution is, put together for one environment: what the plan compares with what is there. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from leadferry import __version__
from leadferry.solution.charts import chart_components
from leadferry.solution.components import Component, component_id
from leadferry.solution.definitions import choice_body, column_body, key_body, pair_body, relationship_body, table_body
from leadferry.solution.form_xml import dashboard_component, form_components
from leadferry.solution.model import OPTION_PREFIX, PREFIX, Column, Key, Kind, ManyToMany, Table
from leadferry.solution.roles import ROLES, Role, role_components
from leadferry.solution.sitemap import app_component, site_map_component
from leadferry.solution.tables import LEADS, PAIRS, TABLES
from leadferry.solution.views import view_components

UNIQUE_NAME = "LeadferryLinkedInLeadGen"
FRIENDLY_NAME = "LinkedIn Lead Gen Forms (Leadferry)"
SOLUTION_ID = component_id("solution", UNIQUE_NAME)
PUBLISHER_UNIQUE_NAME = "leadferry"
PUBLISHER_ID = component_id("publisher", PUBLISHER_UNIQUE_NAME)
PUBLISHER = {
    "uniquename": PUBLISHER_UNIQUE_NAME,
    "friendlyname": "Leadferry",
    "customizationprefix": PREFIX,
    "customizationoptionvalueprefix": OPTION_PREFIX,
}


def solution_version(package: str = __version__) -> str:
    """`0.1.0.0`: Dynamics wants four numbers."""
    numbers = [part for part in package.partition("+")[0].split(".") if part.isdecimal()]
    return ".".join([*numbers, "0", "0", "0", "0"][:4])


def version_order(text: str) -> tuple[int, ...]:
    """So that 0.10 comes after 0.9; what is no number counts as 0."""
    return tuple(int(part) if part.isdecimal() else 0 for part in text.split("."))


@dataclass(frozen=True, slots=True)
class Wanted:
    """`tables` are those that the solution makes; `lead` is what it adds to Dynamics' own table."""

    version: str
    components: tuple[Component, ...]
    tables: tuple[Table, ...] = TABLES
    lead: Table = LEADS
    pairs: tuple[ManyToMany, ...] = PAIRS
    roles: tuple[Role, ...] = ROLES

    def columns(self) -> Iterator[tuple[Table, Column]]:
        """Without lookups, which come with their relationships, and primary names, which come with their tables."""
        for table in (*self.tables, self.lead):
            yield from ((table, one) for one in table.columns if one.kind is not Kind.LOOKUP and not one.primary)

    def lookups(self) -> Iterator[tuple[Table, Column]]:
        for table in (*self.tables, self.lead):
            yield from ((table, column) for column in table.lookups())

    def table_keys(self) -> Iterator[tuple[Table, Key]]:
        for table in self.tables:
            yield from ((table, key) for key in table.keys)

    def of(self, kind: str) -> list[Component]:
        return [component for component in self.components if component.kind == kind]

    @property
    def mark(self) -> str:
        """Changes whenever any declaration does: what a finished installation leaves in the solution's description."""
        parts: list[object] = [self.version, *(component.mark for component in self.components)]
        for table in self.tables:
            parts += [table_body(table), *(choice_body(choice) for choice in table.choices())]
        parts += [column_body(column, "") for _, column in self.columns()]
        parts += [relationship_body(table, column) for table, column in self.lookups()]
        parts += [*(pair_body(pair) for pair in self.pairs), *(key_body(key) for _, key in self.table_keys())]
        parts += [sorted(role.privileges().items()) for role in self.roles]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def wanted(business_unit_id: str, console_url: str, version: str = "") -> Wanted:
    """In the order in which the parts must be made: what points at another comes after it."""
    return Wanted(
        version or solution_version(),
        (
            *role_components(business_unit_id),
            *view_components(),
            *chart_components(),
            *form_components(),
            dashboard_component(),
            site_map_component(console_url),
            app_component(),
        ),
    )
