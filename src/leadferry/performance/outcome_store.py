"""What became of leads, kept by submission and summed up by day; and how the last reading went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.clock import Clock
from leadferry.delivery.model import MatchingStatus, State
from leadferry.performance.figures import Days
from leadferry.performance.figures_store import EVER
from leadferry.performance.memo import Memo
from leadferry.performance.narrowing import NONE, Narrowing
from leadferry.performance.outcome_stages import Stage
from leadferry.store.database import Database
from leadferry.store.statements import some_of, upsert
from leadferry.store.tables import RARE, daily_conversions, form_versions, outcome_readings, submission_outcomes
from leadferry.store.tables import submissions as _submissions

d, s, o = daily_conversions.c, _submissions.c, submission_outcomes.c
COLUMNS: Mapping[str, sa.ColumnElement[Any]] = {
    "day": d.day,
    "stage": d.stage,
    "owner": d.owner_id,
    "form": d.form_id,
    "campaign": d.campaign_id,
    "type": d.lead_type,
}
_KEY = [column.name for column in daily_conversions.primary_key][1:]


@dataclass(frozen=True, slots=True)
class Reading:
    """`through_at`: every change before it is known; None: nothing was ever read. `whole_at`: when each lead was asked
    for by its id last. `counted_at`: when the sums were made."""

    through_at: int | None = None
    whole_at: int | None = None
    counted_at: int | None = None
    time_zone: str = ""
    tried_at: int = 0
    trouble: str = ""
    revision: int = 0


class OutcomeStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock, self._memo = database, clock, Memo()

    # How it stands

    def reading(self, environment_id: int) -> Reading:
        wanted = sa.select(*(outcome_readings.c[name] for name in Reading.__slots__))
        with self.database.read() as connection:
            row = connection.execute(wanted.where(outcome_readings.c.environment_id == environment_id)).first()
        return Reading(*row) if row else Reading()

    def note(self, environment_id: int, **values: Any) -> None:
        """Of `Reading`, what changed."""
        found = {"environment_id": environment_id, **values}
        with self.database.write() as connection:
            upsert(connection, outcome_readings, ("environment_id",), found)

    # Which leads are ours

    def lead_ids(self, environment_id: int, size: int) -> Iterator[list[str]]:
        """All of them, each once, in parts."""
        after = ""
        while True:
            wanted = sa.select(s.lead_id).distinct().where(*_with_lead(environment_id), s.lead_id > after)
            with self.database.read() as connection:
                found = list(connection.execute(wanted.order_by(s.lead_id).limit(size)).scalars())
            if not found:
                return
            yield found
            after = found[-1]

    def stages(self, environment_id: int, lead_ids: Collection[str]) -> dict[str, Stage]:
        """Of those that are ours: what is known of them."""
        found: dict[str, Stage] = {}
        with self.database.read() as connection:
            for some in some_of(list(lead_ids)):  # type: ignore[arg-type]
                wanted = sa.select(s.lead_id, sa.func.coalesce(o.stage, 0)).select_from(
                    _submissions.outerjoin(submission_outcomes, o.submission_id == s.id)
                )
                rows = connection.execute(wanted.where(*_with_lead(environment_id), s.lead_id.in_(some)))
                found |= {row[0]: Stage(row[1]) for row in rows}
        return found

    def unasked(self, environment_id: int, size: int) -> list[str]:
        """Leads that were matched and not changed: they may have been closed long before, and no change will tell."""
        wanted = (
            sa.select(s.lead_id)
            .distinct()
            .where(*_with_lead(environment_id), s.matching_status == int(MatchingStatus.NOT_UPDATED))
            .where(RARE["matching_status"], ~sa.exists().where(o.submission_id == s.id))
        )
        with self.database.read() as connection:
            return list(connection.execute(wanted.limit(size)).scalars())

    def save(self, environment_id: int, stages: Mapping[str, Stage], *, asked: bool = False) -> int:
        """`asked`: that a lead is open is kept too, so that it is not asked for again. Returns how many changed."""
        changed = 0
        with self.database.write() as connection:
            for some in some_of(sorted(stages)):  # type: ignore[arg-type]
                changed += self._save(connection, environment_id, {key: stages[str(key)] for key in some}, asked)
        return changed

    def _save(self, connection: Connection, environment_id: int, stages: Mapping[Any, Stage], asked: bool) -> int:
        wanted = sa.select(s.id, s.lead_id, o.stage).select_from(
            _submissions.outerjoin(submission_outcomes, o.submission_id == s.id)
        )
        known = connection.execute(wanted.where(*_with_lead(environment_id), s.lead_id.in_(list(stages)))).all()
        rows = [
            {"submission_id": row.id, "environment_id": environment_id, "stage": int(stages[row.lead_id])}
            for row in known
            if row.stage != stages[row.lead_id] and (asked or row.stage is not None or stages[row.lead_id])
        ]
        for one in some_of([row["submission_id"] for row in rows]):
            connection.execute(sa.delete(submission_outcomes).where(o.submission_id.in_(one)))
        if rows:
            connection.execute(sa.insert(submission_outcomes), rows)
        return len(rows)

    # The sums

    def recount(self, environment_id: int, zone: str) -> None:
        """From what is kept by submission, in one walk that holds few of them at a time; in the days of this zone."""
        with self.database.read() as connection:
            counts = _counted(connection, environment_id, Days(ZoneInfo(zone)))
        rows = [
            {"environment_id": environment_id, **dict(zip(_KEY, key, strict=True)), "count": count}
            for key, count in counts.items()
        ]
        with self.database.write() as connection:
            connection.execute(sa.delete(daily_conversions).where(d.environment_id == environment_id))
            if rows:
                connection.execute(sa.insert(daily_conversions), rows)
        revision = self.reading(environment_id).revision + 1
        self.note(environment_id, counted_at=self.clock(), time_zone=zone, revision=revision)

    def sums(
        self,
        environment_id: int,
        by: Sequence[str],
        *,
        days: tuple[int, int] = EVER,
        narrowing: Narrowing = Narrowing(),  # noqa: B008 - frozen
    ) -> dict[tuple[Any, ...], int]:
        """How many submissions whose lead is closed, by these columns; both days included. What is 0 is absent."""
        if not tells(narrowing):
            return {}
        known = self.reading(environment_id)
        key, revision = (environment_id, *by, days, narrowing), (known.revision, known.counted_at)
        return self._memo.get(key, revision, lambda: self._sums(environment_id, by, days, narrowing))

    def _sums(
        self, environment_id: int, by: Sequence[str], days: tuple[int, int], narrowing: Narrowing
    ) -> dict[tuple[Any, ...], int]:
        chosen = [COLUMNS[name] for name in by]
        wanted = sa.select(*chosen, sa.func.sum(d.count)).where(
            d.environment_id == environment_id, d.day.between(*days)
        )
        for name, value in narrowing.values().items():
            wanted = wanted.where(COLUMNS[name] == (0 if value == NONE else value))
        with self.database.read() as connection:
            return {tuple(row[:-1]): int(row[-1]) for row in connection.execute(wanted.group_by(*chosen)) if row[-1]}


def tells(narrowing: Narrowing) -> bool:
    return COLUMNS.keys() >= narrowing.values().keys()


def _with_lead(environment_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Test leads are nobody's success."""
    return (s.environment_id == environment_id, s.lead_id.is_not(None), s.state == int(State.DELIVERED), ~s.test)


def _counted(connection: Connection, environment_id: int, days: Days) -> Counter[tuple[Any, ...]]:
    zero = [sa.func.coalesce(column, 0) for column in (s.owner_id, form_versions.c.form_id, s.campaign_id)]
    kept = submission_outcomes.join(_submissions, s.id == o.submission_id)
    wanted = (
        sa.select(s.submitted_at, *zero, s.lead_type, o.stage)
        .select_from(kept.outerjoin(form_versions, form_versions.c.id == s.form_version_id))
        .where(o.environment_id == environment_id, o.stage != int(Stage.OPEN), *_with_lead(environment_id))
        .execution_options(yield_per=5000)
    )
    return Counter((days.of(at), *key) for at, *key in connection.execute(wanted))
