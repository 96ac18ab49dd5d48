"""Accounts that spend, and leads that get somewhere, put straight into the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from leadferry.performance.cost_rows import AdDay
from leadferry.performance.outcome_stages import Stage
from leadferry.store.tables import campaigns, submissions
from performance.conftest import CREATED, DAY_MS, NOON, Insight

TODAY = NOON // DAY_MS


@dataclass
class Worth:
    insight: Insight

    def account(self, number: int, name: str, currency: str) -> int:
        owner = self.insight.console.app.owners.known(1, f"urn:li:sponsoredAccount:{number}", name)
        self.spend(owner.id, currency, {})
        return owner.id

    def spend(
        self, owner: int, currency: str, by_days_ago: Mapping[int, int], *, campaign: int = 0, ad: int = 0
    ) -> None:
        """Whole units of the currency; in place of what the account spent before."""
        rows = [
            (campaign, AdDay(TODAY - ago, "", ad, units * 1_000_000, 1000, 20, 5, 2))
            for ago, units in by_days_ago.items()
        ]
        self.insight.console.app.costs.save(1, owner, currency, (TODAY - 1000, TODAY), rows)

    def campaign(self, key: int, name: str) -> int:
        values = {"id": key, "environment_id": 1, "urn": f"urn:li:sponsoredCampaign:{key}", "name": name, "seen_at": 1}
        with self.insight.console.app.database.write() as connection:
            connection.execute(sa.insert(campaigns).values(values))
        return key

    def leads(
        self,
        owner: int,
        stages: Sequence[Stage],
        *,
        days_ago: int = 0,
        campaign: int | None = None,
        form: int | None = None,
    ) -> None:
        """A submission of the account for each stage, whose lead got there."""
        app = self.insight.console.app
        keys = self.insight.submit(len(stages), CREATED, days_ago=days_ago, campaign=campaign, form=form)
        leads = {f"00000000-0000-4000-8000-{key:012}": stage for key, stage in zip(keys, stages, strict=True)}
        with app.database.write() as connection:
            for key, lead in zip(keys, leads, strict=True):
                change = sa.update(submissions).where(submissions.c.id == key)
                connection.execute(change.values(owner_id=owner, lead_id=lead))
        app.rebuild_figures(self.insight.environment)
        app.outcomes.save(1, leads)
        app.outcomes.recount(1, "UTC")
