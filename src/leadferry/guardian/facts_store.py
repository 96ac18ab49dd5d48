"""What the database itself knows: what waits, how large it is, whether it can be written."""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa

from leadferry.clock import Clock
from leadferry.guardian.crossings import Waiting
from leadferry.store.database import Database
from leadferry.store.tables import environments, submissions
from leadferry.words import _

_OPEN, _REVIEW, _FAILED = 2, 2, 4
"""delivery.model.State: below 2 is open."""


class FactsStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    @property
    def kind(self) -> str:
        return "SQLite" if self.database.sqlite else "PostgreSQL"

    def waiting(self, environment_id: int) -> Waiting:
        of_environment = submissions.c.environment_id == environment_id
        due_at = sa.case(
            (submissions.c.due_at > submissions.c.received_at, submissions.c.due_at), else_=submissions.c.received_at
        )
        overdue = sa.select(sa.func.count(), sa.func.min(due_at)).where(
            of_environment, submissions.c.state < sa.literal_column(str(_OPEN)), submissions.c.due_at <= self.clock()
        )
        by_state = (
            sa.select(submissions.c.state, sa.func.count())
            .where(of_environment, submissions.c.state.in_([_REVIEW, _FAILED]))
            .group_by(submissions.c.state)
        )
        with self.database.read() as connection:
            count, oldest = connection.execute(overdue).one()
            states = {int(state): int(number) for state, number in connection.execute(by_state)}
        return Waiting(count, oldest, states.get(_REVIEW, 0), states.get(_FAILED, 0))

    def database_size(self) -> int:
        """Bytes."""
        with self.database.read() as connection:
            if not self.database.sqlite:
                return int(connection.execute(sa.text("select pg_database_size(current_database())")).scalar_one())
            pages = connection.exec_driver_sql("pragma page_count").scalar_one()
            return int(pages) * int(connection.exec_driver_sql(_("pragma page_size")).scalar_one())

    def write_error(self) -> str:
        """Why nothing can be written, "" where it can: takes the write lock and changes no row."""
        try:
            with self.database.write() as connection:
                connection.execute(
                    sa.update(environments).where(environments.c.id == -1).values(trouble=environments.c.trouble)
                )
        except sa.exc.DBAPIError as error:
            return str(error.orig).strip().partition("\n")[0].rstrip(".")
        return ""


def free_space(folder: Path) -> tuple[int, int]:
    """Free and total bytes where the folder lies."""
    found = shutil.disk_usage(folder)
    return found.free, found.total
