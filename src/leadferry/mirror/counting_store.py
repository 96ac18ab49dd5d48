"""What the original's rollups counted, counted over our own submissions: right whatever was replayed or deleted."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa

from leadferry.mirror.model import Campaign, Tally, Total
from leadferry.store.database import Database
from leadferry.store.tables import campaigns, form_versions, lead_forms, submissions

AT_ONCE = 500


class CountingStore:
    """Test leads are left out of totals, and count for their own lead."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def of_forms(self, environment_id: int, form_ids: Iterable[int]) -> dict[int, Total]:
        """By LinkedIn's form id."""
        return {form_id: self._total(environment_id, _versions(environment_id, form_id)) for form_id in form_ids}

    def of_campaigns(self, environment_id: int, campaign_ids: Iterable[int]) -> dict[int, Total]:
        return {key: self._total(environment_id, submissions.c.campaign_id == key) for key in campaign_ids}

    def _total(self, environment_id: int, which: sa.ColumnElement[bool]) -> Total:
        counted = sa.select(sa.func.count(), sa.func.count(sa.distinct(submissions.c.lead_id)))
        wanted = counted.where(submissions.c.environment_id == environment_id, which, submissions.c.test.is_(False))
        with self.database.read() as connection:
            return Total(*connection.execute(wanted).one())

    def of_leads(
        self, environment_id: int, lead_ids: Collection[str], *, without: Collection[int] = ()
    ) -> dict[str, Tally]:
        """Those with a submission. `without`: submissions that are not counted."""
        found: dict[str, Tally] = {}
        for some in _chunks(list(lead_ids)):
            wanted = (
                sa.select(submissions.c.lead_id, submissions.c.id, submissions.c.submitted_at)
                .where(submissions.c.environment_id == environment_id, submissions.c.lead_id.in_(some))
            )  # fmt: skip
            with self.database.read() as connection:
                for lead_id, key, at in connection.execute(wanted):
                    if key not in without:
                        before = found.get(lead_id, Tally(0, 0))
                        found[lead_id] = Tally(before.count + 1, max(before.latest, at))
        return found

    def campaigns(self, environment_id: int) -> builtins.list[Campaign]:
        wanted = sa.select(*(campaigns.c[name] for name in Campaign.__slots__))
        with self.database.read() as connection:
            found = connection.execute(wanted.where(campaigns.c.environment_id == environment_id))
            return [Campaign(**row) for row in found.mappings()]


def _versions(environment_id: int, form_id: int) -> sa.ColumnElement[bool]:
    return submissions.c.form_version_id.in_(
        sa.select(form_versions.c.id)
        .join(lead_forms, lead_forms.c.id == form_versions.c.form_id)
        .where(lead_forms.c.environment_id == environment_id, lead_forms.c.linkedin_id == form_id)
    )


def _chunks(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
