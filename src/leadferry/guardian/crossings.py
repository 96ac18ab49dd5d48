"""Whether leads cross: delivery, what waits too long, the intake, the last reconciliation. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadferry.guardian.model import HOUR_MS, Check, Finding, Level
from leadferry.words import worded, worded_many

STUCK_MS = HOUR_MS
QUIET_MS = 15 * 60_000
"""Polls come every minute; without one for so long, and five intervals, nobody is at work."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Submissions that are due and not settled, since when the oldest is due; and those that need a person."""

    overdue: int = 0
    oldest_at: int | None = None
    review: int = 0
    failed: int = 0


def delivery_finding(trouble: str, trouble_at: int | None, *, checked: bool, fix: str = "") -> Finding:
    """`checked`: Dynamics has been asked and answered well just now."""
    if trouble:
        detail = worded("Submissions wait and are tried again by themselves; nothing is lost.")
        return Finding(Check.DELIVERY, "", Level.BAD, trouble, detail, fix, since=trouble_at or 0)
    title = worded("Dynamics answers, and can be written to.") if checked else worded("The last delivery went through.")
    return Finding(Check.DELIVERY, "", Level.GOOD, title)


def stuck_finding(waiting: Waiting, now: int) -> Finding:
    if waiting.oldest_at is not None and now - waiting.oldest_at > STUCK_MS:
        hours = (now - waiting.oldest_at) // HOUR_MS
        title = worded(
            "{overdue} submissions wait for delivery, the oldest for {hours} h.",
            overdue=f"{waiting.overdue:,}",
            hours=f"{hours:,}",
        )
        fix = worded("See that `leadferry web` or `leadferry sync` runs, and what is said of the delivery.")
        return Finding(Check.STUCK, "", Level.BAD, title, worded("They were due long ago."), fix)
    if waiting.failed:
        title = worded("{failed} submissions need a person.", failed=f"{waiting.failed:,}")
        return Finding(Check.STUCK, "", Level.WARN, title, "", worded("Open them, correct the cause, replay them."))
    if waiting.review:
        title = worded("{review} submissions wait for a decision.", review=f"{waiting.review:,}")
        return Finding(
            Check.STUCK,
            "",
            Level.INFO,
            title,
            worded("They match a lead in part."),
            worded("Decide them under Review."),
        )
    return Finding(Check.STUCK, "", Level.GOOD, worded("No submission waits longer than it should."))


def intake_finding(newest_poll_at: int | None, troubles: Sequence[str], interval_s: float, now: int) -> Finding:
    """`newest_poll_at`: of the cursors; None where nothing was ever polled."""
    if newest_poll_at is None:
        title = worded("LinkedIn has not been looked at yet.")
        fix = worded("Authorize a user profile, and run `leadferry web` or `leadferry sync`.")
        return Finding(Check.INTAKE, "", Level.INFO, title, "", fix)
    quiet_ms = max(QUIET_MS, int(interval_s * 5000))
    if now - newest_poll_at > quiet_ms:
        minutes = (now - newest_poll_at) // 60_000
        title = worded("LinkedIn was last looked at {minutes} minutes ago.", minutes=f"{minutes:,}")
        fix = worded("Start `leadferry web` or `leadferry sync`; what was missed is caught up.")
        return Finding(Check.INTAKE, "", Level.WARN, title, worded("Form responses wait at LinkedIn."), fix)
    if troubles:
        return Finding(
            Check.INTAKE,
            "",
            Level.WARN,
            worded("{count} looks at LinkedIn fail.", count=f"{len(troubles):,}"),
            troubles[0],
        )
    return Finding(Check.INTAKE, "", Level.GOOD, worded("LinkedIn is looked at as planned."))


@dataclass(frozen=True, slots=True)
class Count:
    """All forms together, as the nightly reconciliation counted them."""

    linkedin: int
    settled: int
    review: int
    failed: int
    missing: int
    """Delivered by our books, and not in Dynamics any more."""

    @property
    def gap(self) -> int:
        return self.linkedin - self.settled


def gap_finding(count: Count) -> Finding:
    people = count.review + count.failed
    detail = worded(
        "LinkedIn shows {linkedin}; {people} of them wait for a person.",
        linkedin=f"{count.linkedin:,}",
        people=f"{people:,}",
    )
    if count.gap > 0:
        title = worded_many(
            "{gap} form response that LinkedIn shows has no outcome here.",
            "{gap} form responses that LinkedIn shows have no outcome here.",
            count.gap,
            gap=f"{count.gap:,}",
        )
        fix = worded("`leadferry status --reconcile` shows the forms; Reset and resync fetches them again, none twice.")
        return Finding(Check.GAP, "", Level.BAD, title, detail, fix)
    if count.missing:
        title = worded(
            "{missing} leads that were delivered are not in Dynamics any more.", missing=f"{count.missing:,}"
        )
        return Finding(
            Check.GAP,
            "",
            Level.INFO,
            title,
            worded("Somebody may have deleted or merged them. {detail}", detail=detail),
        )
    return Finding(Check.GAP, "", Level.GOOD, worded("Nothing is missing: the gap is 0."), detail)


def has_gap(finding: Finding) -> bool:
    return finding.check is Check.GAP and finding.level is Level.BAD


def not_counted(reason: str, fix: str) -> Finding:
    return Finding(
        Check.GAP, "", Level.INFO, worded("The last reconciliation could not count everything."), reason, fix
    )
