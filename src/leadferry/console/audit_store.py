"""The audit: who did what to which record, before and after. Rows are only ever added; triggers see to it."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from leadferry.accounts.model import Environment
from leadferry.clock import Clock
from leadferry.store.database import Database
from leadferry.store.tables import audit_entries, environments
from leadferry.words import json_of


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


Place = Environment | None
"""An environment, or the installation: sign-ins, and environments that are gone."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries. `person`: part of the name, without case. `until` is not included."""

    person: str = ""
    action: str = ""
    since: int | None = None
    until: int | None = None


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

    def list(
        self, place: Place, wanted: Wanted | None = None, *, before_id: int | None = None, limit: int = 100
    ) -> list[AuditEntry]:
        """Newest first. `before_id`: the last one of the page before."""
        found = sa.select(audit_entries).where(_of(place), *_conditions(wanted or Wanted()))
        if before_id is not None:
            found = found.where(audit_entries.c.id < before_id)
        with self.database.read() as connection:
            rows = connection.execute(found.order_by(audit_entries.c.id.desc()).limit(limit)).mappings()
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

    def export(self, place: Place, wanted: Wanted | None = None) -> Iterator[AuditEntry]:
        """Every entry, newest first, in pages of bounded size."""
        last: int | None = None
        while page := self.list(place, wanted, before_id=last, limit=1000):
            yield from page
            last = page[-1].id


def _of(place: Place) -> sa.ColumnElement[bool]:
    """Numbers of removed environments may come again: what happened before an environment was made is not its own.
    Entries of those that are gone belong to the installation."""
    if place is not None:
        return sa.and_(audit_entries.c.environment_id == place.id, audit_entries.c.at >= place.created_at)
    known = sa.exists().where(
        environments.c.id == audit_entries.c.environment_id, environments.c.created_at <= audit_entries.c.at
    )
    return sa.not_(known)


def _conditions(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.person:
        yield audit_entries.c.person.icontains(wanted.person, autoescape=True)
    if wanted.action:
        yield audit_entries.c.action == wanted.action
    if wanted.since is not None:
        yield audit_entries.c.at >= wanted.since
    if wanted.until is not None:
        yield audit_entries.c.at < wanted.until


def _json(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else json_of(dict(values)).decode()


def _entry(row: RowMapping) -> AuditEntry:
    values = {name: None if row[name] is None else msgspec.json.decode(row[name]) for name in ("before", "after")}
    return AuditEntry(**{**row, **values})
