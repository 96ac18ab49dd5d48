"""The database engine: SQLite (a file, WAL) or PostgreSQL, the same statements on both."""

from __future__ import annotations

import fcntl
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import Connection, Engine

from leadferry.errors import BusyError, InputError, LeadferryError

SCHEMA_VERSION = "0014"
"""The newest migration in store/migrations; checked at start without loading Alembic."""


PRAGMAS = (
    "page_size=8192",  # of a file that is made now: of SQLite's own 4096 each response took a whole page
    "journal_mode=wal",
    "synchronous=normal",  # a killed process loses nothing; a power cut may lose the last moments, which are redone
    "foreign_keys=on",
    "cache_size=-8192",
    "wal_autocheckpoint=4000",  # pages: each checkpoint waits for the disk
    "secure_delete=fast",  # zeroes what is deleted in pages that are written anyway; store.cleaning does the rest
)


class Database:
    """Opens (and brings up to date) the database at `url`: `sqlite:///path/to/file.db` or `postgresql://...`."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url = url
        self.engine = _engine(url, pool_size)
        self.sqlite = self.engine.dialect.name == "sqlite"
        self._own = threading.local()
        """Of each thread: the transaction that it is in."""
        # PostgreSQL shows each statement what is committed by then, in a transaction or not: without one, a page that
        # looks fifty times spares a hundred ways to the server and back.
        self._reading = self.engine if self.sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")

    def open(self) -> Database:
        """Runs the migrations that are missing. Refuses a database written by a newer Leadferry."""
        version = self._version()
        if version != SCHEMA_VERSION:
            from leadferry.store.migrate import migrate

            migrate(self.engine, version)
        return self

    def _version(self) -> str:
        try:
            with self.read() as connection:
                if not sa.inspect(connection).has_table("alembic_version"):
                    return ""
                return str(connection.exec_driver_sql("select version_num from alembic_version").scalar() or "")
        except sa.exc.OperationalError as error:
            raise LeadferryError(
                f"The database cannot be opened: {_reason(error)}.",
                code="database-unreachable",
                fix="Check the setting LEADFERRY_DATABASE_URL, the folder's rights, and that PostgreSQL is running.",
            ) from None

    @contextmanager
    def read(self, *, streaming: bool = False) -> Iterator[Connection]:
        """`streaming`: for statements with `yield_per`, which a server holds open in a transaction only."""
        if (joined := self._joined) is not None:
            yield joined
            return
        with (self.engine if streaming else self._reading).connect() as connection:
            yield connection.execution_options(leadferry_read=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction. On SQLite it holds the one write lock from its first statement, so that what was read in it
        is still true when it commits."""
        if (joined := self._joined) is not None:
            with joined.begin_nested():
                yield joined
            return
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def together(self) -> Iterator[Connection]:
        """Whatever this thread reads and writes in it is of one transaction: all of it holds, or nothing. A `write` in
        it that fails takes back its own part."""
        with self.engine.begin() as connection:
            self._own.connection = connection
            try:
                yield connection
            finally:
                self._own.connection = None

    @property
    def _joined(self) -> Connection | None:
        return getattr(self._own, "connection", None)

    @contextmanager
    def alone(self, name: str, *, wait: bool = False) -> Iterator[None]:
        """Holds a lock that dies with this process, however it dies. Raises BusyError when another has it."""
        if self.sqlite:
            with _file_lock(Path(f"{self.engine.url.database}.{name}.lock"), name, wait):
                yield
        else:
            with self._advisory_lock(name, wait):
                yield

    @contextmanager
    def _advisory_lock(self, name: str, wait: bool) -> Iterator[None]:
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if wait:
                connection.execute(sa.select(sa.func.pg_advisory_lock(key)))
            elif not connection.execute(sa.select(sa.func.pg_try_advisory_lock(key))).scalar():
                raise _busy(name)
            try:
                yield
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _file_lock(path: Path, name: str, wait: bool) -> Iterator[None]:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise _busy(name) from None
        yield


def _busy(name: str) -> BusyError:
    return BusyError(
        f"Another Leadferry process is already at work on this ({name}).",
        fix="Wait until it is done, or stop it.",
    )


def _engine(url: str, pool_size: int) -> Engine:
    if url.startswith("sqlite:///"):
        return _sqlite_engine(url, pool_size)
    if url.startswith(("postgresql://", "postgres://")):
        return _postgresql_engine(url, pool_size)
    raise InputError(
        f"The database address {url.partition(':')[0]}:… is not one Leadferry knows.",
        code="database-url",
        fix="Use sqlite:///path/to/leadferry.db or postgresql://user:password@host/name.",
    )


def _postgresql_engine(url: str, pool_size: int) -> Engine:
    engine = sa.create_engine(
        "postgresql+psycopg://" + url.partition("://")[2], pool_size=pool_size, max_overflow=8, pool_use_lifo=True
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        """What we ask takes some milliseconds; to begin two more processes for it took fifteen."""
        connection.autocommit = True
        connection.execute("set max_parallel_workers_per_gather = 0")
        connection.autocommit = False

    return engine


class _WithHints(SQLiteCompiler):
    """SQLite keeps no statistics of ours, so where two indexes look alike to it, a statement names the one to walk."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return text


def _sqlite_engine(url: str, pool_size: int) -> Engine:
    engine = sa.create_engine(
        url,
        connect_args={"timeout": 30, "check_same_thread": False},
        pool_size=pool_size,
        max_overflow=16,
        pool_use_lifo=True,
    )

    engine.dialect.statement_compiler = _WithHints

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in PRAGMAS:
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("leadferry_read")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _reason(error: sa.exc.OperationalError) -> str:
    return str(error.orig).strip().splitlines()[0].rstrip(".")
