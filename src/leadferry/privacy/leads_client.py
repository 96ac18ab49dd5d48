"""Leads deleted in Dynamics: only where somebody chose that, and the application user may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leadferry.dataverse.batch import Operation
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.odata import key_url
from leadferry.errors import DataverseError, InputError
from leadferry.words import _

PRIVILEGE, LACKING = "prvDeleteLead", "dataverse-missing-privilege"
AT_ONCE = 100


def refuse_unless_allowed(client: DataverseClient, user_id: str) -> None:
    """Before anything is done. An application user who may not read privileges is let try."""
    try:
        held = client.privileges_of(user_id or client.who_am_i().user_id)
    except DataverseError as error:
        if error.code == LACKING:
            return
        raise
    if PRIVILEGE.casefold() not in {name.casefold() for name in held}:
        raise _not_allowed()


def _not_allowed() -> InputError:
    return InputError(
        _(
            "The application user may not delete leads in Dynamics: it lacks the privilege "
            "{privilege}. Nothing was erased.",
            privilege=PRIVILEGE,
        ),
        fix=_(
            'Give it the role "LinkedIn Lead Gen S2S Inbound" of the solution, or another one that '
            "deletes leads; or choose to leave the lead, and delete it in Dynamics by hand."
        ),
        code="may-not-delete-leads",
    )


def delete_leads(client: DataverseClient, lead_ids: Sequence[str]) -> Mapping[str, DataverseError]:
    """Those that could not be deleted, and why; one that is gone already is fine. Raises InputError where the privilege
    is missing."""
    refused: dict[str, DataverseError] = {}
    for start in range(0, len(lead_ids), AT_ONCE):
        some = lead_ids[start : start + AT_ONCE]
        errors = deleted(client, [key_url("leads", key) for key in some])
        if any(error.code == LACKING for error in errors.values()):
            raise _not_allowed()
        refused |= {some[place]: error for place, error in errors.items()}
    return refused


def deleted(client: DataverseClient, urls: Sequence[str]) -> dict[int, DataverseError]:
    """Place in `urls` -> why that row stays; one that is gone already is fine."""
    results = client.batch([Operation("DELETE", url) for url in urls], continue_on_error=True)
    errors = {place: result.error for place, result in enumerate(results) if result.error}
    return {place: error for place, error in errors.items() if error.code != "dataverse-not-found"}
