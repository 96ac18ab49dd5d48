"""Takes parts of the solution away. What is gone already is well; what others depend on stays, and is told."""

from __future__ import annotations

from leadferry.dataverse import odata
from leadferry.dataverse.customizing_client import CustomizingClient, Json
from leadferry.errors import DataverseError
from leadferry.solution.components import Component
from leadferry.solution.defining_client import definition
from leadferry.solution.found import Found
from leadferry.solution.model import Choice, Column, Key, ManyToMany, Table
from leadferry.solution.plan import Missing, Named, Step

DEPENDED_ON = "0x8004f01f"


class Remover:
    def __init__(self, customizing: CustomizingClient) -> None:
        self.customizing = customizing

    def remove(self, step: Step, found: Found) -> str:
        """What there is to say about it, else ""."""
        try:
            return self._remove(step, found)
        except DataverseError as error:
            if error.vendor_code != DEPENDED_ON:
                raise
            return f"The {step.kind} {step.name} stays: something else in the environment depends on it."

    def _remove(self, step: Step, found: Found) -> str:
        match step.subject:
            case Missing() as missing:
                return self._remove_option(missing)
            case Named("publisher"):
                return self._remove_publisher(found.publisher_id)
            case _:
                self.customizing.delete(_path(step, found))
        return ""

    def _remove_option(self, missing: Missing) -> str:
        """A lead's source stays readable: the option goes only where no lead has it."""
        value, label = next(iter(missing.values.items()))
        if self._first("leads", "leadid", f"{missing.column} eq {value}"):
            return f'The lead source "{label}" stays: leads have it.'
        names = {"EntityLogicalName": missing.name, "AttributeLogicalName": missing.column, "Value": value}
        self.customizing.action("DeleteOptionValue", names)
        return ""

    def _remove_publisher(self, publisher_id: str) -> str:
        if self._first("solutions", "solutionid", f"_publisherid_value eq {publisher_id}"):
            return "The publisher stays: other solutions are of it."
        self.customizing.delete(f"publishers({publisher_id})")
        return ""

    def _first(self, entity_set: str, column: str, condition: str) -> Json | None:
        return next(iter(self.customizing.client.query(entity_set, select=[column], filter=condition, top=1)), None)


def _path(step: Step, found: Found) -> str:
    match step.subject, step.table:
        case Component() as component, _:
            return f"{component.entity_set}({component.id})"
        case Column() as column, _ if column.target:
            return f"RelationshipDefinitions(SchemaName={odata.text(column.relationship)})"
        case Column() as column, Table() as table:
            return f"{definition(table.name)}/Attributes(LogicalName={odata.text(column.name)})"
        case Key() as key, Table() as table:
            return f"{definition(table.name)}/Keys(LogicalName={odata.text(key.name)})"
        case ManyToMany() as pair, _:
            return f"RelationshipDefinitions(SchemaName={odata.text(pair.schema_name)})"
        case Table() as table, _:
            return definition(table.name)
        case Choice() as choice, _:
            return f"GlobalOptionSetDefinitions(Name={odata.text(choice.name)})"
    return f"solutions({found.solution.id if found.solution else ''})"
