"""An environment with the standard tables, and people in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import simulated
from simulators.dataverse.talking import NOW_MS, Api

ADA, BEN = "aaaaaaaa-0000-4000-8000-00000000000a", "aaaaaaaa-0000-4000-8000-00000000000b"
Person = Callable[..., Api]


@pytest.fixture
def api() -> Iterator[Api]:
    """Signed in as the default application user, who may do everything."""
    with simulated.fresh(lambda: NOW_MS) as running:
        found = Api(running.url)
        yield found
        found.close()


@pytest.fixture
def person(api: Api) -> Iterator[Person]:
    """`person(ADA, "Salesperson")`: a user with these roles, signed in."""
    made: list[Api] = []

    def making(user_id: str, *roles: str, **more: Any) -> Api:
        body = {"application_id": user_id, "secret": "s", "roles": list(roles), "create_roles": True, **more}
        api.control("PUT", f"users/{user_id}", body)
        made.append(Api(api.url, user_id, "s"))
        return made[-1]

    yield making
    for one in made:
        one.close()


def role_id(api: Api, name: str) -> str:
    found: str = api("GET", f"roles?$select=roleid&$filter=name eq '{name}'").json()["value"][0]["roleid"]
    return found


def privilege_id(api: Api, name: str) -> str:
    found: str = api("GET", f"privileges?$filter=name eq '{name}'").json()["value"][0]["privilegeid"]
    return found


def grant(api: Api, role: str, **depths: str) -> None:
    """`grant(api, role, prvReadLead="Local")`; the role is made if it is not there."""
    found = api("GET", f"roles?$filter=name eq '{role}'").json()["value"]
    key = found[0]["roleid"] if found else api.make("roles", name=role, **{"businessunitid@odata.bind": unit_of(api)})
    privileges = [{"PrivilegeId": privilege_id(api, name), "Depth": depth} for name, depth in depths.items()]
    answer = api("POST", f"roles({key})/Microsoft.Dynamics.CRM.AddPrivilegesRole", {"Privileges": privileges})
    assert answer.status_code == 204, answer.text


def unit_of(api: Api) -> str:
    return f"/businessunits({api('GET', 'WhoAmI').json()['BusinessUnitId']})"
