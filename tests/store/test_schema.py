from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from leadferry.errors import BusyError, InputError, LeadferryError
from leadferry.store import tables
from leadferry.store.database import SCHEMA_VERSION, Database
from leadferry.store.migrate import alembic_config


def test_the_migrations_make_just_the_declared_tables(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": False})
        assert compare_metadata(context, tables.metadata) == []


def test_the_version_checked_at_start_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == SCHEMA_VERSION


def test_opening_an_up_to_date_database_changes_nothing(database: Database) -> None:
    assert database.open() is database


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    with database.write() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    with pytest.raises(LeadferryError, match=r"written by a newer Leadferry \(schema 9999\)"):
        database.open()


def test_an_unknown_kind_of_database_is_refused_without_showing_its_password() -> None:
    with pytest.raises(InputError) as refusal:
        Database("mysql://user:secret@host/name")
    assert "mysql:…" in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_a_database_that_cannot_be_reached_is_named_with_what_to_do() -> None:
    with pytest.raises(LeadferryError, match="LEADFERRY_DATABASE_URL"):
        Database("sqlite:////nowhere/at/all.db").open()


def test_one_lock_has_one_holder(database: Database) -> None:
    with database.alone("delivery-1"):
        with pytest.raises(BusyError, match="delivery-1"), database.alone("delivery-1"):
            pass
        with database.alone("delivery-2"):
            pass
    with database.alone("delivery-1"):
        pass


def test_a_write_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def half_way() -> None:
        with database.write() as connection:
            connection.execute(_environment("a"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_way()
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(tables.environments)).scalar() == 0


def _environment(name: str) -> sa.Insert:
    return tables.environments.insert().values(
        name=name,
        url="https://x",
        authority="",
        tenant_id="",
        client_id="",
        credential_kind="secret",
        credential=b"",
        created_at=1,
    )
