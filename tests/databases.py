"""Databases for tests: a new SQLite file each, and on PostgreSQL one that is empty.

The migrations run once a process and database kind; every further database is a copy of what they made."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leadferry.store.database import Database
from postgresql import lent_database

KINDS = ("sqlite", "postgresql")


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[Database]:
    with database_url(kind) as url:
        database = Database(url or f"sqlite:///{new_sqlite_file(folder)}").open()
        try:
            yield database
        finally:
            database.close()


@contextmanager
def database_url(kind: str) -> Iterator[str]:
    """What an application is told: nothing where it shall have a file of its own."""
    if kind == "sqlite":
        yield ""
    else:
        with lent_database() as url:
            yield url


def new_sqlite_file(folder: Path) -> Path:
    """Where an application with this data folder looks for it; one that is there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "leadferry.db"
    if not file.exists():
        shutil.copy(_sqlite_model(), file)
    return file


@functools.cache
def _sqlite_model() -> Path:
    folder = tempfile.mkdtemp(prefix="leadferry-sqlite-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = Path(folder) / "model.db"
    Database(f"sqlite:///{file}").open().close()  # the last one to close it writes the log into the file
    return file
