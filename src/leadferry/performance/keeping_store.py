"""Keeps the figures right: in the transaction that adds, settles, replays or deletes a submission.

A row of `figure_sets` says in which time zone the days of an environment's figures are, and up to which submission they
are counted (performance.counting_worker counts the rest). Whoever changes submissions locks them first and reads that
row after, so that a count, which locks the table, never comes between.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.performance.dimensions import TYPE_CODES
from leadferry.performance.figures import IN_DYNAMICS, OUTCOMES, Days, bucket_of, month_of
from leadferry.store.tables import (
    daily_figures,
    daily_latencies,
    daily_sums,
    figure_sets,
    monthly_figures,
    monthly_sums,
    submissions,
)

ALL = 2**62
"""As `counted_id`: every submission is counted, and every new one at once."""
Now = tuple[int, int, int | None]
"""State, matching status, when it was settled."""
Standing = Any
"""A submission as far as it is counted: a row as `_STANDING` asks for it. No class: it is in the way of every lead."""
c = submissions.c
_ABOUT = [
    sa.func.coalesce(column, 0).label(column.name)
    for column in (c.owner_id, c.form_version_id, c.campaign_id, c.creative_id, c.country_id, c.industry_id)
]
COUNTED = sa.select(
    c.id, c.environment_id, c.submitted_at, *_ABOUT, c.lead_type, c.state, c.matching_status, c.settled_at
).where(~c.test)
_STANDING = COUNTED.with_for_update()
# One parameter for all ids: thousands of them are a third of the statement's time.
_IDS = sa.func.json_each(sa.bindparam("ids")).table_valued("value")
_ON_SQLITE = _STANDING.where(c.id.in_(sa.select(_IDS.c.value)))
_ON_POSTGRESQL = _STANDING.where(c.id == sa.func.any(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger))))
About = tuple[int, int, int, int, int, int, int, str]
"""Day, owner, form version, campaign, creative, country, industry, kind of lead."""
Moves = Mapping[tuple[About, int | None, int | None], int]
"""(about, outcome before, outcome now) -> how many; None: not there."""


class Kept(NamedTuple):
    """How an environment's figures stand."""

    days: Days
    counted_id: int
    condensed_to: int


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
        add(connection, rows[0].environment_id, kept, *tallied(_reached(rows, kept), kept.days))


def moved(connection: Connection, before: Sequence[Standing], after: Mapping[int, Now]) -> None:
    """Other outcomes, of one environment. `after`: by id; a submission that is not in it is gone."""
    kept = kept_of(connection, before[0].environment_id) if before else None
    if kept is None:
        return
    day_of, moves, latencies = kept.days.of, Counter[Any](), Counter[tuple[int, int]]()
    for key, _, at, owner, form, campaign, *facets, kind, state, status, settled_at in _reached(before, kept):
        day, old, now = day_of(at), OUTCOMES[state, status], after.get(key)
        new = OUTCOMES[now[0], now[1]] if now else None
        moves[(day, owner, form, campaign, *facets, kind), old, new] += 1
        if old in IN_DYNAMICS and settled_at is not None:
            latencies[day, bucket_of(settled_at - at)] -= 1
        if now and new in IN_DYNAMICS and now[2] is not None:
            latencies[day, bucket_of(now[2] - at)] += 1
    add(connection, before[0].environment_id, kept, moves, latencies)


def added(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """New rows of one environment, as they were just inserted; none has a lead yet. While a count is under way, it
    comes to them later."""
    kept = kept_of(connection, rows[0]["environment_id"])
    if kept is None or kept.counted_id < ALL:
        return
    day_of = kept.days.of
    moves: Counter[Any] = Counter(
        (
            (
                day_of(row["submitted_at"]),
                row["owner_id"] or 0,
                row["form_version_id"] or 0,
                row["campaign_id"] or 0,
                row["creative_id"],
                row["country_id"],
                row["industry_id"],
                row["lead_type"],
            ),
            None,
            OUTCOMES[row["state"], row["matching_status"]],
        )
        for row in rows
        if not row["test"]
    )
    add(connection, rows[0]["environment_id"], kept, moves, {})


def _reached(rows: Sequence[Standing], kept: Kept) -> Iterable[Standing]:
    """Those that are in the figures already."""
    return rows if kept.counted_id == ALL else [row for row in rows if row.id <= kept.counted_id]


def tallied(rows: Iterable[Standing], days: Days) -> tuple[Counter[Any], Counter[tuple[int, int]]]:
    """(moves, latencies) of rows that come into the figures."""
    day_of, moves, latencies = days.of, Counter[Any](), Counter[tuple[int, int]]()
    for _, _, at, owner, form, campaign, *facets, kind, state, status, settled_at in rows:
        day, outcome = day_of(at), OUTCOMES[state, status]
        moves[(day, owner, form, campaign, *facets, kind), None, outcome] += 1
        if outcome in IN_DYNAMICS and settled_at is not None:
            latencies[day, bucket_of(settled_at - at)] += 1
    return moves, latencies


# Into the tables


def add(
    connection: Connection, environment_id: int, kept: Kept, moves: Moves, latencies: Mapping[tuple[int, int], int]
) -> None:
    """Days that are summed up in months already change there too."""
    figures, sums = spread(moves)
    _save(connection, daily_figures, environment_id, figures)
    _save_sums(connection, daily_sums, environment_id, sums)
    _save(connection, daily_latencies, environment_id, latencies)
    if any(day < kept.condensed_to for day, *_ in figures):
        old_figures: Counter[tuple[Any, ...]] = Counter()
        for (day, *about), change in figures.items():
            if day < kept.condensed_to:
                old_figures[(month_of(day), *about)] += change
        old_sums: dict[tuple[int, int, int], list[int]] = {}
        for (dimension, day, value), changes in sums.items():
            if day < kept.condensed_to:
                month = old_sums.setdefault((dimension, month_of(day), value), [0] * len(changes))
                month[:] = [one + other for one, other in zip(month, changes, strict=True)]
        _save(connection, monthly_figures, environment_id, old_figures)
        _save_sums(connection, monthly_sums, environment_id, old_sums)


def spread(moves: Moves) -> tuple[Counter[tuple[Any, ...]], dict[tuple[int, int, int], list[int]]]:
    """(changes of `daily_figures` by its key; those of `daily_sums`: (dimension, day, value) -> by outcome)"""
    figures: Counter[tuple[Any, ...]] = Counter()
    sums: dict[tuple[int, int, int], list[int]] = {}
    for ((day, owner, form, campaign, creative, country, industry, kind), old, new), count in moves.items():
        values = (0, owner, form, campaign, TYPE_CODES.get(kind, 0), creative, country, industry)
        for dimension, value in enumerate(values):
            changes = sums.get((dimension, day, value))
            if changes is None:
                changes = sums[dimension, day, value] = [0] * 8
            if old is not None:
                changes[old] -= count
            if new is not None:
                changes[new] += count
        if old is not None:
            figures[day, owner, form, campaign, kind, old] -= count
        if new is not None:
            figures[day, owner, form, campaign, kind, new] += count
    return figures, sums


def _save(connection: Connection, table: sa.Table, environment_id: int, changes: Mapping[Any, int]) -> None:
    """In one order, so that two transactions never wait for each other in a ring."""
    names = [column.name for column in table.columns][1:]
    rows = [
        dict(zip(names, (*key, change), strict=True), environment_id=environment_id)
        for key, change in sorted(changes.items())
        if change
    ]
    if rows:
        connection.execute(_summing_up(table, connection.dialect.name), rows)


def _save_sums(
    connection: Connection, table: sa.Table, environment_id: int, changes: Mapping[tuple[int, int, int], Sequence[int]]
) -> None:
    names = [column.name for column in table.columns][1:]
    rows = [
        dict(zip(names, (*key, *change), strict=True), environment_id=environment_id)
        for key, change in sorted(changes.items())
        if any(change)
    ]
    if rows:
        connection.execute(_summing_up(table, connection.dialect.name), rows)


@functools.cache
def _summing_up(table: sa.Table, dialect: str) -> Any:
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    keys = [column.name for column in table.primary_key]
    summed = [column for column in table.columns if column.name not in keys]
    changed = {column.name: column + insert.excluded[column.name] for column in summed}
    return insert.on_conflict_do_update(index_elements=keys, set_=changed)


# How they stand

_KEPT = sa.select(figure_sets.c.time_zone, figure_sets.c.counted_id, figure_sets.c.condensed_to).where(
    figure_sets.c.environment_id == sa.bindparam("environment")
)


def kept_of(connection: Connection, environment_id: int) -> Kept | None:
    """None where nobody has begun to count."""
    found = connection.execute(_KEPT, {"environment": environment_id}).first()
    return None if found is None else Kept(days_in(found[0]), found[1], found[2])


_KNOWN_DAYS: dict[str, Days] = {}


def days_in(zone: str) -> Days:
    days = _KNOWN_DAYS.get(zone)
    if days is None:
        days = _KNOWN_DAYS[zone] = Days(ZoneInfo(zone))
    return days
