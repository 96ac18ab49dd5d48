"""What needs a person now, worst first, each with the button that mends it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from leadferry.guardian.mending import mend_of
from leadferry.guardian.model import Check, Finding, Level
from leadferry.performance.figures import Outcome
from leadferry.performance.narrowing import rows_query
from leadferry.words import _

ICONS = {Level.BAD: "dismiss_circle", Level.WARN: "warning", Level.INFO: "arrow_download"}
_COUNTED_HERE = {Check.STUCK}
"""Told below with figures of our own, unless something is stuck."""


@dataclass(frozen=True, slots=True)
class Task:
    """`level`: bad, warn or review. `path` below the environment's address. `sentences`: why, and what to do;
    apart, for so each is found again in the reader's language."""

    level: str
    mark: str
    title: str
    sentences: tuple[str, ...]
    button: str
    path: str


def tasks_of(findings: Iterable[Finding], failed: int, review: int) -> list[Task]:
    found = [_of(one) for one in findings if _is_task(one) and not _told_below(one)]
    bad = [one for one in found if one.level == "bad"]
    return [*bad, *_failures(failed), *(one for one in found if one.level != "bad"), *_reviews(review)]


def _is_task(finding: Finding) -> bool:
    """What is only to know needs nobody, but for a takeover that waits for a decision."""
    return finding.level in {Level.BAD, Level.WARN} or (finding.check is Check.ADOPTION and finding.level is Level.INFO)


def _told_below(finding: Finding) -> bool:
    return finding.check in _COUNTED_HERE and finding.level is not Level.BAD


def _of(finding: Finding) -> Task:
    mend = mend_of(finding)
    sentences = tuple(part for part in (finding.detail, finding.fix) if part)
    words = mend.words or _("Open Health")
    return Task(finding.level.value, ICONS[finding.level], finding.title, sentences, words, mend.path)


def _failures(count: int) -> list[Task]:
    if not count:
        return []
    title = (
        _("1 submission could not become a lead")
        if count == 1
        else _("{count} submissions could not become leads", count=f"{count:,}")
    )
    text = _("Dynamics, or Leadferry, refused for good. Open each to see why, correct the cause, replay it.")
    path = f"submissions{rows_query(outcome=Outcome.FAILED)}"
    return [Task("bad", "dismiss_circle", title, (text,), _("See why"), path)]


def _reviews(count: int) -> list[Task]:
    if not count:
        return []
    title = (
        _("1 submission waits for a decision")
        if count == 1
        else _("{count} submissions wait for a decision", count=f"{count:,}")
    )
    text = (
        _("It resembles a lead in some fields, not in all.")
        if count == 1
        else (_("Each resembles a lead in some fields, not in all."))
    )
    return [Task("review", "question_circle", title, (text,), _("Review"), "review")]
