"""What ads cost, by day, account, campaign and ad, and how the last reading of each account went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from leadferry.clock import Clock
from leadferry.linkedin.wire import Creative
from leadferry.performance.cost_rows import AdDay, Reading, Spent
from leadferry.performance.figures_store import EVER
from leadferry.performance.memo import Memo
from leadferry.performance.narrowing import NONE, Narrowing
from leadferry.store.database import Database
from leadferry.store.statements import some_of, upsert
from leadferry.store.tables import ads, cost_readings, daily_costs, owners
from leadferry.words import _

c = daily_costs.c
_FORM = sa.func.coalesce(ads.c.form_id, 0)
COLUMNS: Mapping[str, sa.ColumnElement[Any]] = {
    "day": c.day,
    "owner": c.owner_id,
    "campaign": c.campaign_id,
    "ad": c.ad_id,
    "form": _FORM,
}
_SUMS = [sa.func.sum(column) for column in (c.micros, c.impressions, c.clicks, c.opens, c.leads)]


class CostStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock, self._memo = database, clock, Memo()

    def readings(self, environment_id: int) -> dict[int, Reading]:
        """By account; one that was never tried is absent."""
        wanted = sa.select(cost_readings).join(owners).where(owners.c.environment_id == environment_id)
        with self.database.read() as connection:
            return {
                row.owner_id: Reading(
                    row.currency, row.through_day, row.read_at, row.tried_at, row.trouble, row.revision
                )
                for row in connection.execute(wanted)
            }

    def save(
        self,
        environment_id: int,
        owner_id: int,
        currency: str,
        days: tuple[int, int],
        found: Iterable[tuple[int, AdDay]],
    ) -> None:
        """In place of what was known of these days, both included. `found`: (campaign's row id, row)."""
        rows: dict[tuple[int, int, int], dict[str, Any]] = {}
        for campaign_id, one in found:
            rows[one.day, campaign_id, one.ad] = {
                "environment_id": environment_id,
                "owner_id": owner_id,
                "day": one.day,
                "campaign_id": campaign_id,
                "ad_id": one.ad,
                **{name: getattr(one, name) for name in Spent.__slots__},
            }
        now = self.clock()
        reading: dict[str, Any] = {
            "owner_id": owner_id,
            "currency": currency,
            "through_day": days[1],
            "read_at": now,
            "tried_at": now,
        }
        with self.database.write() as connection:
            connection.execute(
                sa.delete(daily_costs).where(
                    c.environment_id == environment_id, c.owner_id == owner_id, c.day.between(*days)
                )
            )
            if rows:
                connection.execute(sa.insert(daily_costs), list(rows.values()))
            before = sa.select(cost_readings.c.revision).where(cost_readings.c.owner_id == owner_id)
            reading["revision"] = (connection.execute(before).scalar() or 0) + 1
            upsert(connection, cost_readings, ("owner_id",), {**reading, "trouble": ""})

    def fail(self, owner_id: int, trouble: str) -> None:
        """What was read before stays."""
        values = {"owner_id": owner_id, "tried_at": self.clock(), "trouble": trouble}
        with self.database.write() as connection:
            upsert(connection, cost_readings, ("owner_id",), values)

    def unknown_ads(self, environment_id: int, ids: Iterable[int]) -> set[int]:
        wanted = sorted(set(ids) - {0})
        known: set[int] = set()
        with self.database.read() as connection:
            for some in some_of(wanted):
                found = sa.select(ads.c.ad_id).where(ads.c.environment_id == environment_id, ads.c.ad_id.in_(some))
                known |= set(connection.execute(found).scalars())
        return set(wanted) - known

    def save_ads(self, environment_id: int, found: Iterable[tuple[Creative, int, int]]) -> None:
        """`found`: (creative, its number, row id of its form or 0)."""
        with self.database.write() as connection:
            for creative, number, form_id in found:
                values = {"environment_id": environment_id, "ad_id": number, "form_id": form_id}
                upsert(connection, ads, ("environment_id", "ad_id"), {**values, "name": creative.name or ""})

    def ad_names(self, environment_id: int) -> dict[int, str]:
        """One without a name is called by its number."""
        wanted = sa.select(ads.c.ad_id, ads.c.name).where(ads.c.environment_id == environment_id)
        with self.database.read() as connection:
            return {row.ad_id: row.name or _("Ad {number}", number=row.ad_id) for row in connection.execute(wanted)}

    def forms_of_ads(self, environment_id: int) -> dict[int, int]:
        """Row id of the lead form behind each ad's button."""
        wanted = sa.select(ads.c.ad_id, ads.c.form_id).where(ads.c.environment_id == environment_id)
        with self.database.read() as connection:
            return {row.ad_id: row.form_id for row in connection.execute(wanted)}

    def sums(
        self,
        environment_id: int,
        by: Sequence[str],
        *,
        days: tuple[int, int] = EVER,
        narrowing: Narrowing = Narrowing(),  # noqa: B008 - frozen
    ) -> dict[tuple[Any, ...], Spent]:
        """By the account, because each has its currency, and then by these columns: (owner, ...) -> what was spent.
        Both days included."""
        if not tells(narrowing):
            return {}
        readings = self.readings(environment_id)
        revision = tuple((key, one.revision, one.read_at) for key, one in sorted(readings.items()))
        key = (environment_id, *by, days, narrowing)
        return self._memo.get(key, revision, lambda: self._sums(environment_id, by, days, narrowing))

    def _sums(
        self, environment_id: int, by: Sequence[str], days: tuple[int, int], narrowing: Narrowing
    ) -> dict[tuple[Any, ...], Spent]:
        chosen = [COLUMNS[name] for name in ("owner", *by)]
        wanted = sa.select(*chosen, *_SUMS).where(c.environment_id == environment_id, c.day.between(*days))
        if "form" in by or narrowing.form:
            of_ad = sa.and_(ads.c.environment_id == c.environment_id, ads.c.ad_id == c.ad_id)
            wanted = wanted.select_from(daily_costs.outerjoin(ads, of_ad))
        for name, value in narrowing.values().items():
            if name in COLUMNS:
                wanted = wanted.where(COLUMNS[name] == (0 if value == NONE else value))
        with self.database.read() as connection:
            found = connection.execute(wanted.group_by(*chosen))
            return {tuple(row[: len(chosen)]): Spent(*map(int, row[len(chosen) :])) for row in found}


def tells(narrowing: Narrowing) -> bool:
    """Only sponsored content costs, and LinkedIn does not tell costs by what people answered."""
    return all(name in COLUMNS or (name, value) == ("type", "SPONSORED") for name, value in narrowing.values().items())
