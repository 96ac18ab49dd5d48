"""Which privileges there are: some of the environment, and some for each table, however young. Kept as rows.

Source: dataverse-api reference, section 6.10. The names of those for definitions are unconfirmed there.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterable
from typing import NamedTuple, get_args

from leadferry.simulators.dataverse.model import Catalog, Table
from leadferry.simulators.dataverse.privileges import GLOBAL, Verb, privilege_name
from leadferry.simulators.dataverse.refusals import privilege_id


def role_id(name: str) -> str:
    """Of a role that ships with the platform: the same in every simulator."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"role/{name}"))


ADMINISTRATOR, CUSTOMIZER = role_id("System Administrator"), role_id("System Customizer")
DEFINITIONS = ("Entity", "Attribute", "Relationship", "OptionSet", "EntityKey")
OF_THE_ENVIRONMENT = (
    "prvActOnBehalfOfAnotherUser", "prvBypassCustomBusinessLogic", "prvBulkDelete", "prvOverrideCreatedOnCreatedBy",
    "prvPublishCustomization", "prvExportCustomization", "prvImportCustomization",
    *(f"prv{verb}{what}" for what in DEFINITIONS for verb in ("Create", "Read", "Write", "Delete")),
)  # fmt: skip
_ACCESS: dict[Verb, int] = {
    "Read": 1, "Write": 2, "Append": 4, "AppendTo": 16, "Create": 32, "Delete": 65_536, "Share": 262_144,
    "Assign": 524_288,
}  # fmt: skip
_VERBS: tuple[Verb, ...] = get_args(Verb)
_OF_OTHERS = frozenset({"activityparty", "appmodulecomponent", "privilege", "solutioncomponent"})
"""Tables that another table's privileges protect."""


class Privilege(NamedTuple):
    name: str
    access_right: int
    deepest_only: bool
    """Only Global makes sense for it."""


def privileges_of(catalog: Catalog) -> dict[str, Privilege]:
    found = {name: Privilege(name, 0, True) for name in OF_THE_ENVIRONMENT}
    for table in catalog.tables.values():
        if table.logical_name not in _OF_OTHERS and not catalog.is_intersect(table):
            found.update({one.name: one for one in _of_table(table)})
    return found


def _of_table(table: Table) -> Iterable[Privilege]:
    for verb in _VERBS:
        owned = table.ownership == "UserOwned"
        if owned or verb not in {"Assign", "Share"} or (verb == "Assign" and table.logical_name == "role"):
            global_only = table.ownership not in {"UserOwned", "BusinessOwned"}
            yield Privilege(privilege_name(verb, table), _ACCESS[verb], global_only)


def follow(conn: sqlite3.Connection, catalog: Catalog, take_versions: Callable[[int], int]) -> None:
    """Makes the rows of `privilege` what the catalog needs; the two mighty roles get each new one."""
    if "privilege" not in catalog.tables:
        return
    wanted = privileges_of(catalog)
    there = {str(row[0]) for row in conn.execute('SELECT "name" FROM "t_privilege"')}
    for name in there - wanted.keys():
        conn.execute('DELETE FROM "t_roleprivileges" WHERE "privilegeid" = ?', (privilege_id(name),))
        conn.execute('DELETE FROM "t_privilege" WHERE "name" = ?', (name,))
    new = [one for name, one in wanted.items() if name not in there]
    version = take_versions(len(new))
    conn.executemany(
        'INSERT INTO "t_privilege" ("privilegeid", "name", "accessright", "canbebasic", "canbelocal", "canbedeep", '
        '"canbeglobal", "canbeentityreference", "versionnumber") VALUES (?, ?, ?, ?, ?, ?, 1, 1, ?)',
        [
            (privilege_id(one.name), one.name, one.access_right, *[int(not one.deepest_only)] * 3, version + number)
            for number, one in enumerate(new)
        ],
    )
    for role in (ADMINISTRATOR, CUSTOMIZER):
        if new and conn.execute('SELECT 1 FROM "t_role" WHERE "roleid" = ?', (role,)).fetchone():
            grant(conn, role, {one.name: GLOBAL for one in new}, take_versions)


def grant(conn: sqlite3.Connection, role: str, depths: dict[str, int], take_versions: Callable[[int], int]) -> None:
    """Gives a role privileges; a depth that it had for one of them is replaced."""
    version = take_versions(len(depths))
    ids = [privilege_id(name) for name in depths]
    conn.executemany(
        'DELETE FROM "t_roleprivileges" WHERE "roleid" = ? AND "privilegeid" = ?', [(role, one) for one in ids]
    )
    conn.executemany(
        'INSERT INTO "t_roleprivileges" ("roleprivilegeid", "roleid", "privilegeid", "privilegedepthmask", '
        '"versionnumber") VALUES (?, ?, ?, ?, ?)',
        [
            (str(uuid.uuid4()), role, one, depth, version + number)
            for number, (one, depth) in enumerate(zip(ids, depths.values(), strict=True))
        ],
    )
