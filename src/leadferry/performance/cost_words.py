"""Why costs are not told, and what to do about it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from leadferry.performance.cost_rows import Reading

SCOPE = "r_ads_reporting"


@dataclass(frozen=True, slots=True)
class CostState:
    """`wanted`: this installation asks members for the permission. `held`: an authorized profile may have it.
    `told`: LinkedIn tells costs by what the figures are narrowed to."""

    wanted: bool
    held: bool
    readings: Sequence[Reading]
    told: bool = True
    SCOPE: ClassVar[str] = SCOPE


def cost_notice(state: CostState) -> tuple[str, str]:
    """(what, what to do); ("", "") where all is well."""
    if not state.told:
        return "Costs are not told by this filter.", "Narrow by account, campaign or form, or show all."
    if not state.held:
        return "Costs are not read from LinkedIn.", _permission(wanted=state.wanted)
    trouble = next((one.trouble for one in state.readings if one.trouble), "")
    if trouble:
        return f"Costs could not be read. {trouble}", "They are read again within the hour."
    if not any(one.read_at for one in state.readings):
        return "Costs are not read yet.", "They are read once a day, beside the leads."
    return "", ""


def _permission(*, wanted: bool) -> str:
    if wanted:
        return (
            f"No user profile was granted {SCOPE}. Whoever owns the LinkedIn app adds the product Advertising API in "
            "the developer portal; then authorize the user profile again."
        )
    return (
        f"If the LinkedIn app has the product Advertising API, add {SCOPE} to LEADFERRY_LINKEDIN_SCOPES and authorize "
        "the user profile again. Leads cross without it."
    )
