"""What the pull of a form's responses came to. Pure."""

from __future__ import annotations

from enum import IntEnum

from leadferry.words import worded


class LeadFormSync(IntEnum):
    """msdyncrm_linkedinform.msdyncrm_syncstatus (OC-59)."""

    PENDING = 192350000
    ACTIVE = 192350001
    NO_SUBMISSIONS = 192350002
    FORBIDDEN = 192350003

    @property
    def label(self) -> str:
        return (
            worded("Pending Synchronization"),
            worded("Active"),
            worded("No Form Submissions"),
            worded("Forbidden"),
        )[self - 192350000]
