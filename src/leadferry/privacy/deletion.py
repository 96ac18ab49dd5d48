"""What happens here when LinkedIn deletes a form response. Pure.

Only an explicit deletion counts (linkedin-api 4.6, 5: a push with `leadAction: DELETED`): a response that LinkedIn no
longer lists may be too old, or its account out of reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from leadferry.words import _


class Policy(StrEnum):
    """Configuration option `on_linkedin_deletion`."""

    KEEP = "keep"
    ERASE = "erase"
    ERASE_AND_LEAD = "erase-and-lead"


@dataclass(frozen=True, slots=True)
class Stored:
    """The submission as it stands. `made_lead`: its lead was made by this response. `sharers`: how many other
    submissions have that lead."""

    number: int
    lead_id: str | None = None
    made_lead: bool = False
    sharers: int = 0
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    erase: bool
    delete_lead: bool
    why: str


def decide(policy: Policy, stored: Stored) -> Decision:
    """A lead that was there before, or that others have answered for too, is never deleted for one response."""
    if stored.erased:
        return Decision(erase=False, delete_lead=False, why=_("It was erased before."))
    if policy is Policy.KEEP:
        return Decision(erase=False, delete_lead=False, why=_("It is kept, as configured."))
    if policy is Policy.ERASE or not stored.lead_id:
        return Decision(erase=True, delete_lead=False, why=_("Erased here."))
    if not stored.made_lead:
        return Decision(erase=True, delete_lead=False, why=_("Erased here; its lead was there before, and stays."))
    if stored.sharers:
        return Decision(erase=True, delete_lead=False, why=_("Erased here; its lead has other submissions, and stays."))
    return Decision(erase=True, delete_lead=True, why=_("Erased here, and its lead deleted in Dynamics."))
