from __future__ import annotations

import pytest

from environments import KEY, StandingClock, connect, environment_store
from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.model import Environment
from leadferry.accounts.vault import Vault
from leadferry.store.database import Database


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def vault() -> Vault:
    return Vault([KEY])


@pytest.fixture
def environments(database: Database, clock: StandingClock) -> EnvironmentStore:
    return environment_store(database, clock)


@pytest.fixture
def crane(database: Database) -> Environment:
    return connect(database, "crane")


@pytest.fixture
def heron(database: Database) -> Environment:
    return connect(database, "heron")
