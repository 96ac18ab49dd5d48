"""What the configuration says about how long things are kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from leadferry.delivery.configuration import Configuration
from leadferry.words import _

DAY_MS = 86_400_000
LONGEST_AT_LINKEDIN_DAYS = 365
"""linkedin-api 4.6: sources disagree whether LinkedIn shows responses for 90 or 365 days."""
MIRROR_GRACE_DAYS = 30

SAFE_DETAIL = frozenset(
    {"by", "why", "code", "status", "vendor_code", "request_id", "took_ms", "together", "strategy", "compared", "undid"}
)
"""What a line of the timeline keeps when its values go: ids, names of columns, times. `order` names a lead's id."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is older than the moment (ms) goes; None: it is kept."""

    answers: int | None = None
    details: int | None = None
    alerts: int | None = None
    audit: int | None = None
    adopted: int = 0
    """Answers taken over from Microsoft's connector stay at least so long: by them a response is recognised that
    LinkedIn shows under another id."""
    mirrored: int | None = None
    """What was settled since then and waits for the mirror keeps its answers until it is written; None: no mirror."""

    @property
    def any(self) -> bool:
        return any(getattr(self, name) is not None for name in KINDS)


KINDS = ("answers", "details", "alerts", "audit")


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many of each. `answers`, `details`: submissions. `undecided`: submissions old enough that are kept, because
    they wait for a person."""

    answers: int = 0
    details: int = 0
    alerts: int = 0
    audit: int = 0
    undecided: int = 0

    @property
    def total(self) -> int:
        return self.answers + self.details + self.alerts + self.audit

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def limits_of(configuration: Configuration, now: int) -> Limits:
    answers = _before(configuration.keep_answers_days, now)
    return Limits(
        answers,
        _before(configuration.keep_details_days, now),
        _before(configuration.keep_alerts_days, now),
        _before(configuration.keep_audit_days, now),
        now - LONGEST_AT_LINKEDIN_DAYS * DAY_MS,
        answers - MIRROR_GRACE_DAYS * DAY_MS if answers is not None and configuration.mirror else None,
    )


def _before(days: int, now: int) -> int | None:
    return now - days * DAY_MS if days else None


def without_values(detail: Mapping[str, Any]) -> dict[str, Any]:
    """A line of the timeline as it stays."""
    kept = {name: value for name, value in detail.items() if name in SAFE_DETAIL}
    return kept | ({"removed": True} if detail.keys() - SAFE_DETAIL else {})


def in_words(amounts: Amounts) -> list[str]:
    """`120 form submissions lose their answers and the raw payload.`"""
    told = [
        (
            amounts.answers,
            _("form submission loses its answers and the raw payload"),
            _("lose their answers and raw payload"),
        ),
        (
            amounts.details,
            _("form submission loses the values in its timeline"),
            _("lose the values in their timelines"),
        ),
    ]
    found = [
        f"1 {one}." if count == 1 else _("{count} form submissions {count_2}.", count=f"{count:,}", count_2=many)
        for count, one, many in told
        if count
    ]
    for count, what in ((amounts.alerts, "alert"), (amounts.audit, _("audit entr"))):
        if count:
            end = {"alert": ("", "s"), "audit entr": ("y", "ies")}[what][count != 1]
            found.append(f"{count:,} {what}{end} {'go' if count != 1 else 'goes'}.")
    return found


def kept_words(amounts: Amounts) -> str:
    """What is old enough and stays, "" where there is none."""
    if not amounts.undecided:
        return ""
    if amounts.undecided == 1:
        return _("1 form submission is old enough, but waits for a person: it keeps its answers until it is decided.")
    return _(
        "{undecided} form submissions are old enough, but wait for a person: they keep their answers.",
        undecided=f"{amounts.undecided:,}",
    )
