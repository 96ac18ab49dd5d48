"""User profiles: LinkedIn members who authorized us, their tokens (sealed) and the owners they reach."""

from __future__ import annotations

import builtins
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from leadferry.accounts.model import Authorization, Member, ProfileSync, UserProfile
from leadferry.accounts.vault import Vault
from leadferry.clock import Clock
from leadferry.errors import InputError, NotFoundError
from leadferry.linkedin.tokens import Tokens
from leadferry.store.database import Database
from leadferry.store.statements import lock_environment, new_key
from leadferry.store.tables import owners, profile_owners, user_profiles
from leadferry.words import _

STATUS_LENGTH = 100
"""OC-39: a profile's status text has at most 100 characters."""


class ProfileStore:
    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self.database, self.vault, self.clock = database, vault, clock

    def add(
        self,
        environment_id: int,
        name: str,
        tokens: Tokens | None = None,
        *,
        member_urn: str = "",
        member_name: str = "",
        row_owner_id: str = "",
    ) -> UserProfile:
        """`row_owner_id`: the systemuser that owns leads of accounts without a default lead owner (OC-93)."""
        name = _usable_name(name)
        values = {"member_urn": member_urn, "member_name": member_name, "row_owner_id": row_owner_id}
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            _refuse_taken(connection, environment_id, name)
            insert = sa.insert(user_profiles).values(
                environment_id=environment_id,
                name=name,
                **values,
                **_columns_of_tokens(self.vault, environment_id, tokens),
                sync_status=int(ProfileSync.NOT_SYNCING),
                created_at=self.clock(),
            )
            return _one(connection, environment_id, new_key(connection.execute(insert)))

    def list(self, environment_id: int) -> list[UserProfile]:
        with self.database.read() as connection:
            return _all(connection, environment_id)

    def get(self, environment_id: int, name: str) -> UserProfile:
        """Compared without case. Raises NotFoundError listing those that exist."""
        known = self.list(environment_id)
        for profile in known:
            if profile.name.casefold() == name.strip().casefold():
                return profile
        names = ", ".join(profile.name for profile in known)
        raise NotFoundError(
            _('There is no user profile "{name}" in this environment.', name=name),
            fix=_("Known: {names}.", names=names)
            if names
            else _("None is there yet: `leadferry profile add` adds one."),
            code="profile-not-found",
        )

    def by_id(self, environment_id: int, profile_id: int) -> UserProfile:
        with self.database.read() as connection:
            return _one(connection, environment_id, profile_id)

    def remove(self, environment_id: int, name: str) -> None:
        """Its owners, forms and submissions stay."""
        profile = self.get(environment_id, name)
        with self.database.write() as connection:
            connection.execute(sa.delete(user_profiles).where(user_profiles.c.id == profile.id))

    # Tokens

    def save_tokens(self, environment_id: int, profile_id: int, tokens: Tokens) -> None:
        """After consent or a refresh: the profile is authorized again."""
        values = _columns_of_tokens(self.vault, environment_id, tokens)
        self._update(environment_id, profile_id, **values, status_text="")

    def renew_tokens(self, environment_id: int, profile_id: int, new: Tokens, before: Tokens) -> Tokens:
        """Replaces `before`, unless others are stored by now: the member may have consented anew while a renewal was
        under way. Returns what is stored."""
        with self.database.write() as connection:
            stored = self._stored(connection, environment_id, profile_id)
            if stored is not None and (stored.access, stored.refresh) != (before.access, before.refresh):
                return stored
            values = {**_columns_of_tokens(self.vault, environment_id, new), "status_text": ""}
            connection.execute(_where(sa.update(user_profiles).values(**values), environment_id, profile_id))
            return new

    def expire(self, environment_id: int, profile_id: int, refused: Tokens, text: str) -> bool:
        """Only the member can help: shows Expired, with why, unless the member has consented anew meanwhile. Returns
        whether that is news."""
        with self.database.write() as connection:
            stored = self._stored(connection, environment_id, profile_id)
            if stored is None or (stored.access, stored.refresh) != (refused.access, refused.refresh):
                return False
            values = {"authorization": int(Authorization.EXPIRED), "status_text": text[:STATUS_LENGTH]}
            change = _where(sa.update(user_profiles).values(**values), environment_id, profile_id)
            fresh = user_profiles.c.authorization != int(Authorization.EXPIRED)
            return bool(connection.execute(change.where(fresh)).rowcount)

    def _stored(self, connection: Connection, environment_id: int, profile_id: int) -> Tokens | None:
        wanted = _where(sa.select(user_profiles), environment_id, profile_id).with_for_update()
        row = connection.execute(wanted).first()
        if row is None:
            raise _gone(profile_id)
        return _open_tokens(self.vault, environment_id, row) if row.tokens else None

    def tokens(self, environment_id: int, profile_id: int) -> Tokens | None:
        wanted = _where(sa.select(user_profiles), environment_id, profile_id)
        with self.database.read() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            raise _gone(profile_id)
        return _open_tokens(self.vault, environment_id, row) if row.tokens else None

    def authorize(self, environment_id: int, profile_id: int, tokens: Tokens, member: Member, by: str) -> None:
        """After a member's consent. `by`: the person who asked for it. An unknown member changes nothing of the known
        one."""
        values = _columns_of_tokens(self.vault, environment_id, tokens)
        if member.urn:
            values |= {"member_urn": member.urn, "member_name": member.name}
        self._update(environment_id, profile_id, **values, status_text="", authorized_at=self.clock(), authorized_by=by)

    def disconnect(self, environment_id: int, profile_id: int) -> None:
        """Forgets the tokens. The accounts that it reached stay, without it."""
        gone = {"tokens": None, "scopes": "", "access_expires_at": None, "refresh_expires_at": None}
        with self.database.write() as connection:
            change = sa.update(user_profiles).values(
                **gone,
                authorization=int(Authorization.NOT_AUTHORIZED),
                sync_status=int(ProfileSync.NOT_SYNCING),
                status_text="Disconnected.",
            )
            if not connection.execute(_where(change, environment_id, profile_id)).rowcount:
                raise _gone(profile_id)
            connection.execute(sa.delete(profile_owners).where(profile_owners.c.profile_id == profile_id))

    def rename(self, environment_id: int, profile_id: int, name: str) -> None:
        name = _usable_name(name)
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            _refuse_taken(connection, environment_id, name, but=profile_id)
            change = sa.update(user_profiles).values(name=name)
            if not connection.execute(_where(change, environment_id, profile_id)).rowcount:
                raise _gone(profile_id)

    def with_tokens(self) -> builtins.list[UserProfile]:
        """Of every environment: whom a consent with other permissions may cost theirs."""
        wanted = sa.select(*_SHOWN).where(user_profiles.c.tokens.is_not(None)).order_by(user_profiles.c.id)
        with self.database.read() as connection:
            return [_profile(row) for row in connection.execute(wanted).mappings()]

    # Statuses

    def set_authorization(self, environment_id: int, profile_id: int, status: Authorization, text: str = "") -> None:
        self._update(environment_id, profile_id, authorization=int(status), status_text=text[:STATUS_LENGTH])

    def set_sync(self, environment_id: int, profile_id: int, status: ProfileSync, text: str = "") -> None:
        """Also notes the moment, where a sync came to its end."""
        values: dict[str, Any] = {"sync_status": int(status), "status_text": text[:STATUS_LENGTH]}
        if status in {ProfileSync.ACTIVE, ProfileSync.NO_ACCOUNTS}:
            values["last_sync_at"] = self.clock()
        self._update(environment_id, profile_id, **values)

    def set_row_owner(self, environment_id: int, profile_id: int, row_owner_id: str) -> None:
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            change = sa.update(user_profiles).values(row_owner_id=row_owner_id)
            if not connection.execute(_where(change, environment_id, profile_id)).rowcount:
                raise _gone(profile_id)

    def set_member(self, environment_id: int, profile_id: int, *, member_urn: str, member_name: str) -> None:
        self._update(environment_id, profile_id, member_urn=member_urn, member_name=member_name)

    def _update(self, environment_id: int, profile_id: int, **values: Any) -> None:
        with self.database.write() as connection:
            change = sa.update(user_profiles).values(**values)
            if not connection.execute(_where(change, environment_id, profile_id)).rowcount:
                raise _gone(profile_id)

    # Owners

    def by_owner(self, environment_id: int) -> dict[int, int]:
        """Owner id -> the profile that speaks for it: an authorized one before others, the oldest of those."""
        wanted = (
            sa.select(profile_owners.c.owner_id, profile_owners.c.profile_id)
            .join(user_profiles, user_profiles.c.id == profile_owners.c.profile_id)
            .where(user_profiles.c.environment_id == environment_id)
            .order_by(user_profiles.c.authorization != int(Authorization.AUTHORIZED), user_profiles.c.id)
        )
        found: dict[int, int] = {}
        with self.database.read() as connection:
            for owner_id, profile_id in connection.execute(wanted):
                found.setdefault(owner_id, profile_id)
        return found

    def unlink_missing(self, environment_id: int, profile_id: int, reached: set[str]) -> builtins.list[int]:
        """Takes away the links to owners whose URN is not in `reached`: the member lost the role there. Returns the
        ids of those owners."""
        of_profile = (
            sa.select(owners.c.id, owners.c.urn)
            .join(profile_owners, profile_owners.c.owner_id == owners.c.id)
            .where(owners.c.environment_id == environment_id, profile_owners.c.profile_id == profile_id)
        )
        with self.database.write() as connection:
            lost = [key for key, urn in connection.execute(of_profile) if urn not in reached]
            connection.execute(
                sa.delete(profile_owners).where(
                    profile_owners.c.profile_id == profile_id, profile_owners.c.owner_id.in_(lost)
                )
            )
        return lost


_SHOWN = [user_profiles.c[name] for name in UserProfile.__dataclass_fields__]


def _profile(row: RowMapping) -> UserProfile:
    return UserProfile(
        **{
            **row,
            "authorization": Authorization(row["authorization"]),
            "sync_status": ProfileSync(row["sync_status"]),
        }
    )


def _all(connection: Connection, environment_id: int) -> list[UserProfile]:
    wanted = sa.select(*_SHOWN).where(user_profiles.c.environment_id == environment_id).order_by(user_profiles.c.id)
    return [_profile(row) for row in connection.execute(wanted).mappings()]


def _where(statement: Any, environment_id: int, profile_id: int) -> Any:
    return statement.where(user_profiles.c.environment_id == environment_id, user_profiles.c.id == profile_id)


def _one(connection: Connection, environment_id: int, profile_id: int) -> UserProfile:
    row = connection.execute(_where(sa.select(*_SHOWN), environment_id, profile_id)).mappings().first()
    if row is None:
        raise _gone(profile_id)
    return _profile(row)


def _gone(profile_id: int) -> NotFoundError:
    return NotFoundError(
        _("There is no user profile {profile_id} in this environment.", profile_id=profile_id),
        fix=_("`leadferry profile list` shows those that exist."),
        code="profile-not-found",
    )


def _refuse_taken(connection: Connection, environment_id: int, name: str, but: int = 0) -> None:
    for known in _all(connection, environment_id):
        if known.name.casefold() == name.casefold() and known.id != but:
            raise InputError(
                _('There is a user profile "{name}" in this environment already.', name=known.name),
                fix=_("Give another name."),
                code="name-taken",
            )


def _usable_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise InputError(
            _("The name of a user profile must have 1 to 100 printable characters."),
            fix=_("Give another."),
            code="bad-name",
        )
    return name


def _columns_of_tokens(vault: Vault, environment_id: int, tokens: Tokens | None) -> dict[str, Any]:
    if tokens is None:
        return {"authorization": int(Authorization.NOT_AUTHORIZED)}
    return {
        "authorization": int(Authorization.AUTHORIZED),
        "tokens": vault.seal(environment_id, msgspec.json.encode([tokens.access, tokens.refresh, tokens.issued_at])),
        "scopes": " ".join(tokens.scopes),
        "access_expires_at": tokens.access_expires_at or None,
        "refresh_expires_at": tokens.refresh_expires_at or None,
    }


def _open_tokens(vault: Vault, environment_id: int, row: Any) -> Tokens:
    access, refresh, *more = msgspec.json.decode(vault.open(environment_id, row.tokens))
    ends = (row.access_expires_at or 0, row.refresh_expires_at or 0)
    return Tokens(access, refresh, *ends, tuple(row.scopes.split()), more[0] if more else 0)
