"""Files between upload and import: any process has them, a restart loses none. They hold answers of people, so they are
sealed, they are their uploader's only, and they go after an hour, or as soon as they are imported."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.accounts.vault import Vault
from leadferry.clock import Clock
from leadferry.errors import NotFoundError
from leadferry.intake.csv_file import CsvFile
from leadferry.intake.uploads import KEPT_MS, MOST, Upload, packed, unpacked
from leadferry.store.database import Database
from leadferry.store.tables import uploads
from leadferry.words import _

u = uploads.c


class UploadStore:
    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self.database, self.vault, self.clock = database, vault, clock

    def add(self, environment_id: int, person_id: str, name: str, form_id: int | None, file: CsvFile) -> str:
        """Its key. The person's oldest goes where there are too many."""
        key, one = secrets.token_urlsafe(16), Upload(environment_id, person_id, name, form_id, self.clock(), file)
        about = {"environment_id": environment_id, "person_id": person_id, "name": name, "form_id": form_id}
        with self.database.write() as connection:
            _forget_old(connection, one.at)
            _make_room(connection, environment_id, person_id)
            values = {"key": key, **about, "at": one.at, "content": self._sealed(one)}
            connection.execute(sa.insert(uploads).values(values))
        return key

    def get(self, key: str, environment_id: int, person_id: str) -> Upload:
        """Its uploader's only."""
        mine = (u.key == key, u.environment_id == environment_id, u.person_id == person_id)
        with self.database.read() as connection:
            row = connection.execute(sa.select(uploads).where(*mine, u.at >= self.clock() - KEPT_MS)).first()
        if row is None:
            raise NotFoundError(
                _("This file is not here any more: it is kept for an hour."),
                fix=_("Upload it again."),
                code="upload-gone",
            )
        file, result = unpacked(self.vault.open(environment_id, bytes(row.content)))
        return Upload(row.environment_id, row.person_id, row.name, row.form_id, row.at, file, result)

    def save(self, key: str, one: Upload) -> None:
        """Its columns as they are chosen now, or what came of the import."""
        with self.database.write() as connection:
            mine = sa.update(uploads).where(u.key == key)
            connection.execute(mine.values(content=self._sealed(one)))

    def drop(self, key: str) -> None:
        self._delete(u.key == key)

    def forget_old(self) -> None:
        """Once in a while, for where nobody uploads any more."""
        with self.database.write() as connection:
            _forget_old(connection, self.clock())

    def forget_all(self, environment_id: int) -> None:
        """After a person was erased: a file may hold their answers."""
        self._delete(u.environment_id == environment_id)

    def _delete(self, which: sa.ColumnElement[bool]) -> None:
        with self.database.write() as connection:
            connection.execute(sa.delete(uploads).where(which))

    def _sealed(self, one: Upload) -> bytes:
        return self.vault.seal(one.environment_id, packed(one))


def _forget_old(connection: Connection, now: int) -> None:
    connection.execute(sa.delete(uploads).where(u.at < now - KEPT_MS))


def _make_room(connection: Connection, environment_id: int, person_id: str) -> None:
    """For one more."""
    mine: tuple[Any, ...] = (u.environment_id == environment_id, u.person_id == person_id)
    newest = sa.select(u.key).where(*mine).order_by(u.at.desc(), u.key).offset(MOST - 1)
    oldest = list(connection.execute(newest).scalars())
    connection.execute(sa.delete(uploads).where(u.key.in_(oldest)))
