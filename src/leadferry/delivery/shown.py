"""How a submission is put in words and marks on a page. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from leadferry.delivery.model import MatchingStatus, Removal, State
from leadferry.delivery.people import SubmittedBy, person_in
from leadferry.forms.model import FormVersion
from leadferry.words import _

Found = Mapping[str, Any]
BADGES: Mapping[MatchingStatus, tuple[str, str]] = {
    MatchingStatus.PENDING: ("st-pending", "hourglass"),
    MatchingStatus.CREATED: ("st-created", "add_circle"),
    MatchingStatus.UPDATED: ("st-updated", "edit"),
    MatchingStatus.MATCH_FAILED: ("st-review", "question_circle"),
    MatchingStatus.CREATION_FAILED: ("st-nocreate", "dismiss_circle"),
    MatchingStatus.UPDATE_FAILED: ("st-noupdate", "error_circle"),
    MatchingStatus.NOT_UPDATED: ("st-linked", "link"),
}
"""The look of each matching status: colour role and icon."""
LEAD_TYPES = {
    "SPONSORED": _("Sponsored"),
    "EVENT": _("Event"),
    "COMPANY": _("Company page"),
    "ORGANIZATION_PRODUCT": _("Product page"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list. `open`: it may change by itself in a moment."""

    row: Found
    person: SubmittedBy

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def open(self) -> bool:
        return not self.row["state"].final

    @property
    def badge(self) -> tuple[str, str, str]:
        """(words, role, icon)"""
        status = self.row["matching_status"]
        return (status.label, *BADGES[status])

    @property
    def took(self) -> str:
        """From submission to lead."""
        if self.row["state"] is not State.DELIVERED or self.row["settled_at"] is None:
            return ""
        return span_words(self.row["settled_at"] - self.row["submitted_at"])


def lines(rows: list[dict[str, Any]], version_by_key: Callable[[int], FormVersion | None]) -> list[Line]:
    return [Line(row, person_of(row, version_by_key)) for row in rows]


def person_of(row: Found, version_by_key: Callable[[int], FormVersion | None]) -> SubmittedBy:
    key = row["form_version_id"]
    if row.get("removal"):
        return SubmittedBy(gone=Removal(row["removal"]).words)
    return person_in(row["body"], version_by_key(key) if key else None)


def span_words(ms: int) -> str:
    """`640 ms`, `2.1 s`, `4 min`, `3 h`, `2 days`."""
    seconds = max(0, ms) / 1000
    if seconds < 1:
        return _("{time} ms", time=max(0, ms))
    if seconds < 60:
        return _("{time} s", time=f"{seconds:.1f}")
    if seconds < 5400:
        return _("{time} min", time=round(seconds / 60))
    if seconds < 172_800:
        return _("{time} h", time=round(seconds / 3600))
    return _("{days} days", days=round(seconds / 86400))


def lead_address(environment_url: str, lead_id: str, table: str = "lead") -> str:
    """The record's page in Dynamics 365."""
    return f"{environment_url.rstrip('/')}/main.aspx?pagetype=entityrecord&etn={table}&id={lead_id}"


def lead_type_words(lead_type: str) -> str:
    return LEAD_TYPES.get(lead_type, lead_type.replace("_", " ").capitalize() or _("unknown"))
