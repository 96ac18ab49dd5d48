"""How a database answers the lists' questions: by an index that leads to the rows in order, whatever is filtered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from databases import new_database
from environments import connect
from leadferry.delivery.filters import NONE, Filters
from leadferry.delivery.listing_question_store import Question, Span
from leadferry.store.tables import submissions

FILTERS = {
    "environment_id_submitted_at": Filters(),
    "campaign_id_submitted_at": Filters(campaign=1),
    "owner_id_submitted_at": Filters(owner=1),
    "form_version_id_submitted_at": Filters(form=1),
    "creative": Filters(creative=1),
    "country": Filters(country=1),
    "industry": Filters(industry=1),
    "rare_state": Filters(state="failed"),
    "rare_matching_status": Filters(status="match-failed"),
    "rare_lead_type": Filters(type="EVENT"),
    "test": Filters(test="only"),
}


@pytest.mark.parametrize("span", [Span(), Span(5, 9)], ids=["ever", "days"])
@pytest.mark.parametrize("name", FILTERS)
def test_on_sqlite_a_list_walks_its_index_in_order_and_sorts_nothing(tmp_path: Path, name: str, span: Span) -> None:
    with new_database("sqlite", tmp_path) as database:
        key = connect(database, "here").id
        with database.read() as connection:
            plan = plan_of(connection, Question(connection, key, FILTERS[name], span)._walk((7, 7), 51))
    assert f"INDEX ix_submissions_{name} " in plan
    assert "SCAN submissions" not in plan
    assert "TEMP B-TREE" not in plan


def test_on_sqlite_those_without_a_campaign_are_walked_too(tmp_path: Path) -> None:
    with new_database("sqlite", tmp_path) as database:
        key = connect(database, "here").id
        with database.read() as connection:
            plan = plan_of(connection, Question(connection, key, Filters(campaign=NONE), Span())._walk(None, 51))
    assert "INDEX ix_submissions_campaign_id_submitted_at (environment_id=? AND campaign_id=?)" in plan


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """PostgreSQL chooses by what it knows of the rows: 20,000 of them, told apart."""
    with new_database("postgresql", tmp_path_factory.mktemp("plans")) as database:
        key = connect(database, "here").id
        made = sa.text(
            "insert into submissions (environment_id, response_id, campaign_id, owner_id, form_version_id, "
            "creative_id, country_id, industry_id, lead_type, test, door, submitted_at, received_at, state, "
            "matching_status, processing_state, attempts, due_at) "
            "select :key, n::text, null, null, null, n % 300, n % 40, n % 120, "
            "case when n % 500 = 0 then 'EVENT' else 'SPONSORED' end, n % 900 = 0, 1, n, n, "
            "case when n % 400 = 0 then 4 else 3 end, case when n % 400 = 1 then 192350003 else 192350001 end, "
            "192350001, 1, 0 from generate_series(1, 20000) n"
        )
        with database.write() as connection:
            connection.execute(made, {"key": key})
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("vacuum analyze")
        yield database, key


@pytest.mark.parametrize("name", sorted(FILTERS.keys() - {"campaign_id_submitted_at", "owner_id_submitted_at"}))
def test_on_postgresql_a_list_is_read_from_an_index(filled: Any, name: str) -> None:
    database, key = filled
    with database.read() as connection:
        plan = plan_of(connection, Question(connection, key, FILTERS[name], Span())._walk(None, 51))
    assert "Index" in plan
    assert "Seq Scan on submissions" not in plan
    assert submissions.name in plan


def plan_of(connection: sa.Connection, wanted: Any) -> str:
    text = str(wanted.compile(connection, compile_kwargs={"literal_binds": True}))
    explain = "explain query plan" if connection.dialect.name == "sqlite" else "explain"
    return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {text}"))
