"""How many submissions there are, for the pages: from the kept figures. Until those are counted, the submissions are; a
table that is slow to count is counted beside, and the last count shown.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from functools import cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.clock import Clock
from leadferry.delivery.model import MatchingStatus, State
from leadferry.delivery.tally import Figures, Grouped, Line, Tally, grouped, merged
from leadferry.performance.dimensions import Dimension
from leadferry.performance.figures import Outcome
from leadferry.performance.keeping_store import ALL, Kept, kept_of
from leadferry.store.database import Database
from leadferry.store.statements import walking
from leadferry.store.tables import (
    OUTCOMES,
    campaigns,
    daily_sums,
    form_versions,
    lead_forms,
    monthly_sums,
    owners,
    submissions,
)

SLOW_MS, KEPT_MS = 50, 20_000
"""A count that took longer than this is shown for a while before it is counted again."""
_BY = (
    submissions.c.owner_id,
    submissions.c.form_version_id,
    submissions.c.campaign_id,
    submissions.c.state,
    submissions.c.matching_status,
    submissions.c.test,
)
_DIMENSIONS = {"owner": Dimension.OWNER, "form_version": Dimension.FORM, "campaign": Dimension.CAMPAIGN}
s = submissions.c
Among = Sequence[int] | None
"""These values alone; None: all."""


class TallyStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self._kept: dict[int, Tally] = {}
        self._counting: dict[int, threading.Thread] = {}
        self._lock = threading.Lock()

    def tally(self, environment_id: int) -> Tally:
        if figures := self._whole(environment_id):
            return Tally(self.clock(), cache(partial(self._from_figures, environment_id, figures.condensed_to)))
        kept = self._kept.get(environment_id)
        if kept is None or kept.took_ms <= SLOW_MS:
            return self.count(environment_id)
        if self.clock() - kept.counted_at > KEPT_MS:
            self._count_beside(environment_id)
        return kept

    def of_form(self, environment_id: int, versions: Collection[int]) -> Figures:
        """Of one form, by the ids of its versions: without a look at all the others."""
        if figures := self._whole(environment_id):
            found = self._from_figures(environment_id, figures.condensed_to, "form_version", list(versions))
            return merged(found.values())
        known = self.tally(environment_id).by_form_version()
        return merged(known[one] for one in versions if one in known)

    def _whole(self, environment_id: int) -> Kept | None:
        """None while they are not counted yet."""
        with self.database.read() as connection:
            figures = kept_of(connection, environment_id)
        return figures if figures and figures.counted_id == ALL else None

    def count(self, environment_id: int) -> Tally:
        """Now, however long it takes."""
        began = self.clock()
        wanted = sa.select(*_BY, sa.func.count(), sa.func.max(submissions.c.submitted_at))
        wanted = wanted.where(submissions.c.environment_id == environment_id).group_by(*_BY)
        with self.database.read() as connection:
            lines = tuple(
                Line(owner, form, campaign, State(state), MatchingStatus(status), bool(test), count, last_at)
                for owner, form, campaign, state, status, test, count, last_at in connection.execute(wanted)
            )
        ended = self.clock()
        tally = self._kept[environment_id] = Tally(ended, partial(grouped, lines), ended - began)
        return tally

    def _from_figures(self, environment_id: int, condensed_to: int, kind: str, among: Among = None) -> Grouped:
        found: Grouped = {}
        with self.database.read() as connection:
            for value, outcome, count in _sums(connection, environment_id, condensed_to, kind, among):
                found.setdefault(value, Figures()).add(outcome, count)
            for value, count in _tests(connection, environment_id, kind, among):
                found.setdefault(value, Figures()).test = count
            for value, last_at in _last(connection, environment_id, kind, among, without=None in found):
                if value in found:
                    found[value].last_at = last_at
        return found

    def wait(self) -> None:
        """For counts under way."""
        for thread in list(self._counting.values()):
            thread.join()

    def _count_beside(self, environment_id: int) -> None:
        with self._lock:
            known = self._counting.get(environment_id)
            if known and known.is_alive():
                return
            thread = threading.Thread(target=self.count, args=(environment_id,), name="tally", daemon=True)
            self._counting[environment_id] = thread
            thread.start()


def _sums(
    connection: Connection, environment_id: int, condensed_to: int, kind: str, among: Among
) -> Iterator[tuple[int | None, Outcome, int]]:
    """Of all time: months, and the days after them."""
    for table, days in ((monthly_sums, []), (daily_sums, [daily_sums.c.day >= condensed_to])):
        t = table.c
        wanted = sa.select(t.value, *(sa.func.sum(t[name]) for name in OUTCOMES)).where(
            t.environment_id == environment_id, t.dimension == int(_DIMENSIONS[kind]), *days, *_in(t.value, among)
        )
        wanted = wanted if among is None else walking(wanted, table, f"ix_{table.name}_value")
        for value, *counts in connection.execute(wanted.group_by(t.value)):
            yield from ((value or None, one, int(count)) for one, count in zip(Outcome, counts, strict=True) if count)


def _tests(connection: Connection, environment_id: int, kind: str, among: Among) -> list[tuple[int | None, int]]:
    """Test leads are in no figures; there are few."""
    column = s[f"{kind}_id"]
    wanted = sa.select(column, sa.func.count()).where(s.environment_id == environment_id, s.test, *_in(column, among))
    walked = walking(wanted, submissions, "ix_submissions_test")
    return [(row[0], row[1]) for row in connection.execute(walked.group_by(column))]


def _last(
    connection: Connection, environment_id: int, kind: str, among: Among, *, without: bool
) -> Iterator[tuple[int | None, int | None]]:
    """When the newest was submitted: one look at the end of an index for each."""
    column: Any = s[f"{kind}_id"]
    newest = sa.select(s.submitted_at).where(s.environment_id == environment_id)
    newest = walking(newest, submissions, f"ix_submissions_{kind}_id_submitted_at")
    newest = newest.order_by(s.submitted_at.desc()).limit(1)
    table = {"owner": owners, "form_version": form_versions, "campaign": campaigns}[kind]
    keys = sa.select(table.c.id, newest.where(column == table.c.id).correlate(table).scalar_subquery())
    if kind == "form_version":
        keys = keys.join(lead_forms, lead_forms.c.id == form_versions.c.form_id)
    mine = (lead_forms if kind == "form_version" else table).c.environment_id == environment_id
    yield from ((key, last_at) for key, last_at in connection.execute(keys.where(mine, *_in(table.c.id, among))))
    if without:
        yield None, connection.execute(newest.where(column.is_(None))).scalar()


def _in(column: Any, among: Among) -> list[Any]:
    return [] if among is None else [column.in_(among)]
