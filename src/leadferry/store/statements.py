"""Statements that several stores need, the same on SQLite and PostgreSQL and safe between processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.store.tables import environments

if TYPE_CHECKING:
    from leadferry.store.database import Database

Values = tuple[Any, ...]
AT_ONCE = 100


def upsert(
    connection: Connection, table: sa.Table, key: Sequence[str], values: Mapping[str, Any], *, keep: Sequence[str] = ()
) -> None:
    """`key`: the columns of a unique constraint. Of a row that is there, `keep` columns stay as they are."""
    # Loaded here: the dialect that is not used takes a tenth of the start-up.
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    insert = dialect.insert(table).values(dict(values))
    changed = {name: insert.excluded[name] for name in values if name not in (*key, *keep)}
    if changed:
        connection.execute(insert.on_conflict_do_update(index_elements=list(key), set_=changed))
    else:
        connection.execute(insert.on_conflict_do_nothing(index_elements=list(key)))


def insert_new(
    connection: Connection, table: sa.Table, key: Sequence[str], values: Mapping[str, Any]
) -> sa.Row[Any] | None:
    """The new row's `id`, or None where a row with that `key` is there; of two at the same time one waits."""
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    insert = dialect.insert(table).values(dict(values)).on_conflict_do_nothing(index_elements=list(key))
    found: sa.Row[Any] | None = connection.execute(insert.returning(table.c.id)).first()
    return found


class Bulk:
    """An insert or update of thousands of rows, for the way of the leads: compiled once, its parameters handed to the
    driver as they are, which takes a third off the time of a row. All values are of types that both drivers know
    (numbers, text, bytes, None), and the columns have no defaults in Python."""

    def __init__(self, statement: sa.Insert | sa.Update, names: Sequence[str], together: str = "") -> None:
        """`names`: of the values of each row, in their order. `together`: an update of many rows in SQLite's own words,
        with `{}` for `(?, ?), (?, ?)`, their values in the order of `names`."""
        self.statement, self.names, self.together = statement, list(names), together
        self._compiled: dict[str, tuple[str, Callable[[Values], Values] | None]] = {}
        self._hundred = ""

    def __call__(self, connection: Connection, rows: Sequence[Values]) -> None:
        kind = connection.dialect.name
        if kind not in self._compiled:
            self._compiled[kind] = self._compile(connection.dialect)
        text, ordered = self._compiled[kind]
        alone = len(rows) if kind != "sqlite" else len(rows) % AT_ONCE
        if alone:
            one_by_one = rows[:alone]
            connection.exec_driver_sql(text, list(one_by_one if ordered is None else map(ordered, one_by_one)))
        if alone < len(rows):
            self._by_hundreds(connection, text, rows[alone:], ordered)

    def _by_hundreds(
        self, connection: Connection, text: str, rows: Sequence[Values], ordered: Callable[[Values], Values] | None
    ) -> None:
        """SQLite in this process: between two rows of `executemany` another thread would take its turn each time."""
        place = f"({', '.join('?' * len(self.names))})"
        if self.together:
            text, ordered = self.together.format(place), None
        self._hundred = self._hundred or text.replace(place, ", ".join([place] * AT_ONCE), 1)
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            values = chain.from_iterable(some if ordered is None else map(ordered, some))
            connection.exec_driver_sql(self._hundred, tuple(values))

    def _compile(self, dialect: sa.Dialect) -> tuple[str, Callable[[Values], Values] | None]:
        """(the statement, how a row comes into its order)"""
        if not dialect.positional:
            dialect = cast(Any, type(dialect))(paramstyle="format")
        compiled: Any = self.statement.compile(dialect=dialect, column_keys=self.names)
        wanted = list(compiled.positiontup)
        ordered = None if wanted == self.names else itemgetter(*map(self.names.index, wanted))
        return str(compiled), ordered


def some_of(ids: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    """In parts that fit into one statement."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def walking(wanted: sa.Select[Any], table: sa.Table, index: str) -> sa.Select[Any]:
    """On SQLite the statement walks that index, or is refused; PostgreSQL knows by itself. The condition of a partial
    index must stand in the statement word for word."""
    return wanted.with_hint(table, f"indexed by {index}", "sqlite")


def lock_environment(connection: Connection, environment_id: int) -> None:
    """Until the transaction ends, changes that take this lock wait for each other. (SQLite has one writer anyway.)"""
    connection.execute(
        sa.select(environments.c.id).where(environments.c.id == environment_id).with_for_update(key_share=True)
    )


@contextmanager
def settled(database: Database, environment_id: int) -> Iterator[None]:
    """What is read of the environment's settings in it stays true until its end, and what this thread writes is of one
    transaction with that. Those who change settings wait for it, so it asks no service."""
    with database.together() as connection:
        lock_environment(connection, environment_id)
        yield


def new_key(result: sa.CursorResult[Any]) -> int:
    """The id that an insert of one row was given."""
    key = result.inserted_primary_key
    assert key is not None, "an insert of one row has a key"  # noqa: S101
    return int(key[0])
