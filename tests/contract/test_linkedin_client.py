"""LinkedIn's own Python client drives the simulator.

The client's hosts, api.linkedin.com and www.linkedin.com, are constants in its code. Its documented seam is `session`:
an adapter mounted there gets each request complete, as the client encoded and signed it, and only sends it to another
host. Patching the constants would have to find every module that copied them, and would hide what the client sends.

Its tunnelling of a query beside an entity fails before anything is sent (it asks a plain function for `.value`), so
that form is tested with raw requests, in the simulator's own tests.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from linkedin_api.clients.auth.client import AuthClient
from linkedin_api.clients.restli.client import RestliClient
from requests.adapters import HTTPAdapter

from leadferry.simulators.linkedin import service
from simulators.linkedin.scene import ACCOUNT, ADS, APP, LEADS, NOW, REDIRECT, SECRET, Scene, form, response

VERSION = "202609"


class Redirected(HTTPAdapter):
    """Sends what was meant for LinkedIn to the simulator, path, query and body untouched."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.targets: list[str] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        parts = urlsplit(str(request.url))
        assert parts.netloc in {"api.linkedin.com", "www.linkedin.com"}
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        self.targets.append(f"{request.method} {target}")
        request.url = self.url + target
        return super().send(request, *args, **more)


@pytest.fixture
def scene() -> Iterator[Scene]:
    with service.start(clock=lambda: NOW) as running:
        scene = Scene(running)
        scene.build()
        yield scene


@pytest.fixture
def adapter(scene: Scene) -> Redirected:
    return Redirected(scene.running.url)


@pytest.fixture
def client(adapter: Redirected) -> RestliClient:
    client = RestliClient()
    client.session.mount("https://", adapter)
    return client


@pytest.fixture
def auth(adapter: Redirected) -> AuthClient:
    auth = AuthClient(client_id=APP, client_secret=SECRET, redirect_url=REDIRECT)
    auth.session.mount("https://", adapter)
    return auth


def owner_query(**more: Any) -> dict[str, Any]:
    return {"owner": {"sponsoredAccount": ACCOUNT}, "leadType": {"leadType": "SPONSORED"}, **more}


def find(client: RestliClient, scene: Scene, query: Mapping[str, Any]) -> Any:
    return client.finder(
        resource_path="/leadFormResponses",
        finder_name="owner",
        query_params=dict(query),
        access_token=scene.token,
        version_string=VERSION,
    )


def test_the_finder_with_every_parameter(client: RestliClient, scene: Scene) -> None:
    scene.add(*[response(f"r{number}", NOW - 1000 * number) for number in range(1, 8)])
    query = owner_query(
        versionedLeadGenFormUrn="urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,1)",
        submittedAtTimeRange={"start": NOW - 6000, "end": NOW - 1000},
        limitedToTestLeads=False,
        start=1,
        count=3,
        fields="id,ownerInfo,form:(id,name)",
    )
    found = find(client, scene, query)
    assert found.status_code == 200
    assert found.elements == [
        {
            "id": f"r{number}",
            "ownerInfo": {"sponsoredAccountInfo": {"name": "Crane Works EU"}},
            "form": {"id": 3162, "name": "Whitepaper autumn"},
        }
        for number in (3, 4, 5)
    ]
    assert (found.paging.start, found.paging.count, found.paging.total) == (1, 3, 5)


def test_pages_until_the_end(client: RestliClient, scene: Scene) -> None:
    scene.add(*[response(f"r{number:02}", NOW - number) for number in range(23)])
    seen: list[str] = []
    while True:
        elements = find(client, scene, owner_query(start=len(seen), count=10)).elements
        if not elements:
            break
        seen += [element["id"] for element in elements]
    assert seen == [f"r{number:02}" for number in range(23)]


def test_get_with_nothing_but_a_projection(client: RestliClient, scene: Scene) -> None:
    found = client.get(
        resource_path="/leadForms/{id}",
        path_keys={"id": 3162},
        query_params={"fields": "id,name,content:(questions:(questionId))"},
        access_token=scene.token,
        version_string=VERSION,
    )
    questions = [{"questionId": number} for number in (11, 12, 13, 14)]
    assert found.entity == {"id": 3162, "name": "Whitepaper autumn", "content": {"questions": questions}}


def test_get_by_a_key_that_is_a_urn(client: RestliClient, scene: Scene) -> None:
    found = client.get(
        resource_path="/adAccounts/{account}/creatives/{id}",
        path_keys={"account": 5001, "id": "urn:li:sponsoredCreative:770001"},
        access_token=scene.token,
        version_string=VERSION,
    )
    assert found.entity["leadgenCallToAction"]["destination"] == "urn:li:adForm:3162"


def test_search_of_accounts(client: RestliClient, scene: Scene) -> None:
    found = client.finder(
        resource_path="/adAccounts",
        finder_name="search",
        query_params={"search": {"status": {"values": ["ACTIVE", "DRAFT"]}, "test": False}, "pageSize": 5},
        access_token=scene.token,
        version_string=VERSION,
    )
    assert [element["name"] for element in found.elements] == ["Crane Works EU"]


def test_batch_get(client: RestliClient, scene: Scene) -> None:
    scene.put("forms", 7, **form(name="Second"))
    found = client.batch_get(
        resource_path="/leadForms", ids=[3162, 7, 99], access_token=scene.token, version_string=VERSION
    )
    assert {key: one["name"] for key, one in found.results.items()} == {"3162": "Whitepaper autumn", "7": "Second"}
    assert found.statuses == {"3162": 200, "7": 200, "99": 404}
    assert found.errors["99"]["code"] == "NOT_FOUND"


def test_a_long_batch_get_is_tunnelled(client: RestliClient, adapter: Redirected, scene: Scene) -> None:
    ids = [f"1f0c7a52-0b7e-4c0e-9c55-{number:012}-4" for number in range(150)]
    scene.add(*[response(response_id) for response_id in ids])
    found = client.batch_get(
        resource_path="/leadFormResponses", ids=ids, access_token=scene.token, version_string=VERSION
    )
    assert adapter.targets == ["POST /rest/leadFormResponses"]
    assert sorted(found.results) == ids
    assert not found.errors


def test_a_refusal_reaches_the_caller(client: RestliClient, scene: Scene) -> None:
    found = client.get(
        resource_path="/leadForms/{id}", path_keys={"id": 3162}, access_token=scene.token, version_string="202511"
    )
    assert (found.status_code, json.loads(found.response.content)["code"]) == (426, "NONEXISTENT_VERSION")


def test_sign_in_from_consent_to_introspection(auth: AuthClient, client: RestliClient, scene: Scene) -> None:
    address = auth.generate_member_auth_url(scopes=[ADS, LEADS], state="abc")
    landed = auth.session.get(address, allow_redirects=False).headers["location"]
    arrived = parse_qs(urlsplit(landed).query)
    assert arrived["state"] == ["abc"]
    tokens = auth.exchange_auth_code_for_access_token(arrived["code"][0])
    assert (tokens.status_code, tokens.expires_in, tokens.scope) == (200, 5_184_000, f"{ADS},{LEADS}")

    renewed = auth.exchange_refresh_token_for_access_token(tokens.refresh_token)
    assert renewed.access_token != tokens.access_token
    assert renewed.refresh_token_expires_in == 31_536_000

    told = auth.introspect_access_token(renewed.access_token)
    assert (told.active, told.status, told.auth_type, told.client_id) == (True, "active", "3L", APP)
    assert told.expires_at == NOW // 1000 + 5_184_000

    scene.token = renewed.access_token
    assert find(client, scene, owner_query()).status_code == 200
    assert auth.get_two_legged_access_token().status_code == 400
