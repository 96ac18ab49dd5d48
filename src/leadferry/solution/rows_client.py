"""Writes the parts that are rows: roles, views, charts, forms, the dashboard, the app. Each may be written twice."""

from __future__ import annotations

from collections.abc import Mapping

from leadferry.dataverse.customizing_client import CustomizingClient, Json
from leadferry.errors import DataverseError
from leadferry.solution.components import OBJECT_CODE, Component
from leadferry.solution.defining_client import definition
from leadferry.solution.finding_client import Finder
from leadferry.solution.plan import Grants
from leadferry.solution.sitemap import APP_ID
from leadferry.solution.wanted import SOLUTION_ID, UNIQUE_NAME, Wanted

_CRM = "Microsoft.Dynamics.CRM."
_MARKED = frozenset({"view", "chart", "form", "dashboard", "app"})
"""Kinds whose rows have a description, which tells what we wrote last."""
_TABLES: Mapping[str, str] = {
    "site map": "sitemap",
    "view": "savedquery",
    "chart": "savedqueryvisualization",
    "form": "systemform",
    "dashboard": "systemform",
}
"""What an app holds."""


class RowWriter:
    def __init__(self, customizing: CustomizingClient, finder: Finder) -> None:
        self.customizing, self._finder = customizing, finder

    def put(self, component: Component, wanted: Wanted) -> str:
        """Creates it, or writes it again where it is there. Returns what there is to say about it, else ""."""
        name = "sitemapname" if component.kind == "site map" else "name"
        row = {name: component.name, **self._filled(component)}
        if component.kind == "app":
            self._put_app(component, row, wanted)
            return ""
        described = {"description": component.described} if component.kind in _MARKED else {}
        return self._create_or_patch(component, {**row, **described})

    def _put_app(self, component: Component, row: Json, wanted: Wanted) -> None:
        """Its mark comes last: an app that was not filled is written again."""
        self._create_or_patch(component, {**row, "description": component.description})
        self._fill_app(wanted)
        self.customizing.patch(component.entity_set, component.id, {"description": component.described})

    def _create_or_patch(self, component: Component, row: Json) -> str:
        whole = {component.primary_id: component.id, **row, **component.at_birth}
        try:
            self.customizing.create(component.entity_set, whole, UNIQUE_NAME)
        except DataverseError as error:
            if error.code != "dataverse-duplicate":
                raise
            return self._there_already(component, row, whole)
        return ""

    def _there_already(self, component: Component, row: Json, whole: Json) -> str:
        """Ours from before, or another role of the same name: Microsoft's connector brought such roles too."""
        try:
            self.customizing.patch(component.entity_set, component.id, row, UNIQUE_NAME)
        except DataverseError as error:
            if component.kind != "role" or error.code != "dataverse-not-found":
                raise
            name = f"{component.name} (Leadferry)"
            self.customizing.create(component.entity_set, {**whole, "name": name}, UNIQUE_NAME)
            return f'There is another role "{component.name}"; ours is "{name}".'
        return ""

    def _filled(self, component: Component) -> Json:
        """A view's layout names the table by its number in this environment."""
        row = dict(component.row)
        if OBJECT_CODE in str(row.get("layoutxml") or ""):
            found = self.customizing.read(f"{definition(component.table)}?$select=ObjectTypeCode") or {}
            row["layoutxml"] = row["layoutxml"].replace(OBJECT_CODE, str(found.get("ObjectTypeCode") or 0))
        return row

    def _fill_app(self, wanted: Wanted) -> None:
        """Its site map, views, charts, forms and dashboard; then the roles that may open it."""
        parts = [
            {one.primary_id: one.id, "@odata.type": f"{_CRM}{_TABLES[one.kind]}"}
            for one in wanted.components
            if one.kind in _TABLES
        ]
        self.customizing.action("AddAppComponents", {"AppId": APP_ID, "Components": parts})
        for role in wanted.roles:
            if role.for_people:
                self.customizing.link(f"appmodules({APP_ID})/appmoduleroles_association", f"roles({role.id})")

    def grant(self, grants: Grants) -> None:
        ids = self.customizing.privileges(grants.depths)
        unit = self._finder.root_business_unit()
        listed = [
            {"PrivilegeId": ids[name], "Depth": depth.value, "BusinessUnitId": unit}
            for name, depth in grants.depths.items()
            if name in ids
        ]
        self.customizing.action(f"roles({grants.role.id})/{_CRM}AddPrivilegesRole", {"Privileges": listed})

    def finish(self, wanted: Wanted) -> None:
        text = f"LinkedIn lead gen forms in Dynamics 365, by Leadferry. [leadferry {wanted.mark}]"
        rows = self.customizing.rows("solutions", ("solutionid",), f"uniquename eq '{UNIQUE_NAME}'")
        row_id = str(rows[0]["solutionid"]) if rows else SOLUTION_ID
        self.customizing.patch("solutions", row_id, {"version": wanted.version, "description": text})
