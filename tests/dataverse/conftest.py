from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.tokens_client import ClientCredentials
from leadferry.http_client import HttpClient
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from scripted_service import GivenTokens, Service, Time, listening, longest
from services import Dynamics
from simulated import fresh


@pytest.fixture
def service() -> Iterator[Service]:
    with listening(Service()) as service:
        yield service


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def client(service: Service, time: Time) -> DataverseClient:
    return DataverseClient(
        service.url, GivenTokens(), HttpClient(), clock=time.clock, sleep=time.sleep, jitter=longest, parallel=4
    )


# The simulator instead of the scripted service


@pytest.fixture
def dynamics(time: Time) -> Iterator[Dynamics]:
    with fresh(time.clock) as running:
        yield Dynamics(running)


@pytest.fixture
def make_client(dynamics: Dynamics, time: Time) -> Callable[[str], DataverseClient]:
    """A client of the simulator that signs in with this secret."""

    def make(secret: str) -> DataverseClient:
        http, url = HttpClient(), dynamics.url
        tokens = ClientCredentials(
            url, TENANT_ID, CLIENT_ID, url, secret=secret, http=http, clock=time.clock, sleep=time.sleep
        )
        return DataverseClient(url, tokens, http, clock=time.clock, sleep=time.sleep, jitter=longest)

    return make


@pytest.fixture
def simulated(make_client: Callable[[str], DataverseClient]) -> DataverseClient:
    return make_client(CLIENT_SECRET)
