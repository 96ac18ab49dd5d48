"""Lead forms with every version seen: what a response's question and option ids mean (OC-58, OC-61, OC-63)."""

from __future__ import annotations

import builtins
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.clock import Clock
from leadferry.forms.model import Consent, FormVersion, Question
from leadferry.forms.status import LeadFormSync
from leadferry.linkedin.reading import to_form_version
from leadferry.store.database import Database
from leadferry.store.statements import upsert
from leadferry.store.tables import form_versions, hidden_fields, lead_forms, questions

CACHED = 2000
"""Form versions kept in memory; a version's meaning does not change, so only unknown ones are asked of the database."""


@dataclass(frozen=True, slots=True)
class LeadForm:
    """One line of the list. `versions` are those seen, ascending."""

    id: int
    owner_id: int | None
    linkedin_id: int
    name: str
    state: str
    sync_status: LeadFormSync
    last_sync_at: int | None
    versions: tuple[int, ...]


class FormStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self._by_version: dict[tuple[int, int, int], tuple[int, FormVersion]] = {}
        self._by_key: dict[int, FormVersion] = {}
        self._lock = threading.Lock()

    def save_version(
        self, environment_id: int, owner_id: int | None, form: FormVersion, raw: bytes
    ) -> tuple[int, bool]:
        """(row id of the version, whether it was new). `raw`: the form as LinkedIn sent it. Saving again changes
        nothing; a name or state that changed since is brought up to date."""
        with self.database.read() as connection:
            stored = _stored(connection, environment_id, form)
        if stored and stored.body == raw and owner_id in {None, stored.owner_id}:
            return int(stored.id), False
        with self.database.write() as connection:
            return self._save(connection, environment_id, owner_id, form, raw)

    def _save(
        self, connection: Connection, environment_id: int, owner_id: int | None, form: FormVersion, raw: bytes
    ) -> tuple[int, bool]:
        form_key = self._save_form(connection, environment_id, owner_id, form)
        before = _stored(connection, environment_id, form)
        values = {
            "form_id": form_key,
            "version": form.version,
            "headline": form.headline,
            "locale": form.locale,
            "body": raw,
            "seen_at": self.clock(),
        }
        upsert(connection, form_versions, ("form_id", "version"), values, keep=("seen_at",))
        stored = _stored(connection, environment_id, form)
        assert stored is not None, "it was just saved"  # noqa: S101
        _save_parts(connection, int(stored.id), form)
        return int(stored.id), before is None

    def _save_form(self, connection: Connection, environment_id: int, owner_id: int | None, form: FormVersion) -> int:
        """Name and state are the newest version's: an older one that arrives later changes neither."""
        newest = _newest(connection, environment_id, form.form_id)
        late = newest is not None and newest > form.version
        values = {
            "environment_id": environment_id,
            "owner_id": owner_id,
            "linkedin_id": form.form_id,
            "name": form.name or str(form.form_id),
            "state": form.state,
            "sync_status": int(LeadFormSync.PENDING),
        }
        keep = ["sync_status", *(["name", "state"] if late else []), *(["owner_id"] if owner_id is None else [])]
        # The row stays locked until the transaction ends: two processes that save one form take turns.
        upsert(connection, lead_forms, ("environment_id", "linkedin_id"), values, keep=keep)
        wanted = _form(environment_id, form.form_id, lead_forms.c.id)
        return int(connection.execute(wanted).scalar_one())

    # Versions

    def version(self, environment_id: int, form_id: int, version: int) -> tuple[int, FormVersion] | None:
        """(row id, the version), by LinkedIn's form id and version; None when never seen."""
        wanted = environment_id, form_id, version
        known = self._by_version.get(wanted)
        if known is None:
            known = self._read(environment_id, form_id, form_versions.c.version == version)
            if known:
                self._remember(wanted, known)
        return known

    def version_by_key(self, key: int) -> FormVersion | None:
        """By row id, as submissions name it."""
        known = self._by_key.get(key)
        if known is None:
            wanted = sa.select(form_versions.c.body).where(form_versions.c.id == key)
            with self.database.read() as connection:
                body = connection.execute(wanted).scalar()
            if body is None:
                return None
            known = to_form_version(bytes(body))
            with self._lock:
                _make_room(self._by_key)
                self._by_key[key] = known
        return known

    def latest(self, environment_id: int, form_id: int) -> tuple[int, FormVersion] | None:
        return self._read(environment_id, form_id)

    def nearest(self, environment_id: int, form_id: int, version: int) -> FormVersion | None:
        """That version; else the nearest one seen, of two equally near the newer."""
        numbers = self.versions(environment_id, form_id)
        if not numbers:
            return None
        best = min(numbers, key=lambda number: (abs(number - version), -number))
        found = self.version(environment_id, form_id, best)
        return found[1] if found else None

    def versions(self, environment_id: int, form_id: int) -> builtins.list[int]:
        """The numbers seen, ascending."""
        wanted = _versions(environment_id, form_id, form_versions.c.version).order_by(form_versions.c.version)
        with self.database.read() as connection:
            return list(connection.execute(wanted).scalars())

    def history(self, environment_id: int, form_id: int) -> builtins.list[FormVersion]:
        """Every version seen of LinkedIn's form, ascending."""
        found = (self.version(environment_id, form_id, number) for number in self.versions(environment_id, form_id))
        return [one[1] for one in found if one]

    def _read(self, environment_id: int, form_id: int, *where: Any) -> tuple[int, FormVersion] | None:
        wanted = _versions(environment_id, form_id, form_versions.c.id, form_versions.c.body).where(*where)
        with self.database.read() as connection:
            row = connection.execute(wanted.order_by(form_versions.c.version.desc()).limit(1)).first()
        return (int(row.id), to_form_version(bytes(row.body))) if row else None

    def _remember(self, wanted: tuple[int, int, int], known: tuple[int, FormVersion]) -> None:
        with self._lock:
            _make_room(self._by_version)
            self._by_version[wanted] = known

    # Forms

    def list(self, environment_id: int, form_id: int = 0) -> builtins.list[LeadForm]:
        """`form_id`: that one alone."""
        wanted = (
            sa.select(lead_forms, form_versions.c.version)
            .join(form_versions, form_versions.c.form_id == lead_forms.c.id)
            .where(lead_forms.c.environment_id == environment_id)
            .order_by(lead_forms.c.id, form_versions.c.version)
        )
        wanted = wanted.where(lead_forms.c.id == form_id) if form_id else wanted
        rows: dict[int, dict[str, Any]] = {}
        numbers: dict[int, builtins.list[int]] = {}
        with self.database.read() as connection:
            for row in connection.execute(wanted).mappings():
                rows[row["id"]] = {name: row[name] for name in LeadForm.__slots__ if name in row}
                numbers.setdefault(row["id"], []).append(row["version"])
        return [
            LeadForm(**{**row, "sync_status": LeadFormSync(row["sync_status"]), "versions": tuple(numbers[key])})
            for key, row in rows.items()
        ]

    def newest_versions(self, environment_id: int) -> dict[int, FormVersion]:
        """By our id of the form."""
        newest = sa.select(form_versions.c.form_id, sa.func.max(form_versions.c.version).label("version"))
        last = newest.group_by(form_versions.c.form_id).subquery()
        same = (form_versions.c.form_id == last.c.form_id) & (form_versions.c.version == last.c.version)
        wanted = (
            sa.select(form_versions.c.form_id, form_versions.c.id)
            .join(last, same)
            .join(lead_forms, lead_forms.c.id == form_versions.c.form_id)
            .where(lead_forms.c.environment_id == environment_id)
        )
        with self.database.read() as connection:
            keys = {row.form_id: row.id for row in connection.execute(wanted)}
        found = {form_id: self.version_by_key(key) for form_id, key in keys.items()}
        return {form_id: version for form_id, version in found.items() if version}

    def version_keys(self, environment_id: int, form_id: int = 0) -> dict[int, int]:
        """Our id of each version -> that of its form. `form_id`: of that one alone."""
        wanted = sa.select(form_versions.c.id, form_versions.c.form_id).join(
            lead_forms, lead_forms.c.id == form_versions.c.form_id
        )
        wanted = wanted.where(lead_forms.c.id == form_id) if form_id else wanted
        with self.database.read() as connection:
            found = connection.execute(wanted.where(lead_forms.c.environment_id == environment_id))
            return {row.id: row.form_id for row in found}

    def names(self, environment_id: int) -> dict[int, str]:
        """LinkedIn's form id -> name."""
        wanted = sa.select(lead_forms.c.linkedin_id, lead_forms.c.name)
        with self.database.read() as connection:
            found = connection.execute(wanted.where(lead_forms.c.environment_id == environment_id))
            return {row.linkedin_id: row.name for row in found}

    def polled(self, environment_id: int, owner_id: int, version_keys: Iterable[int]) -> None:
        """A walk over the owner's responses is done: the forms of these versions have some, those pending none."""
        now = self.clock()
        mine = (lead_forms.c.environment_id == environment_id, lead_forms.c.owner_id == owner_id)
        met = sa.select(form_versions.c.form_id).where(form_versions.c.id.in_(list(version_keys)))
        active = sa.update(lead_forms).where(*mine, lead_forms.c.id.in_(met))
        pending = lead_forms.c.sync_status == int(LeadFormSync.PENDING)
        with self.database.write() as connection:
            connection.execute(active.values(sync_status=int(LeadFormSync.ACTIVE), last_sync_at=now))
            empty = sa.update(lead_forms).where(*mine, pending)
            connection.execute(empty.values(sync_status=int(LeadFormSync.NO_SUBMISSIONS), last_sync_at=now))

    def set_sync(self, environment_id: int, form_ids: Iterable[int], status: LeadFormSync) -> None:
        """`form_ids` are LinkedIn's."""
        change = sa.update(lead_forms).where(
            lead_forms.c.environment_id == environment_id, lead_forms.c.linkedin_id.in_(list(form_ids))
        )
        with self.database.write() as connection:
            connection.execute(change.values(sync_status=int(status), last_sync_at=self.clock()))


def _make_room(cache: dict[Any, Any]) -> None:
    if len(cache) >= CACHED:
        cache.clear()


def _form(environment_id: int, form_id: int, *columns: Any) -> sa.Select[Any]:
    return sa.select(*columns).where(lead_forms.c.environment_id == environment_id, lead_forms.c.linkedin_id == form_id)


def _versions(environment_id: int, form_id: int, *columns: Any) -> sa.Select[Any]:
    joined = form_versions.join(lead_forms, lead_forms.c.id == form_versions.c.form_id)
    return _form(environment_id, form_id, *columns).select_from(joined)


def _stored(connection: Connection, environment_id: int, form: FormVersion) -> Any:
    wanted = _versions(
        environment_id, form.form_id, form_versions.c.id, form_versions.c.body, lead_forms.c.owner_id
    ).where(form_versions.c.version == form.version)
    return connection.execute(wanted).first()


def _newest(connection: Connection, environment_id: int, form_id: int) -> int | None:
    return connection.execute(_versions(environment_id, form_id, sa.func.max(form_versions.c.version))).scalar()


def _save_parts(connection: Connection, key: int, form: FormVersion) -> None:
    """Questions, consents and hidden fields as rows, for lists and reports."""
    connection.execute(sa.delete(questions).where(questions.c.form_version_id == key))
    connection.execute(sa.delete(hidden_fields).where(hidden_fields.c.form_version_id == key))
    asked = [_question(question) for question in form.questions] + [_consent(consent) for consent in form.consents]
    rows = [{**row, "form_version_id": key, "position": position} for position, row in enumerate(asked)]
    if rows:
        connection.execute(sa.insert(questions), rows)
    hidden = [
        {"form_version_id": key, "name": name, "value": value} for name, value in dict(form.hidden_fields).items()
    ]
    if hidden:
        connection.execute(sa.insert(hidden_fields), hidden)


def _question(question: Question) -> dict[str, Any]:
    options = [{"id": option.id, "text": option.text} for option in question.options]
    return {
        "linkedin_id": question.id,
        "name": question.name or question.label,
        "label": question.label,
        "predefined": question.predefined,
        "response_type": "choice" if options else "text",
        "required": question.required,
        "editable": question.editable,
        "custom": not question.predefined,
        "consent_checkbox": False,
        "options": json.dumps(options, ensure_ascii=False),
    }


def _consent(consent: Consent) -> dict[str, Any]:
    return {
        "linkedin_id": consent.id,
        "name": consent.text,
        "label": consent.text,
        "predefined": "",
        "response_type": "consent",
        "required": consent.required,
        "editable": True,
        "custom": False,
        "consent_checkbox": True,
        "options": "[]",
    }
