"""Where the solution is not installed: the mirror says so once, asks nothing, and the leads cross."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from delivery.conftest import Ferry, open_ferry
from environments import StandingClock
from leadferry.mirror.following_worker import MISSING
from leadferry.simulators.dataverse import service
from leadferry.simulators.dataverse.definitions.standard import standard_catalog
from leadferry.store.tables import mirror_queue
from services import Dynamics


@pytest.fixture
def bare() -> Iterator[Dynamics]:
    with service.start(StandingClock(), standard_catalog()) as running:
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
