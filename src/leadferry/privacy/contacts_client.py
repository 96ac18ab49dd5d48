"""Contacts that Leadferry made with a lead (*Enable contact creation*), deleted in Dynamics: only where somebody chose
that, and only where nothing else uses them. One that was merely linked is the customer's own and is never touched.

Dynamics deletes a contact's cases with it, so a contact of which that cannot be looked up stays.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.odata import key_url
from leadferry.delivery.ids import contact_id
from leadferry.errors import DataverseError
from leadferry.privacy.leads_client import LACKING, deleted
from leadferry.words import _

USERS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    _("a lead"): ("leads", "leadid", ("_parentcontactid_value", "_customerid_value")),
    _("an opportunity"): ("opportunities", "opportunityid", ("_parentcontactid_value", "_customerid_value")),
    _("an account"): ("accounts", "accountid", ("_primarycontactid_value",)),
    _("a case"): ("incidents", "incidentid", ("_customerid_value",)),
}
"""What may use a contact: table, its key, columns that name the contact."""
NO_SUCH = 404
"""The table is not there: an environment without cases, say."""


def made_with(found: Iterable[Mapping[str, Any]], namespace: uuid.UUID) -> list[str]:
    """Of submissions: contacts whose id we chose for one of their leads. Pure."""
    rows = list(found)
    ours = {contact_id(namespace, str(one["lead_id"])) for one in rows if one["lead_id"]}
    return [*dict.fromkeys(str(one["contact_id"]) for one in rows if one["contact_id"] in ours)]


def delete_contacts(client: DataverseClient, contacts: Iterable[str], us: str, shared: Collection[str]) -> list[str]:
    """Those that stay, and why. `us`: the application user. `shared`: those that other submissions have here."""
    left: list[str] = []
    for key in contacts:
        why = _("another submission has it") if key in shared else _used(client, key, us) or _refused(client, key)
        if why:
            left.append(_("Contact {key} stays: {why}", key=key, why=why))
    return left


def _used(client: DataverseClient, key: str, us: str) -> str:
    """ "" where nothing does."""
    try:
        row = client.get("contacts", key, ["contactid", "_modifiedby_value"])
    except DataverseError as error:
        return "" if error.code == "dataverse-not-found" else error.message
    if str(row.get("_modifiedby_value") or "").lower() != us.lower():
        return _("somebody has changed it.")
    for words, (entity_set, primary, columns) in USERS.items():
        try:
            if _any(client, entity_set, primary, columns, key):
                return _("{what} uses it.", what=words)
        except DataverseError as error:
            if error.status != NO_SUCH:
                return _("nobody can tell whether {what} uses it. {why}", what=words, why=error.message)
    return ""


def _any(client: DataverseClient, entity_set: str, primary: str, columns: Iterable[str], key: str) -> bool:
    asked = " or ".join(f"{column} eq {key}" for column in columns)
    return any(True for _row in client.query(entity_set, select=[primary], filter=asked, top=1))


def _refused(client: DataverseClient, key: str) -> str:
    error = deleted(client, [key_url("contacts", key)]).get(0)
    if error is not None and error.code == LACKING:
        return _("the application user lacks the privilege prvDeleteContact.")
    return error.message if error else ""
