"""What a user may do: the union over their own roles and those of their teams, kept until a role changes.

Source: dataverse-api reference, section 6.10.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from leadferry.simulators.dataverse.model import Catalog
from leadferry.simulators.dataverse.privilege_rows import ADMINISTRATOR
from leadferry.simulators.dataverse.privileges import EVERYTHING, Place, Rights
from leadferry.simulators.dataverse.storage import Storage

_HELD = """
SELECT roleid FROM t_systemuserroles WHERE systemuserid = ?1 UNION
SELECT r.roleid FROM t_teamroles r JOIN t_teammembership m ON m.teamid = r.teamid WHERE m.systemuserid = ?1
"""
ROOTS = f"""
SELECT coalesce(t_role.parentrootroleid, t_role.roleid) FROM t_role WHERE t_role.roleid IN ({_HELD})
"""
_RIGHTS = f"""
SELECT p.name, max(g.privilegedepthmask) FROM t_roleprivileges g JOIN t_privilege p ON p.privilegeid = g.privilegeid
WHERE g.roleid IN ({ROOTS}) GROUP BY p.name
"""
_BELOW = """
WITH RECURSIVE below(id) AS (
  SELECT ?1 UNION SELECT b.businessunitid FROM t_businessunit b JOIN below ON b.parentbusinessunitid = below.id
) SELECT id FROM below
"""


@dataclass(frozen=True, slots=True)
class Person:
    rights: Rights = field(default_factory=Rights)
    place: Place = field(default_factory=Place)
    disabled: bool = False


def person_of(storage: Storage, user_id: str) -> Person:
    """Read once; a change of roles, members or business units makes the kept one worthless."""
    generation = storage.rights_generation
    kept = storage.people.get(user_id)
    if kept is not None and kept[0] == generation:
        person: Person = kept[1]
        return person
    with storage.reading() as conn:
        person = _read(conn, storage.catalog, user_id)
    storage.people[user_id] = (generation, person)
    return person


def held_roles(conn: sqlite3.Connection, user_id: str) -> list[str]:
    """Ids of the user's own roles and of their teams'."""
    return [str(row[0]) for row in conn.execute(_HELD, (user_id,))]


def _read(conn: sqlite3.Connection, catalog: Catalog, user_id: str) -> Person:
    if not {"role", "systemuserroles", "teamroles", "roleprivileges", "privilege"} <= catalog.tables.keys():
        return Person(place=Place(frozenset({user_id})))
    roots = {str(row[0]) for row in conn.execute(ROOTS, (user_id,))}
    rights = EVERYTHING if ADMINISTRATOR in roots else Rights(depths=dict(conn.execute(_RIGHTS, (user_id,)).fetchall()))
    sql = "SELECT businessunitid, isdisabled FROM t_systemuser WHERE systemuserid = ?"
    unit, disabled = conn.execute(sql, (user_id,)).fetchone() or ("", 0)
    teams = conn.execute("SELECT teamid FROM t_teammembership WHERE systemuserid = ?", (user_id,)).fetchall()
    owners = frozenset({user_id, *(str(row[0]) for row in teams)})
    units = frozenset(str(row[0]) for row in conn.execute(_BELOW, (unit,))) if unit else frozenset()
    return Person(rights, Place(owners, unit or "", units), bool(disabled))
