"""Whatever is erased, and whenever: the figures kept are those of a full count, and no row is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from databases import KINDS, new_database
from leadferry.delivery.model import Removal
from leadferry.privacy.erasing_store import ErasingStore, Order
from leadferry.privacy.keeping import Limits
from leadferry.privacy.retention_store import RetentionStore
from leadferry.store.database import Database
from leadferry.store.tables import submission_bodies, submissions
from performance.test_keeping import ACT, Books

HOUR_MS = 3_600_000


def _erase(books: Books, n: int) -> None:
    order = Order(Removal(2 + n % 3), by="Grace", mirror=n % 2 == 0)
    ErasingStore(books.database, lambda: books.now).erase(
        books.environment_id, books.keys[n % len(books.keys) :], order
    )


def _retain(books: Books, n: int) -> None:
    before = books.now - n % 40 * HOUR_MS
    here: Any = SimpleNamespace(id=books.environment_id, created_at=1)
    list(RetentionStore(books.database, lambda: books.now).take(here, Limits(before, before, before)))


STEPS: dict[str, Callable[[Books, int], None]] = {
    **{name: ACT[name] for name in ("store", "settle", "reopen", "reject", "recognise", "wait")},
    "erase": _erase,
    "retain": _retain,
}


@pytest.fixture(scope="module", params=KINDS)
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> object:
    folder: Path = tmp_path_factory.mktemp("erased")
    with new_database(request.param, folder) as database:
        yield database


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 999)), min_size=4, max_size=20))
def test_after_any_sequence_figures_agree_and_every_row_is_there(
    shared: Database, steps: list[tuple[str, int]]
) -> None:
    books = Books(shared)
    for step, n in steps:
        if books.keys or step in {"store", "wait"}:
            STEPS[step](books, n)
    assert books.everything() == books.full_count()
    with shared.read() as connection:
        mine = submissions.c.environment_id == books.environment_id
        rows = connection.execute(
            sa.select(submissions.c.removed_at, submission_bodies.c.body)
            .outerjoin(submission_bodies, submission_bodies.c.submission_id == submissions.c.id)
            .where(mine)
        ).all()
    assert len(rows) == books.numbers
    assert all((row.removed_at is None) == (row.body is not None) for row in rows)
