from __future__ import annotations

from collections.abc import Callable

import pytest

from environments import KEY, StandingClock, connect
from leadferry.accounts.model import Environment
from leadferry.accounts.vault import Vault
from leadferry.alerts.alert_store import AlertStore
from leadferry.alerts.channel_store import ChannelStore
from leadferry.alerts.model import Channel, Event
from leadferry.alerts.wishes import Wishes
from leadferry.store.database import Database

NewChannel = Callable[..., Channel]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def crane(database: Database) -> Environment:
    return connect(database, "crane")


@pytest.fixture
def heron(database: Database) -> Environment:
    return connect(database, "heron")


@pytest.fixture
def alert_store(database: Database, clock: StandingClock) -> AlertStore:
    return AlertStore(database, clock)


@pytest.fixture
def channels(database: Database, clock: StandingClock) -> ChannelStore:
    return ChannelStore(database, Vault([KEY]), clock)


@pytest.fixture
def new_channel(channels: ChannelStore, crane: Environment) -> NewChannel:
    def make(name: str = "Ops", address: str = "json://localhost/hook", **wishes: object) -> Channel:
        wanted = {"events": frozenset(Event), **wishes}
        made = Wishes(name, **wanted)  # type: ignore[arg-type]
        return channels.add(crane.id, made, address=address, service="JSON", shown="json://localhost")

    return make
