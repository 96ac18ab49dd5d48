"""Saved views: a list's filters under a name, each person's own, in one environment."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

import sqlalchemy as sa

from leadferry.clock import Clock
from leadferry.errors import InputError, NotFoundError
from leadferry.store.database import Database
from leadferry.store.statements import upsert
from leadferry.store.tables import saved_views
from leadferry.words import _

MOST = 50
LONGEST_NAME = 60
v = saved_views.c


@dataclass(frozen=True, slots=True)
class SavedView:
    """`query`: the list's address after the question mark."""

    id: int
    name: str
    query: str


class ViewStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def list(self, environment_id: int, person_id: str) -> list[SavedView]:
        wanted = sa.select(v.id, v.name, v.query).where(v.environment_id == environment_id, v.person_id == person_id)
        with self.database.read() as connection:
            return [SavedView(*row) for row in connection.execute(wanted.order_by(v.name))]

    def save(self, environment_id: int, person_id: str, name: str, query: str) -> None:
        """A view of that name is replaced. Raises InputError for a name that cannot be one."""
        name = " ".join(name.split())
        if not 1 <= len(name) <= LONGEST_NAME:
            raise InputError(
                _("The view has no name.") if not name else _("The name of the view is too long."),
                fix=_("Give 1 to {longest_name} characters.", longest_name=LONGEST_NAME),
                code="bad-view",
            )
        others: builtins.list[SavedView] = self.list(environment_id, person_id)
        if len(others) >= MOST and all(other.name != name for other in others):
            raise InputError(
                _("You have {most} views already.", most=MOST), fix=_("Delete one first."), code="too-many-views"
            )
        key = {"environment_id": environment_id, "person_id": person_id, "name": name}
        with self.database.write() as connection:
            upsert(connection, saved_views, tuple(key), {**key, "query": query, "created_at": self.clock()})

    def delete(self, environment_id: int, person_id: str, view_id: int) -> None:
        mine = sa.delete(saved_views).where(
            v.id == view_id, v.environment_id == environment_id, v.person_id == person_id
        )
        with self.database.write() as connection:
            if not connection.execute(mine).rowcount:
                raise NotFoundError(
                    _("There is no such view of yours."), fix=_("Reload the list."), code="view-not-found"
                )
