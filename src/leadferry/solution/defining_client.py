"""Makes publisher, solution, choices, tables, columns, lookups, keys and relationships. Each may be asked for twice."""

from __future__ import annotations

import time
from collections.abc import Callable

from leadferry.dataverse import odata
from leadferry.dataverse.customizing_client import CustomizingClient, Json
from leadferry.errors import LeadferryError
from leadferry.solution import definitions
from leadferry.solution.model import Choice, Column, Key, ManyToMany, Table
from leadferry.solution.plan import Missing, Named, Step
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
FIRST_LOOK_S, LONGEST_LOOK_S = 1.0, 30.0


class Definer:
    def __init__(self, customizing: CustomizingClient, sleep: Callable[[float], None] = time.sleep) -> None:
        self.customizing, self._sleep = customizing, sleep

    def define(self, step: Step, wanted: Wanted) -> None:
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
                create(f"{definition(table.name)}/Keys", definitions.key_body(key), UNIQUE_NAME)
            case Column() as column, Table() as table if column.target:
                create("RelationshipDefinitions", definitions.relationship_body(table, column), UNIQUE_NAME)
            case Column() as column, Table() as table:
                body = definitions.column_body(column, self._choice_id(table, column))
                create(f"{definition(table.name)}/Attributes", body, UNIQUE_NAME)

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
        name = odata.text(table.choice_of(column).name)
        found = self.customizing.read(f"GlobalOptionSetDefinitions(Name={name})?$select=MetadataId")
        return str((found or {}).get("MetadataId") or "")

    def lengthen(self, table: Table, column: Column) -> None:
        path = f"{definition(table.name)}/Attributes(LogicalName={odata.text(column.name)})"
        self.customizing.replace(path, {**definitions.column_body(column), "LogicalName": column.name}, UNIQUE_NAME)

    def add_options(self, missing: Missing) -> None:
        where = {"OptionSetName": missing.name}
        if missing.column:
            where = {"EntityLogicalName": missing.name, "AttributeLogicalName": missing.column}
        for value, text in missing.values.items():
            self.customizing.action("InsertOptionValue", definitions.insert_body(where, value, text, UNIQUE_NAME))

    def await_key(self, table: Table, key: Key) -> None:
        """Its index is built by a job of Dynamics; a failed one is started again once. Raises `solution-key`."""
        waited, wait, again = 0.0, FIRST_LOOK_S, False
        while waited < KEY_PATIENCE_S:
            state = self._state(table, key)
            if state == "Active":
                return
            if state == "Failed" and again:
                break
            if state == "Failed":
                again = True
                names = {"EntityLogicalName": table.name, "EntityKeyLogicalName": key.name}
                self.customizing.action("ReactivateEntityKey", names)
            self._sleep(wait)
            waited, wait = waited + wait, min(LONGEST_LOOK_S, wait * 1.5)
        raise LeadferryError(
            f"The alternate key {key.name} of {table.name} does not become active.",
            fix=f"Look for rows with the same {', '.join(key.columns)}, remove the doubles, then run this again.",
            code="solution-key",
        )

    def _state(self, table: Table, key: Key) -> str:
        body = self.customizing.read(f"{definition(table.name)}/Keys?$select=LogicalName,EntityKeyIndexStatus") or {}
        listed = {str(one["LogicalName"]).lower(): str(one["EntityKeyIndexStatus"]) for one in body.get("value", [])}
        return listed.get(key.name, "")


def definition(table: str) -> str:
    return f"EntityDefinitions(LogicalName={odata.text(table)})"
