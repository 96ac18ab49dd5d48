"""Counts an environment's submissions into the figures, some thousands at a time, and sums up months that are over.

Each step is a transaction of its own, short enough for leads to pass between two; whoever dies goes on where he was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.clock import Clock
from leadferry.performance.facet_store import NOTHING, FacetReader, Numbers, columns_of, none_new, response_of
from leadferry.performance.figures import first_day, month_of
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
)

STEP = 2000
"""Submissions that one transaction counts."""
DAYS_CLEARED = 7
DAILY, MONTHLY = (daily_figures, daily_sums, daily_latencies), (monthly_figures, monthly_sums)
s, b = submissions.c, submission_bodies.c


class CountingStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.facets, self.size = FacetReader(), STEP

    def begin(self, environment_id: int, zone: str) -> None:
        """From nothing, in the days of this zone."""
        values = {"environment_id": environment_id, "time_zone": zone, "counted_at": self.clock()}
        with self.database.write() as connection:
            _alone(connection)
            upsert(connection, figure_sets, ("environment_id",), {**values, "counted_id": 0, "condensed_to": 0})

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

    # Months

    def condense(self, environment_id: int, today: int) -> bool:
        """Sums up the next month that is over. False where there is none."""
        with self.database.write() as connection:
            _alone(connection)
            kept = kept_of(connection, environment_id)
            month = next_month(connection, environment_id, kept, today) if kept else None
            if month is None:
                return False
            span = {"environment": environment_id, "month": month, "first": first_day(month)}
            span["last"] = first_day(month + 1) - 1
            connection.execute(_CONDENSE_FIGURES, span)
            connection.execute(_CONDENSE_SUMS, span)
            mine = sa.update(figure_sets).where(figure_sets.c.environment_id == environment_id)
            connection.execute(mine.values(condensed_to=first_day(month + 1)))
        return True

    # How it stands

    def kept(self, environment_id: int) -> Kept | None:
        with self.database.read() as connection:
            return kept_of(connection, environment_id)

    def left(self, environment_id: int) -> int:
        """How many numbers are still to be looked at, others' too; 0 where everything is counted."""
        kept = self.kept(environment_id)
        if kept is None or kept.counted_id == ALL:
            return 0
        with self.database.read() as connection:
            return max(1, (connection.execute(sa.select(sa.func.max(s.id))).scalar() or 0) - kept.counted_id)

    def month_due(self, environment_id: int, today: int) -> bool:
        with self.database.read() as connection:
            kept = kept_of(connection, environment_id)
            return kept is not None and next_month(connection, environment_id, kept, today) is not None


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
    d = daily_sums.c
    oldest = sa.select(sa.func.min(d.day)).where(d.environment_id == environment_id, d.dimension == 0)
    day = connection.execute(oldest).scalar()
    return month_of(day) if day is not None and month_of(day) < month_of(today) else None


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
        for table in MONTHLY
    )
    return bool(days or gone)


def _condensing(source: sa.Table, target: sa.Table, summed: Mapping[str, Any], *where: Any) -> Any:
    keys = [column.name for column in target.primary_key]
    chosen = [
        sa.bindparam("month", type_=sa.Integer).label("month") if name == "month" else source.c[name] for name in keys
    ]
    groups = [source.c[name] for name in keys if name != "month"]
    wanted = sa.select(*chosen, *summed.values()).group_by(*groups)
    mine = source.c.environment_id == sa.bindparam("environment")
    span = source.c.day.between(sa.bindparam("first"), sa.bindparam("last"))
    return sa.insert(target).from_select([*keys, *summed], wanted.where(mine, span, *where))


_CONDENSE_FIGURES = _condensing(daily_figures, monthly_figures, {"count": sa.func.sum(daily_figures.c["count"])})
_CONDENSE_SUMS = _condensing(
    daily_sums,
    monthly_sums,
    {name: sa.func.sum(daily_sums.c[name]) for name in OUTCOMES},
    daily_sums.c.dimension.in_(range(8)),
)
