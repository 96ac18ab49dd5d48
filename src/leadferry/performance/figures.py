"""What is counted of a submission: its day, its outcome, its time to lead. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from leadferry.delivery.model import MatchingStatus, State
from leadferry.words import worded

QUARTER_MS = 900_000
"""Every time zone's days begin at a quarter of an hour of UTC."""
EPOCH = date(1970, 1, 1)
NEVER = -(2**31)
"""A day before every other: where no span begins."""
AT_LAST = (date.max - EPOCH).days
"""As the day up to which months are summed up: all of them always are."""
_GROWTH = math.log(1.1)


class Outcome(IntEnum):
    """Where a submission stands, in one word; the value stands in `daily_figures`."""

    PENDING = 0
    RETRY = 1
    REVIEW = 2
    CREATED = 3
    UPDATED = 4
    LINKED = 5
    FAILED = 6
    REJECTED = 7

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Outcome.PENDING: worded("On its way"),
    Outcome.RETRY: worded("Tried again later"),
    Outcome.REVIEW: worded("In review"),
    Outcome.CREATED: worded("Created"),
    Outcome.UPDATED: worded("Updated"),
    Outcome.LINKED: worded("Not updated"),
    Outcome.FAILED: worded("Failed"),
    Outcome.REJECTED: worded("No lead"),
}
IN_DYNAMICS = (Outcome.CREATED, Outcome.UPDATED, Outcome.LINKED)
"""Those that have a lead there."""
SETTLED = (*IN_DYNAMICS, Outcome.REVIEW, Outcome.FAILED, Outcome.REJECTED)
"""Nothing more happens by itself."""

_DELIVERED = {MatchingStatus.UPDATED: Outcome.UPDATED, MatchingStatus.NOT_UPDATED: Outcome.LINKED}
_OTHERS: Mapping[State, Outcome] = {
    State.PENDING: Outcome.PENDING,
    State.RETRY: Outcome.RETRY,
    State.REVIEW: Outcome.REVIEW,
    State.FAILED: Outcome.FAILED,
    State.REJECTED: Outcome.REJECTED,
}


def outcome_of(state: State, matching_status: MatchingStatus) -> Outcome:
    if state is State.DELIVERED:
        return _DELIVERED.get(matching_status, Outcome.CREATED)
    return _OTHERS[state]


OUTCOMES: Mapping[tuple[int, int], int] = {
    (int(state), int(status)): int(outcome_of(state, status)) for state in State for status in MatchingStatus
}
"""By the two columns of a submission, in plain numbers: it is asked twice for every lead."""


class Days:
    """A moment's day in a time zone, as days since 1970. Remembers each quarter of an hour it was asked for."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._known: dict[int, int] = {}

    def of(self, at_ms: int) -> int:
        quarter = at_ms // QUARTER_MS
        day = self._known.get(quarter)
        if day is None:
            at = EPOCH_AT + timedelta(milliseconds=quarter * QUARTER_MS)
            day = self._known[quarter] = (at.astimezone(self.zone).date() - EPOCH).days
        return day


EPOCH_AT = datetime(1970, 1, 1, tzinfo=UTC)


def date_of(day: int) -> date:
    return EPOCH + timedelta(days=day)


def month_of(day: int) -> int:
    """Months since the year 0, for those that are summed up."""
    at = date_of(day)
    return at.year * 12 + at.month - 1


def first_day(month: int) -> int:
    return (date(month // 12, month % 12 + 1, 1) - EPOCH).days


WEEK = 7


def week_of(day: int) -> int:
    """Weeks since 1970, each of seven days from a Thursday; the same in every time zone, for days are numbers."""
    return day // WEEK


Piece = tuple[str, int, int]
"""(`month`, `week` or `day`; the first of them, the last)"""


def pieces(days: tuple[int, int], months_to: int, weeks_to: int = 0) -> Iterator[Piece]:
    """A span of days, both included, by the months and weeks that are in it as a whole and summed up; 0: none is."""
    first, last = days
    since = month_of(first) if first > NEVER else 0
    since += since > 0 and first_day(since) < first
    month = month_of(min(last + 1, months_to)) if months_to > first else since  # the first one that is not whole
    if month <= since:
        yield from _by_weeks(first, last, weeks_to)
        return
    yield "month", since, month - 1
    if since and first < first_day(since):
        yield from _by_weeks(first, first_day(since) - 1, weeks_to)
    if first_day(month) <= last:
        yield from _by_weeks(first_day(month), last, weeks_to)


def _by_weeks(first: int, last: int, weeks_to: int) -> Iterator[Piece]:
    since, until = -(-first // WEEK), min(last + 1, weeks_to) // WEEK
    if until <= since or not weeks_to:
        yield "day", first, last
        return
    if first < since * WEEK:
        yield "day", first, since * WEEK - 1
    yield "week", since, until - 1
    if until * WEEK <= last:
        yield "day", until * WEEK, last


def starts_at(day: int, zone: ZoneInfo) -> int:
    """The moment (ms) that a day begins."""
    at = date_of(day)
    return int(datetime(at.year, at.month, at.day, tzinfo=zone).timestamp() * 1000)


def bucket_of(ms: int) -> int:
    """Bucket n holds times above 1.1^(n-1) ms, up to 1.1^n."""
    return 0 if ms <= 1 else math.ceil(math.log(ms) / _GROWTH)


def percentile(buckets: Mapping[int, int], share: float) -> float | None:
    """Milliseconds, right to 5 %; None of nothing. `buckets`: bucket -> how many."""
    wanted = share * sum(buckets.values())
    reached = 0
    for bucket in sorted(buckets):
        reached += buckets[bucket]
        if reached >= wanted and reached:
            return float(1.1 ** (bucket - 0.5))
    return None
