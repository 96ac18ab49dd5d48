"""Test leads of Campaign Manager: how many there are, and what each has made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from leadferry.delivery.model import EventKind
from leadferry.store.database import Database
from leadferry.store.tables import submission_events, submissions

s, e = submissions.c, submission_events.c
_LEFT = (s.test, s.removal.is_(None))


@dataclass(frozen=True, slots=True)
class TestLeads:
    """`leads`: made by them in Dynamics, as far as we know."""

    submissions: int
    leads: int

    __test__ = False


class TestLeadStore:
    __test__ = False

    def __init__(self, database: Database) -> None:
        self.database = database

    def count(self, environment_id: int) -> TestLeads:
        mine = (s.environment_id == environment_id, *_LEFT)
        with self.database.read() as connection:
            whole = connection.execute(sa.select(sa.func.count()).select_from(submissions).where(*mine)).scalar_one()
            leads = connection.execute(sa.select(s.lead_id).where(*mine, s.lead_id.is_not(None)).distinct()).scalars()
            return TestLeads(int(whole), len(self._own(connection, environment_id, list(leads))))

    def next(self, environment_id: int, after: int, limit: int) -> list[tuple[int, str | None]]:
        """(number, its lead), by number."""
        wanted = sa.select(s.id, s.lead_id).where(s.environment_id == environment_id, *_LEFT, s.id > after)
        with self.database.read() as connection:
            return [(row.id, row.lead_id) for row in connection.execute(wanted.order_by(s.id).limit(limit))]

    def own_leads(self, environment_id: int, lead_ids: Sequence[str]) -> set[str]:
        """Those that a test lead has made and that no other submission shares."""
        with self.database.read() as connection:
            return self._own(connection, environment_id, list(dict.fromkeys(lead_ids)))

    def _own(self, connection: sa.Connection, environment_id: int, leads: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(leads), 500):
            some = leads[start : start + 500]
            of_leads = sa.select(s.lead_id).where(s.environment_id == environment_id, s.lead_id.in_(some))
            made = of_leads.join(submission_events, e.submission_id == s.id).where(
                s.test, e.kind == int(EventKind.CREATED)
            )
            shared = set(connection.execute(of_leads.where(sa.not_(s.test))).scalars())
            found |= {str(key) for key in connection.execute(made).scalars()} - shared
        return found
