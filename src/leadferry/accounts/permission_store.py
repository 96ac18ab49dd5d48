"""What each user profile may do with each account and page, as it was last found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from leadferry.accounts.permissions import Ability, Permission, Verdict
from leadferry.clock import Clock
from leadferry.errors import NotFoundError
from leadferry.store.database import Database
from leadferry.store.tables import owners, permissions, user_profiles
from leadferry.words import _


class PermissionStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def save(self, environment_id: int, profile_id: int, found: Iterable[Permission]) -> None:
        """In place of all that was known of the profile; notes the moment, also where nothing was found. What speaks
        of another profile, or of an owner that is gone or another environment's, is left out."""
        with self.database.write() as connection:
            checked = sa.update(user_profiles).where(
                user_profiles.c.environment_id == environment_id, user_profiles.c.id == profile_id
            )
            if not connection.execute(checked.values(rights_checked_at=self.clock())).rowcount:
                raise _gone(profile_id)
            of_environment = sa.select(owners.c.id).where(owners.c.environment_id == environment_id)
            known = set(connection.execute(of_environment).scalars())
            rows = [asdict(one) for one in found if one.profile_id == profile_id and one.owner_id in known]
            connection.execute(sa.delete(permissions).where(permissions.c.profile_id == profile_id))
            if rows:
                connection.execute(sa.insert(permissions), rows)

    def of_profile(self, environment_id: int, profile_id: int) -> list[Permission]:
        return self._read(environment_id, permissions.c.profile_id == profile_id)

    def of_environment(self, environment_id: int) -> list[Permission]:
        return self._read(environment_id)

    def _read(self, environment_id: int, *conditions: sa.ColumnElement[bool]) -> list[Permission]:
        wanted = (
            sa.select(permissions)
            .join(user_profiles, user_profiles.c.id == permissions.c.profile_id)
            .where(user_profiles.c.environment_id == environment_id, *conditions)
            .order_by(permissions.c.profile_id, permissions.c.owner_id, permissions.c.ability)
        )
        with self.database.read() as connection:
            return [_permission(row) for row in connection.execute(wanted).mappings()]


def _permission(row: RowMapping) -> Permission:
    values: dict[str, Any] = {**row, "ability": Ability(row["ability"]), "verdict": Verdict(row["verdict"])}
    return Permission(**values)


def _gone(profile_id: int) -> NotFoundError:
    return NotFoundError(
        _("There is no user profile {profile_id} in this environment.", profile_id=profile_id),
        fix=_("`leadferry profile list` shows those that exist."),
        code="profile-not-found",
    )
