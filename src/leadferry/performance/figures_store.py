"""What pages ask of the kept figures: sums over days, by any of their columns. Never a look at the submissions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.clock import Clock
from leadferry.performance.dimensions import FACETS, Dimension
from leadferry.performance.facet_store import facet_names
from leadferry.performance.keeping_store import ALL, Kept, kept_of
from leadferry.performance.narrowing import Narrowing
from leadferry.performance.sums_store import EVER, Asked, Cells, answers, cells, too_many
from leadferry.store.database import Database
from leadferry.store.statements import upsert
from leadferry.store.tables import (
    campaigns,
    daily_latencies,
    daily_sums,
    form_versions,
    lead_forms,
    owners,
    reconciliations,
    submissions,
)

__all__ = ["EVER", "FigureStore", "Reconciled"]
Look = tuple[Connection, Kept | None]
"""What a page reads with, and how the figures stood when it began."""
NAMED = ("form", "campaign", "owner", "creative", "country", "industry")


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What the last reconciliation counted, of what LinkedIn still shows."""

    counted_at: int
    forms: int
    linkedin: int
    stored: int
    settled: int

    @property
    def gap(self) -> int:
        return self.linkedin - self.settled


class FigureStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def sums(
        self,
        environment_id: int,
        by: Sequence[str],
        *,
        days: tuple[int, int] = EVER,
        narrowing: Narrowing = Narrowing(),  # noqa: B008 - frozen
        outcomes: Collection[int] = (),
        among: Collection[Any] = (),
        look: Look | None = None,
    ) -> dict[tuple[Any, ...], int]:
        """How many submissions, by these: day, outcome, names of dimensions; both days included. What is 0 is absent.
        `among`: of the first of `by` these values only, unless there are none. `look`: of one page, see `looking`.
        Raises InputError where creative, country or industry meet another dimension and too many are to be looked at:
        see `told`."""
        more: dict[str, Any] = {"narrowing": narrowing, "outcomes": outcomes, "among": among, "look": look}
        return self.sums_of(environment_id, by, [days], **more)[0]

    def sums_of(
        self,
        environment_id: int,
        by: Sequence[str],
        spans: Sequence[tuple[int, int]],
        *,
        narrowing: Narrowing = Narrowing(),  # noqa: B008 - frozen
        outcomes: Collection[int] = (),
        among: Collection[Any] = (),
        look: Look | None = None,
    ) -> list[dict[tuple[Any, ...], int]]:
        """As `sums`, of several spans of days, each for itself."""
        asked = Asked(environment_id, by, EVER, narrowing, [int(one) for one in outcomes], among)
        with nullcontext(look) if look else self.looking(environment_id) as (connection, kept):
            return answers(connection, kept, asked, spans) if kept else [{} for _ in spans]

    @contextmanager
    def looking(self, environment_id: int) -> Iterator[Look]:
        """For many questions at once."""
        with self.database.read() as connection:
            yield connection, kept_of(connection, environment_id)

    def told(
        self,
        environment_id: int,
        by: Sequence[str],
        days: tuple[int, int],
        narrowing: Narrowing,
        look: Look | None = None,
    ) -> bool:
        """Whether `sums` has an answer."""
        asked = Asked(environment_id, by, days, narrowing)
        if not asked.from_submissions:
            return True
        with nullcontext(look) if look else self.looking(environment_id) as (connection, kept):
            return kept is None or not too_many(connection, kept, asked)

    def cells(
        self,
        environment_id: int,
        by: Collection[str],
        spans: Sequence[tuple[int, int]],
        narrowing: Narrowing,
        look: Look | None,
        *,
        whole: bool = True,
    ) -> list[Cells]:
        """Of each span, for many questions about what is narrowed to little: see `told_by` of sums_store. `whole`: by
        whatever, not by `by` alone."""
        asked = Asked(environment_id, tuple(by), EVER, narrowing)
        with nullcontext(look) if look else self.looking(environment_id) as (connection, kept):
            return cells(connection, kept, asked, spans, whole=whole) if kept else [Cells() for _ in spans]

    def counted(self, environment_id: int, look: Look | None = None) -> float | None:
        """How far a count under way is, from 0 to 1; None where everything is counted."""
        with nullcontext(look) if look else self.looking(environment_id) as (connection, kept):
            if kept is None or kept.counted_id == ALL:
                return None if kept else 0.0
            newest = connection.execute(sa.select(sa.func.max(submissions.c.id))).scalar() or 1
            return min(0.99, kept.counted_id / newest)

    def first_day(self, environment_id: int) -> int | None:
        """The first one that has figures."""
        t = daily_sums.c
        wanted = sa.select(sa.func.min(t.day)).where(t.environment_id == environment_id, t.dimension == 0)
        with self.database.read() as connection:
            return connection.execute(wanted).scalar()

    def latencies(self, environment_id: int, days: tuple[int, int]) -> dict[int, int]:
        """Bucket -> how many leads took that long."""
        table = daily_latencies.c
        wanted = sa.select(table.bucket, sa.func.sum(table.count)).where(
            table.environment_id == environment_id, table.day.between(*days)
        )
        with self.database.read() as connection:
            return {row[0]: int(row[1]) for row in connection.execute(wanted.group_by(table.bucket)) if row[1]}

    def names(self, environment_id: int, kinds: Collection[str] = NAMED) -> dict[str, dict[int, str]]:
        """Of what figures are told by: `form`, `campaign`, `owner`, `creative`, `country`, `industry`; each id -> name,
        in the order of names. Of creatives there may be thousands: ask for `creatives` where a few are shown."""
        found: dict[str, dict[int, str]] = {}
        with self.database.read() as connection:
            for kind, table in {"form": lead_forms, "campaign": campaigns, "owner": owners}.items():
                if kind in kinds:
                    wanted = sa.select(table.c.id, table.c.name).where(table.c.environment_id == environment_id)
                    found[kind] = {row[0]: row[1] for row in connection.execute(wanted.order_by(table.c.name))}
            told = [one for one in FACETS if one.name.lower() in kinds]
            return found | facet_names(connection, environment_id, told)

    def creatives(self, environment_id: int, keys: Collection[int]) -> dict[int, str]:
        """Names of these."""
        with self.database.read() as connection:
            return facet_names(connection, environment_id, [Dimension.CREATIVE], keys)["creative"] if keys else {}

    def latest(self, environment_id: int, limit: int) -> list[dict[str, Any]]:
        """The submissions that came last, without test leads."""
        s = submissions.c
        newest = (
            sa.select(s.id, s.form_version_id, s.campaign_id, s.state, s.matching_status, s.submitted_at)
            .where(s.environment_id == environment_id, ~s.test)
            .order_by(s.submitted_at.desc(), s.id.desc())
            .limit(limit)
            .subquery()
        )
        joined = (
            newest.outerjoin(form_versions, form_versions.c.id == newest.c.form_version_id)
            .outerjoin(lead_forms, lead_forms.c.id == form_versions.c.form_id)
            .outerjoin(campaigns, campaigns.c.id == newest.c.campaign_id)
        )
        wanted = sa.select(newest, lead_forms.c.name.label("form"), campaigns.c.name.label("campaign"))
        wanted = wanted.select_from(joined).order_by(newest.c.submitted_at.desc(), newest.c.id.desc())
        with self.database.read() as connection:
            return [dict(row) for row in connection.execute(wanted).mappings()]

    def save_reconciliation(self, environment_id: int, *, forms: int, linkedin: int, stored: int, settled: int) -> None:
        values = {"environment_id": environment_id, "counted_at": self.clock(), "forms": forms}
        values |= {"linkedin": linkedin, "stored": stored, "settled": settled}
        with self.database.write() as connection:
            upsert(connection, reconciliations, ("environment_id",), values)

    def reconciliation(self, environment_id: int) -> Reconciled | None:
        r = reconciliations.c
        wanted = sa.select(r.counted_at, r.forms, r.linkedin, r.stored, r.settled)
        with self.database.read() as connection:
            row = connection.execute(wanted.where(r.environment_id == environment_id)).one_or_none()
            return Reconciled(*row) if row else None
