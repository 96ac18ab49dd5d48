from __future__ import annotations

from collections.abc import Iterator

import pytest

from leadferry.dataverse.client import DataverseClient
from leadferry.http_client import HttpClient
from scripted_service import GivenTokens, Service, Time, listening, longest


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
