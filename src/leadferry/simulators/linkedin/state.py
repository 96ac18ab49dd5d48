"""What the service remembers: one SQLite database, one lock around it, and a clock that can be moved.

Things without history (applications, members, accounts, campaigns, pages …) are JSON by kind and id; forms, form
responses and tokens have their own tables, kept by `kept_forms`, `kept_responses` and `kept_tokens`.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from leadferry.clock import Clock

DAY_MS = 86_400_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS things (kind TEXT, id TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS forms (
    form_id INTEGER, version INTEGER, owner TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (form_id, version)
);
CREATE INDEX IF NOT EXISTS forms_by_owner ON forms (owner, form_id, version);
CREATE TABLE IF NOT EXISTS responses (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, lead_type TEXT NOT NULL,
    submitted_at INTEGER NOT NULL, test INTEGER NOT NULL, form TEXT NOT NULL, entity TEXT NOT NULL,
    scramble INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS responses_by_time ON responses (owner, lead_type, submitted_at, id, test);
CREATE TABLE IF NOT EXISTS codes (
    code TEXT PRIMARY KEY, client_id TEXT NOT NULL, member TEXT NOT NULL, redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL, expires_at INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS code_challenges (code TEXT PRIMARY KEY, challenge TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY, kind TEXT NOT NULL, client_id TEXT NOT NULL, member TEXT NOT NULL, scopes TEXT NOT NULL,
    authorized_at INTEGER NOT NULL, created_at INTEGER NOT NULL, usable_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS tokens_by_member ON tokens (client_id, member);
"""

_TABLES = ("things", "forms", "responses", "codes", "code_challenges", "tokens")

Thing = dict[str, Any]


class State:
    """`path` is a file or `:memory:`. `clock` is the outside clock in ms; `advance` moves this service's own."""

    def __init__(self, path: str | Path, clock: Clock, secret: Callable[[int], str] = secrets.token_urlsafe) -> None:
        self.lock = threading.RLock()
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.executescript(_SCHEMA)
        self.clock, self.secret = clock, secret
        self.calls: Counter[tuple[object, ...]] = Counter()
        """Calls today by level, resource, application and member."""
        self.fragments: dict[object, Any] = {}
        """Decorations already made; emptied whenever a thing or a form changes."""
        self.counted: dict[object, int] = {}
        """Sizes of finder results; emptied whenever a form response comes or goes."""

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, alone."""
        with self.lock, self.db:
            self.db.execute("BEGIN")
            yield self.db

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self.lock:
            return self.db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        found = self.rows(sql, *values)
        return found[0] if found else None

    def put(self, kind: str, thing_id: str, thing: Thing) -> None:
        with self.writing() as db:
            body = json.dumps(thing, ensure_ascii=False)
            db.execute("INSERT OR REPLACE INTO things VALUES (?, ?, ?)", (kind, thing_id, body))
            self.fragments.clear()

    def get(self, kind: str, thing_id: str) -> Thing | None:
        found = self.row("SELECT body FROM things WHERE kind = ? AND id = ?", kind, thing_id)
        return json.loads(found["body"]) if found else None

    def all(self, kind: str) -> list[Thing]:
        """Ordered by number where ids are numbers."""
        found = self.rows("SELECT body FROM things WHERE kind = ? ORDER BY length(id), id", kind)
        return [json.loads(row["body"]) for row in found]

    def remove(self, kind: str, thing_id: str) -> None:
        with self.writing() as db:
            db.execute("DELETE FROM things WHERE kind = ? AND id = ?", (kind, thing_id))
            self.fragments.clear()

    def now(self) -> int:
        """Milliseconds."""
        moved = self.get("meta", "clock")
        return self.clock() + (moved["offset_ms"] if moved else 0)

    def advance(self, ms: int) -> None:
        with self.lock:
            moved = self.get("meta", "clock") or {"offset_ms": 0}
            self.put("meta", "clock", {"offset_ms": moved["offset_ms"] + ms})

    def count_call(self, *what: object) -> int:
        """How often today, this call included. Days end at midnight UTC."""
        with self.lock:
            today = self.now() // DAY_MS
            for old in [key for key in self.calls if key[0] != today]:
                del self.calls[old]
            self.calls[today, *what] += 1
            return self.calls[today, *what]

    def reset(self) -> None:
        with self.writing() as db:
            for table in _TABLES:
                db.execute(f"DELETE FROM {table}")
            self.calls.clear()
            self.counted.clear()
            self.fragments.clear()
