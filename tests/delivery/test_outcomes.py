from __future__ import annotations

from typing import Any

import pytest

from leadferry.delivery.outcomes import Decision, Next, RetryRules, decide, stops_the_environment
from leadferry.errors import DataverseError, LeadferryError

NOW = 1_000_000
RULES = RetryRules(max_attempts=3, base_s=10, cap_s=60)


def error(status: int, code: str = "dataverse", retry_after_s: float | None = None, **more: Any) -> DataverseError:
    return DataverseError("It said no.", code=code, status=status, retry_after_s=retry_after_s, **more)


@pytest.mark.parametrize(
    ("refusal", "following"),
    [
        (error(0, "dataverse-unreachable"), Next.RETRY),
        (error(0, unknown_outcome=True), Next.RETRY),
        (error(408), Next.RETRY),
        (error(429, "dataverse-throttled"), Next.RETRY),
        (error(500), Next.RETRY),
        (error(503, "dataverse-unavailable"), Next.RETRY),
        (error(409, "dataverse-conflict"), Next.RETRY),
        (error(404, "dataverse-not-found"), Next.RETRY),
        (error(401, "dataverse-unauthorized"), Next.RETRY),
        (error(403, "dataverse-missing-privilege"), Next.RETRY),
        (error(400, "dataverse-invalid-value"), Next.PERSON),
        (error(400, "dataverse-unknown-column"), Next.PERSON),
        (error(412), Next.PERSON),
        (error(403), Next.PERSON),
    ],
)
def test_each_refusal_has_one_following(refusal: DataverseError, following: Next) -> None:
    assert decide(refusal, 1, NOW, RULES).next is following


@pytest.mark.parametrize(("attempts", "wait_ms"), [(1, 10_000), (2, 20_000)])
def test_retries_wait_longer_each_time(attempts: int, wait_ms: int) -> None:
    assert decide(error(503), attempts, NOW, RULES).due_at == NOW + wait_ms


def test_a_wait_never_passes_the_cap() -> None:
    assert RetryRules(base_s=10, cap_s=60).wait_ms(11) == 60_000


def test_retry_after_is_obeyed_when_it_is_longer() -> None:
    assert decide(error(429, retry_after_s=300), 1, NOW, RULES).due_at == NOW + 300_000


def test_the_last_attempt_asks_a_person() -> None:
    decision = decide(error(503), 3, NOW, RULES)
    assert decision.next is Next.PERSON
    assert decision.reason.startswith("Given up after 3 attempts.")


def test_a_lead_that_is_gone_is_matched_anew_at_once() -> None:
    expected = Decision(Next.RETRY, 1, NOW, "The lead is gone; matched anew.")
    assert decide(error(404, "dataverse-not-found"), 1, NOW, RULES) == expected


def test_only_what_holds_for_every_row_stops_the_environment() -> None:
    assert stops_the_environment(error(403, "dataverse-missing-privilege"))
    assert stops_the_environment(LeadferryError("no key"))
    assert not stops_the_environment(error(400, "dataverse-invalid-value"))
    assert not stops_the_environment(error(503))
