"""What Guardian finds. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from leadferry.words import worded, worded_many

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
COUNTDOWN = (30, 14, 7, 3, 1)
"""Days before an end at which it is told; once each."""


class Level(StrEnum):
    """From best to worst."""

    GOOD = "good"
    INFO = "info"
    WARN = "warn"
    BAD = "bad"

    @property
    def rank(self) -> int:
        return list(Level).index(self)

    @property
    def label(self) -> str:
        return {"good": worded("Good"), "info": worded("To know"), "warn": worded("Soon"), "bad": worded("Now")}[
            self.value
        ]


class Check(StrEnum):
    """What is looked at; the value stands in `findings.check`."""

    CONSENT = "consent"
    TOKEN = "token"  # noqa: S105 - a word, no secret
    PERMISSION = "permission"
    VERSION = "version"
    CREDENTIAL = "credential"
    SIGN_IN = "sign-in"
    LINKEDIN_APP = "linkedin-app"
    LINKEDIN_QUOTA = "linkedin-quota"
    DYNAMICS_QUOTA = "dynamics-quota"
    DELIVERY = "delivery"
    STUCK = "stuck"
    INTAKE = "intake"
    GAP = "gap"
    SOLUTION = "solution"
    ADOPTION = "adoption"
    WEBHOOK = "webhook"
    CLOCK = "clock"
    DATABASE = "database"
    DISK = "disk"
    KEY = "key"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Check.CONSENT: worded("LinkedIn consent"),
    Check.TOKEN: worded("LinkedIn tokens"),
    Check.PERMISSION: worded("LinkedIn permissions"),
    Check.VERSION: worded("LinkedIn version"),
    Check.CREDENTIAL: worded("Dynamics credential"),
    Check.SIGN_IN: worded("Sign-in credential"),
    Check.LINKEDIN_APP: worded("LinkedIn app"),
    Check.LINKEDIN_QUOTA: worded("Requests to LinkedIn"),
    Check.DYNAMICS_QUOTA: worded("Requests to Dynamics"),
    Check.DELIVERY: worded("Delivery"),
    Check.STUCK: worded("Waiting submissions"),
    Check.INTAKE: worded("Intake"),
    Check.GAP: worded("Reconciliation"),
    Check.SOLUTION: worded("Solution"),
    Check.ADOPTION: worded("Takeover"),
    Check.WEBHOOK: worded("Webhooks"),
    Check.CLOCK: worded("Clock"),
    Check.DATABASE: worded("Database"),
    Check.DISK: worded("Disk"),
    Check.KEY: worded("Master key"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `subject`: the record it is about, `profile:3`; "" for the environment's only one.
    `step`: of a countdown, the days at which it is told (30, 14 ... 0). `since`: when the level began, `checked_at`:
    when it was last looked at; both are the store's."""

    check: Check
    subject: str
    level: Level
    title: str
    detail: str = ""
    fix: str = ""
    step: int | None = None
    since: int = 0
    checked_at: int = 0


def worst(findings: Iterable[Finding]) -> Level:
    return max((finding.level for finding in findings), key=lambda level: level.rank, default=Level.GOOD)


def by_urgency(findings: Iterable[Finding]) -> list[Finding]:
    """What has to be done now first."""
    order = list(Check)
    return sorted(findings, key=lambda one: (-one.level.rank, order.index(one.check), one.subject))


def days_until(at: int, now: int) -> int:
    """Whole days that are left; 0 on the last one, below once it is over."""
    return (at - now) // DAY_MS


def step_of(at: int, now: int) -> int | None:
    """The step of the countdown that stands now: 14 from 14 days before the end to 7; 0 once it is over."""
    left = at - now
    if left <= 0:
        return 0
    return min((step for step in COUNTDOWN if left <= step * DAY_MS), default=None)


def countdown_level(step: int | None) -> Level:
    if step is None:
        return Level.GOOD
    return Level.BAD if step <= 3 else Level.WARN if step <= 14 else Level.INFO


def in_days(at: int, now: int) -> str:
    """`in 12 days`, `in 1 day`, `today`, `3 days ago`."""
    days = days_until(at, now)
    if days == 0:
        return worded("today")
    return (
        worded_many("in {n} day", "in {n} days", days)
        if days > 0
        else worded_many("{n} day ago", "{n} days ago", -days)
    )


ANSWERED = frozenset(
    {Check.VERSION, Check.CREDENTIAL, Check.SIGN_IN, Check.LINKEDIN_APP, Check.SOLUTION, Check.ADOPTION, Check.CLOCK}
)
"""What only a service's answer can clear."""


def still_worse(found: Iterable[Finding], known: Iterable[Finding]) -> frozenset[Check]:
    """Of what was found without asking a service: what one answered before counts on, where that was worse."""
    now = {one.check: one.level.rank for one in found}
    return frozenset(one.check for one in known if one.check in ANSWERED and one.level.rank > now.get(one.check, -1))
