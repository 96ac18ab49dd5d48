"""What LinkedIn's codes are called on pages: `LEAD_GEN_FORMS_MANAGER` is `Lead gen forms manager`. Pure.

A code that stands nowhere here is shown all the same, in English.
"""

from __future__ import annotations

from leadferry.words import Words, _

STATES = (
    *(_("Active"), _("Archived"), _("Canceled"), _("Completed"), _("Draft"), _("Paused"), _("Pending deletion")),
    *(_("Published"), _("Removed"), _("Submitted")),
)
"""Of forms and campaigns."""
CAMPAIGN_TYPES = (_("Dynamic"), _("Sponsored inmails"), _("Sponsored updates"), _("Text ad"))
ROLES = (
    *(_("Account billing admin"), _("Account manager"), _("Campaign manager"), _("Creative manager"), _("Viewer")),
    *(_("Administrator"), _("Analyst"), _("Content administrator"), _("Curator"), _("Lead gen forms manager")),
)
"""Of members, on ad accounts and on pages."""


def code_words(code: str) -> Words:
    return _(code.replace("_", " ").capitalize())
