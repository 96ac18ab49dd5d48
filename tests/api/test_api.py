from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from databases import KINDS, database_url
from leadferry.cli.reference_rights import addresses_of
from leadferry.console.rights import Scope
from leadferry.store.tables import alerts, findings
from web import Console, new_console

Ask = Callable[..., httpx2.Response]
OWNER = "6b0d3c11-0000-4000-8000-000000000001"


@pytest.fixture(params=KINDS)
def console(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Console]:
    """Two environments, each with an account, a finding and three alerts."""
    with database_url(request.param) as url, new_console(tmp_path, url) as console:
        for number, name in enumerate(("crane", "other"), 1):
            fill(console, number, name)
        yield console


def fill(console: Console, number: int, name: str) -> None:
    app = console.app
    app.environments.add(name, f"https://{name}.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s")
    app.owners.known(number, f"urn:li:sponsoredAccount:{5000 + number}", f"{name} ads")
    with app.database.write() as connection:
        connection.execute(
            sa.insert(findings).values(
                environment_id=number, check="token", level="warn", title=f"{name} token", since=0, checked_at=0
            )
        )
        for one in range(3):
            connection.execute(
                sa.insert(alerts).values(
                    environment_id=number,
                    event="gap",
                    key=str(one),
                    level="info",
                    title=f"{name} {one}",
                    body="",
                    raised_at=0,
                )
            )


@pytest.fixture
def ask(console: Console) -> Ask:
    """With a token of the first environment that may do everything; `scopes` for another one."""

    def asked(method: str, path: str, scopes: Any = tuple(Scope), **more: Any) -> httpx2.Response:
        _, token = console.app.tokens.make(1, "script", scopes, 1, "Ada")
        return httpx2.request(
            method, f"{console.url}/api/v1/{path}", headers={"Authorization": f"Bearer {token}"}, **more
        )

    return asked


def code(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "code", "fix"}
    assert (body["status"], body["type"]) == (answer.status_code, f"urn:leadferry:problem:{body['code']}")
    return answer.status_code, body["code"]


def test_a_token_reads_its_own_environment_and_no_other(ask: Ask) -> None:
    assert ask("GET", "environment").json()["name"] == "crane"
    assert [one["name"] for one in ask("GET", "accounts").json()] == ["crane ads"]
    assert [one["title"] for one in ask("GET", "health").json()] == ["crane token"]
    assert [one["title"] for one in ask("GET", "alerts").json()["items"]] == ["crane 2", "crane 1", "crane 0"]
    assert ask("GET", "profiles").json() == []


def test_an_account_is_changed_and_the_change_is_in_the_audit(ask: Ask, console: Console) -> None:
    answer = ask("PATCH", "accounts/1", json={"sync_enabled": False, "default_lead_owner_id": OWNER.upper()})
    assert (answer.status_code, answer.json()["sync_enabled"], answer.json()["default_lead_owner_id"]) == (
        200,
        False,
        OWNER,
    )
    entry = console.app.audit.list(console.app.environments.by_id(1))[0]
    assert (entry.via, entry.action, entry.person[:6]) == ("api", "account.change", "script")
    assert (entry.before, entry.after) == (
        {"sync_enabled": True, "default_lead_owner_id": ""},
        {"sync_enabled": False, "default_lead_owner_id": OWNER},
    )


def test_what_is_left_out_stays(ask: Ask) -> None:
    ask("PATCH", "accounts/1", json={"default_lead_owner_id": OWNER})
    assert ask("PATCH", "accounts/1", json={"sync_enabled": False}).json()["default_lead_owner_id"] == OWNER


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("accounts/2", {"sync_enabled": False}, (404, "owner-not-found")),
        ("accounts/1", {}, (422, "no-change")),
        ("accounts/1", {"sync_enabled": "no"}, (400, "bad-request")),
        ("accounts/1", {"sync_enabled": True, "name": "x"}, (400, "bad-request")),
        ("accounts/1", {"default_lead_owner_id": "x"}, (422, "bad-id")),
        ("accounts/x", {"sync_enabled": True}, (404, "not-found")),
    ],
)
def test_a_change_that_cannot_be_is_a_problem(ask: Ask, path: str, body: Any, expected: tuple[int, str]) -> None:
    assert code(ask("PATCH", path, json=body)) == expected


def test_pages_follow_each_other_by_cursor(ask: Ask, console: Console) -> None:
    for number in range(7):
        console.app.audit.add("sync.run", person_id="p", person=str(number), via="api", environment_id=1)
    seen, cursor = [], ""
    while cursor is not None:
        page = ask("GET", "audit", params={"limit": 3, "cursor": cursor}).json()
        seen += [item["person"] for item in page["items"] if item["action"] == "sync.run"]
        cursor = page["next"]
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("cursor=x", (422, "bad-cursor")),
        ("cursor=%ff", (422, "bad-cursor")),
        ("limit=0", (422, "bad-limit")),
        ("limit=501", (422, "bad-limit")),
        ("limit=x", (400, "bad-request")),
    ],
)
def test_a_cursor_or_limit_that_cannot_be_is_a_problem(ask: Ask, query: str, expected: tuple[int, str]) -> None:
    assert code(ask("GET", f"audit?{query}")) == expected


def test_without_a_good_token_nothing_is_answered(console: Console) -> None:
    for header in ({}, {"Authorization": "Bearer lf_wrong"}, {"Authorization": "Basic bGY6eA=="}):
        answer = httpx2.get(f"{console.url}/api/v1/environment", headers=header)
        assert code(answer) == (401, "token-needed")
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_scope_that_is_missing_is_named(ask: Ask) -> None:
    answer = ask("GET", "audit", scopes=[Scope.READ])
    assert code(answer) == (403, "scope-needed")
    assert "`admin`" in answer.json()["fix"]


def test_an_unknown_address_is_a_problem_too(ask: Ask) -> None:
    assert code(ask("GET", "nothing")) == (404, "not-found")
    assert code(ask("POST", "environment")) == (405, "bad-request")


def test_twenty_wrong_tokens_shut_an_address_out_for_minutes(console: Console, ask: Ask) -> None:
    for number in range(20):
        httpx2.get(f"{console.url}/api/v1/environment", headers={"Authorization": f"Bearer lf_{number:05}x"})
    answer = ask("GET", "environment")
    assert code(answer) == (429, "too-many-attempts")
    assert 0 < int(answer.headers["retry-after"]) <= 300


def test_wrong_tokens_from_elsewhere_do_not_lock_the_right_one_out(console: Console, ask: Ask) -> None:
    made, token = console.app.tokens.make(1, "script", [Scope.READ], 1, "Ada")
    for _ in range(30):
        console.app.limits.tokens.count(f"start {made.start}")
    url = f"{console.url}/api/v1/environment"
    assert httpx2.get(url, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert httpx2.get(url, headers={"Authorization": f"Bearer {made.start}guess"}).status_code == 429
    assert ask("GET", "environment").status_code == 200


def test_the_description_is_open_and_whole(console: Console) -> None:
    found = httpx2.get(f"{console.url}/api/v1/openapi.json").json()
    assert found["openapi"].startswith("3.")
    addresses = addresses_of(console.app.web(console.url).app)
    assert set(found["paths"]) == {one.path for one in addresses if one.api and one.action}
    assert found["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
    assert "cdn" not in httpx2.get(f"{console.url}/api/v1/openapi.json").text
