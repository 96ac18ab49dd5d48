"""A simulated environment with the solution, an App on either database, responses put into the inbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import simulated
from databases import KINDS
from delivery.conftest import Ferry, open_ferry
from environments import StandingClock
from services import Dynamics


@pytest.fixture
def dynamics() -> Iterator[Dynamics]:
    with simulated.with_solution(StandingClock()) as running:
        yield Dynamics(running)


@pytest.fixture(params=KINDS)
def ferry(request: pytest.FixtureRequest, dynamics: Dynamics, tmp_path: Path) -> Iterator[Ferry]:
    with open_ferry(dynamics, tmp_path, request.param) as ferry:
        yield ferry


@pytest.fixture
def sqlite_ferry(dynamics: Dynamics, tmp_path: Path) -> Iterator[Ferry]:
    with open_ferry(dynamics, tmp_path, "sqlite") as ferry:
        yield ferry
