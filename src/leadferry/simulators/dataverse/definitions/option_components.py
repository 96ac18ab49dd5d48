"""The actions that change options name the solution in their body. Source: dataverse-api reference, section 6.6."""

from __future__ import annotations

from typing import Any

from leadferry.simulators.dataverse import solution_components
from leadferry.simulators.dataverse.solution_components import CHOICE, COLUMN, Component
from leadferry.simulators.dataverse.storage import Storage


def join(storage: Storage, body: dict[str, Any]) -> None:
    """The choice, or the column that has it, becomes part of the solution."""
    solution = body.get("SolutionUniqueName")
    if not isinstance(solution, str) or not solution:
        return
    catalog = storage.catalog
    if body.get("OptionSetName"):
        one = Component(CHOICE, catalog.option_sets[body["OptionSetName"]].metadata_id)
    else:
        table = catalog.tables[body["EntityLogicalName"]]
        column = table.columns[body.get("AttributeLogicalName") or "statuscode"]
        one = Component(COLUMN, column.metadata_id)
    with storage.transaction() as conn:
        solution_components.add(storage, conn, solution, one)
