"""Where the solution is not installed: the mirror says so once, asks nothing, and the leads cross."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import simulated
from delivery.conftest import Ferry, open_ferry
from environments import StandingClock
from leadferry.mirror.following_worker import MISSING
from leadferry.store.tables import mirror_queue
from services import Dynamics

SALES = ("Lead", "Contact", "User")


@pytest.fixture
def bare() -> Iterator[Dynamics]:
    with simulated.fresh(StandingClock()) as running:
        yield Dynamics(running)


@pytest.fixture
def ferry(bare: Dynamics, tmp_path: Path) -> Iterator[Ferry]:
    with open_ferry(bare, tmp_path, "sqlite") as ferry:
        yield ferry


def test_without_the_solution_leads_cross_it_is_said_once_and_nothing_is_asked_or_queued(ferry: Ferry) -> None:
    ferry.respond(first_name="Ada", email="ada@x.test")
    result = ferry.deliver()
    assert (result.created, result.troubles) == (1, [])
    assert MISSING in result.notes
    before = ferry.dynamics.counts()
    assert MISSING not in ferry.deliver().notes
    assert ferry.dynamics.counts() == before
    assert not any("ferry_" in label for label in before)
    with ferry.app.database.read() as connection:
        assert connection.execute(mirror_queue.select()).all() == []


def test_switched_off_it_is_not_even_said(ferry: Ferry) -> None:
    ferry.configure("mirror", "no")
    ferry.respond(first_name="Ada", email="ada@x.test")
    assert MISSING not in ferry.deliver().notes


def test_a_missing_privilege_on_the_mirrors_tables_costs_no_lead(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    ferry.respond(first_name="Ada", email="ada@x.test")
    assert ferry.deliver().created == 1, "now the form has its row, and leads point at it"
    user = ferry.dynamics.call("GET", "users")[0]
    sales = [f"prv{verb}{table}" for verb in ("Create", "Read", "Write", "Append", "AppendTo") for table in SALES]
    ferry.dynamics.call("PUT", f"users/{user['id']}", {"privileges": [*sales, "prvAssignLead"]})
    key = ferry.respond(first_name="Ben", email="ben@x.test")
    result = ferry.deliver()
    assert (result.created, result.troubles) == (1, [])
    assert sorted(row["firstname"] for row in ferry.dynamics.rows("lead")) == ["Ada", "Ben"]
    problems = ferry.show(key)["events"][-1]["detail"]["problems"]
    assert [one["column"] for one in problems] == ["ferry_sourceform@odata.bind"]
