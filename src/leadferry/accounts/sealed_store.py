"""Every sealed value there is: with which master key, and sealed again with the newest. Safe while others run: a value
that somebody else has just changed is left to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from leadferry.accounts.vault import HEAD_BYTES, Vault
from leadferry.store.database import Database
from leadferry.store.tables import (
    alert_channels,
    consents,
    environments,
    idempotency_keys,
    sessions,
    uploads,
    user_profiles,
    webhooks,
)

BATCH = 200
INSTALLATION = 0
"""Instead of an environment's id, for what belongs to all of them."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of sealed values; `environment` is the column that they are bound to, None for the installation."""

    words: str
    column: sa.Column[bytes]
    key: sa.Column[object]
    environment: sa.Column[int] | None


COLUMNS: tuple[Sealed, ...] = (
    Sealed("credentials of Dynamics", environments.c.credential, environments.c.id, environments.c.id),
    Sealed("LinkedIn apps' secrets", environments.c.linkedin_client_secret, environments.c.id, environments.c.id),
    Sealed("LinkedIn tokens", user_profiles.c.tokens, user_profiles.c.id, user_profiles.c.environment_id),
    Sealed("consents under way", consents.c.verifier, consents.c.id, consents.c.environment_id),
    Sealed("tokens to be confirmed", consents.c.tokens, consents.c.id, consents.c.environment_id),
    Sealed("alert channels", alert_channels.c.address, alert_channels.c.id, alert_channels.c.environment_id),
    Sealed("addresses of webhooks", webhooks.c.address, webhooks.c.id, webhooks.c.environment_id),
    Sealed("secrets of webhooks", webhooks.c.secret, webhooks.c.id, webhooks.c.environment_id),
    Sealed("secrets of webhooks before", webhooks.c.old_secret, webhooks.c.id, webhooks.c.environment_id),
    Sealed("answers of the API", idempotency_keys.c.answer, idempotency_keys.c.id, idempotency_keys.c.environment_id),
    Sealed("uploaded files", uploads.c.content, uploads.c.key, uploads.c.environment_id),
    Sealed("sign-ins", sessions.c.id_token_hint, sessions.c.token_hash, None),
)


@dataclass(frozen=True, slots=True)
class KeyUse:
    """`key` in hexadecimal: the key's id, which tells nothing about the key."""

    words: str
    key: str
    count: int
    known: bool
    newest: bool


class SealedStore:
    def __init__(self, database: Database, vault: Vault) -> None:
        self.database, self.vault = database, vault

    def uses(self) -> list[KeyUse]:
        """Which key seals how many values of each kind."""
        found: Counter[tuple[str, bytes]] = Counter()
        for sealed in COLUMNS:
            head = sa.func.substr(sealed.column, 2, HEAD_BYTES - 1)
            wanted = sa.select(head, sa.func.count()).where(sa.func.length(sealed.column) > HEAD_BYTES).group_by(head)
            with self.database.read() as connection:
                for key, count in connection.execute(wanted):
                    found[sealed.words, bytes(key)] += count
        known, newest = self.vault.key_ids(), self.vault.newest_id()
        return [
            KeyUse(words, key.hex(), count, key in known, key == newest)
            for (words, key), count in sorted(found.items())
        ]

    def seal_again(self, on_done: Callable[[int], None] = lambda _: None) -> int:
        """Everything that an older key seals. Returns how many. Ended in the middle, it goes on where it was."""
        done = 0
        for sealed in COLUMNS:
            for batch in self._older(sealed):
                done += self._change(sealed, batch)
                on_done(done)
        return done

    def _older(self, sealed: Sealed) -> Iterator[list[tuple[object, int, bytes]]]:
        """Batches of (key, environment, value), by key. What no key opens is left alone."""
        environment = sealed.environment if sealed.environment is not None else sa.literal(INSTALLATION)
        last: object = None
        while True:
            wanted = sa.select(sealed.key, environment, sealed.column).where(sa.func.length(sealed.column) > HEAD_BYTES)
            if last is not None:
                wanted = wanted.where(sealed.key > last)
            with self.database.read() as connection:
                rows = [
                    (row[0], int(row[1]), bytes(row[2]))
                    for row in connection.execute(wanted.order_by(sealed.key).limit(BATCH))
                ]
            if not rows:
                return
            last = rows[-1][0]
            known = self.vault.key_ids()
            yield [row for row in rows if not self.vault.is_newest(row[2]) and row[2][1:HEAD_BYTES] in known]

    def _change(self, sealed: Sealed, batch: list[tuple[object, int, bytes]]) -> int:
        done = 0
        with self.database.write() as connection:
            for key, environment_id, value in batch:
                again = self.vault.seal(environment_id, self.vault.open(environment_id, value))
                change = sa.update(sealed.column.table).where(sealed.key == key, sealed.column == value)
                done += connection.execute(change.values({sealed.column.name: again})).rowcount
        return done
