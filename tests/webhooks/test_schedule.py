from __future__ import annotations

import pytest

from leadferry.webhooks.schedule import (
    DAY_MS,
    HOUR_MS,
    LONGEST_HOLD_MS,
    MAX_ATTEMPTS,
    RETRY_AFTER_MS,
    asked_ms,
    hold_ms,
    retry_at,
)

NOW = 1_795_428_000_000  # 2026-11-23T10:00:00Z


def test_a_message_is_tried_for_three_days_at_growing_distances() -> None:
    assert list(RETRY_AFTER_MS) == sorted(RETRY_AFTER_MS)
    assert 3 * DAY_MS < sum(RETRY_AFTER_MS) < 4 * DAY_MS
    assert [retry_at(attempts, NOW) for attempts in (1, 2, MAX_ATTEMPTS)] == [NOW + 5000, NOW + 300_000, None]


def test_a_receiver_that_asks_for_patience_gets_it_and_never_less_than_is_usual() -> None:
    assert retry_at(1, NOW, asked_ms=60_000) == NOW + 60_000
    assert retry_at(2, NOW, asked_ms=60_000) == NOW + 300_000


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("120", 120_000),
        (" 7 ", 7000),
        ("Mon, 23 Nov 2026 10:05:00 GMT", 300_000),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 0),
        ("999999999999", DAY_MS),
        ("Mon, 23 Nov 2099 10:05:00 GMT", DAY_MS),
        ("", 0),
        ("soon", 0),
        ("-5", 0),
        ("٣", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_at_most_a_day(header: str, wanted: int) -> None:
    assert asked_ms(header, NOW) == wanted


def test_a_receiver_that_takes_nothing_is_asked_ever_more_seldom() -> None:
    assert [hold_ms(failures) for failures in (0, 1, 2, 3, 4, 5, 9)] == [0, 0, 0, 1000, 2000, 4000, 64_000]
    assert hold_ms(500) == LONGEST_HOLD_MS < HOUR_MS
