"""An alternate key is waited for until Dynamics has built its index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.customizing_client import CustomizingClient
from leadferry.errors import LeadferryError
from leadferry.http_client import HttpClient
from leadferry.simulators.server import Response, json_response
from leadferry.solution.defining_client import Definer
from leadferry.solution.tables import FORMS
from scripted_service import GivenTokens, Service, Time, listening, longest

KEY = FORMS.keys[0]


@pytest.fixture
def service() -> Iterator[Service]:
    with listening(Service()) as service:
        yield service


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def definer(service: Service, time: Time) -> Definer:
    client = DataverseClient(
        service.url, GivenTokens(), HttpClient(), clock=time.clock, sleep=time.sleep, jitter=longest
    )
    return Definer(CustomizingClient(client, sleep=time.sleep), time.sleep)


def state(word: str) -> Response:
    return json_response({"value": [{"LogicalName": KEY.name, "EntityKeyIndexStatus": word}]})


def test_it_is_polled_until_it_is_active(definer: Definer, service: Service, time: Time) -> None:
    service.will(state("Pending"), state("InProgress"), state("Active"))
    definer.await_key(FORMS, KEY)
    assert time.slept == [1.0, 1.5]
    assert len(service.asked) == 3


def test_a_failed_one_is_started_again_once(definer: Definer, service: Service) -> None:
    service.will(state("Failed"), Response(204), state("Active"))
    definer.await_key(FORMS, KEY)
    assert [request.path.rpartition("/")[2] for request in service.asked if request.method == "POST"] == [
        "ReactivateEntityKey"
    ]


@pytest.mark.parametrize("after", ["Failed", "Pending"])
def test_one_that_never_becomes_active_is_told_with_its_columns(definer: Definer, service: Service, after: str) -> None:
    service.will(state("Failed"), Response(204))
    service.otherwise = state(after)
    with pytest.raises(LeadferryError) as caught:
        definer.await_key(FORMS, KEY)
    assert caught.value.code == "solution-key"
    assert "ferry_linkedinid" in caught.value.fix
