"""Keeps the figures right: in the transaction that adds, settles, replays or deletes a submission, and anew from all.

A row of `figure_sets` says that an environment's figures are kept, and in which time zone its days are. Whoever changes
submissions locks them first and reads that row after, so that a recount, which locks the table, never comes between.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.clock import Clock
from leadferry.performance.figures import IN_DYNAMICS, OUTCOMES, QUARTER_MS, Days, bucket_of
from leadferry.store.database import Database
from leadferry.store.statements import upsert
from leadferry.store.tables import daily_figures, daily_latencies, figure_sets, submissions

_KEY = tuple(column.name for column in daily_figures.primary_key)[1:]
Now = tuple[int, int, int | None]
"""State, matching status, when it was settled."""
c = submissions.c


Standing = Any
"""A submission as far as it is counted: a row as `_STANDING` asks for it. No class: it is in the way of every lead."""
_ABOUT = [sa.func.coalesce(column, 0).label(column.name) for column in (c.owner_id, c.form_version_id, c.campaign_id)]
_STANDING = (
    sa.select(c.id, c.environment_id, c.submitted_at, *_ABOUT, c.lead_type, c.state, c.matching_status, c.settled_at)
    .where(~c.test)
    .with_for_update()
)
# One parameter for all ids: thousands of them are a third of the statement's time.
_IDS = sa.func.json_each(sa.bindparam("ids")).table_valued("value")
_ON_SQLITE = _STANDING.where(c.id.in_(sa.select(_IDS.c.value)))
_ON_POSTGRESQL = _STANDING.where(c.id == sa.func.any(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger))))


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
    days = _days(connection, rows[0].environment_id) if rows else None
    if days is None:
        return
    figures, latencies = Counter[tuple[Any, ...]](), Counter[tuple[int, int]]()
    for _, _, at, owner, form, campaign, kind, state, status, settled_at in rows:
        day, outcome = days.of(at), OUTCOMES[state, status]
        figures[day, owner, form, campaign, kind, outcome] += 1
        if outcome in IN_DYNAMICS and settled_at is not None:
            latencies[day, bucket_of(settled_at - at)] += 1
    _add(connection, daily_figures, rows[0].environment_id, _KEY, figures)
    _add(connection, daily_latencies, rows[0].environment_id, ("day", "bucket"), latencies)


def moved(connection: Connection, before: Sequence[Standing], after: Mapping[int, Now]) -> None:
    """Other outcomes, of one environment. `after`: by id; a submission that is not in it is gone."""
    if not before:
        return
    environment_id = before[0].environment_id
    days = _days(connection, environment_id)
    if days is None:
        return
    day_of, moves, latencies = days.of, Counter[tuple[Any, ...]](), Counter[tuple[int, int]]()
    for key, _, at, owner, form, campaign, kind, state, status, settled_at in before:
        day, old, now = day_of(at), OUTCOMES[state, status], after.get(key)
        new = OUTCOMES[now[0], now[1]] if now else None
        moves[day, owner, form, campaign, kind, old, new] += 1
        if old in IN_DYNAMICS and settled_at is not None:
            latencies[day, bucket_of(settled_at - at)] -= 1
        if now and new in IN_DYNAMICS and now[2] is not None:
            latencies[day, bucket_of(now[2] - at)] += 1
    _add(connection, daily_figures, environment_id, _KEY, _changes(moves))
    _add(connection, daily_latencies, environment_id, ("day", "bucket"), latencies)


def _changes(moves: Mapping[tuple[Any, ...], int]) -> Counter[tuple[Any, ...]]:
    """(..., from, to) -> (..., outcome) and by how much it changes."""
    found: Counter[tuple[Any, ...]] = Counter()
    for (*about, old, new), count in moves.items():
        found[(*about, old)] -= count
        if new is not None:
            found[(*about, new)] += count
    return found


def added(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """New rows of one environment, as they were just inserted; none has a lead yet."""
    days = _days(connection, rows[0]["environment_id"])
    if days is None:
        return
    day_of = days.of
    figures = Counter(
        (
            day_of(row["submitted_at"]),
            row["owner_id"] or 0,
            row["form_version_id"] or 0,
            row["campaign_id"] or 0,
            row["lead_type"],
            OUTCOMES[row["state"], row["matching_status"]],
        )
        for row in rows
        if not row["test"]
    )
    _add(connection, daily_figures, rows[0]["environment_id"], _KEY, figures)


def _add(
    connection: Connection, table: sa.Table, environment_id: int, names: Sequence[str], changes: Mapping[Any, int]
) -> None:
    """In one order, so that two transactions never wait for each other in a ring."""
    rows = [
        {"environment_id": environment_id, **dict(zip(names, key, strict=True)), "count": change}
        for key, change in sorted(changes.items())
        if change
    ]
    if rows:
        connection.execute(_summing_up(table, connection.dialect.name), rows)


@functools.cache
def _summing_up(table: sa.Table, dialect: str) -> Any:
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    keys = [column.name for column in table.primary_key]
    return insert.on_conflict_do_update(index_elements=keys, set_={"count": table.c.count + insert.excluded["count"]})


def _days(connection: Connection, environment_id: int) -> Days | None:
    """None where figures are not kept yet."""
    name = _zone_name(connection, environment_id)
    return None if name is None else _days_in(name)


_KNOWN_DAYS: dict[str, Days] = {}


def _days_in(zone: str) -> Days:
    days = _KNOWN_DAYS.get(zone)
    if days is None:
        days = _KNOWN_DAYS[zone] = Days(ZoneInfo(zone))
    return days


_ZONE = sa.select(figure_sets.c.time_zone).where(figure_sets.c.environment_id == sa.bindparam("environment"))


def _zone_name(connection: Connection, environment_id: int) -> str | None:
    return connection.execute(_ZONE, {"environment": environment_id}).scalar()


class FigureKeeper:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def keep(self, environment_id: int, zone: str) -> bool:
        """From now on, in the days of this zone. True where everything had to be counted for it."""
        with self.database.read() as connection:
            if _zone_name(connection, environment_id) == zone:
                return False
        self.rebuild(environment_id, zone)
        return True

    def rebuild(self, environment_id: int, zone: str) -> int:
        """Counts every submission anew; changes wait meanwhile. Returns how many figures differed."""
        with self.database.write() as connection:
            if not self.database.sqlite:
                connection.execute(sa.text("lock table submissions in exclusive mode"))
            figures, latencies = counted(connection, environment_id, _days_in(zone))
            differing = _differing(connection, environment_id, figures)
            for table in (daily_figures, daily_latencies):
                connection.execute(sa.delete(table).where(table.c.environment_id == environment_id))
            _add(connection, daily_figures, environment_id, _KEY, figures)
            _add(connection, daily_latencies, environment_id, ("day", "bucket"), latencies)
            values = {"environment_id": environment_id, "time_zone": zone, "counted_at": self.clock()}
            upsert(connection, figure_sets, ("environment_id",), values)
        return differing


def counted(
    connection: Connection, environment_id: int, days: Days
) -> tuple[Counter[tuple[Any, ...]], Counter[tuple[int, int]]]:
    """(figures, latencies) from the submissions themselves."""
    mine = (c.environment_id == environment_id, ~c.test)
    quarter = (c.submitted_at - c.submitted_at % sa.literal_column(str(QUARTER_MS))).label("quarter")
    groups = (quarter, c.owner_id, c.form_version_id, c.campaign_id, c.lead_type, c.state, c.matching_status)
    figures: Counter[tuple[Any, ...]] = Counter()
    for at, owner, form, campaign, kind, state, status, count in connection.execute(
        sa.select(*groups, sa.func.count()).where(*mine).group_by(*groups)
    ):
        key = (days.of(at), owner or 0, form or 0, campaign or 0, kind, OUTCOMES[state, status])
        figures[key] += count
    return figures, _latencies(connection, mine, days)


def _latencies(connection: Connection, mine: Sequence[Any], days: Days) -> Counter[tuple[int, int]]:
    """Row by row, a bucket is no matter for SQL."""
    found: Counter[tuple[int, int]] = Counter()
    columns = (c.submitted_at, c.settled_at, c.state, c.matching_status)
    wanted = sa.select(*columns).where(*mine, c.settled_at.is_not(None)).execution_options(yield_per=5000)
    for submitted_at, settled_at, state, status in connection.execute(wanted):
        if OUTCOMES[state, status] in IN_DYNAMICS:
            found[days.of(submitted_at), bucket_of(settled_at - submitted_at)] += 1
    return found


def _differing(connection: Connection, environment_id: int, figures: Mapping[tuple[Any, ...], int]) -> int:
    columns = [daily_figures.c[name] for name in (*_KEY, "count")]
    kept = connection.execute(sa.select(*columns).where(daily_figures.c.environment_id == environment_id))
    known = {tuple(row[:-1]): row[-1] for row in kept if row[-1]}
    return len(set(known.items()) ^ set(figures.items()))
