"""Actions and functions about roles and privileges.

Source: dataverse-api reference, section 6.10 (AddPrivilegesRole, ReplacePrivilegesRole, RolePrivilege ComplexType).
"""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

from leadferry.simulators.dataverse import crud, query, refusals, rendering, urls
from leadferry.simulators.dataverse.access import require_rows
from leadferry.simulators.dataverse.calls import Call, answer, no_content
from leadferry.simulators.dataverse.drafts import Writing
from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.privilege_rows import ADMINISTRATOR, grant
from leadferry.simulators.dataverse.privileges import BASIC, DEEP, GLOBAL, LOCAL
from leadferry.simulators.dataverse.rights import ROOTS, held_roles
from leadferry.simulators.dataverse.values import guid
from leadferry.simulators.server import Response

DEPTHS = {"Basic": BASIC, "Local": LOCAL, "Deep": DEEP, "Global": GLOBAL}
"""`PrivilegeDepth` of the Web API, and the mask that is kept."""
_NAMES = {mask: name for name, mask in DEPTHS.items()}
_NUMBERS = dict(enumerate(DEPTHS))
_CAN_BE = {BASIC: "canbebasic", LOCAL: "canbelocal", DEEP: "canbedeep", GLOBAL: "canbeglobal"}
_GRANTED = """
SELECT p.privilegeid, p.name, max(g.privilegedepthmask) AS mask, max(r.businessunitid) AS unit
FROM t_roleprivileges g JOIN t_privilege p ON p.privilegeid = g.privilegeid JOIN t_role r ON r.roleid = g.roleid
WHERE g.roleid IN ({}) GROUP BY p.privilegeid ORDER BY p.name
"""


class _Grant(NamedTuple):
    name: str
    depth: int


def add_privileges(call: Call, table: Table, segment: urls.Segment) -> Response:
    with call.writing() as writing:
        role = _role(call, writing, table, segment)
        _give(writing, role, _asked(writing.conn, call.json))
    return no_content()


def replace_privileges(call: Call, table: Table, segment: urls.Segment) -> Response:
    with call.writing() as writing:
        role = _role(call, writing, table, segment)
        asked = _asked(writing.conn, call.json)
        writing.conn.execute('DELETE FROM "t_roleprivileges" WHERE "roleid" = ?', (role,))
        _give(writing, role, asked)
    return no_content()


def remove_privilege(call: Call, table: Table, segment: urls.Segment) -> Response:
    with call.writing() as writing:
        role = _role(call, writing, table, segment)
        body = call.json
        wanted = guid(str(body.get("PrivilegeId", ""))) if isinstance(body, dict) else None
        if wanted is None:
            raise refusals.invalid_argument("Required field 'PrivilegeId' is missing or not a GUID.")
        sql = 'DELETE FROM "t_roleprivileges" WHERE "roleid" = ? AND "privilegeid" = ?'
        if writing.conn.execute(sql, (role, wanted)).rowcount == 0:
            raise refusals.row_not_found("roleprivileges", wanted)
        writing.rows_touched += 1
    return no_content()


def privileges_of_role(call: Call, table: Table, segment: urls.Segment) -> Response:
    row = crud.readable(call, table, segment)
    with call.storage.reading() as conn:
        granted = conn.execute(_GRANTED.format("?"), (row["parentrootroleid"] or row["roleid"],)).fetchall()
    return _answer(call, "RetrieveRolePrivilegesRoleResponse", granted, row["businessunitid"])


def privileges_of_role_by_id(call: Call, function: urls.Segment) -> Response:
    """The unbound form, `RetrieveRolePrivilegesRole(RoleId=…)`."""
    table = call.storage.catalog.tables["role"]
    return privileges_of_role(call, table, urls.Segment("", "roles", _parameter(call, function, "RoleId")))


def privileges_of_user(call: Call, table: Table, segment: urls.Segment) -> Response:
    row = crud.readable(call, table, segment)
    call.caller.require("Read", call.storage.catalog.tables["role"])
    with call.storage.reading() as conn:
        granted = conn.execute(_GRANTED.format(ROOTS), (row["systemuserid"],)).fetchall()
    return _answer(call, "RetrieveUserPrivilegesResponse", granted, row["businessunitid"])


def roles_of_directory_user(call: Call, function: urls.Segment) -> Response:
    """`RetrieveAadUserRoles(DirectoryObjectId=…)`: the roles of a user and of their teams."""
    wanted = _parameter(call, function, "DirectoryObjectId")
    table = call.storage.catalog.tables["role"]
    call.caller.require("Read", table)
    with call.storage.reading() as conn:
        sql = 'SELECT "systemuserid" FROM "t_systemuser" WHERE "azureactivedirectoryobjectid" = ?'
        user = conn.execute(sql, (wanted,)).fetchone()
        if user is None:
            raise refusals.row_not_found("systemuser", wanted)
        ids = held_roles(conn, user[0])
    found = rendering.options(call.request.query)
    kept = "&".join(f"{name}={value}" for name, value in found.items() if name in {"$select", "$expand"})
    chosen = " or ".join(f"roleid eq {one}" for one in ids or ["00000000-0000-0000-0000-000000000000"])
    asked = f"$filter={chosen}" + (f"&{kept}" if kept else "")
    return answer(query.answer_collection(call.storage, table, asked, call.prefer, call.caller.base_url, call.caller))


def _role(call: Call, writing: Writing, table: Table, segment: urls.Segment) -> str:
    """The root of the role that is to be changed."""
    row = crud.existing(call.storage, writing.conn, table, segment)
    require_rows(writing.conn, call.caller, "Write", table, [row["roleid"]])
    role = str(row["parentrootroleid"] or row["roleid"])
    if role == ADMINISTRATOR:
        raise refusals.not_supported("The privileges of the System Administrator role cannot be changed.")
    return role


def _give(writing: Writing, role: str, asked: list[_Grant]) -> None:
    grant(writing.conn, role, {one.name: one.depth for one in asked}, writing.storage.take_versions)
    writing.rows_touched += len(asked)


def _asked(conn: sqlite3.Connection, body: Any) -> list[_Grant]:
    privileges = body.get("Privileges") if isinstance(body, dict) else None
    if not isinstance(privileges, list):
        raise refusals.invalid_argument("Required field 'Privileges' is missing.")
    return [_grant(conn, one) for one in privileges]


def _grant(conn: sqlite3.Connection, one: Any) -> _Grant:
    if not isinstance(one, dict):
        raise refusals.payload_error("An item of 'Privileges' must be a RolePrivilege.")
    wanted, depth = guid(str(one.get("PrivilegeId", ""))), one.get("Depth", "Basic")
    if wanted is None:
        raise refusals.payload_error("The property 'PrivilegeId' of a RolePrivilege must be a GUID.")
    mask = DEPTHS.get(_NUMBERS.get(depth, "") if isinstance(depth, int) else str(depth))
    if mask is None:
        raise refusals.payload_error(f"The value '{depth}' is not a member of 'PrivilegeDepth'.")
    row = conn.execute('SELECT * FROM "t_privilege" WHERE "privilegeid" = ?', (wanted,)).fetchone()
    if row is None:
        raise refusals.row_not_found("privilege", wanted)
    if not row[_CAN_BE[mask]]:
        raise refusals.invalid_argument(f"The privilege {row['name']} cannot have the depth {_NAMES[mask]}.")
    return _Grant(row["name"], mask)


def _answer(call: Call, kind: str, granted: list[sqlite3.Row], unit: str) -> Response:
    privileges = [
        {
            "Depth": _NAMES[row["mask"]],
            "PrivilegeId": row["privilegeid"],
            "BusinessUnitId": unit,
            "PrivilegeName": row["name"],
            "RecordFilterId": "00000000-0000-0000-0000-000000000000",
            "RecordFilterUniqueName": None,
        }
        for row in granted
    ]
    context = call.url(f"$metadata#Microsoft.Dynamics.CRM.{kind}")
    return answer({"@odata.context": context, "RolePrivileges": privileges})


def _parameter(call: Call, function: urls.Segment, name: str) -> str:
    """A GUID of a function's brackets; an alias (`@p1`) is looked up in the query."""
    given = dict(part.partition("=")[::2] for part in (function.key or "").split(","))
    text = given.get(name, "").strip()
    if text.startswith("@"):
        text = rendering.options(call.request.query).get(text, "")
    found = guid(text.strip("'"))
    if found is None:
        raise refusals.query_error(f"The parameter '{name}' of {function.name} is missing or not a GUID.")
    return found
