"""Makes submissions searchable, oldest number first: beside the way of the leads, so that it costs them nothing.

Where it stands is in the database, so it goes on where it stopped, whoever stopped it; rows stored before there was a
search are its first ones.
"""

from __future__ import annotations

import threading

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.delivery.listing_question_store import by_number
from leadferry.delivery.people import folded, person_in
from leadferry.errors import BusyError
from leadferry.forms.form_store import FormStore
from leadferry.store.database import Database
from leadferry.store.statements import upsert
from leadferry.store.tables import search_progress, submission_bodies, submission_people, submissions

CHUNK = 500
s = submissions.c


class SearchWorker:
    def __init__(self, database: Database, forms: FormStore) -> None:
        self.database, self.forms = database, forms

    def catch_up(self, environment_id: int, *, at_most: int | None = None, stop: threading.Event | None = None) -> int:
        """How many were made searchable. Another process that is at it goes on alone."""
        done = 0
        try:
            with self.database.alone(f"search-{environment_id}"):
                while (at_most is None or done < at_most) and not (stop and stop.is_set()):
                    some = self._next(environment_id, min(CHUNK, at_most - done if at_most else CHUNK))
                    done += some
                    if not some:
                        break
        except BusyError:
            return done
        return done

    def begin(self, environment_id: int) -> None:
        """Behind the page that asked; does nothing where somebody is at it already."""
        name = f"search-{environment_id}"
        if all(thread.name != name for thread in threading.enumerate()):
            threading.Thread(target=self.catch_up, args=(environment_id,), name=name, daemon=True).start()

    def waiting(self, environment_id: int, most: int = 1000) -> int:
        """How many are not searchable yet, at most `most`."""
        with self.database.read() as connection:
            through = self._through(connection, environment_id)
            wanted = sa.select(s.id).where(by_number(environment_id), s.id > through).limit(most)
            return len(connection.execute(wanted).all())

    def _next(self, environment_id: int, count: int) -> int:
        with self.database.read() as connection:
            through = self._through(connection, environment_id)
            rows = connection.execute(
                sa.select(s.id, s.form_version_id, submission_bodies.c.body)
                .outerjoin(submission_bodies, submission_bodies.c.submission_id == s.id)
                .where(by_number(environment_id), s.id > through)
                .order_by(s.id)
                .limit(count)
            ).all()
        if not rows:
            return 0
        people = [self._person(environment_id, *row) for row in rows if row.body is not None]
        with self.database.write() as connection:
            # A submission may have been deleted, or erased, meanwhile.
            keys = [row.id for row in rows]
            bodies = sa.select(submission_bodies.c.submission_id)
            there = set(connection.execute(bodies.where(submission_bodies.c.submission_id.in_(keys))).scalars())
            kept = [one for one in people if one["submission_id"] in there]
            if kept:
                connection.execute(sa.insert(submission_people), kept)
            values = {"environment_id": environment_id, "through_id": rows[-1].id}
            upsert(connection, search_progress, ("environment_id",), values)
        return len(rows)

    def _person(self, environment_id: int, key: int, version: int | None, body: bytes) -> dict[str, object]:
        form = self.forms.version_by_key(version) if version else None
        return {"submission_id": key, "environment_id": environment_id, **folded(person_in(body, form))}

    def _through(self, connection: Connection, environment_id: int) -> int:
        wanted = sa.select(search_progress.c.through_id).where(search_progress.c.environment_id == environment_id)
        return int(connection.execute(wanted).scalar() or 0)
