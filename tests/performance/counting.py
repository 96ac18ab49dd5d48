"""The figures as they are kept, and as they must be: from the submissions one by one."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from leadferry.delivery.model import MatchingStatus, State
from leadferry.performance.dimensions import TYPE_CODES
from leadferry.performance.figures import IN_DYNAMICS, Days, bucket_of, month_of, outcome_of, week_of
from leadferry.performance.keeping_store import kept_of
from leadferry.store.database import Database
from leadferry.store.tables import (
    daily_figures,
    daily_latencies,
    daily_sums,
    monthly_figures,
    monthly_sums,
    submissions,
    weekly_sums,
)

Figures = dict[tuple[object, ...], int]
TABLES = (daily_figures, daily_latencies, daily_sums, weekly_sums, monthly_figures, monthly_sums)


def kept(database: Database, environment_id: int) -> dict[str, Figures]:
    """By table: key -> count."""
    return {table.name: kept_in(database, environment_id, table) for table in TABLES}


def kept_in(database: Database, environment_id: int, table: sa.Table) -> Figures:
    keys, found = len(table.primary_key.columns), Figures()
    with database.read() as connection:
        for row in connection.execute(sa.select(table).where(table.c.environment_id == environment_id)):
            for outcome, count in enumerate(row[keys:]):
                key = (*row[1:keys], outcome) if len(row) > keys + 1 else tuple(row[1:keys])
                found |= {key: count} if count else {}
    return found


def full_count(database: Database, environment_id: int, zone: str) -> dict[str, Figures]:
    """What `kept` must be."""
    days, found = Days(ZoneInfo(zone)), {table.name: Counter[tuple[object, ...]]() for table in TABLES}
    with database.read() as connection:
        books = kept_of(connection, environment_id)
        assert books is not None
        mine = submissions.c.environment_id == environment_id
        rows = connection.execute(sa.select(submissions).where(mine, ~submissions.c.test)).all()
    for row in rows:
        day, outcome = days.of(row.submitted_at), outcome_of(State(row.state), MatchingStatus(row.matching_status))
        about = (row.owner_id or 0, row.form_version_id or 0, row.campaign_id or 0, row.lead_type, int(outcome))
        facets = (row.creative_id or 0, row.country_id or 0, row.industry_id or 0)
        values = (0, *about[:3], TYPE_CODES.get(row.lead_type, 0), *facets)
        months = [("monthly", month_of(day))] if day < books.condensed_to else []
        weeks = [("weekly", week_of(day))] if day < books.weeks_to else []
        for every, time in [("daily", day), *months]:
            found[f"{every}_figures"][time, *about] += 1
        for every, time in [("daily", day), *weeks, *months]:
            for dimension, value in enumerate(values):
                found[f"{every}_sums"][dimension, time, value, int(outcome)] += 1
        if outcome in IN_DYNAMICS and row.settled_at is not None:
            found["daily_latencies"][day, bucket_of(row.settled_at - row.submitted_at)] += 1
    return {name: dict(figures) for name, figures in found.items()}
