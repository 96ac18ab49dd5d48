"""What the application user must be allowed to in Dynamics, and what each privilege is for. Pure.

Names: `prv<Verb><Table>` (dataverse-api 6.10).
"""

from __future__ import annotations

from collections.abc import Iterable

from leadferry.words import _

NEEDED = {
    "prvCreateLead": _("making new leads"),
    "prvReadLead": _("finding leads that are there already"),
    "prvWriteLead": _("updating leads"),
    "prvAppendLead": _("linking leads to campaigns, accounts and contacts"),
    "prvAppendToLead": _("linking rows to leads"),
    "prvAssignLead": _("giving leads to their owners"),
}
"""Without one of these, leads do not cross."""

USEFUL = {
    "prvReadContact": _("strategies that make or look at contacts"),
    "prvCreateContact": _("strategies that make contacts"),
    "prvAppendToContact": _("linking leads to contacts"),
    "prvReadAccount": _("mappings to accounts"),
    "prvAppendToAccount": _("mappings to accounts"),
    "prvReadCampaign": _("mappings to campaigns"),
    "prvAppendToCampaign": _("mappings to campaigns"),
    "prvReadUser": _("choosing lead owners and signing in at the console"),
    "prvReadRole": _("signing in at the console"),
    "prvReadTeam": _("signing in at the console by a team's role"),
}
"""Without one of these, only what it is for does not work."""


def missing(held: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """(needed, useful) privileges that are not held: name -> what for. Names are compared without case."""
    known = {name.casefold() for name in held}
    needed, useful = (
        {name: why for name, why in table.items() if name.casefold() not in known} for table in (NEEDED, USEFUL)
    )
    return needed, useful


def in_words(found: dict[str, str]) -> str:
    """`prvAssignLead (giving leads to their owners), ...`"""
    return ", ".join(f"{name} ({why})" for name, why in found.items())
