"""What Guardian last found, kept per environment, so that every process shows the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.clock import Clock
from leadferry.guardian.model import Check, Finding, Level, by_urgency
from leadferry.store.database import Database
from leadferry.store.statements import lock_environment
from leadferry.store.tables import findings


class FindingStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def save(self, environment_id: int, found: Iterable[Finding], checks: Collection[Check]) -> list[Finding]:
        """`checks`: those that were looked at; of them, what is not found any more is forgotten and returned. `since`
        stays while the level stays."""
        new = {(finding.check.value, finding.subject): finding for finding in found}
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            known = {(row.check, row.subject): row for row in _rows(connection, environment_id, checks)}
            for key, finding in new.items():
                self._keep(connection, environment_id, finding, known.get(key))
            gone = [row for key, row in known.items() if key not in new]
            connection.execute(sa.delete(findings).where(findings.c.id.in_([row.id for row in gone])))
        return [_finding(row) for row in gone]

    def _keep(self, connection: Connection, environment_id: int, finding: Finding, row: Any) -> None:
        now = self.clock()
        values = {
            "level": finding.level.value,
            "title": finding.title,
            "detail": finding.detail,
            "fix": finding.fix,
            "checked_at": now,
        }
        if row is None:
            key = {"environment_id": environment_id, "check": finding.check.value, "subject": finding.subject}
            connection.execute(sa.insert(findings).values(**key, **values, since=finding.since or now))
        else:
            since = row.since if row.level == finding.level.value else finding.since or now
            connection.execute(sa.update(findings).where(findings.c.id == row.id).values(**values, since=since))

    def list(self, environment_id: int) -> list[Finding]:
        """What has to be done now first."""
        with self.database.read() as connection:
            return by_urgency(_finding(row) for row in _rows(connection, environment_id, list(Check)))

    def checked_at(self, environment_id: int, check: Check) -> int | None:
        """When it was last looked at; None: never."""
        wanted = sa.select(sa.func.max(findings.c.checked_at)).where(
            findings.c.environment_id == environment_id, findings.c.check == check.value
        )
        with self.database.read() as connection:
            found = connection.execute(wanted).scalar()
            return None if found is None else int(found)


def _rows(connection: Connection, environment_id: int, checks: Collection[Check]) -> list[Any]:
    wanted = sa.select(findings).where(
        findings.c.environment_id == environment_id,
        findings.c.check.in_([check.value for check in checks]),
    )
    return list(connection.execute(wanted))


def _finding(row: Any) -> Finding:
    words = (row.title, row.detail, row.fix)
    return Finding(Check(row.check), row.subject, Level(row.level), *words, since=row.since, checked_at=row.checked_at)
