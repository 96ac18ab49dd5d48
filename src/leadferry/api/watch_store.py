"""What Leadferry watches, for the API: findings about the environment, alerts. Read only."""

from __future__ import annotations

import sqlalchemy as sa

from leadferry.api.shapes import Alert, Finding, moment
from leadferry.store.database import Database
from leadferry.store.tables import alerts, findings


def findings_of(database: Database, environment_id: int) -> list[Finding]:
    wanted = sa.select(findings).where(findings.c.environment_id == environment_id).order_by(findings.c.id)
    with database.read() as connection:
        return [
            Finding(
                row.check,
                row.subject,
                row.level,
                row.title,
                row.detail,
                row.fix,
                moment(row.since),
                moment(row.checked_at),
            )
            for row in connection.execute(wanted)
        ]


def alerts_of(database: Database, environment_id: int, *, before_id: int | None, limit: int) -> list[Alert]:
    """Newest first."""
    wanted = sa.select(alerts).where(alerts.c.environment_id == environment_id)
    if before_id is not None:
        wanted = wanted.where(alerts.c.id < before_id)
    with database.read() as connection:
        return [
            Alert(
                row.id,
                row.event,
                row.level,
                row.title,
                row.body,
                row.fix,
                moment(row.raised_at),
                moment(row.resolved_at),
            )
            for row in connection.execute(wanted.order_by(alerts.c.id.desc()).limit(limit))
        ]
