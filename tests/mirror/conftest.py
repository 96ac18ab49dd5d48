"""A simulated environment with the solution's tables, an App on either database, responses put into the inbox."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from databases import KINDS
from delivery.conftest import Ferry, open_ferry
from environments import StandingClock
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.tokens_client import ClientCredentials
from leadferry.http_client import HttpClient
from leadferry.simulators.dataverse import service
from leadferry.simulators.dataverse.definitions.standard import standard_catalog
from leadferry.simulators.dataverse.model import Catalog
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from leadferry.simulators.server import Switchboard, start
from leadferry.solution.install_worker import SolutionInstaller
from leadferry.solution.wanted import Wanted, wanted
from services import Dynamics


def only_tables(business_unit_id: str, console_url: str, version: str) -> Wanted:
    """Tables, columns and keys; views, forms and roles would cost seconds and nothing here looks at them."""
    return replace(wanted(business_unit_id, console_url, version), components=(), roles=())


@functools.cache
def solution_catalog() -> Catalog:
    """Installed once a test process, by the installer itself."""
    storage = Storage(":memory:", StandingClock(), standard_catalog())
    simulated = service.DataverseService(storage, storage.settings, StandingClock())
    with start(Switchboard(simulated.answer, lambda _: "install", simulated.reset)) as running:
        http = HttpClient()
        tokens = ClientCredentials(running.url, TENANT_ID, CLIENT_ID, running.url, secret=CLIENT_SECRET, http=http)
        installer = SolutionInstaller(DataverseClient(running.url, tokens, http), declared=only_tables)
        installer.install()
        http.close()
    return copy.deepcopy(storage.catalog)


@pytest.fixture
def dynamics() -> Iterator[Dynamics]:
    with service.start(StandingClock(), copy.deepcopy(solution_catalog())) as running:
        yield Dynamics(running)


@pytest.fixture(params=KINDS)
def ferry(request: pytest.FixtureRequest, dynamics: Dynamics, tmp_path: Path) -> Iterator[Ferry]:
    with open_ferry(dynamics, tmp_path, request.param) as ferry:
        yield ferry


@pytest.fixture
def sqlite_ferry(dynamics: Dynamics, tmp_path: Path) -> Iterator[Ferry]:
    with open_ferry(dynamics, tmp_path, "sqlite") as ferry:
        yield ferry
