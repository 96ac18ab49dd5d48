from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from leadferry.delivery.model import MatchingStatus, State
from leadferry.performance.figures import OUTCOMES, Days, Outcome, bucket_of, date_of, outcome_of, percentile


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("UTC", "2026-11-24T23:59:59", "2026-11-24"),
        ("Europe/Berlin", "2026-11-24T23:00:00", "2026-11-25"),
        ("Europe/Berlin", "2026-07-01T21:59:59", "2026-07-01"),
        ("Europe/Berlin", "2026-07-01T22:00:00", "2026-07-02"),
        ("Asia/Kathmandu", "2026-11-24T18:14:59", "2026-11-24"),
        ("Asia/Kathmandu", "2026-11-24T18:15:00", "2026-11-25"),
        ("America/New_York", "2026-11-25T04:59:00", "2026-11-24"),
    ],
)
def test_a_day_is_that_of_the_time_zone(zone: str, at: str, day: str) -> None:
    assert date_of(Days(ZoneInfo(zone)).of(ms(at))).isoformat() == day


@pytest.mark.parametrize(
    ("state", "status", "outcome"),
    [
        (State.PENDING, MatchingStatus.PENDING, Outcome.PENDING),
        (State.RETRY, MatchingStatus.CREATED, Outcome.RETRY),
        (State.REVIEW, MatchingStatus.MATCH_FAILED, Outcome.REVIEW),
        (State.DELIVERED, MatchingStatus.CREATED, Outcome.CREATED),
        (State.DELIVERED, MatchingStatus.UPDATED, Outcome.UPDATED),
        (State.DELIVERED, MatchingStatus.NOT_UPDATED, Outcome.LINKED),
        (State.FAILED, MatchingStatus.UPDATE_FAILED, Outcome.FAILED),
        (State.REJECTED, MatchingStatus.CREATED, Outcome.REJECTED),
    ],
)
def test_where_a_submission_stands_in_one_word(state: State, status: MatchingStatus, outcome: Outcome) -> None:
    assert outcome_of(state, status) is outcome
    assert OUTCOMES[state, status] == outcome


@pytest.mark.parametrize("ms", [1, 12, 340, 2_400, 61_000, 3_600_000, 86_400_000 * 80])
def test_a_time_comes_back_from_its_bucket_within_5_percent(ms: int) -> None:
    assert percentile({bucket_of(ms): 1}, 0.5) == pytest.approx(ms, rel=0.05)


def test_half_are_quicker_than_the_median_and_5_percent_slower_than_p95() -> None:
    buckets: dict[int, int] = {}
    for ms in range(1000, 101_000, 1000):
        buckets[bucket_of(ms)] = buckets.get(bucket_of(ms), 0) + 1
    assert percentile(buckets, 0.5) == pytest.approx(50_000, rel=0.1)
    assert percentile(buckets, 0.95) == pytest.approx(95_000, rel=0.1)


def test_of_nothing_there_is_no_median() -> None:
    assert percentile({}, 0.5) is None
    assert percentile({4: 0}, 0.5) is None


def test_clocks_that_disagree_do_no_harm() -> None:
    assert bucket_of(-5000) == 0
