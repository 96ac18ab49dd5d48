"""What requests with an idempotency key were answered. Answers are sealed: they hold answers of people, and new tokens.

A key is taken before the work begins, in a transaction of its own, and its answer is stored before it is sent. So
whatever dies, a change is made at most once under one key; where nobody can tell whether it was, nobody pretends to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from leadferry.accounts.vault import Vault
from leadferry.api.idempotency import KEPT_MS, LEASE_MS, Answer
from leadferry.clock import Clock
from leadferry.console.problem import MEDIA_TYPE, Problem
from leadferry.console.token_store import ApiToken
from leadferry.errors import BusyError, InputError
from leadferry.store.database import Database
from leadferry.store.statements import insert_new
from leadferry.store.tables import idempotency_keys as table

k = table.c


@dataclass(frozen=True, slots=True)
class Claim:
    """A request that is to be answered under its key."""

    id: int
    environment_id: int
    begun_at: int
    repeatable: bool


class IdempotencyStore:
    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self.database, self.vault, self.clock = database, vault, clock

    def begin(self, token: ApiToken, key: str, fingerprint: bytes, *, repeatable: bool) -> Claim | Answer:
        """A claim for the first request of its kind, the kept answer for a later one. `repeatable`: doing it twice does
        no harm. Raises InputError for another request under the same key, BusyError while the first one runs."""
        now = self.clock()
        values = {"environment_id": token.environment_id, "token_id": token.id, "key": key, "fingerprint": fingerprint}
        values |= {"begun_at": now, "expires_at": now + KEPT_MS}
        with self.database.write() as connection:
            _forget_old(connection, now)
            new = insert_new(connection, table, ("token_id", "key"), values)
            if new is not None:
                return Claim(new.id, token.environment_id, now, repeatable)
            mine = sa.select(table).where(k.token_id == token.id, k.key == key).with_for_update()
            row = connection.execute(mine).one()
            if row.fingerprint != fingerprint:
                raise _other_request()
            if row.status is not None:
                return self._answer(row)
            return _taken_over(connection, row, repeatable=repeatable, now=now)

    def keep(self, claim: Claim, answer: Answer) -> None:
        """Before it is sent. One that is not to be kept frees the key."""
        mine = sa.and_(k.id == claim.id, k.begun_at == claim.begun_at, k.status.is_(None))
        with self.database.write() as connection:
            if not answer.kept(repeatable=claim.repeatable):
                connection.execute(sa.delete(table).where(mine))
                return
            sealed = self.vault.seal(claim.environment_id, _packed(answer))
            connection.execute(sa.update(table).where(mine).values(status=answer.status, answer=sealed))

    def forget_old(self) -> None:
        """Once a day, for where no further request comes."""
        with self.database.write() as connection:
            _forget_old(connection, self.clock())

    def erase_answers(self, environment_id: int) -> None:
        """After a person was erased: kept answers may hold theirs. The keys stay used up."""
        gone = _ERASED.status, self.vault.seal(environment_id, _packed(_ERASED))
        kept = sa.and_(k.environment_id == environment_id, k.status.is_not(None))
        with self.database.write() as connection:
            connection.execute(sa.update(table).where(kept).values(status=gone[0], answer=gone[1]))

    def _answer(self, row: Row[Any]) -> Answer:
        opened = self.vault.open(row.environment_id, row.answer)
        return Answer(row.status, *msgspec.msgpack.decode(opened, type=tuple[str, bytes]))


def _packed(answer: Answer) -> bytes:
    return msgspec.msgpack.encode((answer.media_type, answer.body))


_ERASED = Answer(
    410,
    MEDIA_TYPE,
    msgspec.json.encode(
        Problem(
            "urn:leadferry:problem:answer-erased",
            "The answer is gone",
            410,
            "The request with this idempotency key was done; its answer went when a person's data was erased.",
            "answer-erased",
            "Look at what it changed; the request is not done again.",
        )
    ),
)


def _forget_old(connection: Connection, now: int) -> None:
    connection.execute(sa.delete(table).where(k.expires_at <= now))


def _taken_over(connection: Connection, row: Row[Any], *, repeatable: bool, now: int) -> Claim:
    """Of a request that never ended: its process died, or it still runs."""
    if now < row.begun_at + LEASE_MS:
        raise BusyError(
            "The first request with this idempotency key has no answer yet.",
            fix="Send the same request again in a moment.",
            code="request-in-progress",
        )
    if not repeatable:
        raise BusyError(
            "The first request with this idempotency key never ended: Leadferry was stopped in the middle of it.",
            fix="Look whether it took effect, in the list or the audit; then send it with a new key if it did not.",
            code="outcome-unknown",
        )
    connection.execute(sa.update(table).where(k.id == row.id).values(begun_at=now))
    return Claim(row.id, row.environment_id, now, repeatable)


def _other_request() -> InputError:
    return InputError(
        "This idempotency key was used for another request.",
        fix="Give each change a key of its own. The same key is for sending the same request again.",
        code="idempotency-key-reused",
    )
