"""The one table that turns a refusal's facts into what happens next. Pure; errors in, decision out.

| what Dynamics said                                         | next                                   |
|------------------------------------------------------------|----------------------------------------|
| nothing (broken connection, time-out), 408, 429, 5xx       | retry, later each time                 |
| token, membership or privilege missing                     | the environment waits, nothing is lost |
| conflict, deadlock                                         | retry                                  |
| too large, or longer than the database waits               | at once, in halves; less from then on  |
| 408, 504, no answer for a minute or more, to many rows     | looked what is there, the rest in      |
|                                                            | halves; less from then on              |
| the lead to update is gone (404)                           | retry at once: matched anew            |
| duplicate key on a create with our id                      | delivered: it was ours                 |
| a value, a column, a rule refused (other 4xx)              | needs a person                         |
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from leadferry.dataverse.refusals import DataverseTimeoutError
from leadferry.errors import LeadferryError, ServiceError
from leadferry.words import worded

ENVIRONMENT_CODES = frozenset(
    {
        "dataverse-unauthorized",
        "dataverse-not-a-member",
        "dataverse-missing-privilege",
        "dataverse-bad-secret",
        "dataverse-secret-expired",
        "dataverse-unknown-tenant",
        "dataverse-user-disabled",
        "dataverse-unknown-app",
        "dataverse-unknown-environment",
        "dataverse-bad-certificate",
    }
)
"""Refusals that hold for every row: the delivery stops, the submissions stay open."""

PASSING_CODES = frozenset({"dataverse-unreachable", "dataverse-unavailable", "dataverse-throttled"})


class Next(StrEnum):
    DELIVERED = "delivered"
    RETRY = "retry"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Decision:
    """`due_at` (ms) is set for RETRY. `attempts` counts those made."""

    next: Next
    attempts: int
    due_at: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RetryRules:
    """Seconds. The n-th retry waits base x 2^(n-1), at most cap; after `max_attempts` a person is asked."""

    max_attempts: int = 12
    base_s: float = 15.0
    cap_s: float = 3600.0

    def wait_ms(self, attempts: int) -> int:
        return int(1000 * min(self.cap_s, self.base_s * 2 ** max(0, attempts - 1)))


def stops_the_environment(error: LeadferryError) -> bool:
    """Whether this would be the answer to any other row too, until a person acts."""
    return error.code in ENVIRONMENT_CODES or not isinstance(error, ServiceError)


def is_passing(error: ServiceError) -> bool:
    return (
        error.code in PASSING_CODES
        or error.unknown_outcome
        or error.status in {0, 408, 409, 429}
        or error.status >= 500
    )


SQL_TIMEOUT = "0x80044151"
SMALLEST = 25
"""Rows of a bulk call that is not made smaller for taking too long: then its size is not the cause."""


def is_too_much(error: ServiceError, rows: int) -> bool:
    """Whether the same rows may go through in smaller parts: too large, or longer than Dynamics' database waits. Either
    way nothing of it was carried out."""
    if error.vendor_code == SQL_TIMEOUT:
        return rows > SMALLEST
    return error.code == "dataverse-too-large" and rows > 1


def is_too_slow(error: ServiceError, rows: int) -> bool:
    """Whether the same rows may go through in smaller parts because nobody waited for their end. They may be carried
    out all the same."""
    return isinstance(error, DataverseTimeoutError) and rows > SMALLEST


def decide(error: ServiceError, attempts: int, now: int, rules: RetryRules) -> Decision:
    """`attempts`: those already made, this one included."""
    if error.code == "dataverse-not-found" and attempts < rules.max_attempts:
        return Decision(Next.RETRY, attempts, now, worded("The lead is gone; matched anew."))
    if is_passing(error) or error.code in ENVIRONMENT_CODES:
        if attempts >= rules.max_attempts:
            return Decision(
                Next.PERSON,
                attempts,
                reason=worded("Given up after {attempts} attempts. {error}", attempts=attempts, error=error),
            )
        wait = max(rules.wait_ms(attempts), int(1000 * (error.retry_after_s or 0)))
        return Decision(Next.RETRY, attempts, now + wait, str(error))
    return Decision(Next.PERSON, attempts, reason=str(error))
