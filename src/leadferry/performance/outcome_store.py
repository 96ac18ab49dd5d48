"""What became of leads, kept by submission and summed up by day and month; and how the last reading went.

The sums are made anew after each reading. What a span of days has by account, campaign, form and kind of lead is asked
of the database once, and whatever is told or narrowed by is put together from that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.clock import Clock
from leadferry.delivery.model import MatchingStatus, State
from leadferry.performance.figures import AT_LAST, Days, month_of, pieces
from leadferry.performance.figures_store import EVER
from leadferry.performance.memo import Memo
from leadferry.performance.narrowing import NONE, Narrowing, passing
from leadferry.performance.outcome_stages import Stage
from leadferry.store.database import Database
from leadferry.store.statements import some_of, upsert
from leadferry.store.tables import (
    RARE,
    daily_conversions,
    form_versions,
    monthly_conversions,
    outcome_readings,
    submission_outcomes,
)
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
T = TypeVar("T")
PARTS = ("owner", "form", "campaign", "type")
_CELL = ("owner_id", "form_id", "campaign_id", "lead_type", "stage")
KEPT = 150
"""Answers that are remembered; one of a thousand ads takes some hundred kilobytes."""
Cells = Mapping[tuple[int, int, int, str, int], int]
"""By the PARTS and the stage."""


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
        self.database, self.clock, self._memo = database, clock, Memo(KEPT)

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
            wanted = sa.select(s.lead_id).distinct().where(*with_lead(environment_id), s.lead_id > after)
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
                rows = connection.execute(wanted.where(*with_lead(environment_id), s.lead_id.in_(some)))
                found |= {row[0]: Stage(row[1]) for row in rows}
        return found

    def unasked(self, environment_id: int, size: int) -> list[str]:
        """Leads that were matched and not changed: they may have been closed long before, and no change will tell."""
        wanted = (
            sa.select(s.lead_id)
            .distinct()
            .where(*with_lead(environment_id), s.matching_status == int(MatchingStatus.NOT_UPDATED))
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
        known = connection.execute(wanted.where(*with_lead(environment_id), s.lead_id.in_(list(stages)))).all()
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
        with self.database.read(streaming=True) as connection:
            counts = _counted(connection, environment_id, Days(ZoneInfo(zone)))
        months: Counter[tuple[Any, ...]] = Counter()
        for (day, *cell), count in counts.items():
            months[(month_of(day), *cell)] += count
        with self.database.write() as connection:
            _replace(connection, daily_conversions, environment_id, counts)
            _replace(connection, monthly_conversions, environment_id, months)
        revision = self.reading(environment_id).revision + 1
        self.note(environment_id, counted_at=self.clock(), time_zone=zone, revision=revision)

    def sums(
        self,
        environment_id: int,
        by: Sequence[str],
        *,
        days: tuple[int, int] = EVER,
        narrowing: Narrowing = Narrowing(),  # noqa: B008 - frozen
        known: Reading | None = None,
    ) -> dict[tuple[Any, ...], int]:
        """How many submissions whose lead is closed, by these columns; both days included. What is 0 is absent.
        `known`: the reading, where it is known already."""
        if not tells(narrowing):
            return {}
        make = self._by_day if "day" in by else self._put_together
        return self._kept(
            (environment_id, *by, days, narrowing),
            known or self.reading(environment_id),
            lambda reading: make(environment_id, by, days, narrowing, reading),
        )

    def told(
        self, environment_id: int, kind: str, days: tuple[int, int], narrowing: Narrowing, known: Reading
    ) -> Mapping[Any, Mapping[int, int]]:
        """Stage -> how many, by one of the PARTS or day."""
        return self._kept(
            ("told", environment_id, kind, days, narrowing),
            known,
            lambda reading: self._told(environment_id, kind, days, narrowing, reading),
        )

    def _told(
        self, environment_id: int, kind: str, days: tuple[int, int], narrowing: Narrowing, known: Reading
    ) -> dict[Any, dict[int, int]]:
        found: dict[Any, dict[int, int]] = {}
        sums = self.sums(environment_id, [kind, "stage"], days=days, narrowing=narrowing, known=known)
        for (key, stage), count in sums.items():
            found.setdefault(key, {})[stage] = count
        return found

    def _put_together(
        self, environment_id: int, by: Sequence[str], days: tuple[int, int], narrowing: Narrowing, known: Reading
    ) -> dict[tuple[Any, ...], int]:
        places = [(*PARTS, "stage").index(name) for name in by]
        found: Counter[tuple[Any, ...]] = Counter()
        for cell, count in self._narrowed(environment_id, days, narrowing, known).items():
            found[tuple([cell[place] for place in places])] += count
        return {key: count for key, count in found.items() if count}

    def _narrowed(self, environment_id: int, days: tuple[int, int], narrowing: Narrowing, known: Reading) -> Cells:
        """Those that a filter lets pass: a page tells them by many things."""
        every = self._kept((environment_id, days), known, lambda _: self._cells(environment_id, days))
        if not narrowing.values():
            return every
        key = ("narrowed", environment_id, days, narrowing)
        return self._kept(key, known, lambda _: passing(every, PARTS, narrowing))

    def _cells(self, environment_id: int, days: tuple[int, int]) -> Cells:
        found: Counter[tuple[int, int, int, str, int]] = Counter()
        with self.database.read() as connection:
            for unit, first, last in pieces(days, AT_LAST):
                t = (monthly_conversions if unit == "month" else daily_conversions).c
                key = [t[name] for name in _CELL]
                wanted = sa.select(*key, sa.func.sum(t["count"])).group_by(*key)
                wanted = wanted.where(t.environment_id == environment_id, t[unit].between(first, last))
                for *cell, count in connection.execute(wanted):
                    found[tuple(cell)] += int(count)
        return found

    def _by_day(
        self, environment_id: int, by: Sequence[str], days: tuple[int, int], narrowing: Narrowing, _known: Reading
    ) -> dict[tuple[Any, ...], int]:
        chosen = [COLUMNS[name] for name in by]
        wanted = sa.select(*chosen, sa.func.sum(d.count)).where(
            d.environment_id == environment_id, d.day.between(*days)
        )
        for name, value in narrowing.values().items():
            wanted = wanted.where(COLUMNS[name] == (0 if value == NONE else value))
        with self.database.read() as connection:
            return {tuple(row[:-1]): int(row[-1]) for row in connection.execute(wanted.group_by(*chosen)) if row[-1]}

    def _kept(self, key: Any, known: Reading, make: Callable[[Reading], T]) -> T:
        """Until the sums are made anew."""
        return self._memo.get(key, (known.revision, known.counted_at), lambda: make(known))


def _replace(
    connection: Connection, table: sa.Table, environment_id: int, counts: Mapping[tuple[Any, ...], int]
) -> None:
    names = [column.name for column in table.primary_key][1:]
    rows = [
        {"environment_id": environment_id, **dict(zip(names, key, strict=True)), "count": count}
        for key, count in counts.items()
    ]
    connection.execute(sa.delete(table).where(table.c.environment_id == environment_id))
    if rows:
        connection.execute(sa.insert(table), rows)


def tells(narrowing: Narrowing) -> bool:
    return COLUMNS.keys() >= narrowing.values().keys()


def with_lead(environment_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Test leads are nobody's success."""
    return (s.environment_id == environment_id, s.lead_id.is_not(None), s.state == int(State.DELIVERED), ~s.test)


def _counted(connection: Connection, environment_id: int, days: Days) -> Counter[tuple[Any, ...]]:
    zero = [sa.func.coalesce(column, 0) for column in (s.owner_id, form_versions.c.form_id, s.campaign_id)]
    kept = submission_outcomes.join(_submissions, s.id == o.submission_id)
    wanted = (
        sa.select(s.submitted_at, *zero, s.lead_type, o.stage)
        .select_from(kept.outerjoin(form_versions, form_versions.c.id == s.form_version_id))
        .where(o.environment_id == environment_id, o.stage != int(Stage.OPEN), *with_lead(environment_id))
        .execution_options(yield_per=5000)
    )
    return Counter((days.of(at), *key) for at, *key in connection.execute(wanted))
