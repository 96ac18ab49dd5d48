"""Webhooks of an environment. Their addresses and secrets are sealed."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.accounts.vault import Vault
from leadferry.clock import Clock
from leadferry.errors import InputError, NotFoundError
from leadferry.store.database import Database
from leadferry.store.statements import lock_environment, new_key
from leadferry.store.tables import webhooks
from leadferry.webhooks.model import EventType, Pause, Webhook
from leadferry.webhooks.signing import BOTH_VALID_MS, new_secret
from leadferry.webhooks.wishes import Wishes
from leadferry.words import _

MOST = 50
"""In one environment: each event is written down once for every webhook that wants it."""
WELL = {"failures": 0, "failing_since": None, "held_until": 0}


class WebhookStore:
    def __init__(
        self, database: Database, vault: Vault, clock: Clock, random: Callable[[int], bytes] = os.urandom
    ) -> None:
        self.database, self.vault, self.clock, self.random = database, vault, clock, random

    def add(self, environment_id: int, wishes: Wishes) -> tuple[Webhook, str]:
        """With its secret, which is told this once."""
        secret = new_secret(self.random)
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            _refuse_taken(connection, environment_id, wishes.name)
            _refuse_more(connection, environment_id)
            insert = sa.insert(webhooks).values(
                environment_id=environment_id,
                secret=self.vault.seal(environment_id, secret.encode()),
                active=True,
                created_at=self.clock(),
                **self._columns(environment_id, wishes),
            )
            return _one(connection, environment_id, new_key(connection.execute(insert))), secret

    def change(self, environment_id: int, webhook_id: int, wishes: Wishes) -> Webhook:
        """Another address begins anew: what failed at the old one counts for nothing."""
        values = self._columns(environment_id, wishes) | (WELL if wishes.target else {})
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            _refuse_taken(connection, environment_id, wishes.name, but=webhook_id)
            _change(connection, environment_id, webhook_id, values)
            return _one(connection, environment_id, webhook_id)

    def set_active(self, environment_id: int, webhook_id: int, active: bool) -> None:
        """Paused, nothing is put down for it and nothing sent; what waited already goes when it is on again."""
        values = {"active": active, "paused_why": Pause.BY_PERSON.value, **WELL}
        with self.database.write() as connection:
            _change(connection, environment_id, webhook_id, values)

    def rotate(self, environment_id: int, webhook_id: int) -> str:
        """A new secret, told this once. The one before signs beside it for a day; one from before that ends now."""
        secret = new_secret(self.random)
        values = {
            "old_secret": webhooks.c.secret,
            "old_secret_until": self.clock() + BOTH_VALID_MS,
            "secret": self.vault.seal(environment_id, secret.encode()),
        }
        with self.database.write() as connection:
            _change(connection, environment_id, webhook_id, values)
        return secret

    def remove(self, environment_id: int, webhook_id: int) -> None:
        """With its log, and what waited for it."""
        with self.database.write() as connection:
            gone = connection.execute(sa.delete(webhooks).where(_where(environment_id, webhook_id)))
            if not gone.rowcount:
                raise _missing(webhook_id)

    def list(self, environment_id: int) -> builtins.list[Webhook]:
        with self.database.read() as connection:
            return _of_environment(connection, environment_id)

    def by_id(self, environment_id: int, webhook_id: int) -> Webhook:
        with self.database.read() as connection:
            return _one(connection, environment_id, webhook_id)

    def by_name(self, environment_id: int, name: str) -> Webhook:
        """Compared without case."""
        known = self.list(environment_id)
        for webhook in known:
            if webhook.name.casefold() == name.strip().casefold():
                return webhook
        names = ", ".join(webhook.name for webhook in known)
        raise NotFoundError(
            _('There is no webhook "{name}" in this environment.', name=name),
            fix=_("Known: {names}.", names=names)
            if names
            else _("None is there yet: `leadferry webhooks add` adds one."),
            code="webhook-not-found",
        )

    def address(self, webhook: Webhook) -> str:
        """The whole of it, for sending only."""
        return self._opened(webhook, webhooks.c.address)[0]

    def secrets(self, webhook: Webhook) -> builtins.list[str]:
        """Those that sign now, the newest first."""
        both = webhook.old_secret_until is not None and self.clock() < webhook.old_secret_until
        return self._opened(webhook, webhooks.c.secret, *([webhooks.c.old_secret] if both else []))

    def _opened(self, webhook: Webhook, *columns: sa.Column[bytes]) -> builtins.list[str]:
        wanted = sa.select(*columns).where(_where(webhook.environment_id, webhook.id))
        with self.database.read() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            raise _missing(webhook.id)
        return [self.vault.open(webhook.environment_id, bytes(sealed)).decode() for sealed in row if sealed]

    def _columns(self, environment_id: int, wishes: Wishes) -> dict[str, Any]:
        columns: dict[str, Any] = {
            "name": wishes.name,
            "events": " ".join(event for event in EventType if event in wishes.events),
            "form_ids": " ".join(str(key) for key in sorted(wishes.form_ids)),
            "answers": wishes.answers,
        }
        if wishes.target:
            sealed = self.vault.seal(environment_id, wishes.url.encode())
            columns |= {"address": sealed, "shown": wishes.target.shown}
        return columns


_SHOWN = [webhooks.c[name] for name in Webhook.__dataclass_fields__]


def webhook_of(row: Mapping[Any, Any]) -> Webhook:
    forms = frozenset(map(int, row["form_ids"].split()))
    events, why = _events(row["events"].split()), Pause(row["paused_why"])
    return Webhook(**{**row, "events": events, "form_ids": forms, "paused_why": why})


def _events(words: Iterable[str]) -> frozenset[EventType]:
    """A word of a newer Leadferry is passed over."""
    known = set(EventType)
    return frozenset(EventType(word) for word in words if word in known)


def _of_environment(connection: Connection, environment_id: int) -> list[Webhook]:
    wanted = sa.select(*_SHOWN).where(webhooks.c.environment_id == environment_id).order_by(webhooks.c.id)
    return [webhook_of(row) for row in connection.execute(wanted).mappings()]


def _where(environment_id: int, webhook_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(webhooks.c.environment_id == environment_id, webhooks.c.id == webhook_id)


def _one(connection: Connection, environment_id: int, webhook_id: int) -> Webhook:
    row = connection.execute(sa.select(*_SHOWN).where(_where(environment_id, webhook_id))).mappings().first()
    if row is None:
        raise _missing(webhook_id)
    return webhook_of(row)


def _change(connection: Connection, environment_id: int, webhook_id: int, values: Mapping[str, Any]) -> None:
    change = sa.update(webhooks).where(_where(environment_id, webhook_id)).values(**values)
    if not connection.execute(change).rowcount:
        raise _missing(webhook_id)


def _refuse_taken(connection: Connection, environment_id: int, name: str, but: int = 0) -> None:
    for known in _of_environment(connection, environment_id):
        if known.id != but and known.name.casefold() == name.casefold():
            raise InputError(
                _('There is a webhook "{name}" in this environment already.', name=known.name),
                fix=_("Give another name."),
                code="name-taken",
            )


def _refuse_more(connection: Connection, environment_id: int) -> None:
    if len(_of_environment(connection, environment_id)) >= MOST:
        raise InputError(
            _("There are {most} webhooks in this environment, and no more are taken.", most=MOST),
            fix=_("Remove one that nobody needs, or pass messages on at the receiver."),
            code="too-many-webhooks",
        )


def _missing(webhook_id: int) -> NotFoundError:
    return NotFoundError(
        _("There is no webhook {webhook_id} in this environment.", webhook_id=webhook_id),
        fix=_("`leadferry webhooks list` shows those that exist."),
        code="webhook-not-found",
    )
