"""What became of leads by creative, country and industry, summed up by day beside the sums of `outcome_store`; the
questions that meet another filter go to the submissions themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.performance.dimensions import BY_NAME, FACETS
from leadferry.performance.figures import Days
from leadferry.performance.narrowing import NONE, Narrowing
from leadferry.performance.outcome_stages import Stage
from leadferry.performance.outcome_store import with_lead
from leadferry.performance.sums_store import Asked, conditions
from leadferry.store.database import Database
from leadferry.store.tables import daily_facet_conversions, form_versions, submission_outcomes, submissions

d, s, o = daily_facet_conversions.c, submissions.c, submission_outcomes.c
NAMES = tuple(one.name.lower() for one in FACETS)
_COLUMNS: Mapping[str, sa.ColumnElement[Any]] = {
    "owner": s.owner_id,
    "form": form_versions.c.form_id,
    "campaign": s.campaign_id,
    "type": s.lead_type,
    **{name: s[f"{name}_id"] for name in NAMES},
}
_KEPT = submission_outcomes.join(submissions, s.id == o.submission_id)
_CLOSED = o.stage != int(Stage.OPEN)
Stages = dict[Any, dict[int, int]]
"""Value -> stage -> how many."""


class FacetOutcomeStore:
    def __init__(self, database: Database) -> None:
        self.database = database

    def recount(self, environment_id: int, zone: str) -> None:
        """From what is kept by submission, in one walk that holds few of them at a time; in the days of this zone."""
        with self.database.read(streaming=True) as connection:
            counts = _counted(connection, environment_id, Days(ZoneInfo(zone)))
        rows = [
            {"environment_id": environment_id, "dimension": dimension, "day": day, "value": value, "stage": stage}
            | {"count": count}
            for (dimension, day, value, stage), count in counts.items()
        ]
        with self.database.write() as connection:
            connection.execute(sa.delete(daily_facet_conversions).where(d.environment_id == environment_id))
            if rows:
                connection.execute(sa.insert(daily_facet_conversions), rows)

    def stages(self, environment_id: int, name: str, days: tuple[int, int], narrowing: Narrowing, zone: str) -> Stages:
        """By creative, country or industry; both days included. By anything else, or narrowed by it, the caller knows
        that the submissions behind it are few."""
        if name in NAMES and narrowing.values().keys() <= {name}:
            return self._summed(environment_id, name, days, narrowing)
        return self._walked(environment_id, name, days, narrowing, zone)

    def _summed(self, environment_id: int, name: str, days: tuple[int, int], narrowing: Narrowing) -> Stages:
        wanted = sa.select(d.value, d.stage, sa.func.sum(d["count"])).where(
            d.environment_id == environment_id, d.dimension == int(BY_NAME[name]), d.day.between(*days)
        )
        if value := narrowing.values().get(name):
            wanted = wanted.where(d.value == (0 if value == NONE else value))
        with self.database.read() as connection:
            return _nested(connection.execute(wanted.group_by(d.value, d.stage)).all())

    def by_day(self, environment_id: int, name: str, days: tuple[int, int], narrowing: Narrowing) -> Stages:
        """Of one creative, country or industry, and narrowed by nothing else: day -> stage -> how many."""
        value = narrowing.values()[name]
        wanted = sa.select(d.day, d.stage, d["count"]).where(
            d.environment_id == environment_id,
            d.dimension == int(BY_NAME[name]),
            d.day.between(*days),
            d.value == (0 if value == NONE else value),
        )
        with self.database.read() as connection:
            return _nested(connection.execute(wanted).all())

    def _walked(self, environment_id: int, name: str, days: tuple[int, int], narrowing: Narrowing, zone: str) -> Stages:
        column = _COLUMNS[name]
        key = column if name == "type" else sa.func.coalesce(column, 0)
        asked = Asked(environment_id, (name,), days, narrowing)
        wanted = (
            sa.select(key, o.stage, sa.func.count())
            .select_from(_KEPT.outerjoin(form_versions, form_versions.c.id == s.form_version_id))
            .where(*conditions(asked, ZoneInfo(zone)), *with_lead(environment_id), _CLOSED)
        )
        with self.database.read() as connection:
            return _nested(connection.execute(wanted.group_by(key, o.stage)).all())


def tells(narrowing: Narrowing) -> str:
    """Which of the three the figures are narrowed to; "" of none."""
    return next((name for name in NAMES if narrowing.values().get(name)), "")


def _nested(rows: Any) -> Stages:
    found: Stages = {}
    for value, stage, count in rows:
        found.setdefault(value, {})[stage] = int(count)
    return found


def _counted(connection: Connection, environment_id: int, days: Days) -> Counter[tuple[int, int, int, int]]:
    facets = [sa.func.coalesce(s[f"{name}_id"], 0) for name in NAMES]
    wanted = sa.select(s.submitted_at, o.stage, *facets).select_from(_KEPT)
    wanted = wanted.where(o.environment_id == environment_id, _CLOSED, *with_lead(environment_id))
    found: Counter[tuple[int, int, int, int]] = Counter()
    for at, stage, *values in connection.execute(wanted.execution_options(yield_per=5000)):
        day = days.of(at)
        found.update((int(one), day, value, stage) for one, value in zip(FACETS, values, strict=True))
    return found
