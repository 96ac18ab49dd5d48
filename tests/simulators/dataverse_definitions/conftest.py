"""A simulator with the standard tables, asked over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

import simulated
from leadferry.simulators.dataverse import users

NOW_MS = 1_795_514_400_000
CRM = "Microsoft.Dynamics.CRM."
Call = Callable[..., httpx2.Response]


@pytest.fixture
def call() -> Iterator[Call]:
    """`call("GET", "EntityDefinitions")`, signed in."""
    with simulated.fresh(lambda: NOW_MS) as running, httpx2.Client(timeout=20) as http:
        form = {
            "grant_type": "client_credentials", "client_id": users.CLIENT_ID, "client_secret": users.CLIENT_SECRET,
            "scope": f"{running.url}/.default",
        }  # fmt: skip
        signed = http.post(f"{running.url}/{users.TENANT_ID}/oauth2/v2.0/token", data=form).json()
        headers = {"Authorization": f"Bearer {signed['access_token']}", "Accept": "application/json"}

        def calling(method: str, tail: str, body: Any = None, **params: str) -> httpx2.Response:
            url = f"{running.url}/api/data/v9.2/{tail}"
            return http.request(method, url, json=body, headers=headers, params=params or None)

        yield calling


@pytest.fixture
def made(call: Call) -> Call:
    """The same, in an environment that has a table `li_event` with a key column."""
    answer = call("POST", "EntityDefinitions", table_body("li_Event"))
    assert answer.status_code == 204, answer.text
    return call


def label(text: str) -> dict[str, Any]:
    one = {"@odata.type": f"{CRM}LocalizedLabel", "Label": text, "LanguageCode": 1033}
    return {"@odata.type": f"{CRM}Label", "LocalizedLabels": [one]}


def table_body(name: str, **more: Any) -> dict[str, Any]:
    primary = {"@odata.type": f"{CRM}StringAttributeMetadata", "SchemaName": "li_Name", "IsPrimaryName": True,
               "MaxLength": 120, "FormatName": {"Value": "Text"}, "DisplayName": label("Name"),
               "RequiredLevel": {"Value": "None"}}  # fmt: skip
    return {
        "@odata.type": f"{CRM}EntityMetadata", "SchemaName": name, "DisplayName": label("Event"),
        "DisplayCollectionName": label("Events"), "OwnershipType": "UserOwned", "IsActivity": False,
        "HasActivities": False, "HasNotes": False, "Attributes": [primary], **more,
    }  # fmt: skip


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]
