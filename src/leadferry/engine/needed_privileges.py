"""What the application user must be allowed to in Dynamics, and what each privilege is for. Pure.

Names: `prv<Verb><Table>` (dataverse-api 6.10).
"""

from __future__ import annotations

from collections.abc import Iterable

from leadferry.solution.roles import ROLES
from leadferry.words import worded

NEEDED = {
    "prvCreateLead": worded("making new leads"),
    "prvReadLead": worded("finding leads that are there already"),
    "prvWriteLead": worded("updating leads"),
    "prvAppendLead": worded("linking leads to campaigns, accounts and contacts"),
    "prvAppendToLead": worded("linking rows to leads"),
    "prvAssignLead": worded("giving leads to their owners"),
}
"""Without one of these, leads do not cross."""

USEFUL = {
    "prvReadContact": worded("strategies that make or look at contacts"),
    "prvCreateContact": worded("strategies that make contacts"),
    "prvAppendToContact": worded("linking leads to contacts"),
    "prvReadAccount": worded("mappings to accounts"),
    "prvAppendToAccount": worded("mappings to accounts"),
    "prvReadCampaign": worded("mappings to campaigns"),
    "prvAppendToCampaign": worded("mappings to campaigns"),
    "prvReadOpportunity": worded("seeing which leads were won"),
    "prvReadUser": worded("choosing lead owners and signing in at the console"),
    "prvReadRole": worded("signing in at the console"),
    "prvReadTeam": worded("signing in at the console by a team's role"),
}
"""Without one of these, only what it is for does not work."""


_INBOUND = ROLES[2]
SHOWN = 4
"""Of the mirror's privileges so many are named; the role brings them all."""


def mirror_needs(*, dynamics_campaigns: bool) -> list[str]:
    """What the mirror writes with: all that the S2S role may do with the solution's own tables, and, where LinkedIn's
    campaigns become campaigns of Dynamics, with those."""
    ours = [name for name in _INBOUND.privileges() if "ferry_" in name]
    return [*ours, *CAMPAIGNS] if dynamics_campaigns else ours


CAMPAIGNS = (
    "prvCreateCampaign", "prvReadCampaign", "prvWriteCampaign", "prvAppendToCampaign",
    "prvCreateActivity", "prvReadActivity", "prvWriteActivity", "prvAppendActivity",
)  # fmt: skip
"""Campaigns of Dynamics, and campaign responses, which are activities."""


def mirror_lacks(held: Iterable[str], *, dynamics_campaigns: bool) -> str:
    """In words; "" where nothing is missing."""
    known = {name.casefold() for name in held}
    lacking = [name for name in mirror_needs(dynamics_campaigns=dynamics_campaigns) if name.casefold() not in known]
    if not lacking:
        return ""
    named = ", ".join(lacking[:SHOWN]) + (f" and {len(lacking) - SHOWN} more" if len(lacking) > SHOWN else "")
    return f"{named} (the mirror); the role {_INBOUND.name} has them all"


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
