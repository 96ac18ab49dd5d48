"""People of a Dynamics environment who can own leads.

Source: docs `systemuser` table reference (isdisabled, accessmode, applicationid, islicensed); dataverse-api 1.2.
"""

from __future__ import annotations

from dataclasses import dataclass

from leadferry.dataverse.client import DataverseClient

READ_WRITE = 0
_ENABLED = f"isdisabled eq false and accessmode eq {READ_WRITE} and applicationid eq null"


@dataclass(frozen=True, slots=True)
class SystemUser:
    id: str
    name: str
    email: str


def people_of(client: DataverseClient) -> list[SystemUser]:
    """Enabled and, where the table tells, licensed; sorted by name. Applications are left out."""
    licensed = " and islicensed eq true" if "islicensed" in client.table("systemuser").columns else ""
    rows = client.query(
        "systemusers",
        select=["systemuserid", "fullname", "internalemailaddress"],
        filter=_ENABLED + licensed,
        orderby="fullname",
    )
    return [
        SystemUser(
            str(row["systemuserid"]).lower(),
            str(row.get("fullname") or row["systemuserid"]),
            str(row.get("internalemailaddress") or ""),
        )
        for row in rows
    ]
