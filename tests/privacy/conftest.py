"""A ferry over Dynamics with the solution's tables, and what shows whether a name is left anywhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from delivery.conftest import Ferry
from leadferry.store.database import Database
from leadferry.store.tables import metadata
from mirror.conftest import dynamics, ferry, sqlite_ferry

__all__ = ["ADA", "BOB", "NAMES", "dynamics", "everything", "ferry", "number_of", "sqlite_ferry", "traces_of"]

ADA: dict[str, Any] = {
    "first_name": "Adalinde",
    "last_name": "Quensel",
    "email": "adalinde@quensel.test",
    "company_name": "Quenselwerk",
}
BOB: dict[str, Any] = {"first_name": "Bob", "last_name": "Crane", "email": "bob@crane.test", "company_name": "Crane"}
NAMES = ("adalinde", "quensel")


def number_of(ferry: Ferry, response_id: str) -> int:
    return int(ferry.show(response_id)["id"])


def everything(database: Database) -> str:
    """Every value of every table."""
    with database.read() as connection:
        rows = [tuple(row) for table in metadata.sorted_tables for row in connection.execute(sa.select(table))]
    return repr(rows).lower()


def traces_of(ferry: Ferry, names: tuple[str, ...] = NAMES) -> list[str]:
    """Where one of the names is left: in the files of SQLite, or in a dump of PostgreSQL."""
    database = ferry.app.database
    if database.sqlite:
        files = Path(str(database.engine.url.database)).parent.glob("*.db*")
        held = {file.name: file.read_bytes().lower() for file in files}
    else:
        held = {"dump": dumped(database.url)}
    return [f"{name} in {place}" for place, text in held.items() for name in names if name.encode() in text]


def dumped(url: str) -> bytes:
    """Every table of the database as `pg_dump` writes its rows: by COPY. What is written as hexadecimal digits (bytes)
    is there as text too."""
    text = b""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables where schemaname = 'public'"
        ).fetchall()
        for schema, table in tables:
            with connection.cursor().copy(f'copy "{schema}"."{table}" to stdout') as copy:
                text += b"".join(bytes(part) for part in copy)
    for digits in set(re.findall(rb"x([0-9a-f]{8,})", text)):
        text += bytes.fromhex(digits[: len(digits) // 2 * 2].decode())
    return text.lower()
