"""What the pull of a form's responses came to. Pure."""

from __future__ import annotations

from enum import IntEnum

from leadferry.words import _


class LeadFormSync(IntEnum):
    """msdyncrm_linkedinform.msdyncrm_syncstatus (OC-59)."""

    PENDING = 192350000
    ACTIVE = 192350001
    NO_SUBMISSIONS = 192350002
    FORBIDDEN = 192350003

    @property
    def label(self) -> str:
        return (_("Pending Synchronization"), _("Active"), _("No Form Submissions"), _("Forbidden"))[self - 192350000]
