"""Consents under way: from the press on Authorize to the confirmed environment. Of a state only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from leadferry.accounts.consents import LIFE_MS, Consent
from leadferry.accounts.model import Member
from leadferry.accounts.vault import Vault
from leadferry.clock import Clock
from leadferry.console.session_store import living_sessions
from leadferry.errors import NotFoundError
from leadferry.linkedin.tokens import Tokens
from leadferry.store.database import Database
from leadferry.store.statements import new_key
from leadferry.store.tables import consents
from leadferry.words import _


@dataclass(frozen=True, slots=True)
class Begun:
    """`state` and `verifier` go to LinkedIn; they are kept hashed and sealed."""

    id: int
    state: str
    verifier: str


class ConsentStore:
    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self.database, self.vault, self.clock = database, vault, clock

    def begin(
        self,
        environment_id: int,
        profile_id: int,
        *,
        session_hash: bytes,
        redirect_url: str,
        scopes: Sequence[str],
        begun_by: str,
        person_id: str = "",
    ) -> Begun:
        state, verifier, now = secrets.token_urlsafe(32), secrets.token_urlsafe(48), self.clock()
        values = {
            "environment_id": environment_id,
            "profile_id": profile_id,
            "state_hash": _hash(state),
            "session_hash": session_hash,
            "person_id": person_id,
            "verifier": self.vault.seal(environment_id, verifier.encode()),
            "redirect_url": redirect_url,
            "scopes": " ".join(scopes),
            "begun_by": begun_by,
            "begun_at": now,
            "expires_at": now + LIFE_MS,
        }
        with self.database.write() as connection:
            connection.execute(sa.delete(consents).where(consents.c.expires_at <= now - LIFE_MS))
            return Begun(new_key(connection.execute(sa.insert(consents).values(**values))), state, verifier)

    def go_on(self, person_id: str, session_hash: bytes) -> None:
        """What the person began in a session that has ended meanwhile goes on in this one; what lives in another
        session of theirs stays there."""
        change = sa.update(consents).where(
            consents.c.person_id == person_id,
            consents.c.person_id != "",
            consents.c.session_hash.not_in(living_sessions(self.clock())),
        )
        with self.database.write() as connection:
            connection.execute(change.values(session_hash=session_hash))

    def by_state(self, state: str) -> Consent | None:
        with self.database.read() as connection:
            row = connection.execute(_select().where(consents.c.state_hash == _hash(state))).mappings().first()
        return _consent(row) if row else None

    def use(self, consent: Consent) -> str | None:
        """Takes LinkedIn's answer, once. Returns the verifier, None where another request was faster."""
        change = sa.update(consents).where(consents.c.id == consent.id, consents.c.returned_at.is_(None))
        with self.database.write() as connection:
            if not connection.execute(change.values(returned_at=self.clock())).rowcount:
                return None
            sealed = connection.execute(sa.select(consents.c.verifier).where(consents.c.id == consent.id)).scalar()
        return self.vault.open(consent.environment_id, bytes(sealed or b"")).decode()

    def keep(self, consent: Consent, tokens: Tokens, member: Member) -> None:
        """What LinkedIn gave, sealed, until the environment is confirmed."""
        sealed = self.vault.seal(consent.environment_id, msgspec.json.encode(tokens))
        change = sa.update(consents).where(consents.c.id == consent.id)
        with self.database.write() as connection:
            connection.execute(change.values(tokens=sealed, member_urn=member.urn, member_name=member.name))

    def waiting(self, environment_id: int, profile_id: int, consent_id: int, session_hash: bytes) -> Consent:
        """One that waits for its environment to be confirmed, in the session that began it. Raises NotFoundError."""
        wanted = _select().where(
            consents.c.environment_id == environment_id,
            consents.c.profile_id == profile_id,
            consents.c.id == consent_id,
            consents.c.session_hash == session_hash,
            consents.c.tokens.is_not(None),
            consents.c.expires_at > self.clock(),
        )
        with self.database.read() as connection:
            row = connection.execute(wanted).mappings().first()
        if row is None:
            raise _gone()
        return _consent(row)

    def take(self, consent: Consent) -> Tokens:
        """The tokens, out of here for good: confirmed or refused, it ends. Raises NotFoundError the second time."""
        with self.database.write() as connection:
            sealed = connection.execute(sa.select(consents.c.tokens).where(consents.c.id == consent.id)).scalar()
            if (
                sealed is None
                or not connection.execute(sa.delete(consents).where(consents.c.id == consent.id)).rowcount
            ):
                raise _gone()
        return msgspec.json.decode(self.vault.open(consent.environment_id, sealed), type=Tokens)

    def profiles_under_way(self, environment_id: int) -> set[int]:
        """Those that somebody is authorizing right now."""
        wanted = sa.select(consents.c.profile_id).where(
            consents.c.environment_id == environment_id,
            consents.c.expires_at > self.clock(),
            sa.or_(consents.c.returned_at.is_(None), consents.c.tokens.is_not(None)),
        )
        with self.database.read() as connection:
            return set(connection.execute(wanted).scalars())


_SHOWN = [consents.c[name] for name in Consent.__dataclass_fields__]


def _select() -> sa.Select[tuple[object, ...]]:
    return sa.select(*_SHOWN)


def _consent(row: RowMapping) -> Consent:
    return Consent(**row)


def _hash(state: str) -> bytes:
    return hashlib.sha256(state.encode()).digest()


def _gone() -> NotFoundError:
    return NotFoundError(
        _("There is no authorization here that waits to be confirmed: it was answered, or is older than 30 minutes."),
        fix=_("Look at the user profile; press Authorize again where it is not authorized."),
        code="consent-unknown",
    )
