"""A simulator that listens, and a client that has signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from leadferry.simulators import server
from leadferry.simulators.dataverse import service
from leadferry.simulators.dataverse.model import Catalog
from simulators.dataverse.small_catalog import small_catalog
from simulators.dataverse.talking import NOW_MS, Api


@pytest.fixture
def catalog() -> Catalog:
    return small_catalog()


@pytest.fixture
def simulator(catalog: Catalog) -> Iterator[server.Running]:
    with service.start(lambda: NOW_MS, catalog) as running:
        yield running


@pytest.fixture
def api(simulator: server.Running) -> Iterator[Api]:
    found = Api(simulator.url)
    yield found
    found.close()
