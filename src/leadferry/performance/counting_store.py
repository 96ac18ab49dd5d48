"""Counts an environment's submissions into the figures, some thousands at a time, and sums up weeks and months that are
over.

Each step is a transaction of its own, short enough for leads to pass between two; whoever dies goes on where he was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.clock import Clock
from leadferry.performance.facet_store import NOTHING, FacetReader, Numbers, columns_of, none_new, response_of
from leadferry.performance.figures import WEEK, first_day, month_of, week_of
from leadferry.performance.keeping_store import ALL, COUNTED, Kept, add, kept_of, tallied
from leadferry.store.database import Database
from leadferry.store.statements import upsert
from leadferry.store.tables import (
    OUTCOMES,
    daily_figures,
    daily_latencies,
    daily_sums,
    figure_sets,
    monthly_figures,
    monthly_sums,
    submission_bodies,
    submissions,
    weekly_sums,
)

STEP = 2000
"""Submissions that one transaction counts."""
DAYS_CLEARED = 7
DAILY, SUMMED_UP = (daily_figures, daily_sums, daily_latencies), (weekly_sums, monthly_figures, monthly_sums)
LATE_DAYS = 2
"""So long a week waits until it is summed up: nearly every lead has come to its end by then, and changes it no more."""
s, b = submissions.c, submission_bodies.c


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an environment's count is. `zone`: whose days it is in, "" where nobody has begun. `left`: how many
    numbers are still to be looked at, others' too; 0 where everything is counted. `due`: a week or month is to be
    summed up."""

    zone: str
    left: int
    due: bool


class CountingStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.facets, self.size = FacetReader(), STEP

    def begin(self, environment_id: int, zone: str) -> None:
        """From nothing, in the days of this zone."""
        values = {"environment_id": environment_id, "time_zone": zone, "counted_at": self.clock()}
        nothing = {"counted_id": 0, "condensed_to": 0, "weeks_to": 0}
        with self.database.write() as connection:
            _alone(connection)
            upsert(connection, figure_sets, ("environment_id",), values | nothing)

    def step(self, environment_id: int) -> bool:
        """False where everything is counted."""
        with self.database.write() as connection:
            _alone(connection)
            kept = kept_of(connection, environment_id)
            if kept is None or kept.counted_id == ALL:
                return False
            if kept.counted_id == 0 and _clear_some(connection, environment_id):
                return True
            new, reached = self._count_some(connection, environment_id, kept)
            mine = sa.update(figure_sets).where(figure_sets.c.environment_id == environment_id)
            connection.execute(mine.values(counted_id=reached, counted_at=self.clock()))
        self.facets.keep(new)
        return reached < ALL

    def _count_some(self, connection: Connection, environment_id: int, kept: Kept) -> tuple[Numbers, int]:
        """(numbers that were new, how far it came)"""
        if not connection.execute(sa.select(s.id).where(s.environment_id == environment_id).limit(1)).first():
            return none_new(environment_id), ALL
        first, last = kept.counted_id, kept.counted_id + self.size
        new = self._look(connection, environment_id, first, last)
        wanted = COUNTED.where(s.id > first, s.id <= last, s.environment_id + 0 == environment_id)
        add(connection, environment_id, kept, tallied(connection.execute(wanted).all(), kept.days))
        newest = connection.execute(sa.select(sa.func.max(s.id))).scalar() or 0
        return new, last if last < newest else ALL

    def _look(self, connection: Connection, environment_id: int, first: int, last: int) -> Numbers:
        """Reads the facets of those that were stored before there were any."""
        wanted = sa.select(s.id, s.form_version_id, b.body).outerjoin(submission_bodies, b.submission_id == s.id)
        span = (s.id > first, s.id <= last, s.environment_id + 0 == environment_id, s.creative_id.is_(None))
        rows = connection.execute(wanted.where(*span)).all()
        if not rows:
            return none_new(environment_id)
        items = [(row.form_version_id, response_of(bytes(row.body)) if row.body else None) for row in rows]
        found, new = self.facets.ids(connection, environment_id, items)
        told = [{"key": row.id, **columns_of(ids)} for row, ids in zip(rows, found, strict=True)]
        connection.execute(_TELL, told)
        return new

    # Weeks and months

    def condense(self, environment_id: int, today: int) -> bool:
        """Sums up the next month or week that is over. False where there is none."""
        with self.database.write() as connection:
            _alone(connection)
            kept = kept_of(connection, environment_id)
            if kept is None:
                return False
            if (month := next_month(connection, environment_id, kept, today)) is not None:
                _condense_month(connection, environment_id, month)
            elif (week := next_week(connection, environment_id, kept, today)) is not None:
                _condense_week(connection, environment_id, week)
            else:
                return False
        return True

    # How it stands

    def standing(self, environment_id: int, today: int) -> Standing:
        with self.database.read() as connection:
            kept = kept_of(connection, environment_id)
            if kept is None:
                return Standing("", 0, due=False)
            left = 0
            if kept.counted_id != ALL:
                newest = connection.execute(sa.select(sa.func.max(s.id))).scalar() or 0
                left = max(1, newest - kept.counted_id)
            due = any(find(connection, environment_id, kept, today) is not None for find in (next_month, next_week))
            return Standing(kept.days.zone.key, left, due)


_TELL = (
    sa.update(submissions)
    .where(s.id == sa.bindparam("key"))
    .values({name: sa.bindparam(name) for name in columns_of(NOTHING)})
)


def next_month(connection: Connection, environment_id: int, kept: Kept, today: int) -> int | None:
    """The next one to be summed up: over, with figures in or before it, all of them counted."""
    if kept.counted_id < ALL or kept.condensed_to >= first_day(month_of(today)):
        return None
    if kept.condensed_to:
        return month_of(kept.condensed_to)
    day = _oldest(connection, environment_id)
    return month_of(day) if day is not None and month_of(day) < month_of(today) else None


def next_week(connection: Connection, environment_id: int, kept: Kept, today: int) -> int | None:
    """As `next_month`."""
    over = week_of(today - LATE_DAYS)
    if kept.counted_id < ALL or week_of(kept.weeks_to) >= over:
        return None
    if kept.weeks_to:
        return week_of(kept.weeks_to)
    day = _oldest(connection, environment_id)
    return week_of(day) if day is not None and week_of(day) < over else None


def _oldest(connection: Connection, environment_id: int) -> int | None:
    """The first day that has figures."""
    d = daily_sums.c
    oldest = sa.select(sa.func.min(d.day)).where(d.environment_id == environment_id, d.dimension == 0)
    return connection.execute(oldest).scalar()


def _condense_month(connection: Connection, environment_id: int, month: int) -> None:
    span = {"environment": environment_id, "time": month, "first": first_day(month), "last": first_day(month + 1) - 1}
    connection.execute(_MONTH_OF_FIGURES, span)
    connection.execute(_MONTH_OF_SUMS, span)
    mine = sa.update(figure_sets).where(figure_sets.c.environment_id == environment_id)
    connection.execute(mine.values(condensed_to=first_day(month + 1)))


def _condense_week(connection: Connection, environment_id: int, week: int) -> None:
    span = {"environment": environment_id, "time": week, "first": week * WEEK, "last": (week + 1) * WEEK - 1}
    connection.execute(_WEEK_OF_SUMS, span)
    mine = sa.update(figure_sets).where(figure_sets.c.environment_id == environment_id)
    connection.execute(mine.values(weeks_to=(week + 1) * WEEK))


def _alone(connection: Connection) -> None:
    """Nobody changes submissions until the transaction ends. On SQLite it holds the one write lock anyway."""
    if connection.dialect.name != "sqlite":
        connection.execute(sa.text("lock table submissions in exclusive mode"))


def _clear_some(connection: Connection, environment_id: int) -> bool:
    """Days at a time. False where there was nothing."""
    oldest = [
        connection.execute(sa.select(sa.func.min(table.c.day)).where(table.c.environment_id == environment_id)).scalar()
        for table in DAILY
    ]
    days = [day for day in oldest if day is not None]
    for table in DAILY if days else ():
        span = table.c.day.between(min(days), min(days) + DAYS_CLEARED - 1)
        connection.execute(sa.delete(table).where(table.c.environment_id == environment_id, span))
    gone = sum(
        connection.execute(sa.delete(table).where(table.c.environment_id == environment_id)).rowcount
        for table in SUMMED_UP
    )
    return bool(days or gone)


def _condensing(source: sa.Table, target: sa.Table, time: str, summed: Mapping[str, Any], *where: Any) -> Any:
    keys = [column.name for column in target.primary_key]
    chosen = [sa.bindparam("time", type_=sa.Integer).label(name) if name == time else source.c[name] for name in keys]
    groups = [source.c[name] for name in keys if name != time]
    wanted = sa.select(*chosen, *summed.values()).group_by(*groups)
    mine = source.c.environment_id == sa.bindparam("environment")
    span = source.c.day.between(sa.bindparam("first"), sa.bindparam("last"))
    return sa.insert(target).from_select([*keys, *summed], wanted.where(mine, span, *where))


_COUNT = {"count": sa.func.sum(daily_figures.c["count"])}
_SUMS = {name: sa.func.sum(daily_sums.c[name]) for name in OUTCOMES}
_EVERY = daily_sums.c.dimension.in_(range(8))
_MONTH_OF_FIGURES = _condensing(daily_figures, monthly_figures, "month", _COUNT)
_MONTH_OF_SUMS = _condensing(daily_sums, monthly_sums, "month", _SUMS, _EVERY)
_WEEK_OF_SUMS = _condensing(daily_sums, weekly_sums, "week", _SUMS, _EVERY)
