"""What is read and written together: one transaction, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import sqlalchemy as sa

from leadferry.store.database import Database
from leadferry.store.tables import environments


def _environment(name: str) -> sa.Insert:
    told = {"name": name, "url": "https://x", "authority": "", "tenant_id": "", "client_id": ""}
    return environments.insert().values(**told, credential_kind="secret", credential=b"", created_at=1)


def names_of(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(sa.select(environments.c.name).order_by(environments.c.id)).scalars())


def test_what_is_written_together_holds_all_or_nothing(database: Database) -> None:
    def half_way() -> None:
        with database.together():
            with database.write() as connection:
                connection.execute(_environment("first"))
            assert names_of(database) == ["first"], "it is seen within"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_way()
    assert names_of(database) == []


def test_a_write_that_fails_within_takes_back_its_own_part(database: Database) -> None:
    with database.together():
        with database.write() as connection:
            connection.execute(_environment("kept"))
        with suppress(sa.exc.IntegrityError), database.write() as connection:
            connection.execute(_environment("lost"))
            connection.execute(_environment("lost"))
    assert names_of(database) == ["kept"]


def test_others_see_what_is_written_together_at_its_end(database: Database) -> None:
    with ThreadPoolExecutor(1) as other:
        with database.together():
            with database.write() as connection:
                connection.execute(_environment("new"))
            assert other.submit(names_of, database).result() == []
        assert other.submit(names_of, database).result() == ["new"]
