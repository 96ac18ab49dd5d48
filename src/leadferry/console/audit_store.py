"""The audit: who did what to which record, before and after. Rows are only ever added; triggers see to it."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from leadferry.clock import Clock
from leadferry.store.database import Database
from leadferry.store.tables import audit_entries


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`before` and `after` are the changed values by name, None where there are none; they never hold a secret."""

    id: int
    environment_id: int | None
    environment: str
    at: int
    person_id: str
    person: str
    via: str
    action: str
    record_kind: str
    record_id: str
    record: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AuditStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def add(
        self,
        action: str,
        *,
        person_id: str,
        person: str,
        via: str,
        environment_id: int | None = None,
        environment: str = "",
        record_kind: str = "",
        record_id: str | int = "",
        record: str = "",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        with self.database.write() as connection:
            connection.execute(
                sa.insert(audit_entries).values(
                    environment_id=environment_id,
                    environment=environment,
                    at=self.clock(),
                    person_id=person_id,
                    person=person,
                    via=via,
                    action=action,
                    record_kind=record_kind,
                    record_id=str(record_id),
                    record=record,
                    before=_json(before),
                    after=_json(after),
                )
            )

    def list(self, environment_id: int, *, before_id: int | None = None, limit: int = 100) -> list[AuditEntry]:
        """Newest first. `before_id`: the last one of the page before."""
        wanted = sa.select(audit_entries).where(audit_entries.c.environment_id == environment_id)
        if before_id is not None:
            wanted = wanted.where(audit_entries.c.id < before_id)
        with self.database.read() as connection:
            rows = connection.execute(wanted.order_by(audit_entries.c.id.desc()).limit(limit)).mappings()
            return [_entry(row) for row in rows]

    def of_record(
        self, environment_id: int, kind: str, record_id: str | int, limit: int = 100
    ) -> builtins.list[AuditEntry]:
        """What happened to one record, newest first."""
        wanted = sa.select(audit_entries).where(
            audit_entries.c.environment_id == environment_id,
            audit_entries.c.record_kind == kind,
            audit_entries.c.record_id == str(record_id),
        )
        with self.database.read() as connection:
            rows = connection.execute(wanted.order_by(audit_entries.c.id.desc()).limit(limit)).mappings()
            return [_entry(row) for row in rows]

    def export(self, environment_id: int) -> Iterator[AuditEntry]:
        """Every entry, newest first, in pages of bounded size."""
        last: int | None = None
        while page := self.list(environment_id, before_id=last, limit=1000):
            yield from page
            last = page[-1].id


def _json(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else msgspec.json.encode(dict(values)).decode()


def _entry(row: RowMapping) -> AuditEntry:
    values = {name: None if row[name] is None else msgspec.json.decode(row[name]) for name in ("before", "after")}
    return AuditEntry(**{**row, **values})
