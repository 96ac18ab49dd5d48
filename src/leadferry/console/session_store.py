"""Sessions at the console, and the operator's one-time links. Of every token only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets

import sqlalchemy as sa

from leadferry.clock import Clock
from leadferry.console.person import OPERATOR, Person, PersonKind
from leadferry.store.database import Database
from leadferry.store.tables import sessions, sign_in_links

IDLE_MS = 3_600_000
LINK_MS = 900_000
_TOUCH_MS = 60_000
"""A request does not write the session more often than that."""


class SessionStore:
    """`life_ms`: how long a session lasts at most; without a request it ends after an hour."""

    def __init__(self, database: Database, clock: Clock, life_ms: int) -> None:
        self.database, self.clock, self.life_ms = database, clock, life_ms

    def begin(self, person: Person, id_token_hint: bytes | None = None) -> str:
        """A new session; returns the token for the cookie. Never continues an older one, so none can be planted.
        `id_token_hint`: sealed; what Entra wants to hear at sign-out."""
        token, now = secrets.token_urlsafe(32), self.clock()
        with self.database.write() as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.expires_at <= now))
            connection.execute(
                sa.insert(sessions).values(
                    token_hash=hash_of(token),
                    kind=person.kind.value,
                    person_id=person.id,
                    tenant_id=person.tenant_id,
                    name=person.name,
                    email=person.email,
                    created_at=now,
                    seen_at=now,
                    expires_at=now + self.life_ms,
                    id_token_hint=id_token_hint,
                )
            )
        return token

    def find(self, token: str) -> Person | None:
        """Who the cookie stands for; None when it ended."""
        digest, now = hash_of(token), self.clock()
        with self.database.read() as connection:
            row = connection.execute(sa.select(sessions).where(sessions.c.token_hash == digest)).first()
        if row is None or now >= row.expires_at or now >= row.seen_at + IDLE_MS:
            return None
        if now >= row.seen_at + _TOUCH_MS:
            with self.database.write() as connection:
                connection.execute(sa.update(sessions).where(sessions.c.token_hash == digest).values(seen_at=now))
        return Person(PersonKind(row.kind), row.person_id, row.name, row.email, row.tenant_id, digest)

    def end(self, token_hash: bytes) -> bytes | None:
        """The sealed id token of that session, if it had one."""
        ended = sa.delete(sessions).where(sessions.c.token_hash == token_hash).returning(sessions.c.id_token_hint)
        with self.database.write() as connection:
            hint: bytes | None = connection.execute(ended).scalar()
            return hint

    def end_all_of(self, person_id: str) -> int:
        """Every session of a person, because a role was lost. Returns how many there were."""
        with self.database.write() as connection:
            return connection.execute(sa.delete(sessions).where(sessions.c.person_id == person_id)).rowcount

    # One-time links

    def make_link(self) -> str:
        """The token of a link that signs the operator in once, within 15 minutes."""
        token, now = secrets.token_urlsafe(32), self.clock()
        with self.database.write() as connection:
            connection.execute(sa.delete(sign_in_links).where(sign_in_links.c.expires_at <= now))
            connection.execute(sa.insert(sign_in_links).values(token_hash=hash_of(token), expires_at=now + LINK_MS))
        return token

    def use_link(self, token: str) -> Person | None:
        """The operator, the first time; None for a link that was used, is too old or never was."""
        now = self.clock()
        used = (
            sa.update(sign_in_links)
            .where(
                sign_in_links.c.token_hash == hash_of(token),
                sign_in_links.c.used_at.is_(None),
                sign_in_links.c.expires_at > now,
            )
            .values(used_at=now)
        )
        with self.database.write() as connection:
            return OPERATOR if connection.execute(used).rowcount else None


def living_sessions(now: int) -> sa.Select[tuple[bytes]]:
    """The hashes of those that still count."""
    return sa.select(sessions.c.token_hash).where(sessions.c.expires_at > now, sessions.c.seen_at > now - IDLE_MS)


def hash_of(token: str) -> bytes:
    """Tokens are long and random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()
