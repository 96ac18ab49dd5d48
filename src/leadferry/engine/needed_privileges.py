"""What the application user must be allowed to in Dynamics, and what each privilege is for. Pure.

Names: `prv<Verb><Table>` (dataverse-api 6.10).
"""

from __future__ import annotations

from collections.abc import Iterable

from leadferry.words import told

NEEDED = {
    "prvCreateLead": told("making new leads"),
    "prvReadLead": told("finding leads that are there already"),
    "prvWriteLead": told("updating leads"),
    "prvAppendLead": told("linking leads to campaigns, accounts and contacts"),
    "prvAppendToLead": told("linking rows to leads"),
    "prvAssignLead": told("giving leads to their owners"),
}
"""Without one of these, leads do not cross."""

USEFUL = {
    "prvReadContact": told("strategies that make or look at contacts"),
    "prvCreateContact": told("strategies that make contacts"),
    "prvAppendToContact": told("linking leads to contacts"),
    "prvReadAccount": told("mappings to accounts"),
    "prvAppendToAccount": told("mappings to accounts"),
    "prvReadCampaign": told("mappings to campaigns"),
    "prvAppendToCampaign": told("mappings to campaigns"),
    "prvReadUser": told("choosing lead owners and signing in at the console"),
    "prvReadRole": told("signing in at the console"),
    "prvReadTeam": told("signing in at the console by a team's role"),
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
