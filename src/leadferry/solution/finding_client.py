"""Reads what an environment has of the solution. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from leadferry.dataverse import odata
from leadferry.dataverse.batch import Operation
from leadferry.dataverse.customizing_client import CustomizingClient, Json
from leadferry.solution.components import Component
from leadferry.solution.found import Found, FoundChoice, FoundTable, choice_of, options_of, solution_of, table_of
from leadferry.solution.sitemap import SITE_MAP_ID
from leadferry.solution.wanted import PUBLISHER_UNIQUE_NAME, UNIQUE_NAME, Wanted

_STRONG = {"Consistency": "Strong"}
_LEAD_SOURCE = (
    "EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='leadsourcecode')/"
    "Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet,GlobalOptionSet"
)
_TOLD_BY: Mapping[str, str] = {"role": "name", "site map": "sitemapxml"}
"""Which column tells whether a row is as wanted; of all others the description."""


class Finder:
    def __init__(self, customizing: CustomizingClient) -> None:
        self.customizing, self.client = customizing, customizing.client

    def root_business_unit(self) -> str:
        """Roles that a solution brings belong to it."""
        rows = self.customizing.rows("businessunits", ("businessunitid",), "_parentbusinessunitid_value eq null")
        return str(rows[0]["businessunitid"]).lower() if rows else self.client.who_am_i().business_unit_id

    def site_map(self) -> str:
        """The XML of ours, else ""."""
        row = self.customizing.read(f"sitemaps({SITE_MAP_ID})?$select=sitemapxml")
        return str((row or {}).get("sitemapxml") or "")

    def find(self, wanted: Wanted) -> Found:
        """In about ten requests, whatever the solution's size."""
        publishers = self.customizing.rows("publishers", ("publisherid",), f"uniquename eq '{PUBLISHER_UNIQUE_NAME}'")
        columns = ("solutionid", "version", "description")
        solutions = self.customizing.rows("solutions", columns, f"uniquename eq '{UNIQUE_NAME}'")
        names = [table.name for table in (*wanted.tables, wanted.lead)]
        tables = {str(one["LogicalName"]): table_of(one) for one in self.customizing.tables(names)}
        choices, sources, components = self._details(wanted)
        ids = self.customizing.privileges(name for role in wanted.roles for name in role.privileges())
        return Found(
            str(publishers[0]["publisherid"]).lower() if publishers else "",
            solution_of(solutions[0]) if solutions else None,
            tables,
            choices,
            sources,
            components,
            self._held(wanted, components, ids),
            ids,
        )

    def _details(self, wanted: Wanted) -> tuple[dict[str, FoundChoice], dict[int, str], dict[str, Json]]:
        """Choices and rows by id: one `$batch` of GETs, in which what is not there is a 404 of its own."""
        names = [choice.name for table in wanted.tables for choice in table.choices()]
        paths = [f"GlobalOptionSetDefinitions(Name={odata.text(name)})" for name in names] + [_LEAD_SOURCE]
        bodies = self._batched([*paths, *map(_row_path, wanted.components)])
        choices = {name: choice_of(body) for name, body in zip(names, bodies, strict=False) if body}
        source = bodies[len(names)] or {}
        rows = zip(wanted.components, bodies[len(names) + 1 :], strict=True)
        sources = options_of(source.get("OptionSet")) | options_of(source.get("GlobalOptionSet"))
        return choices, sources, {one.id: body for one, body in rows if body}

    def _batched(self, paths: Sequence[str]) -> list[Json | None]:
        operations = [Operation("GET", path, None, _STRONG) for path in paths]
        found: list[Json | None] = []
        for result in self.client.batch(operations, continue_on_error=True):
            if result.error and result.error.status != 404:
                raise result.error
            found.append(None if result.error else result.row)
        return found

    def _held(
        self, wanted: Wanted, components: Mapping[str, Json], ids: Mapping[str, str]
    ) -> dict[str, dict[str, int]]:
        """Role id -> privilege name -> depth mask."""
        names = {row_id: name for name, row_id in ids.items()}
        columns = ("privilegeid", "privilegedepthmask")
        found: dict[str, dict[str, int]] = {}
        for role in (one for one in wanted.roles if one.id in components):
            rows = self.customizing.rows("roleprivilegescollection", columns, f"roleid eq {role.id}")
            listed = ((names.get(str(row["privilegeid"]).lower(), ""), row["privilegedepthmask"]) for row in rows)
            found[role.id] = {name: int(mask) for name, mask in listed if name}
        return found

    def privileges(self, names: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
        """(those that the environment knows, name -> id; those that we hold, id -> depth)."""
        return self.customizing.privileges(names), self.customizing.privileges_of(self.client.who_am_i().user_id)

    def row_count(self, tables: Iterable[FoundTable]) -> int:
        """Rows of all these tables, each counted to 5,000 at most."""
        return sum(self.customizing.count(table.entity_set) for table in tables)


def _row_path(component: Component) -> str:
    column = _TOLD_BY.get(component.kind, "description")
    return f"{component.entity_set}({component.id})?$select={column}"
