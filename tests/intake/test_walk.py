from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadferry.intake.walk import DAY_MS, PagePlan, Window, window

NOW = 1_793_000_000_000


def test_the_first_walk_asks_for_everything_linkedin_may_keep() -> None:
    assert window(None, NOW, overlap_s=600, backfill_days=365) == Window(NOW - 365 * DAY_MS, NOW)


def test_later_walks_begin_before_the_end_of_the_last_one() -> None:
    assert window(NOW - 60_000, NOW, overlap_s=600, backfill_days=365) == Window(NOW - 660_000, NOW)


def test_a_clock_that_was_set_back_never_asks_for_an_empty_span() -> None:
    span = window(NOW + DAY_MS, NOW, overlap_s=600, backfill_days=365)
    assert span == Window(NOW - 600_000, NOW)


def walk(rows: int, *, total: int | None, page_size: int = 500, cap: int = 500, at_once: int = 4) -> list[int]:
    """Plays a service with so many rows; returns the offsets asked, in order of asking."""
    plan, asked = PagePlan(page_size), []
    waiting: list[int] = []
    while True:
        new = list(plan.next_offsets(at_once))
        asked += new
        waiting += new
        if not waiting:
            return asked
        offset = waiting.pop(0)
        served = min(page_size, cap)
        plan.fetched(offset, max(0, min(served, rows - offset)), total=total, served=served)


@pytest.mark.parametrize("total", [None, 2000, 100, 99_999, -1])
def test_only_an_empty_page_ends_the_walk_whatever_the_total_says(total: int | None) -> None:
    asked = walk(2000, total=total)
    assert set(range(0, 2001, 500)) <= set(asked)


def test_a_true_total_costs_one_request_more_than_its_pages() -> None:
    assert walk(10_000, total=10_000) == list(range(0, 10_001, 500))


def test_an_empty_owner_costs_one_request() -> None:
    assert walk(0, total=0) == [0]


def test_a_service_that_caps_the_page_size_is_followed_in_its_steps() -> None:
    assert walk(250, total=None, page_size=500, cap=100) == [0, 100, 200, 300]


@given(st.integers(0, 5000), st.one_of(st.none(), st.integers(-1, 6000)), st.integers(1, 700), st.integers(1, 6))
def test_every_row_is_covered_by_exactly_one_page(rows: int, total: int | None, cap: int, at_once: int) -> None:
    asked = walk(rows, total=total, page_size=500, cap=cap, at_once=at_once)
    step = min(500, cap)
    assert len(asked) == len(set(asked))
    assert set(itertools.takewhile(lambda offset: offset < rows, itertools.count(0, step))) <= set(asked)
