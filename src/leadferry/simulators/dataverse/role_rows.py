"""The roles that ship with the platform, roles by name for people beside the Web API, and what a role's row obeys.

Each business unit has its own copy of every role; a copy has the privileges of its root.
Source: dataverse-api reference, section 6.10. How much the shipped roles may is simplified.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from leadferry.simulators.dataverse import refusals, solution_components
from leadferry.simulators.dataverse.behaviours import BEHAVIOURS, LINKING, Behaviour, made_by_the_platform
from leadferry.simulators.dataverse.drafts import Writing
from leadferry.simulators.dataverse.model import Catalog
from leadferry.simulators.dataverse.privilege_rows import (
    ADMINISTRATOR,
    CUSTOMIZER,
    DEFINITIONS,
    grant,
    privileges_of,
    role_id,
)
from leadferry.simulators.dataverse.privileges import BASIC, DEEP, GLOBAL, LOCAL, Verb, privilege_name
from leadferry.simulators.dataverse.seeds import put_rows
from leadferry.simulators.dataverse.storage import Storage

_TEMPLATES = {
    ADMINISTRATOR: "627090ff-40a3-4053-8790-584edc5be201",
    CUSTOMIZER: "119f245c-3cc8-4b62-b31c-d1a046ced15d",
}
_SALES = ("lead", "account", "contact", "opportunity", "incident", "annotation", "campaignresponse", "asyncoperation")
_OWN = ("account", "contact", "annotation", "campaignresponse", "asyncoperation")
_TO_WORK: tuple[Verb, ...] = ("Create", "Read", "Write", "Append", "AppendTo", "Assign", "Share")
_NOT_FOR_ALL = frozenset({"lead", "opportunity", "incident", "campaign", "account", "contact", "annotation"})
Depths = dict[str, int]


def seed(storage: Storage, business_unit: str) -> None:
    """Once, into an environment that has roles at all."""
    if "role" not in storage.catalog.tables:
        return
    with storage.transaction() as conn:
        if conn.execute('SELECT 1 FROM "t_role" LIMIT 1').fetchone():
            return
        for name, depths in shipped(storage.catalog).items():
            key = role_id(name)
            _put(storage, key, name, business_unit)
            grant(conn, key, depths, storage.take_versions)


def assign(storage: Storage, user_id: str, business_unit: str, names: Iterable[str], *, create: bool) -> None:
    """Makes these the user's own roles. Raises ValueError for a name that no role of the business unit has."""
    with storage.transaction() as conn:
        ids = [_by_name(storage, conn, name, business_unit, create) for name in names]
        conn.execute('DELETE FROM "t_systemuserroles" WHERE "systemuserid" = ?', (user_id,))
        version = storage.take_versions(len(ids))
        for number, one in enumerate(dict.fromkeys(ids)):
            conn.execute(
                'INSERT INTO "t_systemuserroles" ("systemuserroleid", "systemuserid", "roleid", "versionnumber") '
                "VALUES (?, ?, ?, ?)",
                (str(uuid.uuid4()), user_id, one, version + number),
            )


def names_of(storage: Storage, user_id: str) -> list[str]:
    """The user's own roles."""
    if "role" not in storage.catalog.tables:
        return []
    sql = "SELECT r.name FROM t_systemuserroles u JOIN t_role r USING (roleid) WHERE u.systemuserid = ? ORDER BY r.name"
    with storage.reading() as conn:
        return [str(row[0]) for row in conn.execute(sql, (user_id,))]


def _by_name(storage: Storage, conn: sqlite3.Connection, name: str, business_unit: str, create: bool) -> str:
    sql = 'SELECT "roleid" FROM "t_role" WHERE "name" = ? AND "businessunitid" = ?'
    row = conn.execute(sql, (name, business_unit)).fetchone()
    if row is None and not create:
        raise ValueError(f"there is no role '{name}' in the business unit; say create_roles to make it")
    return str(row[0]) if row else _put(storage, str(uuid.uuid4()), name, business_unit)


def _put(storage: Storage, key: str, name: str, business_unit: str) -> str:
    row: dict[str, Any] = {"roleid": key, "name": name, "businessunitid": business_unit, "parentrootroleid": key}
    if key in _TEMPLATES:
        row["roletemplateid"] = _TEMPLATES[key]
    return put_rows(storage, "role", [row])[0]


def shipped(catalog: Catalog) -> dict[str, Depths]:
    """The platform's roles by name, with their privileges."""
    there = privileges_of(catalog)
    everything = dict.fromkeys(there, GLOBAL)
    reading = dict.fromkeys(_reading(catalog), GLOBAL)
    found = {
        "System Administrator": everything,
        "System Customizer": everything | _of_tables(catalog, _SALES, BASIC, ("Create", "Read", "Write", "Delete")),
        "Basic User": reading | _of_tables(catalog, _OWN, BASIC),
        "Salesperson": reading | _of_tables(catalog, _SALES, BASIC) | _of_tables(catalog, _SALES, LOCAL, ("Read",)),
        "Sales Manager": reading | _of_tables(catalog, _SALES, LOCAL) | _of_tables(catalog, _SALES, DEEP, ("Read",)),
        "Delegate": {"prvActOnBehalfOfAnotherUser": GLOBAL},
    }
    for name in ("Salesperson", "Sales Manager"):
        found[name] |= _of_tables(catalog, ("campaign",), GLOBAL, ("Read", "AppendTo"))
    for name in ("prvActOnBehalfOfAnotherUser", "prvBypassCustomBusinessLogic", "prvAssignRole"):
        del found["System Customizer"][name]
    return {name: {one: depth for one, depth in depths.items() if one in there} for name, depths in found.items()}


def _reading(catalog: Catalog) -> Iterator[str]:
    """What everybody who works here may: see the platform's own tables, point to them, and read definitions."""
    yield from (f"prvRead{what}" for what in DEFINITIONS)
    for table in catalog.tables.values():
        if table.ownership != "UserOwned" and table.logical_name not in _NOT_FOR_ALL:
            yield privilege_name("Read", table)
            yield privilege_name("AppendTo", table)


def _of_tables(catalog: Catalog, names: Iterable[str], depth: int, verbs: Iterable[Verb] = _TO_WORK) -> Depths:
    tables = [catalog.tables[name] for name in names if name in catalog.tables]
    return {privilege_name(verb, table): depth for table in tables for verb in verbs}


def _creating(writing: Writing, row: dict[str, Any]) -> None:
    for column in ("name", "businessunitid"):
        if not row.get(column):
            raise refusals.required(column, "role")
    sql = 'SELECT 1 FROM "t_role" WHERE "name" = ? AND "businessunitid" = ?'
    if writing.conn.execute(sql, (row["name"], row["businessunitid"])).fetchone():
        raise refusals.already_exists()
    row |= {"parentrootroleid": row["roleid"], "parentrootroleid__table": "role"}


def _created(writing: Writing, row: dict[str, Any]) -> None:
    """A copy for each business unit below; the root may join a solution."""
    solution_components.add_row(writing, "role", row["roleid"])
    for unit in _below(writing.conn, row["businessunitid"]):
        _copy(writing, row, unit)


def _unit_created(writing: Writing, row: dict[str, Any]) -> None:
    """A new business unit gets a copy of each role of the units above it."""
    if "role" not in writing.storage.catalog.tables or not row.get("parentbusinessunitid"):
        return
    sql = 'SELECT * FROM "t_role" WHERE "businessunitid" = ?'
    for role in writing.conn.execute(sql, (row["parentbusinessunitid"],)).fetchall():
        _copy(writing, dict(role), row["businessunitid"])


def _copy(writing: Writing, role: dict[str, Any], unit: str) -> None:
    copy = {name: role.get(name) for name in ("name", "description", "parentrootroleid", "roletemplateid")}
    copy |= {"businessunitid": unit, "parentroleid": role["roleid"]}
    put_rows(writing.storage, "role", [copy])


def _below(conn: sqlite3.Connection, unit: str) -> list[str]:
    sql = (
        "WITH RECURSIVE below(id) AS (SELECT businessunitid FROM t_businessunit WHERE parentbusinessunitid = ? UNION "
        "SELECT b.businessunitid FROM t_businessunit b JOIN below ON b.parentbusinessunitid = below.id) "
        "SELECT id FROM below"
    )
    return [str(row[0]) for row in conn.execute(sql, (unit,))]


def _changing(writing: Writing, row_id: str, values: dict[str, Any]) -> None:
    _refuseshipped(row_id)
    if "name" in values:
        writing.conn.execute('UPDATE "t_role" SET "name" = ? WHERE "parentrootroleid" = ?', (values["name"], row_id))


def _deleting(writing: Writing, row_id: str) -> None:
    _refuseshipped(row_id)
    row = writing.conn.execute('SELECT parentrootroleid FROM "t_role" WHERE "roleid" = ?', (row_id,)).fetchone()
    if row and row[0] and row[0] != row_id:
        raise refusals.not_supported("An inherited role cannot be deleted. Delete the role that it comes from.")
    # The row points to itself, so its own deletion must not come back to it.
    writing.conn.execute('UPDATE "t_role" SET "parentrootroleid" = NULL WHERE "roleid" = ?', (row_id,))


def _refuseshipped(row_id: str) -> None:
    if row_id in _TEMPLATES:
        raise refusals.not_supported("The System Administrator and System Customizer roles cannot be changed.")


def _same_unit(owner: str, primary: str) -> Any:
    def check(writing: Writing, owner_id: str, role: str) -> None:
        sql = (
            f"SELECT r.name FROM t_role r JOIN {owner} o ON o.{primary} = ? "
            "WHERE r.roleid = ? AND r.businessunitid <> o.businessunitid"
        )
        row = writing.conn.execute(sql, (owner_id, role)).fetchone()
        if row is not None:
            raise refusals.Refusal(
                400, "0x8004140B", f"The role '{row[0]}' belongs to another business unit than {owner_id}."
            )

    return check


def _no_pairs(_: Writing, __: str, ___: str) -> None:
    raise refusals.not_supported("Privileges are given to a role by AddPrivilegesRole.")


BEHAVIOURS["role"] = Behaviour(_creating, _created, _changing, _deleting)
BEHAVIOURS["businessunit"] = Behaviour(created=_unit_created)
LINKING["systemuserroles"] = _same_unit("t_systemuser", "systemuserid")
LINKING["teamroles"] = _same_unit("t_team", "teamid")
LINKING["roleprivileges"] = _no_pairs
for _table in ("privilege", "roleprivileges", "systemuserroles", "teamroles", "teammembership"):
    made_by_the_platform(_table)
