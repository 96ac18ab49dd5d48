"""Why costs are not told, and what to do about it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from leadferry.performance.cost_rows import Reading
from leadferry.words import _, worded

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
        return _("Costs are not told by this filter."), _("Narrow by account, campaign or form, or show all.")
    if not state.held:
        return _("Costs are not read from LinkedIn."), _permission(wanted=state.wanted)
    trouble = next((one.trouble for one in state.readings if one.trouble), "")
    if trouble:
        return worded("Costs could not be read. {trouble}", trouble=trouble), _("They are read again within the hour.")
    if not any(one.read_at for one in state.readings):
        return _("Costs are not read yet."), _("They are read once a day, beside the leads.")
    return "", ""


def _permission(*, wanted: bool) -> str:
    if wanted:
        return _(
            "No user profile was granted {scope}. Whoever owns the LinkedIn app adds the product Advertising API in "
            "the developer portal; then authorize the user profile again.",
            scope=SCOPE,
        )
    return _(
        "If the LinkedIn app has the product Advertising API, add {scope} to LEADFERRY_LINKEDIN_SCOPES and authorize "
        "the user profile again. Leads cross without it.",
        scope=SCOPE,
    )
