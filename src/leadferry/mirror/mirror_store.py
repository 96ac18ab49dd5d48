"""The mirror's own books: the queue, what was written last, and whether it is behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from leadferry.clock import Clock
from leadferry.mirror.model import Entry, Kind, Known, Submission
from leadferry.store.database import Database
from leadferry.store.statements import upsert
from leadferry.store.tables import mirror_queue, mirror_rows, mirror_states, submission_bodies, submissions

FINAL = 2
"""The first of `delivery.model.State` that is settled for good."""


class MirrorStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    # Behind, or not

    def pause(self, environment_id: int) -> None:
        """From now on settlements are not queued. Where the mirror never ran, nothing needs to be noted."""
        change = sa.update(mirror_states).where(
            mirror_states.c.environment_id == environment_id, mirror_states.c.behind_from.is_(None)
        )
        with self.database.write() as connection:
            connection.execute(change.values(behind_from=self.clock()))

    def resume(self, environment_id: int) -> None:
        """Queues what was settled while nobody queued it: at first everything."""
        wanted = sa.select(mirror_states.c.behind_from).where(mirror_states.c.environment_id == environment_id)
        with self.database.read() as connection:
            state = connection.execute(wanted).first()
        if state is None or state.behind_from is not None:
            self._queue_all(environment_id, state.behind_from if state else 0)

    def _queue_all(self, environment_id: int, since: int) -> None:
        settled_at = submissions.c.settled_at
        left_out = sa.select(submissions.c.environment_id, submissions.c.id).where(
            submissions.c.environment_id == environment_id,
            sa.or_(settled_at >= since, sa.and_(settled_at.is_(None), submissions.c.state >= FINAL)),
        )
        with self.database.write() as connection:
            columns = ["environment_id", "submission_id"]
            connection.execute(sa.insert(mirror_queue).from_select(columns, left_out.order_by(submissions.c.id)))
            upsert(connection, mirror_states, ("environment_id",), {"environment_id": environment_id} | _CAUGHT_UP)

    def trouble(self, environment_id: int) -> str:
        wanted = sa.select(mirror_states.c.trouble).where(mirror_states.c.environment_id == environment_id)
        with self.database.read() as connection:
            return str(connection.execute(wanted).scalar() or "")

    def set_trouble(self, environment_id: int, text: str) -> None:
        """ "" when it works again."""
        change = sa.update(mirror_states).where(
            mirror_states.c.environment_id == environment_id, mirror_states.c.trouble != text
        )
        with self.database.write() as connection:
            connection.execute(change.values(trouble=text, trouble_at=self.clock() if text else None))

    def waiting(self, environment_id: int) -> int:
        """Lines of the queue."""
        wanted = sa.select(sa.func.count()).select_from(mirror_queue)
        with self.database.read() as connection:
            found = connection.execute(wanted.where(mirror_queue.c.environment_id == environment_id))
            return int(found.scalar_one())

    # The queue

    def take(self, environment_id: int, limit: int) -> list[Entry]:
        """Those due, oldest first; they stay in the queue until `done`."""
        wanted = (
            sa.select(
                mirror_queue.c.id,
                mirror_queue.c.submission_id,
                mirror_queue.c.response_id,
                mirror_queue.c.lead_id,
                mirror_queue.c.attempts,
            )
            .where(mirror_queue.c.environment_id == environment_id, mirror_queue.c.due_at <= self.clock())
            .order_by(mirror_queue.c.id)
            .limit(limit)
        )
        with self.database.read() as connection:
            return [Entry(*row) for row in connection.execute(wanted)]

    def done(self, entries: Iterable[Entry]) -> None:
        keys = [{"key": entry.id} for entry in entries]
        if keys:
            with self.database.write() as connection:
                connection.execute(sa.delete(mirror_queue).where(mirror_queue.c.id == sa.bindparam("key")), keys)

    def postpone(self, due: Mapping[Entry, int]) -> None:
        """Until the moment (ms) of each; counts the attempt."""
        if not due:
            return
        change = sa.update(mirror_queue).where(mirror_queue.c.id == sa.bindparam("key"))
        values = change.values(attempts=mirror_queue.c.attempts + 1, due_at=sa.bindparam("later"))
        with self.database.write() as connection:
            connection.execute(values, [{"key": entry.id, "later": later} for entry, later in due.items()])

    def submissions(self, keys: Sequence[int]) -> list[Submission]:
        """With their bodies, oldest number first; those that are gone meanwhile are absent."""
        wanted = (
            sa.select(*(submissions.c[name] for name in Submission.__slots__ if name != "body"))
            .add_columns(submission_bodies.c.body)
            .join(submission_bodies, submission_bodies.c.submission_id == submissions.c.id)
            .where(submissions.c.id.in_(keys))
            .order_by(submissions.c.id)
        )
        with self.database.read() as connection:
            return [Submission(**row) for row in connection.execute(wanted).mappings()]

    # What was written last

    def known(self, environment_id: int) -> dict[str, Known]:
        """By row id."""
        wanted = sa.select(mirror_rows).where(mirror_rows.c.environment_id == environment_id)
        with self.database.read() as connection:
            return {row.row_id: Known(Kind(row.kind), row.key, bytes(row.digest)) for row in connection.execute(wanted)}

    def remember(self, environment_id: int, written: Mapping[str, Known]) -> None:
        with self.database.write() as connection:
            for row_id, one in written.items():
                values = {"environment_id": environment_id, "row_id": row_id}
                values |= {"kind": int(one.kind), "key": one.key, "digest": one.digest}
                upsert(connection, mirror_rows, ("environment_id", "row_id"), values)

    def forget(self, environment_id: int, row_ids: Iterable[str] | None = None) -> None:
        """Without ids everything: it is all written again."""
        change = sa.delete(mirror_rows).where(mirror_rows.c.environment_id == environment_id)
        with self.database.write() as connection:
            if row_ids is None:
                connection.execute(change)
                return
            for some in _chunks(list(row_ids)):
                connection.execute(change.where(mirror_rows.c.row_id.in_(some)))


_CAUGHT_UP = {"behind_from": None}


def _chunks(keys: list[str], size: int = 500) -> list[list[str]]:
    return [keys[start : start + size] for start in range(0, len(keys), size)]
