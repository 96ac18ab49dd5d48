"""What the application user must be allowed to in Dynamics, and what each privilege is for. Pure.

Names: `prv<Verb><Table>` (dataverse-api 6.10).
"""

from __future__ import annotations

from collections.abc import Iterable

NEEDED = {
    "prvCreateLead": "making new leads",
    "prvReadLead": "finding leads that are there already",
    "prvWriteLead": "updating leads",
    "prvAppendLead": "linking leads to campaigns, accounts and contacts",
    "prvAppendToLead": "linking rows to leads",
    "prvAssignLead": "giving leads to their owners",
}
"""Without one of these, leads do not cross."""

USEFUL = {
    "prvReadContact": "strategies that make or look at contacts",
    "prvCreateContact": "strategies that make contacts",
    "prvAppendToContact": "linking leads to contacts",
    "prvReadAccount": "mappings to accounts",
    "prvAppendToAccount": "mappings to accounts",
    "prvReadCampaign": "mappings to campaigns",
    "prvAppendToCampaign": "mappings to campaigns",
    "prvReadOpportunity": "seeing which leads were won",
    "prvReadUser": "choosing lead owners and signing in at the console",
    "prvReadRole": "signing in at the console",
    "prvReadTeam": "signing in at the console by a team's role",
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
