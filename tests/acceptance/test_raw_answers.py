"""What a service answered is one press away from the words that tell of it: checks of connections, rights, consent,
syncs. Of submissions: tests/delivery/test_pages.py."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx2
import pytest

from acceptance.conftest import Scene, now_ms
from samples import response
from visitor import Visitor, text_of
from web import Console, serving


@pytest.fixture
def console(scene: Scene) -> Iterator[Console]:
    scene.connect()
    with scene.app() as app, serving(app) as console:
        yield console
    scene.dynamics.no_faults()


@pytest.fixture
def operator(console: Console) -> Visitor:
    return console.operator()


def behind_a_press(page: httpx2.Response) -> str:
    """What stands in parts that are closed until somebody opens them."""
    found = re.findall(r"<details>(.*?)</details>", page.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", one) for one in found)


def test_of_a_check_of_the_connection(scene: Scene, operator: Visitor) -> None:
    scene.dynamics.fault("status", status=403, path="WhoAmI", times=-1)
    page = operator.get("/e/1/settings?check=1")
    assert "What to do" in text_of(page)
    assert "HTTP status 403" in behind_a_press(page)


def test_of_a_check_of_a_members_rights(scene: Scene, operator: Visitor) -> None:
    scene.linkedin.call("POST", "tokens/revoke", {})
    page = operator.post("/e/1/profiles/1/rights")
    assert page.status_code == 502
    assert "What to do" in text_of(page)
    assert "invalid_grant" in behind_a_press(page)


def test_of_a_consent_that_was_not_given(operator: Visitor) -> None:
    page = operator.get("/linkedin/back?error=user_cancelled_authorize&state=none")
    assert page.status_code == 400
    assert "code " in behind_a_press(page)


def test_of_a_sync_that_cannot_deliver(scene: Scene, console: Console, operator: Visitor) -> None:
    scene.linkedin.respond(response("r-1", now_ms() - 1000, email="ada@x.test", last_name="Crane"))
    scene.dynamics.fault("status", status=403, path="api/data", times=-1)
    console.app.sync_once(console.app.environments.get("test"))
    page = operator.get("/e/1/sync")
    assert "Leads cannot be delivered since" in text_of(page)
    (check,) = set(re.findall(r'<a href="([^"]+)">Check the connection</a>', page.text))
    assert "HTTP status 403" in behind_a_press(operator.get(check))
