"""What is deleted must not stay readable in the database's file: SQLite only marks it as free.

PostgreSQL gives deleted rows to nobody, and no dump holds them; their place is used again after a vacuum.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.store.database import Database

LARGEST = 500_000_000
"""Bytes of a SQLite file that is written anew while others wait: some seconds. A larger one a person has to choose."""
EMPTIED = (
    "submission_bodies",
    "submission_events",
    "submission_people",
    "submissions",
    "intents",
    "saved_views",
    "webhook_deliveries",
)


@contextmanager
def erasing(database: Database) -> Iterator[Connection]:
    """A write transaction whose deletions are overwritten with zeros at once."""
    with database.write() as connection:
        if not database.sqlite:
            yield connection
            return
        connection.exec_driver_sql("pragma secure_delete=on")
        try:
            yield connection
        finally:
            connection.exec_driver_sql("pragma secure_delete=fast")


def size(database: Database) -> int:
    """Bytes of a SQLite file, 0 for PostgreSQL."""
    if not database.sqlite:
        return 0
    with database.read() as connection:
        pages = int(connection.exec_driver_sql("pragma page_count").scalar_one())
        return pages * int(connection.exec_driver_sql("pragma page_size").scalar_one())


def clean(database: Database, *, whatever_size: bool = False) -> bool:
    """Writes the whole file anew, and empties its log, so that no copy of anything deleted is left in either. False
    where that has to wait: the file is large, or others are at work in it."""
    if not database.sqlite:
        _vacuum_postgresql(database)
        return True
    if not whatever_size and size(database) > LARGEST:
        return False
    try:
        return _rewrite(database)
    except sqlite3.OperationalError:
        return False


def _rewrite(database: Database) -> bool:
    with closing(database.engine.raw_connection()) as raw:
        cursor = raw.cursor()
        cursor.execute("vacuum")
        busy = cursor.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
        return not busy


def _vacuum_postgresql(database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"vacuum {', '.join(EMPTIED)}"))
