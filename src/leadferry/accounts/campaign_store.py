"""Campaigns, as LinkedIn shows them; one that only a form response names is kept by its URN until LinkedIn shows it."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from leadferry.clock import Clock
from leadferry.store.database import Database
from leadferry.store.statements import upsert
from leadferry.store.tables import campaigns


@dataclass(frozen=True, slots=True)
class Campaign:
    """`type` and `status` are LinkedIn's words. Planned start and end in ms UTC."""

    urn: str
    name: str
    type: str = ""
    status: str = ""
    starts_at: int | None = None
    ends_at: int | None = None
    owner_id: int | None = None


class CampaignStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self._keys: dict[tuple[int, str], int] = {}

    def seen(self, environment_id: int, owner_id: int | None, found: Iterable[Campaign]) -> int:
        """Adds or brings up to date, in one transaction. Returns how many."""
        count = 0
        with self.database.write() as connection:
            for campaign in sorted(found, key=lambda one: one.urn):  # one order, so that no two processes block
                values = {
                    "environment_id": environment_id,
                    "owner_id": owner_id,
                    "urn": campaign.urn,
                    "name": campaign.name or campaign.urn,
                    "type": campaign.type,
                    "status": campaign.status,
                    "starts_at": campaign.starts_at,
                    "ends_at": campaign.ends_at,
                    "seen_at": self.clock(),
                }
                upsert(connection, campaigns, ("environment_id", "urn"), values)
                count += 1
        return count

    def key(self, environment_id: int, urn: str) -> int:
        """The row id of the campaign that a form response names; added by its URN when it is new."""
        known = self._keys.get((environment_id, urn))
        if known is None:
            known = self._keys[environment_id, urn] = self._find(environment_id, urn) or self._add(environment_id, urn)
        return known

    def _find(self, environment_id: int, urn: str) -> int | None:
        wanted = sa.select(campaigns.c.id).where(campaigns.c.environment_id == environment_id, campaigns.c.urn == urn)
        with self.database.read() as connection:
            return connection.execute(wanted).scalar()

    def _add(self, environment_id: int, urn: str) -> int:
        values = {"environment_id": environment_id, "urn": urn, "name": urn, "seen_at": self.clock()}
        with self.database.write() as connection:
            upsert(connection, campaigns, ("environment_id", "urn"), values, keep=("name", "seen_at"))
        added = self._find(environment_id, urn)
        assert added is not None, "it was just added"  # noqa: S101
        return added

    def names(self, environment_id: int) -> dict[int, str]:
        """By row id; one whose name LinkedIn never told is left out."""
        wanted = sa.select(campaigns.c.id, campaigns.c.name).where(
            campaigns.c.environment_id == environment_id, campaigns.c.name != campaigns.c.urn
        )
        with self.database.read() as connection:
            return {row.id: row.name for row in connection.execute(wanted)}

    def keyed(self, environment_id: int) -> dict[int, Campaign]:
        """By row id, as submissions name them."""
        wanted = sa.select(campaigns.c.id, *_SHOWN).where(campaigns.c.environment_id == environment_id)
        with self.database.read() as connection:
            rows = connection.execute(wanted.order_by(campaigns.c.id)).mappings()
            return {row["id"]: Campaign(**{name: row[name] for name in Campaign.__slots__}) for row in rows}

    def list(self, environment_id: int) -> builtins.list[Campaign]:
        wanted = sa.select(*_SHOWN)
        wanted = wanted.where(campaigns.c.environment_id == environment_id).order_by(campaigns.c.id)
        with self.database.read() as connection:
            return [Campaign(**row) for row in connection.execute(wanted).mappings()]


_SHOWN = [campaigns.c[name] for name in Campaign.__dataclass_fields__]
