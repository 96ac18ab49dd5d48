"""What alerts about submissions count: new leads by form, and what waits for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from leadferry.delivery.model import State
from leadferry.store.database import Database
from leadferry.store.tables import campaigns, form_versions, lead_forms, submissions

IDS_AT_ONCE = 1000


@dataclass
class FormLeads:
    """`form_id` is our row's, 0 where the form is not known. `campaigns`: leads by campaign name."""

    form_id: int
    form: str
    leads: int = 0
    campaigns: Counter[str] = field(default_factory=Counter)


class LeadsStore:
    def __init__(self, database: Database) -> None:
        self.database = database

    def by_form(self, environment_id: int, submission_ids: Sequence[int]) -> list[FormLeads]:
        found: dict[int, FormLeads] = {}
        for at in range(0, len(submission_ids), IDS_AT_ONCE):
            for key, form, campaign, leads in self._counted(environment_id, submission_ids[at : at + IDS_AT_ONCE]):
                of_form = found.setdefault(key or 0, FormLeads(key or 0, form or ""))
                of_form.leads += leads
                if campaign:
                    of_form.campaigns[campaign] += leads
        return list(found.values())

    def _counted(self, environment_id: int, ids: Sequence[int]) -> Sequence[Any]:
        form = (lead_forms.c.id, lead_forms.c.name, campaigns.c.name)
        wanted = (
            sa.select(*form, sa.func.count())
            .select_from(submissions)
            .outerjoin(form_versions, form_versions.c.id == submissions.c.form_version_id)
            .outerjoin(lead_forms, lead_forms.c.id == form_versions.c.form_id)
            .outerjoin(campaigns, campaigns.c.id == submissions.c.campaign_id)
            .where(submissions.c.environment_id == environment_id, submissions.c.id.in_(ids))
            .group_by(*form)
        )
        with self.database.read() as connection:
            return connection.execute(wanted).all()

    def waiting(self, environment_id: int) -> dict[State, int]:
        """How many are held for review, and how many failed for good."""
        states = (int(State.REVIEW), int(State.FAILED))
        wanted = (
            sa.select(submissions.c.state, sa.func.count())
            .where(submissions.c.environment_id == environment_id, submissions.c.state.in_(states))
            .group_by(submissions.c.state)
        )
        with self.database.read() as connection:
            found = {State(state): int(count) for state, count in connection.execute(wanted)}
        return {State(state): found.get(State(state), 0) for state in states}
