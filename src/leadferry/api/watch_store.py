"""What Leadferry watches, for the API: findings about the environment. Read only."""

from __future__ import annotations

import sqlalchemy as sa

from leadferry.api.shapes import Finding, moment
from leadferry.store.database import Database
from leadferry.store.tables import findings


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
