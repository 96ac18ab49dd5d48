"""Sign-ins under way at Entra: each bound to the browser that began it, good for 10 minutes and once."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field

import sqlalchemy as sa

from leadferry.clock import Clock
from leadferry.console.session_store import hash_of
from leadferry.errors import InputError
from leadferry.store.database import Database
from leadferry.store.tables import sign_ins
from leadferry.words import _

LIFE_MS = 600_000


@dataclass(frozen=True, slots=True)
class Attempt:
    """`state` and `browser` are only known while it begins: of both only the hash is kept."""

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    return_to: str
    state: str = field(default="", repr=False)
    browser: str = field(default="", repr=False)


class SignInStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def begin(self, return_to: str, browser: str = "") -> Attempt:
        """`browser`: the secret that this browser's cookie holds already, from another tab."""
        made = Attempt(_secret(), _secret(), return_to, _secret(), browser or _secret())
        now = self.clock()
        with self.database.write() as connection:
            connection.execute(sa.delete(sign_ins).where(sign_ins.c.expires_at <= now - LIFE_MS))
            connection.execute(
                sa.insert(sign_ins).values(
                    state_hash=hash_of(made.state),
                    browser_hash=hash_of(made.browser),
                    nonce=made.nonce,
                    verifier=made.verifier,
                    return_to=return_to,
                    expires_at=now + LIFE_MS,
                )
            )
        return made

    def take(self, state: str, browser: str) -> Attempt:
        """Used up by this, whoever brings it. Raises InputError: `sign-in-unknown`, `sign-in-expired`,
        `sign-in-other-browser`."""
        used = sa.delete(sign_ins).where(sign_ins.c.state_hash == hash_of(state)).returning(*sign_ins.c)
        with self.database.write() as connection:
            row = connection.execute(used).first()
        if row is None:
            raise InputError(
                _("This sign-in was used already, or was never begun here."),
                fix=_("Sign in again."),
                code="sign-in-unknown",
            )
        if not hmac.compare_digest(row.browser_hash, hash_of(browser)):
            raise InputError(
                _("This sign-in was begun in another browser."),
                fix=_("Sign in again, in this browser. It must keep cookies."),
                code="sign-in-other-browser",
            )
        if self.clock() >= row.expires_at:
            raise InputError(
                _("This sign-in took longer than 10 minutes."), fix=_("Sign in again."), code="sign-in-expired"
            )
        return Attempt(row.nonce, row.verifier, row.return_to)


def _secret() -> str:
    """Also long enough for a PKCE verifier, which needs 43 characters."""
    return secrets.token_urlsafe(32)
