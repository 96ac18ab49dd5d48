"""The pages of strategies, before an environment in the simulator with responses that people sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from databases import KINDS
from delivery.conftest import Ferry, dynamics, open_ferry
from services import Dynamics
from web import Console, serving

__all__ = ["dynamics"]


@pytest.fixture(params=KINDS)
def ferry(request: pytest.FixtureRequest, dynamics: Dynamics, tmp_path: Path) -> Iterator[Ferry]:
    with open_ferry(dynamics, tmp_path, request.param) as ferry:
        yield ferry


@pytest.fixture
def console(ferry: Ferry) -> Iterator[Console]:
    with serving(ferry.app) as console:
        yield console
