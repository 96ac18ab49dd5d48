"""What the service remembers: applications, people, codes, sessions, refresh tokens and keys, as JSON by kind and id in
one SQLite database; and a clock that can be moved.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from leadferry.clock import Clock
from leadferry.simulators.jwts import SigningKey

Thing = dict[str, Any]

APP, PERSON, CODE, REFRESH, SESSION = "app", "person", "code", "refresh", "session"
_OWN = "own"
"""The service's own: signing keys, clock, the secret of its forms. Keys and secret survive a reset."""


class Memory:
    """`path` is a file or `:memory:`."""

    def __init__(self, path: str | Path, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS things (kind TEXT, id TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, id))"
        )
        keys = self.get(_OWN, "keys") or {"pems": [SigningKey().pem], "secret": secrets.token_hex(32)}
        self.put(_OWN, "keys", keys)
        self.secret: str = keys["secret"]
        self.keys = [SigningKey(pem) for pem in keys["pems"]]
        """The newest first; it signs, the older ones are still published."""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """What is read and written within belongs together."""
        with self.lock:
            yield

    def get(self, kind: str, thing_id: str) -> Thing | None:
        with self.lock:
            row = self._db.execute("SELECT body FROM things WHERE kind = ? AND id = ?", (kind, thing_id)).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, kind: str) -> dict[str, Thing]:
        """By id, in the order in which they came."""
        with self.lock:
            rows = self._db.execute("SELECT id, body FROM things WHERE kind = ? ORDER BY rowid", (kind,)).fetchall()
        return {thing_id: json.loads(body) for thing_id, body in rows}

    def put(self, kind: str, thing_id: str, thing: Thing) -> None:
        with self.lock:
            self._db.execute(
                "INSERT INTO things VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
                (kind, thing_id, json.dumps(thing, ensure_ascii=False)),
            )

    def remove(self, kind: str, thing_id: str) -> bool:
        with self.lock:
            return self._db.execute("DELETE FROM things WHERE kind = ? AND id = ?", (kind, thing_id)).rowcount > 0

    def new_key(self) -> None:
        with self.lock:
            self.keys.insert(0, SigningKey())
            self.put(_OWN, "keys", {"pems": [key.pem for key in self.keys], "secret": self.secret})

    def now(self) -> int:
        """Milliseconds."""
        moved = self.get(_OWN, "clock")
        return self.clock() + (moved["offset_ms"] if moved else 0)

    def move_clock(self, *, advance_ms: int = 0, now_ms: int | None = None) -> None:
        with self.lock:
            offset = self.now() + advance_ms - self.clock() if now_ms is None else now_ms - self.clock()
            self.put(_OWN, "clock", {"offset_ms": offset})

    def reset(self) -> None:
        """Everything but the keys, so that what was signed can still be checked."""
        with self.lock:
            self._db.execute("DELETE FROM things WHERE NOT (kind = ? AND id = 'keys')", (_OWN,))
