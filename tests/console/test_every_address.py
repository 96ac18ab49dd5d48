"""Every address of the console, with every role, over HTTP: what the guard does is what `console/rights.py` says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from console.entra_scene import ADA_PERSON
from leadferry.app import Tools
from leadferry.cli.reference_rights import Address, addresses_of
from leadferry.console.person import OPERATOR, Person, Role
from leadferry.console.rights import RIGHTS, SCOPES, Action, Scope
from scripted_service import Time
from visitor import Visitor
from web import Console, new_console

NOWHERE = "http://127.0.0.1:9"

OPEN = {
    "GET /api/v1/openapi.json",
    "GET /sign-in",
    "GET /sign-in/back",
    "GET /sign-in/link/{token}",
    "POST /sign-in",
    "POST /sign-in/again",
    "POST /sign-in/link",
    "POST /sign-out",
    "POST /theme",
}
"""Reached without a session: the ways in and out, the theme, what the API has."""

SHUT = {"GET /api/openapi", "GET /api/openapi/openapi.json", "GET /api/openapi/{path}"}
"""Litestar's own; they name no right, so the guard lets nobody in."""


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One environment, of which nothing answers."""
    time, folder = Time(), tmp_path_factory.mktemp("walk")
    settings = {"linkedin_oauth_url": NOWHERE, "linkedin_api_url": NOWHERE, "entra_authority": NOWHERE}
    with new_console(Path(folder), tools=Tools(time.clock, time.sleep), **settings) as console:
        console.app.environments.add(
            "crane", NOWHERE, tenant_id=ADA_PERSON.tenant_id, client_id="c", secret="s", authority=NOWHERE
        )
        yield console


def known(console: Console) -> list[Address]:
    return addresses_of(console.app.web(console.url).app)


def name(address: Address) -> str:
    return f"{address.method} {address.path}"


def test_every_address_names_its_action_or_is_on_the_list(console: Console) -> None:
    addresses = known(console)
    assert {name(one) for one in addresses if one.open} == OPEN
    assert {name(one) for one in addresses if one.action is None and not one.open} == SHUT
    assert not any(one.open and one.action for one in addresses)


def test_every_action_has_its_roles_and_its_words() -> None:
    from leadferry.console.rights import WORDS

    assert set(RIGHTS) == set(WORDS) == set(Action)
    assert all(Role.OPERATOR in roles for roles in RIGHTS.values())
    assert set(SCOPES) == set(Scope)


def filled(path: str) -> str:
    """The one environment, and records that do not exist."""
    parts = [part if "{" not in part else ("1" if "environment_id" in part else "987654") for part in path.split("/")]
    return "/".join(parts)


def ask(console: Console, address: Address, person: Person) -> httpx2.Response:
    """In a session just begun: what another address did to the clock or the session counts for nothing."""
    visitor = Visitor(console.url)
    visitor.client.cookies.set("leadferry", console.app.sessions.begin(person))
    data = {"_csrf_token": visitor.csrf()} if address.method != "GET" else None
    return visitor.client.request(address.method, filled(address.path), data=data, follow_redirects=False)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_what_the_table_says_and_nothing_else(
    console: Console, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.app.roles, "ask", lambda _person, _environment: frozenset({role}))
    person = (
        OPERATOR if role is Role.OPERATOR else Person(ADA_PERSON.kind, role.value, role.value, "", ADA_PERSON.tenant_id)
    )
    wrong = []
    for address in known(console):
        if address.action is None or address.api:
            continue
        status = ask(console, address, person).status_code
        if (status != 403) is not (role in RIGHTS[address.action]) or status == 401:
            wrong.append(f"{name(address)}: {status}")
    assert wrong == []


def test_nobody_reaches_anything_without_a_session(console: Console) -> None:
    with console.visitor() as visitor:
        token = visitor.csrf()
        for address in known(console):
            if address.open or address.api:
                continue
            data = {"_csrf_token": token} if address.method != "GET" else None
            answer = visitor.client.request(address.method, filled(address.path), data=data, follow_redirects=False)
            assert answer.headers.get("location", "").startswith("/sign-in?"), name(address)


def test_the_guard_lets_nobody_in_where_no_right_is_named(console: Console) -> None:
    operator = console.operator()
    for path in SHUT:
        assert operator.get(filled(path.partition(" ")[2])).status_code == 403, path


@pytest.mark.parametrize("scope", list(Scope))
def test_each_scope_reaches_what_the_table_says_and_nothing_else(console: Console, scope: Scope) -> None:
    _, token = console.app.tokens.make(1, scope.value, [scope], 1, "Ada")
    wrong = []
    for address in known(console):
        if address.action is None or not address.api:
            continue
        answer = httpx2.request(
            address.method, console.url + filled(address.path), headers={"Authorization": f"Bearer {token}"}, json={}
        )
        if (answer.status_code != 403) is not (address.action in SCOPES[scope]) or answer.status_code == 401:
            wrong.append(f"{name(address)}: {answer.status_code}")
    assert wrong == []


def test_a_session_opens_nothing_of_the_api_and_a_token_no_page(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.app.limits.tokens, "attempts", 1000)
    operator = console.operator()
    _, token = console.app.tokens.make(1, "all", list(Scope), 1, "Ada")
    for address in known(console):
        if address.open or address.action is None or address.method != "GET":
            continue
        path = filled(address.path)
        if address.api:
            assert operator.client.get(path).status_code == 401, path
        else:
            answer = httpx2.get(console.url + path, headers={"Authorization": f"Bearer {token}"})
            assert answer.headers.get("location", "").startswith("/sign-in"), path
