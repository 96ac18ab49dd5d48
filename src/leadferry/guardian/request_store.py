"""Requests per day, service and resource. Written in batches, added to by every process."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import sqlalchemy as sa

from leadferry.clock import Clock
from leadferry.guardian.model import DAY_MS
from leadferry.guardian.quotas import Used
from leadferry.store.database import Database
from leadferry.store.tables import environments, request_counts

KEPT_DAYS = 90
WAKES = ("leadferry", "sync")
"""Service and resource under which it is counted how often a sync was asked for."""

Counts = Mapping[tuple[int, str, str], tuple[int, int]]
"""(environment, service, resource) -> (requests, throttled)."""


class RequestStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def add(self, counts: Counts) -> None:
        """Onto today's. What belongs to an environment that is gone is dropped."""
        if not counts:
            return
        day = self.clock() // DAY_MS
        with self.database.write() as connection:
            known = set(connection.execute(sa.select(environments.c.id)).scalars())
            insert = import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(request_counts)
            adding = insert.on_conflict_do_update(
                index_elements=["environment_id", "day", "service", "resource"],
                set_={name: request_counts.c[name] + insert.excluded[name] for name in ("requests", "throttled")},
            )
            for (environment_id, service, resource), (requests, throttled) in sorted(counts.items()):
                if environment_id in known:
                    key = {"environment_id": environment_id, "day": day, "service": service, "resource": resource}
                    connection.execute(adding.values(**key, requests=requests, throttled=throttled))

    def today(self, environment_id: int) -> list[Used]:
        wanted = sa.select(request_counts).where(
            request_counts.c.environment_id == environment_id, request_counts.c.day == self.clock() // DAY_MS
        )
        with self.database.read() as connection:
            return [Used(row.service, row.resource, row.requests, row.throttled) for row in connection.execute(wanted)]

    def forget_old(self) -> None:
        oldest = self.clock() // DAY_MS - KEPT_DAYS
        with self.database.write() as connection:
            connection.execute(sa.delete(request_counts).where(request_counts.c.day < oldest))

    # A sync asked for in another process

    def ask_for_sync(self, environment_id: int) -> None:
        self.add({(environment_id, *WAKES): (1, 0)})

    def syncs_asked_for(self) -> dict[int, int]:
        """Environment -> how often, ever. More than a moment ago: somebody has just asked."""
        service, resource = WAKES
        wanted = (
            sa.select(request_counts.c.environment_id, sa.func.sum(request_counts.c.requests))
            .where(request_counts.c.service == service, request_counts.c.resource == resource)
            .group_by(request_counts.c.environment_id)
        )
        with self.database.read() as connection:
            return {int(key): int(count) for key, count in connection.execute(wanted)}
