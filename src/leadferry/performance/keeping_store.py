"""Keeps the figures right: in the transaction that adds, settles, replays or deletes a submission.

A row of `figure_sets` says in which time zone the days of an environment's figures are, and up to which submission they
are counted (performance.counting_worker counts the rest). Whoever changes submissions locks them first and reads that
row after, so that a count, which locks the table, never comes between.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import repeat
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.performance.dimensions import TYPE_CODES
from leadferry.performance.figures import IN_DYNAMICS, OUTCOMES, Days, bucket_of, month_of, week_of
from leadferry.store.statements import Bulk
from leadferry.store.tables import (
    OUTCOMES as OUTCOME_COLUMNS,
)
from leadferry.store.tables import (
    daily_figures,
    daily_latencies,
    daily_sums,
    figure_sets,
    monthly_figures,
    monthly_sums,
    submissions,
    weekly_sums,
)

ALL = 2**62
"""As `counted_id`: every submission is counted, and every new one at once."""
NONE = -1
"""As an outcome: in no figures."""
_WITH_LEAD = frozenset(map(int, IN_DYNAMICS))
Now = tuple[int, int, int | None]
"""State, matching status, when it was settled."""
Standing = Any
"""A submission as far as it is counted: a row as `_STANDING` asks for it. No class: it is in the way of every lead."""
c = submissions.c
_NUMBERS = ("owner_id", "form_version_id", "campaign_id", "creative_id", "country_id", "industry_id")
_ABOUT = [sa.func.coalesce(c[name], 0).label(name) for name in _NUMBERS]
COUNTED = sa.select(
    c.id, c.environment_id, c.submitted_at, *_ABOUT, c.lead_type, c.state, c.matching_status, c.settled_at
).where(~c.test)
_STANDING = COUNTED.with_for_update()
# One parameter for all ids: thousands of them are a third of the statement's time.
_IDS = sa.func.json_each(sa.bindparam("ids")).table_valued("value")
_ON_SQLITE = _STANDING.where(c.id.in_(sa.select(_IDS.c.value)))
_ON_POSTGRESQL = _STANDING.where(c.id == sa.func.any(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger))))
Columns = tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int], Sequence[int], Sequence[int], Sequence[str]]
"""Of many submissions: owners, form versions, campaigns, creatives, countries, industries, kinds of lead. By columns,
for so the counting is done in C."""


class Kept(NamedTuple):
    """How an environment's figures stand."""

    days: Days
    counted_id: int
    condensed_to: int
    weeks_to: int = 0


def standing(connection: Connection, ids: Sequence[int]) -> Sequence[Standing]:
    """As they are now, without test leads; nobody else changes them until the transaction ends."""
    if connection.dialect.name == "sqlite":
        found: Any = connection.execute(_ON_SQLITE, {"ids": json.dumps(ids)})
    else:
        found = connection.execute(_ON_POSTGRESQL, {"ids": list(ids)})
    rows: Sequence[Standing] = found.all()
    return rows


@contextmanager
def following(connection: Connection, ids: Sequence[int]) -> Iterator[None]:
    """Around any change of these submissions, deletion too: the figures follow."""
    before = standing(connection, ids)
    yield
    moved(connection, before, {})
    came(connection, standing(connection, ids))


def came(connection: Connection, rows: Sequence[Standing]) -> None:
    """Rows of one environment that were not counted until now."""
    kept = kept_of(connection, rows[0].environment_id) if rows else None
    if kept is not None:
        add(connection, rows[0].environment_id, kept, tallied(_reached(rows, kept), kept.days))


def moved(connection: Connection, before: Sequence[Standing], after: Mapping[int, Now]) -> None:
    """Other outcomes, of one environment. `after`: by id; a submission that is not in it is gone."""
    kept = kept_of(connection, before[0].environment_id) if before else None
    rows = _reached(before, kept) if kept else ()
    if not kept or not rows:
        return
    changes = tallied(rows, kept.days, [after.get(row.id) for row in rows])
    add(connection, before[0].environment_id, kept, changes)


def added(connection: Connection, environment_id: int, rows: Sequence[Standing]) -> None:
    """New rows, as `_STANDING` would find them; no test leads. While a count is under way, it comes to them later."""
    kept = kept_of(connection, environment_id) if rows else None
    if kept is not None and kept.counted_id == ALL:
        add(connection, environment_id, kept, tallied(rows, kept.days))


def _reached(rows: Sequence[Standing], kept: Kept) -> Sequence[Standing]:
    """Those that are in the figures already."""
    return rows if kept.counted_id == ALL else [row for row in rows if row.id <= kept.counted_id]


class Changes:
    """By how much what changes: `figures` by the key of `daily_figures`; `sums`: (dimension, day, value) -> by
    outcome; `latencies`: (day, bucket)."""

    def __init__(self) -> None:
        self.figures: Counter[tuple[Any, ...]] = Counter()
        self.sums: dict[tuple[int, int, int], list[int]] = {}
        self.latencies: Counter[tuple[int, int]] = Counter()

    def tell(self, days: Sequence[int], columns: Columns, were: Sequence[int], are: Sequence[int]) -> None:
        """`were`, `are`: their outcomes, NONE where they are in no figures."""
        owners, forms, campaigns, creatives, countries, industries, kinds = columns
        for key, count in Counter(zip(days, owners, forms, campaigns, kinds, were, are, strict=True)).items():
            for outcome, change in ((key[5], -count), (key[6], count)):
                if outcome != NONE:
                    self.figures[(*key[:5], outcome)] += change
        moves = list(zip(days, were, are, strict=True))
        codes = [TYPE_CODES.get(kind, 0) for kind in kinds]
        by = (owners, forms, campaigns, codes, creatives, countries, industries)
        self._sum_up(0, zip(repeat(0), moves, strict=False))
        for dimension, values in enumerate(by, 1):
            self._sum_up(dimension, zip(values, moves, strict=True))

    def _sum_up(self, dimension: int, moved: Iterable[tuple[int, tuple[int, int, int]]]) -> None:
        for (value, (day, was, now)), count in Counter(moved).items():
            outcomes = self.sum(dimension, day, value)
            if was != NONE:
                outcomes[was] -= count
            if now != NONE:
                outcomes[now] += count

    def sum(self, dimension: int, day: int, value: int) -> list[int]:
        found = self.sums.get((dimension, day, value))
        if found is None:
            found = self.sums[dimension, day, value] = [0] * len(OUTCOME_COLUMNS)
        return found

    def time(
        self,
        days: Iterable[int],
        ats: Iterable[int],
        outcomes: Iterable[int],
        settled: Iterable[int | None],
        change: int,
    ) -> None:
        """How long those took that have a lead."""
        for day, at, outcome, settled_at in zip(days, ats, outcomes, settled, strict=True):
            if settled_at is not None and outcome in _WITH_LEAD:
                self.latencies[day, bucket_of(settled_at - at)] += change


def tallied(rows: Sequence[Standing], days: Days, after: Sequence[Now | None] | None = None) -> Changes:
    """Rows that come into the figures. `after`: they are in them, and this is what they become; None: they go."""
    changes, columns = Changes(), list(zip(*rows, strict=True))
    if not columns:
        return changes
    _, _, ats, *about, kinds, states, statuses, settled = columns
    numbers: Any = tuple(about)
    on, outcomes = list(map(days.of, ats)), [OUTCOMES[one] for one in zip(states, statuses, strict=True)]
    if after is None:
        changes.tell(on, (*numbers, kinds), [NONE] * len(on), outcomes)
        changes.time(on, ats, outcomes, settled, 1)
    else:
        are = [NONE if one is None else OUTCOMES[one[:2]] for one in after]
        changes.tell(on, (*numbers, kinds), outcomes, are)
        changes.time(on, ats, outcomes, settled, -1)
        changes.time(on, ats, are, [one and one[2] for one in after], 1)
    return changes


# Into the tables


def add(connection: Connection, environment_id: int, kept: Kept, changes: Changes) -> None:
    """Days that are summed up in weeks or months already change there too."""
    _save(connection, daily_figures, environment_id, changes.figures)
    _save_sums(connection, daily_sums, environment_id, changes.sums)
    _save(connection, daily_latencies, environment_id, changes.latencies)
    oldest = min((key[0] for key in changes.figures), default=kept.weeks_to)
    if oldest < kept.weeks_to:
        _save_sums(connection, weekly_sums, environment_id, _by(week_of, changes, kept.weeks_to).sums)
    if oldest < kept.condensed_to:
        months = _by(month_of, changes, kept.condensed_to)
        _save(connection, monthly_figures, environment_id, months.figures)
        _save_sums(connection, monthly_sums, environment_id, months.sums)


def _by(time_of: Callable[[int], int], changes: Changes, before: int) -> Changes:
    """By weeks or months, of the days before that one."""
    found = Changes()
    for (day, *about), count in changes.figures.items():
        if day < before:
            found.figures[(time_of(day), *about)] += count
    for (dimension, day, value), counts in changes.sums.items():
        if day < before:
            mine = found.sum(dimension, time_of(day), value)
            mine[:] = map(int.__add__, mine, counts)
    return found


def _save(connection: Connection, table: sa.Table, environment_id: int, changes: Mapping[Any, int]) -> None:
    """In one order, so that two transactions never wait for each other in a ring."""
    rows = [(environment_id, *key, change) for key, change in sorted(changes.items()) if change]
    if rows:
        _summing_up(table, connection.dialect.name)(connection, rows)


def _save_sums(
    connection: Connection, table: sa.Table, environment_id: int, changes: Mapping[tuple[int, int, int], Sequence[int]]
) -> None:
    rows = [(environment_id, *key, *change) for key, change in sorted(changes.items()) if any(change)]
    if rows:
        _summing_up(table, connection.dialect.name)(connection, rows)


@functools.cache
def _summing_up(table: sa.Table, dialect: str) -> Bulk:
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    keys = [column.name for column in table.primary_key]
    summed = [column for column in table.columns if column.name not in keys]
    changed = {column.name: column + insert.excluded[column.name] for column in summed}
    return Bulk(insert.on_conflict_do_update(index_elements=keys, set_=changed), table.columns.keys())


# How they stand

_KEPT = sa.select(*(figure_sets.c[name] for name in ("time_zone", "counted_id", "condensed_to", "weeks_to"))).where(
    figure_sets.c.environment_id == sa.bindparam("environment")
)


def kept_of(connection: Connection, environment_id: int) -> Kept | None:
    """None where nobody has begun to count."""
    found = connection.execute(_KEPT, {"environment": environment_id}).first()
    return None if found is None else Kept(days_in(found[0]), found[1], found[2], found[3])


_KNOWN_DAYS: dict[str, Days] = {}


def days_in(zone: str) -> Days:
    days = _KNOWN_DAYS.get(zone)
    if days is None:
        days = _KNOWN_DAYS[zone] = Days(ZoneInfo(zone))
    return days
