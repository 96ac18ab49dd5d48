"""Databases of tests on PostgreSQL are lent one after the other: nobody finds what another one left."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa

from environments import StandingClock, connect
from leadferry.console.audit_store import AuditStore
from leadferry.store.database import Database
from leadferry.store.tables import metadata
from postgresql import lent_database


def test_what_one_left_the_next_does_not_find_and_ids_begin_again() -> None:
    for _ in range(2):
        with lent_database() as url:
            database = Database(url).open()
            assert filled(database) == []
            assert connect(database, "crane").id == 1
            AuditStore(database, StandingClock()).add("made", person_id="1", person="Ada", via="cli")
            assert filled(database) != []
            database.close()
    with lent_database() as again:
        assert again == url


def filled(database: Database) -> list[str]:
    with database.read() as connection:
        return [one.name for one in metadata.sorted_tables if connection.execute(sa.select(one).limit(1)).first()]


@pytest.mark.parametrize("change", ["alter table owners add x int", "drop table alembic_version", "analyze"])
def test_one_that_was_changed_is_not_lent_again(change: str) -> None:
    with lent_database() as changed, psycopg.connect(changed, autocommit=True) as connection:
        connection.execute(change)
    with lent_database() as url:
        assert url != changed


def test_one_that_somebody_is_still_in_is_not_lent_again() -> None:
    with lent_database() as used:
        inside = psycopg.connect(used)
    with lent_database() as url:
        assert url != used
    inside.close()
