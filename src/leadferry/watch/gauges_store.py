"""The gauges, read from the tables: the few rows that are open, never the whole history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry import __version__
from leadferry.alerts.model import DeliveryState, Event
from leadferry.clock import Clock
from leadferry.delivery.model import State
from leadferry.linkedin.versions import ends_at
from leadferry.store.database import Database
from leadferry.store.tables import (
    alert_deliveries,
    alerts,
    cursors,
    environments,
    findings,
    owners,
    submissions,
    user_profiles,
    webhook_deliveries,
    webhooks,
)
from leadferry.watch.meter import Reading
from leadferry.webhooks.outbox_store import OPEN

DAY_MS = 86_400_000


class GaugesStore:
    def __init__(self, database: Database, clock: Clock, linkedin_version: str) -> None:
        """`linkedin_version`: of the settings, where an environment has none of its own."""
        self.database, self.clock, self.linkedin_version = database, clock, linkedin_version

    def submitted_at(self, submission_ids: Sequence[int]) -> list[int]:
        with self.database.read() as connection:
            wanted = sa.select(submissions.c.submitted_at).where(submissions.c.id.in_(submission_ids))
            return list(connection.execute(wanted).scalars())

    def read(self) -> Iterator[Reading]:
        now = self.clock()
        yield Reading("leadferry_build_info", (__version__,), 1)
        with self.database.read() as connection:
            names = _pairs(connection, sa.select(environments.c.id, environments.c.name))
            yield from self._of_environments(connection, now)
            yield from _submissions(connection, names, now)
            yield from _syncs(connection, names, now)
            yield from _profiles(connection, names, now)
            yield from _alerts(connection, names)
            yield from _findings(connection, names)
            yield from _webhooks(connection, names)

    def _of_environments(self, connection: Connection, now: int) -> Iterator[Reading]:
        columns = (environments.c.name, environments.c.trouble, environments.c.credential_expires_at)
        for name, trouble, expires_at, own in connection.execute(sa.select(*columns, environments.c.linkedin_version)):
            yield Reading("leadferry_delivery_trouble", (name,), float(bool(trouble)))
            if expires_at:
                yield Reading("leadferry_credential_days", (name,), _days(expires_at, now))
            version = own or self.linkedin_version
            if end := ends_at(version):
                yield Reading("leadferry_version_days", (name, version), _days(end, now))


def _submissions(connection: Connection, names: dict[int, str], now: int) -> Iterator[Reading]:
    mine, state = submissions.c.environment_id, submissions.c.state
    opened = sa.select(mine, sa.func.count(), sa.func.min(submissions.c.received_at)).where(state < 2).group_by(mine)
    found = {key: (count, oldest) for key, count, oldest in connection.execute(opened)}
    needed = (int(State.REVIEW), int(State.FAILED))
    per_state = {}
    for key in names:  # one at a time: the index begins with the environment
        counted = sa.select(state, sa.func.count()).where(mine == key, state.in_(needed)).group_by(state)
        per_state[key] = _pairs(connection, counted)
    for key, name in names.items():
        count, oldest = found.get(key, (0, None))
        yield Reading("leadferry_submissions_open", (name,), count)
        yield Reading("leadferry_oldest_open_seconds", (name,), (now - oldest) / 1000 if oldest else 0)
        yield Reading("leadferry_submissions_review", (name,), per_state[key].get(int(State.REVIEW), 0))
        yield Reading("leadferry_submissions_failed", (name,), per_state[key].get(int(State.FAILED), 0))


def _syncs(connection: Connection, names: dict[int, str], now: int) -> Iterator[Reading]:
    """The owner that was looked at the longest time ago, of those whose sync is on."""
    wanted = (
        sa.select(owners.c.environment_id, sa.func.min(cursors.c.polled_at))
        .join(cursors, cursors.c.owner_id == owners.c.id)
        .where(owners.c.sync_enabled)
        .group_by(owners.c.environment_id)
    )
    for key, polled_at in connection.execute(wanted):
        yield Reading("leadferry_last_sync_seconds", (names[key],), (now - polled_at) / 1000)


def _profiles(connection: Connection, names: dict[int, str], now: int) -> Iterator[Reading]:
    ends = sa.func.coalesce(user_profiles.c.refresh_expires_at, user_profiles.c.access_expires_at)
    for key, profile, end in connection.execute(
        sa.select(user_profiles.c.environment_id, user_profiles.c.id, ends).where(ends.is_not(None))
    ):
        yield Reading("leadferry_consent_days", (names[key], str(profile)), _days(end, now))


def _alerts(connection: Connection, names: dict[int, str]) -> Iterator[Reading]:
    opened = (
        sa.select(alerts.c.environment_id, alerts.c.level, alerts.c.event, sa.func.count())
        .where(alerts.c.resolved_at.is_(None))
        .group_by(alerts.c.environment_id, alerts.c.level, alerts.c.event)
    )
    by_level: dict[tuple[str, str], int] = {}
    gaps = dict.fromkeys(names, 0)
    for key, level, event, count in connection.execute(opened):
        by_level[names[key], level] = by_level.get((names[key], level), 0) + count
        gaps[key] += count if event == Event.GAP else 0
    yield from (Reading("leadferry_alerts_open", labels, count) for labels, count in by_level.items())
    lost = (
        sa.select(alerts.c.environment_id, sa.func.count())
        .join(alert_deliveries, alert_deliveries.c.alert_id == alerts.c.id)
        .where(alert_deliveries.c.state != DeliveryState.SENT.value, alert_deliveries.c.attempts > 0)
        .group_by(alerts.c.environment_id)
    )
    undelivered = _pairs(connection, lost)
    for key, name in names.items():
        yield Reading("leadferry_gaps", (name,), gaps[key])
        yield Reading("leadferry_alerts_undelivered", (name,), undelivered.get(key, 0))


def _webhooks(connection: Connection, names: dict[int, str]) -> Iterator[Reading]:
    """Where there is a webhook."""
    by = (webhooks.c.environment_id, webhook_deliveries.c.state)
    mine = sa.and_(webhook_deliveries.c.webhook_id == webhooks.c.id, OPEN)
    wanted = sa.select(*by, sa.func.count(webhook_deliveries.c.id)).outerjoin(webhook_deliveries, mine).group_by(*by)
    found = {(key, state): count for key, state, count in connection.execute(wanted)}
    for key in {key for key, _ in found}:
        yield Reading("leadferry_webhooks_waiting", (names[key],), found.get((key, "waiting"), 0))
        yield Reading("leadferry_webhooks_failed", (names[key],), found.get((key, "failed"), 0))


def _findings(connection: Connection, names: dict[int, str]) -> Iterator[Reading]:
    amiss = findings.c.level.in_(("warn", "bad"))
    by = (findings.c.environment_id, findings.c.check, findings.c.level)
    for key, check, level, count in connection.execute(sa.select(*by, sa.func.count()).where(amiss).group_by(*by)):
        yield Reading("leadferry_findings", (names[key], check, level), count)


def _pairs(connection: Connection, wanted: sa.Select[Any]) -> dict[int, Any]:
    return {row[0]: row[1] for row in connection.execute(wanted)}


def _days(end: int, now: int) -> float:
    return round((end - now) / DAY_MS, 2)
