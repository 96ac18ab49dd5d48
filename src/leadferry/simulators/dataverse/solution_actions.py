"""AddSolutionComponent, RemoveSolutionComponent, ExportSolution. Source: dataverse-api reference, section 6.8."""

from __future__ import annotations

import base64
from typing import Any

from leadferry.simulators.dataverse import refusals, solution_components, solution_export
from leadferry.simulators.dataverse.calls import Call, answer
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.solution_components import SHELL, TABLE, WHOLE, Component
from leadferry.simulators.dataverse.solution_rows import DEFAULT
from leadferry.simulators.dataverse.values import guid
from leadferry.simulators.server import Response


def add_component(call: Call) -> Response:
    body = _body(call)
    kind, object_id = _kind(body), _guid(body, "ComponentId")
    with call.writing() as writing:
        call.caller.require("Write", call.storage.catalog.tables["solution"])
        _require_there(call, kind, object_id)
        behavior = SHELL if kind == TABLE and body.get("DoNotIncludeSubcomponents") else WHOLE
        one = Component(kind, object_id, behavior)
        row_id = solution_components.add(call.storage, writing.conn, _text(body, "SolutionUniqueName"), one)
    return answer({"@odata.context": _context(call, "AddSolutionComponent"), "id": row_id})


def remove_component(call: Call) -> Response:
    """The component is named by `SolutionComponent: {"solutioncomponentid": …}`, whose id is the component's own."""
    body = _body(call)
    named = body.get("SolutionComponent")
    reference = named if isinstance(named, dict) else body
    object_id = _guid(reference, "solutioncomponentid" if reference is named else "ComponentId")
    with call.writing() as writing:
        call.caller.require("Write", call.storage.catalog.tables["solution"])
        solution_components.remove(writing.conn, _text(body, "SolutionUniqueName"), _kind(body), object_id)
    return answer({"@odata.context": _context(call, "RemoveSolutionComponent"), "id": object_id})


def export(call: Call) -> Response:
    body = _body(call)
    name = _text(body, "SolutionName")
    call.caller.require_privilege("prvExportCustomization")
    if name == DEFAULT:
        raise Refusal(400, "0x80071158", "The Default solution cannot be exported.")
    with call.storage.reading() as conn:
        zipped = solution_export.package(conn, call.storage.catalog, name, managed=bool(body.get("Managed")))
    file = base64.b64encode(zipped).decode()
    return answer({"@odata.context": _context(call, "ExportSolution"), "ExportSolutionFile": file})


def _require_there(call: Call, kind: int, object_id: str) -> None:
    with call.storage.reading() as conn:
        if not solution_components.exists(conn, call.storage.catalog, kind, object_id):
            raise Refusal(404, "0x80040217", f"The component of type {kind} with Id = {object_id} Does Not Exist")


def _body(call: Call) -> dict[str, Any]:
    body = call.json
    if not isinstance(body, dict):
        raise refusals.payload_error("Expected a JSON object.")
    return body


def _kind(body: dict[str, Any]) -> int:
    kind = body.get("ComponentType")
    if not isinstance(kind, int):
        raise refusals.payload_error("The parameter 'ComponentType' of type 'Edm.Int32' is required.")
    return kind


def _text(body: dict[str, Any], name: str) -> str:
    found = body.get(name)
    if not isinstance(found, str) or not found:
        raise refusals.payload_error(f"The parameter '{name}' of type 'Edm.String' is required.")
    return found


def _guid(body: dict[str, Any], name: str) -> str:
    found = guid(str(body.get(name, "")))
    if found is None:
        raise refusals.payload_error(f"The parameter '{name}' of type 'Edm.Guid' is required.")
    return found


def _context(call: Call, action: str) -> str:
    return call.url(f"$metadata#Microsoft.Dynamics.CRM.{action}Response")
