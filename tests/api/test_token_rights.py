"""A token may do what its maker may do now, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa

from api.test_api import code
from console.entra_scene import ADA_PERSON, ADMIN, SALES, Scene, entra_scene
from leadferry.console.rights import Scope
from leadferry.console.roles_worker import AGAIN_MS, FRESH_MS, STALE_MS
from leadferry.store.tables import api_tokens


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with entra_scene(tmp_path) as scene:
        scene.give(ADMIN)
        yield scene


@pytest.fixture
def token(scene: Scene) -> str:
    """Made at the console, by Ada."""
    page = scene.sign_in().post("/e/1/tokens", {"name": "script", "days": "9", "scope-read": "on", "scope-admin": "on"})
    return str(re.findall(r"lf_[\w-]{43}", page.text)[0])


def ask(scene: Scene, token: str, path: str = "configuration") -> httpx2.Response:
    return httpx2.get(f"{scene.console.url}/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})


def test_it_may_what_its_maker_may(scene: Scene, token: str) -> None:
    assert ask(scene, token).status_code == 200
    [made] = scene.console.app.tokens.list(1)
    assert (made.person, made.created_by) == (
        type(ADA_PERSON)(ADA_PERSON.kind, ADA_PERSON.id, "Ada Crane", tenant_id=ADA_PERSON.tenant_id),
        "Ada Crane",
    )


def test_it_loses_what_its_maker_loses_and_gets_it_back(scene: Scene, token: str) -> None:
    assert ask(scene, token).status_code == 200
    scene.give(SALES)
    scene.time.sleep(FRESH_MS / 1000)
    refused = ask(scene, token)
    assert code(refused) == (403, "maker-not-allowed")
    assert "Ada Crane lacks the right configuration.read" in refused.json()["detail"]
    assert f"the security role {ADMIN}" in refused.json()["fix"]
    assert ask(scene, token, "forms").status_code == 200
    scene.give("Basic User")
    scene.time.sleep(FRESH_MS / 1000)
    assert code(ask(scene, token, "forms")) == (403, "maker-not-allowed")
    scene.give(ADMIN)
    scene.time.sleep(FRESH_MS / 1000)
    assert ask(scene, token).status_code == 200


def test_while_dynamics_cannot_be_asked_the_last_answer_counts_for_minutes(scene: Scene, token: str) -> None:
    assert ask(scene, token).status_code == 200
    scene.dynamics.fault("status", status=503, times=1000)
    scene.time.sleep((FRESH_MS + STALE_MS) / 1000 - 60)
    assert ask(scene, token).status_code == 200
    scene.time.sleep(60)
    answer = ask(scene, token)
    assert code(answer) == (503, "rights-unknown")
    assert answer.headers["retry-after"] == str(AGAIN_MS // 1000)


def test_the_operators_tokens_stay(scene: Scene) -> None:
    scene.dynamics.fault("status", status=503, times=1000)
    _, token = scene.console.app.tokens.make(1, "script", [Scope.ADMIN], 9, "Operator")
    assert ask(scene, token).status_code == 200


def test_a_token_of_nobody_knows_whom_has_no_right(scene: Scene) -> None:
    _, token = scene.console.app.tokens.make(1, "script", [Scope.ADMIN], 9, "Ada")
    with scene.console.app.database.write() as connection:
        connection.execute(sa.update(api_tokens).values(person_kind="", person_id=""))
    refused = ask(scene, token)
    assert code(refused) == (403, "maker-not-allowed")


def test_an_answer_to_a_wrong_token_tells_how_many_more_are_borne(scene: Scene) -> None:
    first, second = ask(scene, "lf_wrong"), ask(scene, "lf_wrong")
    assert first.headers["ratelimit-policy"] == '"wrong-tokens";q=20;w=300'
    assert (first.headers["ratelimit"], second.headers["ratelimit"]) == (
        '"wrong-tokens";r=19;t=300',
        '"wrong-tokens";r=18;t=300',
    )
