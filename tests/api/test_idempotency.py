"""A POST with an idempotency key is done once, on both databases, whatever dies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from api.test_api import code
from databases import KINDS, database_url
from leadferry.api.idempotency import KEPT_MS, LEASE_MS, Answer, fingerprint, key_of
from leadferry.api.idempotency_store import Claim
from leadferry.app import Tools
from leadferry.console.rights import Scope
from leadferry.errors import InputError, ServiceError
from leadferry.store.tables import idempotency_keys
from scripted_service import Time
from web import Console, new_console

Post = Callable[..., httpx2.Response]
BODY = {"source": "hidden", "key": "utm_source"}


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(params=KINDS)
def console(request: pytest.FixtureRequest, tmp_path: Path, time: Time) -> Iterator[Console]:
    tools = Tools(time.clock, time.sleep)
    with database_url(request.param) as url, new_console(tmp_path, url, tools) as console:
        console.app.environments.add("crane", "https://c.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s")
        yield console


@pytest.fixture
def post(console: Console) -> Post:
    _, token = console.app.tokens.make(1, "script", list(Scope), 9, "Ada")

    def sent(path: str, key: str, body: Any = BODY, bearer: str = token) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": key}
        return httpx2.post(f"{console.url}/api/v1/{path}", headers=headers, json=body)

    return sent


def hidden(console: Console) -> int:
    return sum(one.key == "utm_source" for one in console.app.mappings.list(1))


def under_way(console: Console, path: str = "mappings", body: bytes = b"{}") -> None:
    """As a request leaves it whose process was killed before its answer."""
    token = console.app.tokens.list(1)[0]
    same = fingerprint("POST", f"/api/v1/{path}?", "application/json", body)
    assert isinstance(console.app.idempotency.begin(token, "k", same, repeatable=False), Claim)


def test_the_same_request_again_is_answered_as_the_first_was(post: Post, console: Console) -> None:
    first, again = post("mappings", "k"), post("mappings", '"k"')
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.content, again.headers["content-type"]) == (first.content, first.headers["content-type"])
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert hidden(console) == 1
    assert post("mappings", "k2").json()["id"] != first.json()["id"]


def test_another_request_under_the_same_key_is_refused(post: Post, console: Console) -> None:
    post("mappings", "k")
    assert code(post("mappings", "k", {**BODY, "name": "x"})) == (422, "idempotency-key-reused")
    assert code(post("strategies", "k")) == (422, "idempotency-key-reused")
    assert hidden(console) == 1


def test_a_refusal_is_an_answer_too(post: Post) -> None:
    first, again = (post("strategies", "k", {"name": ""}) for _ in range(2))
    assert (first.status_code, again.status_code, again.content) == (422, 422, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["content-type"] == "application/problem+json"


def test_a_request_that_is_not_answered_yet_is_not_begun_again(post: Post, console: Console) -> None:
    under_way(console)
    assert code(post("mappings", "k", {})) == (409, "request-in-progress")


def test_one_whose_process_died_is_never_done_twice(post: Post, console: Console, time: Time) -> None:
    under_way(console)
    time.sleep(LEASE_MS / 1000)
    assert code(post("mappings", "k", {})) == (409, "outcome-unknown")


def test_one_whose_process_died_is_done_again_where_that_does_no_harm(post: Post, console: Console, time: Time) -> None:
    under_way(console, "sync")
    assert code(post("sync", "k", {})) == (409, "request-in-progress")
    time.sleep(LEASE_MS / 1000)
    assert post("sync", "k", {}).status_code == 200
    assert post("sync", "k", {}).headers["idempotency-replayed"] == "true"


def test_an_answer_that_comes_after_another_took_over_is_not_kept(console: Console, time: Time) -> None:
    token, _ = console.app.tokens.make(1, "script", list(Scope), 9, "Ada")
    store = console.app.idempotency
    late = store.begin(token, "k", b"f", repeatable=True)
    time.sleep(LEASE_MS / 1000)
    now = store.begin(token, "k", b"f", repeatable=True)
    assert isinstance(late, Claim)
    assert isinstance(now, Claim)
    store.keep(late, Answer(200, "application/json", b"late"))
    store.keep(now, Answer(200, "application/json", b"now"))
    assert store.begin(token, "k", b"f", repeatable=True) == Answer(200, "application/json", b"now")


def test_a_key_is_free_again_after_a_day(post: Post, console: Console, time: Time) -> None:
    post("mappings", "k")
    time.sleep(KEPT_MS / 1000)
    assert "idempotency-replayed" not in post("mappings", "k", {**BODY, "name": "x"}).headers
    with console.app.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(idempotency_keys)).scalar() == 1


def test_old_answers_go_without_a_further_request(post: Post, console: Console, time: Time) -> None:
    post("mappings", "k")
    time.sleep(KEPT_MS / 1000)
    console.app.guardian.tick([])
    with console.app.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(idempotency_keys)).scalar() == 0


def test_when_a_person_is_erased_kept_answers_go_and_nothing_is_done_again(post: Post, console: Console) -> None:
    post("mappings", "k")
    console.app.idempotency.erase_answers(1)
    assert code(post("mappings", "k")) == (410, "answer-erased")
    assert hidden(console) == 1


def test_keys_are_each_tokens_own(post: Post, console: Console) -> None:
    _, other = console.app.tokens.make(1, "other", [Scope.RULES], 9, "Ada")
    assert post("mappings", "k").json()["id"] != post("mappings", "k", bearer=other).json()["id"]


def test_rights_come_before_the_kept_answer(post: Post, console: Console) -> None:
    post("mappings", "k")
    console.app.tokens.revoke(1, console.app.tokens.list(1)[0].id, "Ada")
    assert code(post("mappings", "k")) == (401, "token-needed")


def test_of_many_at_once_one_is_done(post: Post, console: Console) -> None:
    answers: list[httpx2.Response] = []
    threads = [threading.Thread(target=lambda: answers.append(post("mappings", "k"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.status_code for one in answers} <= {201, 409}
    assert len({one.content for one in answers if one.status_code == 201}) == 1
    assert hidden(console) == 1


def test_a_failure_of_ours_frees_the_key_only_where_a_second_time_does_no_harm(
    post: Post, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(console.app, "start_sync", lambda _: 1 / 0)
        patched.setattr(console.app.audit, "add", lambda *_, **__: 1 / 0)
        assert [post("sync", "a", None).status_code, post("mappings", "b").status_code] == [500, 500]
    assert [post("sync", "a", None).status_code, post("mappings", "b").status_code] == [200, 500]
    assert hidden(console) == 1


def test_a_refusal_of_a_service_frees_the_key(post: Post, console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: object) -> bool:
        raise ServiceError("LinkedIn is away.", code="away", retry_after_s=7)

    with monkeypatch.context() as patched:
        patched.setattr(console.app, "start_sync", refused)
        answer = post("sync", "k", None)
        assert (code(answer), answer.headers["retry-after"]) == ((502, "away"), "7")
    assert post("sync", "k", None).status_code == 200


def test_a_kept_answer_is_sealed_and_sealed_again_with_a_new_key(post: Post, console: Console) -> None:
    post("mappings", "k", {**BODY, "name": "hushbird"})
    with console.app.database.read() as connection:
        sealed = connection.execute(sa.select(idempotency_keys.c.answer)).scalar_one()
    assert b"hushbird" not in sealed
    assert "answers of the API" in {use.words for use in console.app.sealed.uses()}


@pytest.mark.parametrize("header", ["", '""', "x" * 256, "é", "a\tb"])
def test_a_key_that_cannot_be_one_is_refused(header: str) -> None:
    with pytest.raises(InputError) as refused:
        key_of(header)
    assert refused.value.code == "bad-idempotency-key"
