"""The simulator's memory: SQLite, one SQL table per Dataverse table, and the catalog beside them.

Values are kept so: ids and lookups as lower-case GUID text (a lookup's target table in `<column>__table`), choices as
integers, booleans 0/1, date-times `YYYY-MM-DDTHH:MM:SSZ`, dates `YYYY-MM-DD`, money, decimal and double as REAL,
several choices as `1,2`.
"""

from __future__ import annotations

import functools
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from leadferry.clock import Clock
from leadferry.simulators.dataverse import collation, privilege_rows, schema
from leadferry.simulators.dataverse.catalog_copy import changed_tables
from leadferry.simulators.dataverse.model import Catalog, Table
from leadferry.simulators.dataverse.settings import Settings

_RIGHTS = (
    "businessunit", "privilege", "role", "roleprivileges", "systemuser", "systemuserroles", "team", "teammembership",
    "teamroles",
)  # fmt: skip
"""Tables whose rows decide what users may do."""
FUNCTIONS: list[tuple[str, int, Callable[..., Any]]] = []
"""SQL functions for every connection: name, number of arguments (-1: any), the function. Fill it at import."""


class Storage:
    """Writers come one after another; readers of a file do not wait for them."""

    def __init__(
        self, path: str, clock: Clock, catalog: Catalog | None, settings: Settings | None = None, image: bytes = b""
    ) -> None:
        """`image`: what another one remembered; this one goes on from there, and needs no `catalog`."""
        self.path, self.clock = path, clock
        self.settings = settings or Settings()
        self._initial = msgspec.json.encode(catalog) if catalog else b""
        self._lock = threading.RLock()
        self._here = threading.local()
        self._changed = False
        """The catalog differs from the committed one."""
        self._readers: list[sqlite3.Connection] = []
        self.derived: dict[Any, Any] = {}
        """What others compiled from the catalog; emptied whenever it changes."""
        self.people: dict[str, tuple[int, Any]] = {}
        """What users may do, by id, each with the `rights_generation` in which it was read."""
        self.rights_generation = 0
        self._rights_changed = False
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._writer = self._connect()
        if image:
            self._writer.deserialize(image)
        self._writer.create_function("rights_changed", 0, _weakly(self._note_rights))
        self._prepare()
        self._initial = self._initial or self._kept("first catalog")
        self.catalog = self._stored_catalog() or self._initial_catalog()
        self._version = self._stored_version()
        if image:
            self._watch_rights(self._writer)
        else:
            self._keep("first catalog", self._initial)
            self.apply_catalog()

    def close(self) -> None:
        with self._lock:
            for conn in [*self._readers, self._writer]:
                conn.close()
            self._readers.clear()

    def image(self) -> bytes:
        """All that it remembers, for others that shall start with it: many times as quick as doing it all again."""
        with self._lock:
            return self._writer.serialize()

    def restore(self, image: bytes) -> None:
        """Goes on from an image of its own, in memory; what is numbered goes on with higher numbers."""
        with self._lock:
            catalog_version = self.catalog.version
            self._writer.deserialize(image)
            self._watch_rights(self._writer)
            with self.transaction():
                self.catalog = self._stored_catalog() or self._initial_catalog()
                self.catalog.version = catalog_version + 1
                self.derived = {}

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One writer at a time; commits at the end, rolls back on any error. A nested one joins the outer one."""
        if getattr(self._here, "writing", False):
            yield self._writer
            return
        with self._lock:
            self._writer.execute("BEGIN IMMEDIATE")
            self._here.writing = True
            try:
                yield self._writer
                self._keep_version()
                self._writer.execute("COMMIT")
                self._changed = False
                self._new_generation()
            except BaseException:
                self._writer.execute("ROLLBACK")
                self._undo_catalog()
                raise
            finally:
                self._here.writing = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A steady view for reads; inside a transaction of this thread, the view of that transaction."""
        if getattr(self._here, "writing", False):
            yield self._writer
            return
        if self.path == ":memory:":
            with self._lock:
                yield self._writer
            return
        with self._lock:
            conn = self._readers.pop() if self._readers else None
        conn = conn or self._connect()
        conn.execute("BEGIN")
        try:
            yield conn
        finally:
            conn.execute("ROLLBACK")
            with self._lock:
                self._readers.append(conn)

    def apply_catalog(self, before: Catalog | None = None) -> None:
        """Makes the SQL tables follow `catalog`, and keeps it. When its transaction fails, the catalog before it
        comes back. With the one `before`, only what differs is looked at."""
        with self.transaction() as conn:
            self._changed = True
            self.catalog.version += 1
            self.derived = {}
            schema.follow(conn, self.catalog, changed_tables(before, self.catalog) if before else None)
            if before is None or _sorts(before) != _sorts(self.catalog):
                privilege_rows.follow(conn, self.catalog, self.take_versions)
                self._watch_rights(conn)
            self._keep("catalog", msgspec.json.encode(self.catalog))

    def _undo_catalog(self) -> None:
        if self._changed:
            self._changed = False
            self.catalog = self._stored_catalog() or self._initial_catalog()
            self.derived = {}

    def reset(self) -> None:
        """Back to the catalog that the simulator was made with, without any row."""
        with self.transaction() as conn:
            version = self.catalog.version
            for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if name.startswith("t_"):
                    conn.execute(f'DROP TABLE "{name}"')
            conn.execute("DELETE FROM sim_kept WHERE name NOT IN ('version', 'first catalog')")
            self.catalog = self._initial_catalog()
            self.catalog.version = version
            self.apply_catalog()

    def take_versions(self, number: int = 1) -> int:
        """The first of `number` fresh row versions; only inside a transaction."""
        first = self._version + 1
        self._version += number
        return first

    def get(self, conn: sqlite3.Connection, table: Table, row_id: str) -> sqlite3.Row | None:
        sql = f'SELECT * FROM "{schema.sql_table(table.logical_name)}" WHERE "{table.primary_id}" = ?'
        row: sqlite3.Row | None = conn.execute(sql, (row_id,)).fetchone()
        return row

    def keep(self, name: str, value: Any) -> None:
        """Keeps a JSON value over a restart (users, settings)."""
        with self.transaction():
            self._keep(name, msgspec.json.encode(value))

    def kept(self, name: str) -> Any:
        with self.reading() as conn:
            row = conn.execute("SELECT value FROM sim_kept WHERE name = ?", (name,)).fetchone()
        return msgspec.json.decode(row[0]) if row else None

    def set_accent_insensitive(self, value: bool) -> None:
        """Indexes are ordered by the collation, so a change of it rebuilds them."""
        with self._lock:
            self.settings.accent_insensitive = value
            self._writer.execute(f"REINDEX {collation.NAME}")

    def _watch_rights(self, conn: sqlite3.Connection) -> None:
        """Every way to write a row comes by a trigger, so none can forget to tell."""
        self._rights_changed = True
        for table in _RIGHTS:
            if table in self.catalog.tables:
                for change in ("INSERT", "UPDATE", "DELETE"):
                    conn.execute(
                        f'CREATE TEMP TRIGGER IF NOT EXISTS "rights_{table}_{change}" AFTER {change} '
                        f'ON main."{schema.sql_table(table)}" BEGIN SELECT rights_changed(); END'
                    )

    def _note_rights(self) -> None:
        self._rights_changed = True

    def _new_generation(self) -> None:
        if self._rights_changed:
            self._rights_changed = False
            self.rights_generation += 1

    def _keep(self, name: str, value: bytes) -> None:
        self._writer.execute("INSERT OR REPLACE INTO sim_kept (name, value) VALUES (?, ?)", (name, value))

    def _keep_version(self) -> None:
        self._writer.execute(
            "INSERT OR REPLACE INTO sim_kept (name, value) VALUES ('version', ?)", (str(self._version).encode(),)
        )

    def _connect(self) -> sqlite3.Connection:
        conn = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, cached_statements=512, timeout=30
        )
        conn.row_factory = sqlite3.Row
        conn.create_collation(collation.NAME, _weakly(self._compare))
        for name, arguments, function in FUNCTIONS:
            conn.create_function(name, arguments, function, deterministic=True)
        return conn

    def _compare(self, left: str, right: str) -> int:
        return collation.compare(left, right, self.settings.accent_insensitive)

    def _prepare(self) -> None:
        if self.path != ":memory:":
            self._writer.execute("PRAGMA journal_mode = WAL")
            self._writer.execute("PRAGMA synchronous = NORMAL")
        self._writer.execute("CREATE TABLE IF NOT EXISTS sim_kept (name TEXT PRIMARY KEY, value BLOB)")

    def _initial_catalog(self) -> Catalog:
        return _own(_read(self._initial))

    def _stored_catalog(self) -> Catalog | None:
        stored = self._kept("catalog")
        return _own(_read(stored)) if stored else None

    def _stored_version(self) -> int:
        return int(self._kept("version") or 1_000_000)

    def _kept(self, name: str) -> bytes:
        row = self._writer.execute("SELECT value FROM sim_kept WHERE name = ?", (name,)).fetchone()
        return bytes(row[0]) if row else b""


def _weakly(method: Callable[..., Any]) -> Callable[..., Any]:
    """SQLite keeps what it is given where no collector of garbage sees it: the whole storage, for ever."""
    known = weakref.WeakMethod(method)

    def call(*values: Any) -> Any:
        found = known()
        return found(*values) if found else None

    return call


@functools.lru_cache(maxsize=4)
def _read(kept: bytes) -> Catalog:
    """Tables and choices are never changed in place (`catalog_copy`): many simulators can stand on the same ones."""
    return msgspec.json.decode(kept, type=Catalog)


def _own(shared: Catalog) -> Catalog:
    return replace(
        shared,
        tables=dict(shared.tables),
        option_sets=dict(shared.option_sets),
        one_to_many=list(shared.one_to_many),
        many_to_many=list(shared.many_to_many),
    )


def _sorts(catalog: Catalog) -> set[tuple[str, str]]:
    """What privileges are made of: which tables there are, who owns their rows, which hold only pairs."""
    pairs = {("pairs", relation.intersect) for relation in catalog.many_to_many}
    return pairs | {(table.ownership, table.logical_name) for table in catalog.tables.values()}
