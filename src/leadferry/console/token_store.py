"""API tokens of an environment, for scripts. Shown once; only the hash is kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from leadferry.clock import Clock
from leadferry.console.person import OPERATOR, Person, PersonKind
from leadferry.console.rights import Action, Scope, actions_of
from leadferry.console.session_store import hash_of
from leadferry.errors import InputError, NotFoundError
from leadferry.store.database import Database
from leadferry.store.statements import new_key
from leadferry.store.tables import api_tokens
from leadferry.words import _

PREFIX = "lf_"
START = len(PREFIX) + 5
DAY_MS = 86_400_000
MOST_DAYS = 365
_TOUCH_MS = 60_000


class TokenState(StrEnum):
    GOOD = "good"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """`start`: its first letters, to tell tokens apart. `person_*`, `tenant_id`: whose rights bound it. `parent_id`: of
    the token that made it, if one did."""

    id: int
    environment_id: int
    name: str
    start: str
    scopes: frozenset[Scope]
    created_by: str
    person_kind: str
    person_id: str
    tenant_id: str
    parent_id: int | None
    created_at: int
    expires_at: int
    last_used_at: int | None
    revoked_at: int | None
    revoked_by: str

    def state(self, now: int) -> TokenState:
        if self.revoked_at is not None:
            return TokenState.REVOKED
        return TokenState.GOOD if now < self.expires_at else TokenState.EXPIRED

    def may(self, action: Action) -> bool:
        """As far as its scopes go; its person's rights bound it further."""
        return action in actions_of(self.scopes)

    @property
    def person(self) -> Person | None:
        """None where nobody knows who made it."""
        if self.person_kind not in set(PersonKind):
            return None
        return Person(PersonKind(self.person_kind), self.person_id, self.created_by, tenant_id=self.tenant_id)


class TokenStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def make(
        self,
        environment_id: int,
        name: str,
        scopes: Iterable[Scope],
        days: int,
        created_by: str,
        *,
        person: Person = OPERATOR,
        parent: ApiToken | None = None,
    ) -> tuple[ApiToken, str]:
        """With the token itself, which nobody can be told again. `person`: whose rights bound it. `parent`: the token
        that makes it; it outlives that one in no way. Raises InputError."""
        name, wanted = _checked_name(name), _checked_scopes(scopes, parent)
        if not 1 <= days <= MOST_DAYS:
            raise InputError(
                _("A token lives 1 to {most_days} days.", most_days=MOST_DAYS),
                fix=_("Give a number of days in between."),
                code="bad-token-life",
            )
        token, now = PREFIX + secrets.token_urlsafe(32), self.clock()
        values = {
            "environment_id": environment_id,
            "name": name,
            "token_hash": hash_of(token),
            "start": token[:START],
            "scopes": " ".join(scope.value for scope in Scope if scope in wanted),
            "created_by": created_by,
            "person_kind": person.kind.value,
            "person_id": person.id,
            "tenant_id": person.tenant_id,
            "parent_id": parent.id if parent else None,
            "created_at": now,
            "expires_at": min(now + days * DAY_MS, parent.expires_at if parent else now + days * DAY_MS),
        }
        with self.database.write() as connection:
            key = new_key(connection.execute(sa.insert(api_tokens).values(**values)))
        return self.get(environment_id, key), token

    def get(self, environment_id: int, token_id: int) -> ApiToken:
        found = next((one for one in self.list(environment_id) if one.id == token_id), None)
        if found is None:
            raise NotFoundError(
                _("There is no API token with number {token_id} in this environment.", token_id=token_id),
                fix=_("Choose one from the list."),
                code="token-not-found",
            )
        return found

    def list(self, environment_id: int) -> list[ApiToken]:
        """Newest first."""
        wanted = sa.select(*_SHOWN).where(api_tokens.c.environment_id == environment_id)
        with self.database.read() as connection:
            return [_token(row) for row in connection.execute(wanted.order_by(api_tokens.c.id.desc())).mappings()]

    def find(self, token: str) -> ApiToken | None:
        """Only one that is good now."""
        digest, now = hash_of(token), self.clock()
        with self.database.read() as connection:
            row = connection.execute(sa.select(*_SHOWN).where(api_tokens.c.token_hash == digest)).mappings().first()
        found = _token(row) if row else None
        if found is None or found.state(now) is not TokenState.GOOD:
            return None
        if found.last_used_at is None or now >= found.last_used_at + _TOUCH_MS:
            with self.database.write() as connection:
                connection.execute(sa.update(api_tokens).where(api_tokens.c.id == found.id).values(last_used_at=now))
        return found

    def revoke(self, environment_id: int, token_id: int, by: str) -> ApiToken:
        """For good, from this moment on, with all that it made. A second time changes nothing."""
        ids = _with_children(self.get(environment_id, token_id), self.list(environment_id))
        change = sa.update(api_tokens).where(api_tokens.c.id.in_(ids), api_tokens.c.revoked_at.is_(None))
        with self.database.write() as connection:
            connection.execute(change.values(revoked_at=self.clock(), revoked_by=by))
        return self.get(environment_id, token_id)


_SHOWN = [api_tokens.c[name] for name in ApiToken.__dataclass_fields__]


def _token(row: RowMapping) -> ApiToken:
    """A scope that this version does not know any more gives no right."""
    known = frozenset(Scope(word) for word in row["scopes"].split() if word in set(Scope))
    return ApiToken(**{**row, "scopes": known})


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise InputError(
            _("The name of a token must have 1 to 100 printable characters."),
            fix=_("Name the script that uses it."),
            code="bad-token-name",
        )
    return name


def _with_children(found: ApiToken, known: Iterable[ApiToken]) -> set[int]:
    """Ids grow, so a child comes after its parent."""
    ids = {found.id}
    for one in sorted(known, key=lambda token: token.id):
        if one.parent_id in ids:
            ids.add(one.id)
    return ids


def _checked_scopes(scopes: Iterable[Scope], parent: ApiToken | None) -> frozenset[Scope]:
    wanted = frozenset(scopes)
    if parent is not None and not actions_of(wanted) <= actions_of(parent.scopes):
        raise InputError(
            _("A token cannot make one that may do more than itself."),
            fix=_(
                "Choose among its own scopes: {scope}.",
                scope=", ".join(scope.value for scope in Scope if scope in parent.scopes),
            ),
            code="scope-beyond",
        )
    if not wanted:
        raise InputError(
            _("The token would be good for nothing."), fix=_("Choose at least one scope."), code="no-scope"
        )
    return wanted
