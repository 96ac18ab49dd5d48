"""Actions and functions bound to one row: `roles(id)/Microsoft.Dynamics.CRM.AddPrivilegesRole`."""

from __future__ import annotations

from collections.abc import Callable

from leadferry.simulators.dataverse import qualify, refusals, role_actions, urls
from leadferry.simulators.dataverse.calls import Call
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.server import Response

PREFIX = "Microsoft.Dynamics.CRM."
_Operation = Callable[[Call, Table, urls.Segment], Response]
OPERATIONS: dict[tuple[str, str, str], _Operation] = {
    ("POST", "lead", "QualifyLead"): qualify.qualify,
    ("POST", "role", "AddPrivilegesRole"): role_actions.add_privileges,
    ("POST", "role", "ReplacePrivilegesRole"): role_actions.replace_privileges,
    ("POST", "role", "RemovePrivilegeRole"): role_actions.remove_privilege,
    ("GET", "role", "RetrieveRolePrivilegesRole"): role_actions.privileges_of_role,
    ("GET", "systemuser", "RetrieveUserPrivileges"): role_actions.privileges_of_user,
}


def handle(call: Call, table: Table, row: urls.Segment, name: str) -> Response:
    """Raises the 404 for what is not bound to this table."""
    found = OPERATIONS.get((call.request.method, table.logical_name, name.removeprefix(PREFIX)))
    if found is None:
        raise refusals.segment_not_found(name)
    return found(call, table, row)
