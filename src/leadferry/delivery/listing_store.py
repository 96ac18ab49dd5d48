"""Pages of form submissions, quick at a million: what is asked is in `listing_question_store`.

A page that could not be filled within the work that one request may cost says how far it looked, and goes on from
there when asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.delivery.filters import Filters
from leadferry.delivery.listing_question_store import WINDOW, Key, Question, Span, by_number
from leadferry.delivery.model import MatchingStatus, ProcessingState, State
from leadferry.performance.dimensions import Dimension
from leadferry.performance.facet_store import facet_names
from leadferry.store.database import Database
from leadferry.store.tables import (
    campaigns,
    form_versions,
    lead_forms,
    owners,
    submission_bodies,
    submissions,
)

PAGE = 50
COUNTED = 1000
"""Nobody reads a larger number of rows one by one: above it, `1,000+`."""
Row = dict[str, Any]
s = submissions.c


@dataclass(frozen=True, slots=True)
class Page:
    """`rows` in the order of the list. `before`/`after`: where the neighbouring pages
    begin, None where there are none.
    `looked_to`: the page is not full, because the search stopped there (ms). `count`: of the whole list, where it was
    asked for; None where that would take too long."""

    rows: list[Row]
    before: Key | None
    after: Key | None
    looked_to: int | None = None
    count: int | None = None


class ListingStore:
    def __init__(self, database: Database) -> None:
        self.database = database

    def page(
        self,
        environment_id: int,
        filters: Filters,
        span: Span = Span(),  # noqa: B008 - frozen
        *,
        after: Key | None = None,
        before: Key | None = None,
        limit: int = PAGE,
        count_to: int = 0,
    ) -> Page:
        """The rows that follow `after`, or those that come right before `before`; else the first ones. `count_to`: how
        many there are in the whole list is told too, at most that and one more."""
        backwards = before is not None
        with self.database.read() as connection:
            ask = Question(connection, environment_id, filters, span, backwards=backwards)
            keys, end = ask.keys(before or after, limit + 1)
            more = len(keys) > limit
            count = None
            if not (more or end or before or after):
                count = len(keys)
            elif count_to and (more or not end):  # counted from the front, so that each page says the same
                front = Question(connection, environment_id, filters, span) if backwards else ask
                count = front.how_many(count_to + 1)
            keys = keys[:limit]
            ids = [key for _, key in keys]
            rows = self._rows(connection, ids)
        if backwards:
            keys.reverse()
        by_id = {row["id"]: row for row in rows}
        ordered = [by_id[key] for _, key in keys if key in by_id]
        first, last = (keys[0], keys[-1]) if keys else (before, after)
        if backwards:
            return Page(ordered, first if more else end, last, count=count)
        onwards = last if more else end
        return Page(ordered, first if after else None, onwards, end[0] if end and not more else None, count)

    def ids(
        self, environment_id: int, filters: Filters, span: Span, *, after: Key | None = None, limit: int = 1000
    ) -> tuple[list[int], Key | None]:
        """For exports: the next ids, and where to go on."""
        with self.database.read() as connection:
            keys, end = Question(connection, environment_id, filters, span).keys(after, limit)
        return [key for _, key in keys], (keys[-1] if len(keys) == limit else end)

    def count(self, environment_id: int, filters: Filters, span: Span = Span(), most: int = COUNTED) -> int | None:  # noqa: B008
        """How many there are, at most `most` + 1; None where the answer would take too long."""
        with self.database.read() as connection:
            return Question(connection, environment_id, filters, span).how_many(most + 1)

    def newer(self, environment_id: int, filters: Filters, span: Span, than_id: int, most: int = 99) -> int:
        """How many rows of this list were stored after the row `than_id`."""
        with self.database.read() as connection:
            ask = Question(connection, environment_id, filters, span)
            wanted = sa.select(s.id).where(by_number(environment_id), s.id > than_id).order_by(s.id)
            recent = wanted.limit(WINDOW).subquery()
            found = ask.matching(sa.select(s.id).where(s.id.in_(sa.select(recent.c.id)))).limit(most + 1)
            return len(connection.execute(found).all())

    def newest_id(self, environment_id: int) -> int:
        """The number of the environment's newest submission, 0 without any."""
        wanted = sa.select(s.id).where(by_number(environment_id)).order_by(s.id.desc()).limit(1)
        with self.database.read() as connection:
            return int(connection.execute(wanted).scalar() or 0)

    def rows(self, environment_id: int, ids: Sequence[int]) -> list[Row]:
        """Those of the environment, in the order of `ids`."""
        with self.database.read() as connection:
            found = {row["id"]: row for row in self._rows(connection, ids)}
        return [found[key] for key in ids if key in found and found[key]["environment_id"] == environment_id]

    def neighbours(self, environment_id: int, submission_id: int, submitted_at: int) -> tuple[int | None, int | None]:
        """(newer, older) in the order of submission."""
        here = sa.tuple_(s.submitted_at, s.id)
        mine = sa.select(s.id).where(s.environment_id == environment_id)
        key = sa.tuple_(sa.literal(submitted_at), sa.literal(submission_id))
        with self.database.read() as connection:
            newer = connection.execute(mine.where(here > key).order_by(s.submitted_at, s.id).limit(1)).scalar()
            older = mine.where(here < key).order_by(s.submitted_at.desc(), s.id.desc())
            return newer, connection.execute(older.limit(1)).scalar()

    # What filters offer

    def choices(self, environment_id: int, creative: int = 0) -> dict[str, list[tuple[int, str]]]:
        """Forms, campaigns, owners, countries and industries by name: (row id, name). Of creatives there are thousands:
        the one that is chosen."""
        tables = {"form": lead_forms, "campaign": campaigns, "owner": owners}
        with self.database.read() as connection:
            few = facet_names(connection, environment_id, [Dimension.COUNTRY, Dimension.INDUSTRY])
            if creative > 0:
                few |= facet_names(connection, environment_id, [Dimension.CREATIVE], [creative])
            told = {"creative": [], **{name: list(known.items()) for name, known in few.items()}}
            return told | {
                name: [
                    (row.id, row.name)
                    for row in connection.execute(
                        sa.select(table.c.id, table.c.name)
                        .where(table.c.environment_id == environment_id)
                        .order_by(table.c.name, table.c.id)
                    )
                ]
                for name, table in tables.items()
            }

    def _rows(self, connection: Connection, ids: Sequence[int]) -> list[Row]:
        joined = (
            submissions.outerjoin(submission_bodies, submission_bodies.c.submission_id == s.id)
            .outerjoin(form_versions, form_versions.c.id == s.form_version_id)
            .outerjoin(lead_forms, lead_forms.c.id == form_versions.c.form_id)
            .outerjoin(owners, owners.c.id == s.owner_id)
            .outerjoin(campaigns, campaigns.c.id == s.campaign_id)
        )
        wanted = sa.select(
            submissions,
            submission_bodies.c.body,
            lead_forms.c.name.label("form"),
            lead_forms.c.id.label("form_key"),
            owners.c.name.label("account"),
            campaigns.c.name.label("campaign"),
        ).select_from(joined)
        if not ids:
            return []
        return [_typed(row) for row in connection.execute(wanted.where(s.id.in_(ids))).mappings()]


def _typed(row: Any) -> Row:
    return {
        **row,
        "state": State(row["state"]),
        "matching_status": MatchingStatus(row["matching_status"]),
        "processing_state": ProcessingState(row["processing_state"]),
    }
