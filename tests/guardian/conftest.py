"""Both services simulated, one connected environment, and a clock that moves for all three at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import simulated
from acceptance.conftest import Scene, now_ms
from databases import KINDS, database_url
from leadferry.accounts.model import Environment, UserProfile
from leadferry.app import App, Tools, open_app
from leadferry.guardian.model import Check, Finding
from leadferry.settings import load_settings
from leadferry.simulators.linkedin import service as linkedin
from services import Dynamics, LinkedIn

DAY_S = 86_400


@dataclass
class House(Scene):
    """`pass_time` moves both services' clocks and ours."""

    offset_ms: int = 0
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        return {**super().environ, **self.extra}

    def clock(self) -> int:
        return now_ms() + self.offset_ms

    def pass_time(self, *, days: float = 0, seconds: float = 0) -> None:
        moved = int((days * DAY_S + seconds) * 1000)
        self.offset_ms += moved
        self.linkedin.call("POST", "clock", {"advance_s": moved / 1000})
        self.dynamics.call("POST", "clock", {"advance_ms": moved})

    @property
    def tools(self) -> Tools:
        """Nothing is slept."""
        return Tools(clock=self.clock, sleep=lambda _: None)

    @contextmanager
    def opened(self, **settings: str) -> Iterator[App]:
        with open_app(load_settings({**self.environ, **settings}), tools=self.tools) as app:
            yield app

    def renewals(self) -> int:
        return self.linkedin.counts().get("POST accessToken", 0)


@pytest.fixture(scope="module")
def services() -> Iterator[tuple[LinkedIn, Dynamics]]:
    with linkedin.start() as one, simulated.fresh(now_ms) as other:
        yield LinkedIn(one), Dynamics(other)


@pytest.fixture
def house(services: tuple[LinkedIn, Dynamics], tmp_path: Path) -> Iterator[House]:
    """One environment with the profile Ada on SQLite."""
    house = House(*services, tmp_path / "data")
    house.start_over()
    before = house.linkedin.call("GET", "settings")
    house.connect()
    yield house
    house.linkedin.no_faults()
    house.dynamics.no_faults()
    house.linkedin.settings(**before)
    house.pass_time(seconds=-house.offset_ms / 1000)


@pytest.fixture(params=KINDS)
def both(request: pytest.FixtureRequest, services: tuple[LinkedIn, Dynamics], tmp_path: Path) -> Iterator[House]:
    """As `house`, on SQLite and on PostgreSQL."""
    house = House(*services, tmp_path / "data")
    house.start_over()
    before = house.linkedin.call("GET", "settings")
    with database_url(request.param) as url:
        house.extra |= {"LEADFERRY_DATABASE_URL": url} if url else {}
        house.connect()
        yield house
    house.linkedin.settings(**before)
    house.pass_time(seconds=-house.offset_ms / 1000)


def environment_of(app: App) -> Environment:
    return app.environments.get("test")


def ada(app: App) -> UserProfile:
    return app.profiles.get(environment_of(app).id, "Ada")


def finding(found: list[Finding], check: Check) -> Finding:
    (one,) = (finding for finding in found if finding.check is check)
    return one
