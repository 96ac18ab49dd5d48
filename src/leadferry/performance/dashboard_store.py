"""Dashboards: pages of charts under a name, each a person's own, some of them shared within the environment."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from leadferry.clock import Clock
from leadferry.errors import InputError, NotFoundError
from leadferry.performance.dashboard_charts import MOST_CHARTS, Chart, Dashboard, read, written
from leadferry.store.database import Database
from leadferry.store.statements import new_key
from leadferry.store.tables import dashboards
from leadferry.words import _

MOST, LONGEST_NAME = 50, 60
d = dashboards.c


class DashboardStore:
    """Whatever is asked for is a person's own, or shared."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def list(self, environment_id: int, person_id: str) -> builtins.list[Dashboard]:
        """Own ones first."""
        with self.database.read() as connection:
            rows = connection.execute(_visible(environment_id, person_id).order_by(d.name)).all()
        return sorted(map(_dashboard, rows), key=lambda one: one.person_id != person_id)

    def get(self, environment_id: int, person_id: str, key: int) -> Dashboard:
        with self.database.read() as connection:
            row = connection.execute(_visible(environment_id, person_id).where(d.id == key)).first()
        if row is None:
            raise NotFoundError(
                _("There is no such dashboard, or it is not shared any more."),
                fix=_("Open the list of dashboards."),
                code="dashboard-not-found",
            )
        return _dashboard(row)

    def add(self, environment_id: int, person_id: str, person: str, name: str, charts: Sequence[Chart]) -> int:
        name = _checked(name)
        mine = [one for one in self.list(environment_id, person_id) if one.person_id == person_id]
        if len(mine) >= MOST:
            raise InputError(
                _("You have {most} dashboards already.", most=MOST),
                fix=_("Delete one first."),
                code="too-many-dashboards",
            )
        now = self.clock()
        about = {"environment_id": environment_id, "person_id": person_id, "person": person, "name": name}
        kept = {"shared": False, "charts": written(_few(charts)), "created_at": now, "changed_at": now}
        return self._unique(name, sa.insert(dashboards).values(**about, **kept))

    def change(self, found: Dashboard, name: str, *, shared: bool, charts: Sequence[Chart] | None = None) -> None:
        """At once, or not at all. `charts` None: they stay."""
        values = {} if charts is None else {"charts": written(_few(charts))}
        name = _checked(name)
        self._unique(name, _change(found, name=name, shared=shared, changed_at=self.clock(), **values))

    def set_charts(self, found: Dashboard, charts: Sequence[Chart]) -> None:
        with self.database.write() as connection:
            connection.execute(_change(found, charts=written(_few(charts)), changed_at=self.clock()))

    def delete(self, found: Dashboard) -> None:
        with self.database.write() as connection:
            connection.execute(sa.delete(dashboards).where(d.id == found.id))

    def _unique(self, name: str, statement: Any) -> int:
        try:
            with self.database.write() as connection:
                result = connection.execute(statement)
                return new_key(result) if statement.is_insert else 0
        except sa.exc.IntegrityError:
            raise InputError(
                _('There is a dashboard "{name}" of the same person already.', name=name),
                fix=_("Give it another name."),
                code="bad-dashboard",
            ) from None


def _visible(environment_id: int, person_id: str) -> sa.Select[Any]:
    wanted = sa.select(d.id, d.person_id, d.person, d.name, d.shared, d.charts, d.changed_at)
    return wanted.where(d.environment_id == environment_id, sa.or_(d.person_id == person_id, d.shared))


def _dashboard(row: Any) -> Dashboard:
    return Dashboard(row.id, row.person_id, row.person, row.name, row.shared, read(row.charts), row.changed_at)


def _change(found: Dashboard, **values: Any) -> sa.Update:
    return sa.update(dashboards).where(d.id == found.id).values(**values)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InputError(
            _("The dashboard has no name.") if not name else _("The name of the dashboard is too long."),
            fix=_("Give 1 to {longest_name} characters.", longest_name=LONGEST_NAME),
            code="bad-dashboard",
        )
    return name


def _few(charts: Sequence[Chart]) -> Sequence[Chart]:
    if len(charts) > MOST_CHARTS:
        raise InputError(
            _("A dashboard holds {most} charts at most.", most=MOST_CHARTS),
            fix=_("Remove one first, or make a second dashboard."),
            code="too-many-charts",
        )
    return charts
