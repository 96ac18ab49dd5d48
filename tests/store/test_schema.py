from __future__ import annotations

import time
from datetime import date

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from leadferry.errors import BusyError, InputError, LeadferryError
from leadferry.performance.counting_worker import FigureKeeper
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


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_no_question_to_postgresql_begins_further_processes(database: Database) -> None:
    wanted = "show max_parallel_workers_per_gather"
    with database.write() as connection:
        written = connection.exec_driver_sql(wanted).scalar()
    with database.read() as connection:
        assert (connection.exec_driver_sql(wanted).scalar(), written) == ("0", "0")


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


def as_it_was(database: Database, version: str) -> None:
    """Empty, of an older version."""
    with database.write() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            table.drop(connection)
        connection.execute(sa.text("drop table alembic_version"))
        if not database.sqlite:
            connection.execute(sa.text("drop function audit_entries_stay() cascade"))
    with database.engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def test_an_upgrade_keeps_what_the_version_before_had_stored(database: Database) -> None:
    as_it_was(database, "0001")
    with database.write() as connection:
        connection.execute(
            sa.text(
                "insert into environments (name, url, authority, tenant_id, client_id, credential_kind, credential, "
                "created_at) values ('a', 'https://x', '', '', '', 'secret', '', 1)"
            )
        )
        connection.execute(
            sa.text(
                'insert into user_profiles (environment_id, name, "authorization", sync_status, created_at) '
                "values (1, 'Ada', 192350000, 192350000, 1)"
            )
        )
    database.open()
    with database.read() as connection:
        assert connection.execute(sa.select(tables.user_profiles.c.name)).scalars().all() == ["Ada"]


def test_an_upgrade_finds_in_the_audit_who_made_each_token(database: Database) -> None:
    as_it_was(database, "0008")
    token = (
        "insert into api_tokens (environment_id, name, token_hash, start, scopes, created_by, created_at, expires_at) "
        "values (1, '{0}', '{0}', 'lf', 'read', '{1}', 10, 99)"
    )
    made = (
        "insert into audit_entries (environment_id, at, person_id, person, via, action, record_kind, record_id) "
        "values (1, {0}, '{1}', '{2}', 'console', 'token.manage', 'API token', '{3}')"
    )
    with database.write() as connection:
        connection.execute(_environment("a").values(tenant_id="tenant"))
        for name, person in (("a", "Ada"), ("b", "Operator"), ("c", "Eve")):
            connection.execute(sa.text(token.format(name, person)))
        for at, key, person, number in ((10, "ada-id", "Ada", 1), (11, "operator", "Operator", 2), (9, "x", "Eve", 3)):
            connection.execute(sa.text(made.format(at, key, person, number)))
    database.open()
    wanted = sa.select(*(tables.api_tokens.c[name] for name in ("person_kind", "person_id", "tenant_id")))
    with database.read() as connection:
        found = connection.execute(wanted.order_by(tables.api_tokens.c.id)).all()
    assert [tuple(row) for row in found] == [("entra", "ada-id", "tenant"), ("operator", "operator", ""), ("", "", "")]


def _entry(age_days: float) -> sa.Insert:
    at = time.time_ns() // 1_000_000 - int(age_days * 86_400_000)
    return tables.audit_entries.insert().values(at=at, person_id="p", person="P", via="console", action="a")


@pytest.mark.parametrize("age_days", [0, 89, 1000])
@pytest.mark.parametrize("change", ["update audit_entries set person = 'x'", "delete from audit_entries"])
def test_the_audit_cannot_be_changed_even_with_sql(database: Database, change: str, age_days: int) -> None:
    """But for entries of more than 90 days, which retention may delete."""
    if (change, age_days) == ("delete from audit_entries", 1000):
        return
    with database.write() as connection:
        connection.execute(_entry(age_days))
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), database.write() as connection:
        connection.execute(sa.text(change))


def test_submissions_of_before_the_dimensions_are_told_by_them_after_the_upgrade(database: Database) -> None:
    """As the pre-release stored them, with figures that know no countries."""
    as_it_was(database, "0005")
    form = '{"id": 7, "versionId": 1, "name": "Paper", "content": {"questions": [{"questionId": 1}]}}'
    answers = '{"answers": [{"questionId": 1, "answerDetails": {"textQuestionAnswer": {"answer": "Norge"}}}]}'
    body = f'{{"id": "r", "submittedAt": 1, "leadType": "SPONSORED", "formResponse": {answers}}}'
    with database.write() as connection:
        connection.execute(_environment("a"))
        for statement, values in (
            (_LEAD_FORM, {}),
            (_FORM_VERSION, {"body": form.encode()}),
            (_QUESTION, {}),
            (_SUBMISSION, {}),
            ("insert into submission_bodies values (1, :body)", {"body": body.encode()}),
            ("insert into figure_sets values (1, 'UTC', 1)", {}),
            ("insert into daily_figures values (1, 0, 0, 1, 0, 'SPONSORED', 3, 1)", {}),
        ):
            connection.execute(sa.text(statement), values)
    database.open()
    FigureKeeper(database, lambda: 1).keep(1, "UTC")
    with database.read() as connection:
        countries = sa.select(tables.facet_values.c.text).join(
            tables.daily_sums, tables.daily_sums.c.value == tables.facet_values.c.id
        )
        told = countries.where(tables.daily_sums.c.dimension == 6, tables.daily_sums.c.created == 1)
        assert connection.execute(told).scalars().all() == ["NO"]


def test_costs_and_conversions_of_days_are_summed_up_by_month_in_the_upgrade(database: Database) -> None:
    as_it_was(database, "0011")
    days = [(date(2026, 1, 31) - date(1970, 1, 1)).days + later for later in (0, 1, 2)]
    with database.write() as connection:
        connection.execute(_environment("a"))
        connection.execute(sa.text(_OWNER))
        for day, micros in zip(days, (100, 20, 3), strict=True):
            connection.execute(sa.text(f"insert into daily_costs values (1, {day}, 1, 7, 9, {micros}, 5, 4, 3, 2)"))
            connection.execute(sa.text(f"insert into daily_conversions values (1, {day}, 1, 2, 7, 'EVENT', 3, 1)"))
    database.open()
    january, february = 2026 * 12, 2026 * 12 + 1
    with database.read() as connection:
        costs = sa.select(*(tables.monthly_costs.c[name] for name in ("month", "micros", "impressions", "leads")))
        conversions = sa.select(*(tables.monthly_conversions.c[name] for name in ("month", "stage", "count")))
        assert {tuple(row) for row in connection.execute(costs)} == {(january, 100, 5, 2), (february, 23, 10, 4)}
        assert {tuple(row) for row in connection.execute(conversions)} == {(january, 3, 1), (february, 3, 2)}


_OWNER = (
    "insert into owners (id, environment_id, urn, name, sync_enabled, form_sync_status) "
    "values (1, 1, 'urn:li:sponsoredAccount:5001', 'Crane', true, 1)"
)
_LEAD_FORM = "insert into lead_forms (id, environment_id, linkedin_id, name, sync_status) values (1, 1, 7, 'Paper', 1)"
_FORM_VERSION = "insert into form_versions (id, form_id, version, body, seen_at) values (1, 1, 1, :body, 1)"
_QUESTION = (
    "insert into questions (form_version_id, position, linkedin_id, name, label, predefined, response_type, required, "
    "editable, custom, consent_checkbox) values (1, 0, 1, 'Country', '', 'COUNTRY', 'text', false, true, false, false)"
)
_SUBMISSION = (
    "insert into submissions (id, environment_id, response_id, form_version_id, lead_type, test, door, submitted_at, "
    "received_at, state, matching_status, processing_state, attempts, due_at) "
    "values (1, 1, 'r', 1, 'SPONSORED', false, 1, 1, 1, 3, 192350001, 192350001, 1, 0)"
)


def test_an_entry_of_the_audit_may_go_after_90_days(database: Database) -> None:
    with database.write() as connection:
        connection.execute(_entry(91))
        connection.execute(sa.text("delete from audit_entries"))
    with database.read() as connection:
        assert connection.execute(sa.select(tables.audit_entries)).all() == []


def test_a_filled_database_gains_retention_and_keeps_its_submissions_and_audit(database: Database) -> None:
    as_it_was(database, "0005")
    now = time.time_ns() // 1_000_000
    row = (
        "insert into submissions (environment_id, response_id, lead_type, test, door, submitted_at, received_at, "
        "state, matching_status, processing_state, attempts, due_at) "
        "values (1, 'r1', 'SPONSORED', false, 1, 1, 1, 3, 192350001, 192350001, 1, 0)"
    )
    with database.write() as connection:
        connection.execute(_environment("a"))
        connection.execute(sa.text(row))
        for at in (1, now):
            entry = f"insert into audit_entries (at, person_id, person, via, action) values ({at}, 'p', 'P', 'c', 'a')"
            connection.execute(sa.text(entry))
    database.open()
    with database.read() as connection:
        s = tables.submissions.c
        kept = connection.execute(sa.select(s.response_id, s.removed_at, s.removal, s.stripped_at)).all()
        assert [tuple(one) for one in kept] == [("r1", None, None, None)]
        assert len(connection.execute(sa.select(tables.audit_entries)).all()) == 2
    with database.write() as connection:
        connection.execute(sa.text("delete from audit_entries where at = 1"))
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), database.write() as connection:
        connection.execute(sa.text("delete from audit_entries"))
