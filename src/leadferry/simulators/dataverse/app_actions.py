"""AddAppComponents, RemoveAppComponents, ValidateApp. Source: dataverse-api reference, section 6.11."""

from __future__ import annotations

from typing import Any

from leadferry.simulators.dataverse import refusals, rendering, urls
from leadferry.simulators.dataverse.calls import Call, answer, no_content
from leadferry.simulators.dataverse.drafts import Writing
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.seeds import put_rows
from leadferry.simulators.dataverse.solution_components import OF_TABLES
from leadferry.simulators.dataverse.values import guid
from leadferry.simulators.server import Response

_CRM = "Microsoft.Dynamics.CRM."
_SITE_MAP = OF_TABLES["sitemap"]
_WITHOUT_SITE_MAP = -2147155684


def add_components(call: Call) -> Response:
    with call.writing() as writing:
        app, components = _asked(call, writing)
        there = _members(writing, app)
        rows = [
            {"appmoduleidunique": app, "componenttype": kind, "objectid": object_id}
            for kind, object_id in components
            if (kind, object_id) not in there
        ]
        put_rows(call.storage, "appmodulecomponent", rows)
    return no_content()


def remove_components(call: Call) -> Response:
    with call.writing() as writing:
        app, components = _asked(call, writing)
        writing.conn.executemany(
            'DELETE FROM "t_appmodulecomponent" WHERE "appmoduleidunique" = ? AND "componenttype" = ? '
            'AND "objectid" = ?',
            [(app, kind, object_id) for kind, object_id in components],
        )
    return no_content()


def validate(call: Call, function: urls.Segment) -> Response:
    """`ValidateApp(AppModuleId=…)`: an app needs a site map, and what it has must exist."""
    _, _, written = (function.key or "").partition("=")
    app = guid(rendering.options(call.request.query).get(written.strip(), written.strip()))
    if app is None:
        raise refusals.query_error("The parameter 'AppModuleId' of ValidateApp is missing or not a GUID.")
    with call.writing() as writing:
        _require_app(writing, app, "Read")
        members = _members(writing, app)
    issues = [] if any(kind == _SITE_MAP for kind, _ in members) else [_issue()]
    context = call.url(f"$metadata#{_CRM}ValidateAppResponse")
    found = {"ValidationSuccess": not issues, "ValidationIssueList": issues}
    return answer({"@odata.context": context, "AppValidationResponse": found})


def _issue() -> dict[str, Any]:
    return {
        "ErrorType": "Error",
        "CRMErrorCode": _WITHOUT_SITE_MAP,
        "Message": "App does not contain Site Map.",
        "DisplayName": "Site Map",
        "ComponentId": "00000000-0000-0000-0000-000000000000",
        "ComponentType": _SITE_MAP,
    }


def _asked(call: Call, writing: Writing) -> tuple[str, list[tuple[int, str]]]:
    body = call.json
    app = guid(str(body.get("AppId", ""))) if isinstance(body, dict) else None
    if app is None or not isinstance(body.get("Components"), list):
        raise refusals.payload_error("The parameters 'AppId' and 'Components' are required.")
    _require_app(writing, app, "Write")
    return app, [_component(writing, one) for one in body["Components"]]


def _require_app(writing: Writing, app: str, verb: Any) -> None:
    writing.caller.require(verb, writing.storage.catalog.tables["appmodule"])
    if not writing.exists("appmodule", app):
        raise refusals.row_not_found("appmodule", app)


def _component(writing: Writing, one: Any) -> tuple[int, str]:
    """`{"sitemapid": "…", "@odata.type": "Microsoft.Dynamics.CRM.sitemap"}`: type and id."""
    if not isinstance(one, dict):
        raise refusals.payload_error("An item of 'Components' must be an object.")
    table = _table_of(writing, one)
    row_id = guid(str(one[table.primary_id]))
    if row_id is None or not writing.exists(table.logical_name, row_id):
        raise refusals.row_not_found(table.logical_name, str(one[table.primary_id]))
    return OF_TABLES[table.logical_name], row_id


def _table_of(writing: Writing, one: dict[str, Any]) -> Table:
    name = str(one.get("@odata.type", "")).lstrip("#").removeprefix(_CRM)
    for table in map(writing.storage.catalog.tables.get, [name] if name else OF_TABLES):
        if table is not None and table.logical_name in OF_TABLES and table.primary_id in one:
            return table
    raise refusals.payload_error(f"A component of the type '{name}' with its id is expected in 'Components'.")


def _members(writing: Writing, app: str) -> set[tuple[int, str]]:
    sql = 'SELECT "componenttype", "objectid" FROM "t_appmodulecomponent" WHERE "appmoduleidunique" = ?'
    return {(row[0], row[1]) for row in writing.conn.execute(sql, (app,))}
