"""Reads what an environment has of the solution, and carries out one step. Each step may be carried out twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from leadferry.dataverse import odata
from leadferry.dataverse.batch import Operation
from leadferry.dataverse.customizing_client import CustomizingClient, Json
from leadferry.errors import DataverseError, LeadferryError
from leadferry.solution import definitions
from leadferry.solution.components import OBJECT_CODE, Component
from leadferry.solution.found import Found, FoundChoice, FoundTable, choice_of, option_values, solution_of, table_of
from leadferry.solution.model import Choice, Column, Key, ManyToMany, Table
from leadferry.solution.plan import Do, Grants, Missing, Named, Step
from leadferry.solution.publishing import publish_xml
from leadferry.solution.sitemap import APP_ID, SITE_MAP_ID
from leadferry.solution.wanted import (
    FRIENDLY_NAME,
    PUBLISHER,
    PUBLISHER_ID,
    PUBLISHER_UNIQUE_NAME,
    SOLUTION_ID,
    UNIQUE_NAME,
    Wanted,
)

KEY_PATIENCE_S = 1_800.0
_STRONG = {"Consistency": "Strong"}
_CRM = "Microsoft.Dynamics.CRM."
_LEAD_SOURCE = (
    "EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='leadsourcecode')/"
    f"{_CRM}PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet,GlobalOptionSet"
)
_NAMES = {"sitemaps": "sitemapname"}
_MARKED = frozenset({"view", "chart", "form", "dashboard", "app"})
"""Kinds whose rows have a description, which tells what we wrote last."""
_READ = {"role": "name", "site map": "sitemapxml"}


class SolutionClient:
    def __init__(self, customizing: CustomizingClient, sleep: Callable[[float], None] = time.sleep) -> None:
        self.customizing, self.client = customizing, customizing.client
        self._sleep = sleep

    # Reading

    def root_business_unit(self) -> str:
        """Roles that a solution brings belong to it."""
        rows = self.customizing.rows("businessunits", ("businessunitid",), "_parentbusinessunitid_value eq null")
        return str(rows[0]["businessunitid"]).lower() if rows else self.client.who_am_i().business_unit_id

    def site_map(self) -> str:
        """The XML of ours, else ""."""
        row = self.customizing.read(f"sitemaps({SITE_MAP_ID})?$select=sitemapxml")
        return str((row or {}).get("sitemapxml") or "")

    def find(self, wanted: Wanted) -> Found:
        """In about seven requests, whatever the solution's size."""
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

    def _details(self, wanted: Wanted) -> tuple[dict[str, FoundChoice], frozenset[int], dict[str, Json]]:
        """Choices and rows by id: one `$batch` of GETs, in which what is not there is a 404 of its own."""
        names = [choice.name for table in wanted.tables for choice in table.choices()]
        paths = [f"GlobalOptionSetDefinitions(Name={odata.text(name)})" for name in names] + [_LEAD_SOURCE]
        paths += [f"{one.entity_set}({one.id})?$select={_told_by(one)}" for one in wanted.components]
        bodies = self._batched(paths)
        choices = {name: choice_of(body) for name, body in zip(names, bodies, strict=False) if body}
        source = bodies[len(names)] or {}
        rows = zip(wanted.components, bodies[len(names) + 1 :], strict=True)
        sources = option_values(source.get("OptionSet")) | option_values(source.get("GlobalOptionSet"))
        return choices, sources, {one.id: body for one, body in rows if body}

    def _batched(self, paths: Sequence[str]) -> list[Json | None]:
        operations = [Operation("GET", path, None, _STRONG) for path in paths]
        found: list[Json | None] = []
        for result in self.client.batch(operations, continue_on_error=True):
            if result.error and result.error.status != 404:
                raise result.error
            found.append(None if result.error else result.row)
        return found

    def _held(self, wanted: Wanted, components: Json, ids: dict[str, str]) -> dict[str, dict[str, int]]:
        """Role id -> privilege name -> depth mask."""
        names = {row_id: name for name, row_id in ids.items()}
        found: dict[str, dict[str, int]] = {}
        for role in (one for one in wanted.roles if one.id in components):
            columns = ("privilegeid", "privilegedepthmask")
            rows = self.customizing.rows("roleprivilegescollection", columns, f"roleid eq {role.id}")
            held = {names.get(str(row["privilegeid"]).lower(), ""): int(row["privilegedepthmask"]) for row in rows}
            found[role.id] = held
        return found

    def lacking(self, names: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
        """(those that the environment knows, name -> id; those that we hold, id -> depth)."""
        known = self.customizing.privileges(names)
        return known, self.customizing.privileges_of(self.client.who_am_i().user_id)

    def row_counts(self, tables: Sequence[FoundTable]) -> int:
        """Rows of all these tables, each counted to 5,000 at most."""
        return sum(self.customizing.count(table.entity_set) for table in tables)

    # One step

    def apply(self, step: Step, wanted: Wanted, found: Found) -> str:
        """What there is to say about it, else ""."""
        match step.do, step.subject:
            case Do.REMOVE, _:
                return self._remove(step, found)
            case Do.PUBLISH, _:
                self.customizing.action("PublishXml", {"ParameterXml": publish_xml(wanted)})
            case Do.FINISH, _:
                self._finish(wanted)
            case Do.WAIT, Key() as key if step.table:
                self._await_key(step.table, key)
            case Do.CHANGE, Column() as column if step.table:
                self._change_column(step.table, column)
            case _, Component() as component:
                return self._put(component, wanted)
            case _, Grants() as grants:
                self._grant(grants)
            case _, Missing() as missing:
                self._add_options(missing)
            case _:
                self._define(step, wanted)
        return ""

    def _define(self, step: Step, wanted: Wanted) -> None:
        """Publisher, solution, choice, table, column, lookup, key, many-to-many relationship."""
        create = self.customizing.create
        match step.subject, step.table:
            case Named("publisher"), _:
                create("publishers", {"publisherid": PUBLISHER_ID, **PUBLISHER})
            case Named(), _:
                create("solutions", self._solution_row(wanted))
            case Choice() as choice, _:
                create("GlobalOptionSetDefinitions", definitions.choice_body(choice), UNIQUE_NAME)
            case Table() as table, _:
                create("EntityDefinitions", definitions.table_body(table), UNIQUE_NAME)
            case ManyToMany() as pair, _:
                create("RelationshipDefinitions", definitions.pair_body(pair), UNIQUE_NAME)
            case Key() as key, Table() as table:
                create(f"{_definition(table)}/Keys", definitions.key_body(key), UNIQUE_NAME)
            case Column() as column, Table() as table if column.target:
                create("RelationshipDefinitions", definitions.relationship_body(table, column), UNIQUE_NAME)
            case Column() as column, Table() as table:
                body = definitions.column_body(column, self._choice_id(table, column))
                create(f"{_definition(table)}/Attributes", body, UNIQUE_NAME)

    def _solution_row(self, wanted: Wanted) -> Json:
        rows = self.customizing.rows("publishers", ("publisherid",), f"uniquename eq '{PUBLISHER_UNIQUE_NAME}'")
        publisher = str(rows[0]["publisherid"]) if rows else PUBLISHER_ID
        return {
            "solutionid": SOLUTION_ID,
            "uniquename": UNIQUE_NAME,
            "friendlyname": FRIENDLY_NAME,
            "version": wanted.version,
            "publisherid@odata.bind": f"/publishers({publisher})",
        }

    def _choice_id(self, table: Table, column: Column) -> str:
        if not column.options:
            return ""
        name = table.choice_of(column).name
        found = self.customizing.read(f"GlobalOptionSetDefinitions(Name={odata.text(name)})?$select=MetadataId")
        return str((found or {}).get("MetadataId") or "")

    def _change_column(self, table: Table, column: Column) -> None:
        """Only ever made longer."""
        path = f"{_definition(table)}/Attributes(LogicalName={odata.text(column.name)})"
        body = definitions.column_body(column)
        self.customizing.replace(path, {**body, "LogicalName": column.name}, UNIQUE_NAME)

    def _add_options(self, missing: Missing) -> None:
        """An option that is there already was added by the run before."""
        where = {"OptionSetName": missing.name}
        if missing.column:
            where = {"EntityLogicalName": missing.name, "AttributeLogicalName": missing.column}
        for value, text in missing.values.items():
            self.customizing.action("InsertOptionValue", definitions.insert_body(where, value, text, UNIQUE_NAME))

    def _await_key(self, table: Table, key: Key) -> None:
        """Its index is built by a job of Dynamics; a failed one is started again once."""
        path = f"{_definition(table)}/Keys?$select=LogicalName,EntityKeyIndexStatus"
        waited, wait, again = 0.0, 1.0, False
        while waited < KEY_PATIENCE_S:
            body = self.customizing.read(path) or {}
            states = {str(one["LogicalName"]).lower(): str(one["EntityKeyIndexStatus"]) for one in body["value"]}
            state = states.get(key.name, "")
            if state == "Active":
                return
            if state == "Failed" and again:
                break
            if state == "Failed":
                again = True
                names = {"EntityLogicalName": table.name, "EntityKeyLogicalName": key.name}
                self.customizing.action("ReactivateEntityKey", names)
            self._sleep(wait)
            waited, wait = waited + wait, min(30.0, wait * 1.5)
        raise LeadferryError(
            f"The alternate key {key.name} of {table.name} does not become active.",
            fix=f"Look for rows with the same {', '.join(key.columns)}, remove the doubles, then run this again.",
            code="solution-key",
        )

    # Rows

    def _put(self, component: Component, wanted: Wanted) -> str:
        """Creates it, or writes it again where it is there."""
        row = {_NAMES.get(component.entity_set, "name"): component.name, **self._filled(component)}
        described = {"description": component.described} if component.kind in _MARKED else {}
        if component.kind == "app":
            self._create_or_patch(component, {**row, "description": component.description})
            self._fill_app(wanted)
            self.customizing.patch(component.entity_set, component.id, described)
            return ""
        return self._create_or_patch(component, {**row, **described})

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
            path = f"{_definition_of(component.table)}?$select=ObjectTypeCode"
            code = (self.customizing.read(path) or {}).get("ObjectTypeCode") or 0
            row["layoutxml"] = row["layoutxml"].replace(OBJECT_CODE, str(code))
        return row

    def _fill_app(self, wanted: Wanted) -> None:
        """Its site map, views, charts, forms and dashboard; then the roles that may open it."""
        kinds = {"site map": "sitemap", "view": "savedquery", "chart": "savedqueryvisualization"}
        kinds |= {"form": "systemform", "dashboard": "systemform"}
        parts = [
            {one.primary_id: one.id, "@odata.type": f"{_CRM}{kinds[one.kind]}"}
            for one in wanted.components
            if one.kind in kinds
        ]
        self.customizing.action("AddAppComponents", {"AppId": APP_ID, "Components": parts})
        for role in wanted.roles:
            if role.for_people:
                self.customizing.link(f"appmodules({APP_ID})/appmoduleroles_association", f"roles({role.id})")

    def _grant(self, grants: Grants) -> None:
        ids = self.customizing.privileges(grants.depths)
        unit = self.root_business_unit()
        listed = [
            {"PrivilegeId": ids[name], "Depth": depth.value, "BusinessUnitId": unit}
            for name, depth in grants.depths.items()
            if name in ids
        ]
        path = f"roles({grants.role.id})/{_CRM}AddPrivilegesRole"
        self.customizing.action(path, {"Privileges": listed})

    def _finish(self, wanted: Wanted) -> None:
        text = f"LinkedIn lead gen forms in Dynamics 365, by Leadferry. [leadferry {wanted.mark}]"
        rows = self.customizing.rows("solutions", ("solutionid",), f"uniquename eq '{UNIQUE_NAME}'")
        row_id = str(rows[0]["solutionid"]) if rows else SOLUTION_ID
        self.customizing.patch("solutions", row_id, {"version": wanted.version, "description": text})

    # Removing

    def _remove(self, step: Step, found: Found) -> str:
        """What is gone already is well; what others depend on stays, and is told."""
        try:
            return self._removed(step, found)
        except DataverseError as error:
            if error.vendor_code != "0x8004f01f":
                raise
            return f"{step.kind} {step.name} stays: something else in the environment depends on it."

    def _removed(self, step: Step, found: Found) -> str:
        delete = self.customizing.delete
        match step.subject:
            case Component() as component:
                delete(f"{component.entity_set}({component.id})")
            case Column() as column if column.target:
                delete(f"RelationshipDefinitions(SchemaName={odata.text(column.relationship)})")
            case Column() as column if step.table:
                delete(f"{_definition(step.table)}/Attributes(LogicalName={odata.text(column.name)})")
            case ManyToMany() as pair:
                delete(f"RelationshipDefinitions(SchemaName={odata.text(pair.schema_name)})")
            case Table() as table:
                delete(_definition(table))
            case Choice() as choice:
                delete(f"GlobalOptionSetDefinitions(Name={odata.text(choice.name)})")
            case Missing() as missing:
                return self._remove_options(missing)
            case Named("solution") if found.solution:
                delete(f"solutions({found.solution.id})")
            case Named("publisher"):
                return self._remove_publisher(found.publisher_id)
        return ""

    def _remove_options(self, missing: Missing) -> str:
        """A lead's source stays readable: the option goes only where no lead has it."""
        value = next(iter(missing.values))
        if self._first("leads", "leadid", f"{missing.column} eq {value}"):
            return f'The lead source "{missing.values[value]}" stays: leads have it.'
        names = {"EntityLogicalName": missing.name, "AttributeLogicalName": missing.column, "Value": value}
        self.customizing.action("DeleteOptionValue", names)
        return ""

    def _remove_publisher(self, publisher_id: str) -> str:
        if self._first("solutions", "solutionid", f"_publisherid_value eq {publisher_id}"):
            return "The publisher stays: other solutions are of it."
        self.customizing.delete(f"publishers({publisher_id})")
        return ""

    def _first(self, entity_set: str, column: str, condition: str) -> dict[str, Any] | None:
        return next(iter(self.client.query(entity_set, select=[column], filter=condition, top=1)), None)


def _told_by(component: Component) -> str:
    """The column that tells whether it is as wanted."""
    return _READ.get(component.kind, "description")


def _definition(table: Table) -> str:
    return _definition_of(table.name)


def _definition_of(name: str) -> str:
    return f"EntityDefinitions(LogicalName={odata.text(name)})"
