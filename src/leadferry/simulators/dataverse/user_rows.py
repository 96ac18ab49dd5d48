"""Users that are made over the Web API: one application user for each application.

Source: dataverse-api reference, section 1.2.
"""

from __future__ import annotations

from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.behaviours import BEHAVIOURS, Behaviour
from leadferry.simulators.dataverse.drafts import Writing

_NON_INTERACTIVE = 4


def _creating(writing: Writing, row: dict[str, Any]) -> None:
    if "businessunitid" in writing.rules("systemuser").columns and not row.get("businessunitid"):
        raise refusals.required("businessunitid", "systemuser")
    application = row.get("applicationid")
    if not application:
        return
    sql = 'SELECT 1 FROM "t_systemuser" WHERE "applicationid" = ?'
    if writing.conn.execute(sql, (application,)).fetchone():
        raise refusals.already_exists()
    known = writing.rules("systemuser").columns
    filled = {"accessmode": _NON_INTERACTIVE, "isdisabled": 0, "fullname": row.get("fullname") or f"# {application}"}
    row.update({name: value for name, value in filled.items() if name in known})


BEHAVIOURS["systemuser"] = Behaviour(creating=_creating)
