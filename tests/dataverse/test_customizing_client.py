"""Slow calls that change definitions: waiting for others, saying what is unknown, sending what Dynamics reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

import pytest

from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.customizing_client import TIMEOUT_S, CustomizingClient
from leadferry.errors import DataverseError
from leadferry.http_client import Answer
from leadferry.simulators.server import Response, json_response
from scripted_service import CUT, GivenTokens, Service, Time, error

BUSY = error(
    400,
    "0x80071151",
    "Cannot start the requested operation [EntityCustomization] because there is another [Import] running at this "
    "moment. Use Solution History for more details.",
)
MADE = Response(204, b"", {"OData-EntityId": "x/publishers(5b0b7a1e-0000-4000-8000-000000000001)"})


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def customizing(client: DataverseClient, time: Time, waited: list[float]) -> CustomizingClient:
    return CustomizingClient(client, sleep=time.sleep, patience_s=60, on_wait=waited.append)


def test_another_customization_is_waited_for_and_told(
    customizing: CustomizingClient, service: Service, time: Time, waited: list[float]
) -> None:
    service.will(BUSY, BUSY, MADE)
    assert customizing.create("publishers", {"uniquename": "leadferry"}).endswith("0001")
    assert time.slept == waited == [5.0, 10.0]
    assert len({request.body for request in service.asked}) == 1


@pytest.mark.parametrize(
    "refusal",
    [
        error(400, "0x80040203", "CustomizationLockException: Another user has a lock."),
        error(400, "0x80071151", "Something."),
        error(
            500, "0x80040216", "Cannot start another [PublishAll] because there is a previous one; another is running."
        ),
    ],
)
def test_a_lock_is_known_by_its_code_or_its_text(
    customizing: CustomizingClient, service: Service, refusal: Response
) -> None:
    service.will(refusal, Response(204))
    customizing.patch("solutions", "5b0b7a1e-0000-4000-8000-000000000001", {"version": "1.0.0.0"})
    assert len(service.asked) == 2


def test_patience_ends(customizing: CustomizingClient, service: Service, time: Time) -> None:
    service.otherwise = BUSY
    with pytest.raises(DataverseError, match="another"):
        customizing.action("PublishXml", {"ParameterXml": "<importexportxml/>"})
    assert 60 <= sum(time.slept) <= 120


def test_other_refusals_are_not_waited_for(customizing: CustomizingClient, service: Service, time: Time) -> None:
    service.will(error(400, "0x80047013", "An attribute with the specified name ferry_x already exists."))
    with pytest.raises(DataverseError):
        customizing.create("EntityDefinitions(LogicalName='lead')/Attributes", {})
    assert time.slept == []


def test_a_cut_leaves_the_outcome_open_and_is_not_repeated(customizing: CustomizingClient, service: Service) -> None:
    service.will(CUT)
    with pytest.raises(DataverseError) as caught:
        customizing.create("EntityDefinitions", {})
    assert caught.value.unknown_outcome
    assert len(service.asked) == 1


def test_a_reading_is_repeated_and_sees_what_was_just_changed(customizing: CustomizingClient, service: Service) -> None:
    service.will(CUT, json_response({"MetadataId": "a"}))
    assert customizing.read("GlobalOptionSetDefinitions(Name='ferry_x')") == {"MetadataId": "a"}
    assert service.asked[1].headers["consistency"] == "Strong"


def test_what_is_not_there_reads_as_none_and_is_deleted_already(
    customizing: CustomizingClient, service: Service
) -> None:
    service.otherwise = error(404, "0x80040217", "Could not find optionset with Name = 'ferry_x'.")
    assert customizing.read("GlobalOptionSetDefinitions(Name='ferry_x')") is None
    assert customizing.delete("GlobalOptionSetDefinitions(Name='ferry_x')") is False


def test_a_part_is_made_in_the_solution(customizing: CustomizingClient, service: Service) -> None:
    service.will(MADE, Response(204))
    customizing.create("EntityDefinitions", {}, "Ours")
    customizing.replace("EntityDefinitions(LogicalName='x')/Attributes(LogicalName='y')", {}, "Ours")
    assert [request.headers["mscrm.solutionuniquename"] for request in service.asked] == ["Ours", "Ours"]
    assert service.asked[1].headers["mscrm.mergelabels"] == "true"


def test_a_pair_that_is_linked_already_stays_so(customizing: CustomizingClient, service: Service) -> None:
    service.will(error(412, "0x80040237", "Cannot insert duplicate key."))
    customizing.link("appmodules(1)/appmoduleroles_association", "roles(2)")
    assert json.loads(service.asked[0].body)["@odata.id"] == f"{service.url}/api/data/v9.2/roles(2)"


def test_tables_are_asked_for_by_name_in_one_request(customizing: CustomizingClient, service: Service) -> None:
    service.will(json_response({"EntityMetadata": [{"LogicalName": "lead"}]}))
    assert customizing.tables(["lead", "ferry_x"]) == [{"LogicalName": "lead"}]
    asked = json.loads(unquote(service.asked[0].query).removeprefix("@p1="))
    criteria = asked["Criteria"]
    assert criteria["FilterOperator"] == "Or"
    assert [one["Value"]["Value"] for one in criteria["Conditions"]] == ["lead", "ferry_x"]


@dataclass
class Network:
    """Answers 204, and keeps how long each call may take."""

    timeouts: list[float | None] = field(default_factory=list)

    def send(self, *_: object, timeout_s: float | None = None) -> Answer:
        self.timeouts.append(timeout_s)
        return Answer(204, {}, b"")


def test_changing_may_take_long_and_reading_rows_may_not(make_network: Callable[[Network], DataverseClient]) -> None:
    network = Network()
    client = make_network(network)
    CustomizingClient(client).action("PublishXml", {})
    client.patch("leads", "5b0b7a1e-0000-4000-8000-000000000001", {})
    assert network.timeouts == [TIMEOUT_S, None]


@pytest.fixture
def make_network(time: Time) -> Callable[[Network], DataverseClient]:
    def make(network: Network) -> DataverseClient:
        return DataverseClient("https://x.test", GivenTokens(), network, clock=time.clock, sleep=time.sleep)

    return make
