"""What is neither one row nor a bulk write: WhoAmI, lists, counts, related rows, and what the definitions answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from leadferry.simulators.dataverse import (
    app_actions,
    bulk,
    crud,
    definitions,
    merge,
    query,
    refusals,
    rendering,
    role_actions,
    solution_actions,
    urls,
)
from leadferry.simulators.dataverse.calls import Call, answer, no_content
from leadferry.simulators.dataverse.drafts import other_table
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.privileges import Caller
from leadferry.simulators.dataverse.schema import sql_table
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.validation import rules_of
from leadferry.simulators.server import Request, Response


def _definitions(storage: Storage, request: Request, caller: Caller) -> Response | None:
    return definitions.handle(storage, request, caller.base_url, caller)


Metadata = Callable[[Storage, Request, Caller], Response | None]
METADATA: list[Metadata] = [_definitions]
"""Who answers the addresses of definitions (EntityDefinitions and its like); None for an address that is not theirs."""


def handle(call: Call, parts: list[urls.Segment]) -> Response:
    """Functions, actions and definitions. Raises the 404 for what nobody knows."""
    name = parts[0].name if parts else ""
    function = FUNCTIONS.get(name) if call.request.method == "GET" else None
    if function is not None:
        return function(call, parts[0])
    action = ACTIONS.get(name) if call.request.method == "POST" else None
    if action is not None:
        return action(call)
    for metadata in METADATA:
        found = metadata(call.storage, call.request, call.caller)
        if found is not None:
            return found
    raise refusals.segment_not_found(name)


def who_am_i(call: Call, _: urls.Segment) -> Response:
    return answer(
        {
            "@odata.context": call.url("$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse"),
            "BusinessUnitId": call.caller.business_unit_id,
            "UserId": call.caller.user_id,
            "OrganizationId": call.caller.organization_id,
        }
    )


def total_record_count(call: Call, function: urls.Segment) -> Response:
    """`RetrieveTotalRecordCount(EntityNames=['lead'])`; the list may be an alias (`@p1`)."""
    _, _, written = (function.key or "").partition("=")
    options = rendering.options(call.request.query)
    names = re.findall(r"['\"]([^'\"]+)['\"]", options.get(written.strip(), written))
    counts = []
    with call.storage.reading() as conn:
        for name in names:
            if name not in call.storage.catalog.tables:
                raise refusals.invalid_argument(f"The entity with a name = '{name}' was not found.")
            call.caller.require("Read", call.storage.catalog.tables[name])
            counts.append(int(conn.execute(f'SELECT COUNT(*) FROM "{sql_table(name)}"').fetchone()[0]))
    context = call.url("$metadata#Microsoft.Dynamics.CRM.RetrieveTotalRecordCountResponse")
    collection = {"Count": len(names), "IsReadOnly": False, "Keys": names, "Values": counts}
    return answer({"@odata.context": context, "EntityRecordCountCollection": collection})


def list_rows(call: Call, table: Table) -> Response:
    asked, root = call.request.query, call.caller.base_url
    body = query.answer_collection(call.storage, table, asked, call.prefer, root, call.caller)
    return answer(body, headers=_applied(call))


def count_rows(call: Call, table: Table) -> Response:
    return _number(query.count(call.storage, table, call.request.query, call.caller))


def related(call: Call, table: Table, row: urls.Segment, rest: list[urls.Segment]) -> Response:
    """`GET leads(id)/parentaccountid`: the row behind a lookup, or the rows of a collection, or their number."""
    name = rest[0].name
    row_id = str(crud.readable(call, table, row)[table.primary_id])
    if len(rest) > 1:
        return _count_related(call, table, row_id, name)
    asked, root = call.request.query, call.caller.base_url
    body = query.answer_related(call.storage, table, row_id, name, asked, call.prefer, root, call.caller)
    return no_content() if body is None else answer(body, headers=_applied(call))


def _count_related(call: Call, table: Table, row_id: str, name: str) -> Response:
    relation = rules_of(call.storage, table.logical_name).collections.get(name)
    if relation is None:
        raise refusals.segment_not_found(name)
    other = call.storage.catalog.tables[other_table(relation, table.logical_name)]
    return _number(query.count(call.storage, other, call.request.query, call.caller, (table, name, row_id)))


def _number(value: int) -> Response:
    return Response(200, str(value).encode(), {"Content-Type": "text/plain", "OData-Version": "4.0"})


def _applied(call: Call) -> dict[str, str]:
    return {"Preference-Applied": call.prefer.applied} if call.prefer.applied else {}


FUNCTIONS: dict[str, Callable[[Call, urls.Segment], Response]] = {
    "WhoAmI": who_am_i,
    "RetrieveTotalRecordCount": total_record_count,
    "RetrieveAadUserRoles": role_actions.roles_of_directory_user,
    "RetrieveRolePrivilegesRole": role_actions.privileges_of_role_by_id,
    "ValidateApp": app_actions.validate,
}
"""Unbound functions; the segment has their parameters."""
ACTIONS: dict[str, Callable[[Call], Response]] = {
    "BulkDelete": bulk.bulk_delete,
    "Merge": merge.merge,
    "AddSolutionComponent": solution_actions.add_component,
    "RemoveSolutionComponent": solution_actions.remove_component,
    "ExportSolution": solution_actions.export,
    "AddAppComponents": app_actions.add_components,
    "RemoveAppComponents": app_actions.remove_components,
}
