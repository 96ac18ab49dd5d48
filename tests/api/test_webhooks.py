"""`/api/v1/webhooks`, as a script uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from leadferry.console.rights import Scope
from leadferry.intake.model import Door, Received
from web import Console, new_console
from webhooks.receiver import Answer, Receiver, receiving

Ask = Callable[..., httpx2.Response]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with new_console(tmp_path, webhook_http="yes", webhook_networks="127.0.0.0/8") as console:
        for name in ("crane", "other"):
            console.app.environments.add(
                name, f"https://{name}.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s"
            )
        yield console


@pytest.fixture
def ask(console: Console) -> Ask:
    _, token = console.app.tokens.make(1, "script", [Scope.ADMIN], 1, "Ada")

    def asked(method: str, path: str, **more: Any) -> httpx2.Response:
        return httpx2.request(
            method, f"{console.url}/api/v1/{path}", headers={"Authorization": f"Bearer {token}"}, timeout=30, **more
        )

    return asked


def add(ask: Ask, receiver: Receiver, **more: Any) -> dict[str, Any]:
    wanted = {"name": "Warehouse", "url": f"{receiver.url}?key=K3Y", "events": ["submission.received"], **more}
    answer = ask("POST", "webhooks", json=wanted)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def respond(console: Console, body: bytes = b"{}") -> None:
    received = [Received("r1", body, console.app.clock(), "SPONSORED")]
    console.app.inbox.store(1, Door.POLL, received)


def test_a_webhook_is_made_and_its_secret_told_once(console: Console, ask: Ask, receiver: Receiver) -> None:
    made = add(ask, receiver)
    assert made["webhook"]["url"].endswith("/hook?…")
    assert ask("POST", "webhooks/1/test").json() == {"arrived": True, "status": 204, "error": ""}
    assert receiver.got[0].verified(made["secret"])["type"] == "webhook.test"
    for path in ("webhooks", "webhooks/1"):
        assert made["secret"] not in ask("GET", path).text
        assert "K3Y" not in ask("GET", path).text
    entries = console.app.audit.list(console.app.environments.by_id(1))
    assert {one.via for one in entries} == {"api"}
    assert not any(word in repr(entries) for word in (made["secret"], "K3Y"))


def test_without_events_it_is_told_every_outcome(ask: Ask, receiver: Receiver) -> None:
    events = add(ask, receiver, events=[])["webhook"]["events"]
    assert "lead.created" in events
    assert "submission.received" not in events


def test_what_is_named_is_changed_and_the_rest_stays(console: Console, ask: Ask, receiver: Receiver) -> None:
    add(ask, receiver)
    changed = ask("PATCH", "webhooks/1", json={"name": "Lake", "active": False}).json()
    assert (changed["name"], changed["active"], changed["events"]) == ("Lake", False, ["submission.received"])
    webhook = console.app.webhooks.by_id(1, 1)
    assert console.app.webhooks.address(webhook) == f"{receiver.url}?key=K3Y"
    assert ask("PATCH", "webhooks/1", json={"active": True}).json()["active"] is True
    before = len(console.app.audit.list(console.app.environments.by_id(1)))
    ask("PATCH", "webhooks/1", json={})
    assert len(console.app.audit.list(console.app.environments.by_id(1))) == before


def test_the_log_is_read_and_what_was_given_up_sent_again(console: Console, ask: Ask, receiver: Receiver) -> None:
    add(ask, receiver)
    receiver.will.append(Answer(410))
    respond(console)
    console.app.webhook_courier.once()
    assert ask("GET", "webhooks/1").json()["paused_why"] == "gone"
    (listed,) = ask("GET", "webhooks/1/deliveries?only=failed").json()["items"]
    assert (listed["event"], listed["status"], listed["attempts"]) == ("submission.received", 410, 1)
    assert ask("GET", "webhooks/1/deliveries?only=delivered").json() == {"items": [], "next": None}
    whole = ask("GET", f"webhooks/1/deliveries/{listed['id']}").json()
    assert whole["body"]["id"] == listed["message_id"]
    assert [one["status"] for one in whole["attempts"]] == [410]
    ask("PATCH", "webhooks/1", json={"active": True})
    assert ask("POST", "webhooks/1/redeliver").json() == {"count": 1}
    console.app.webhook_courier.once()
    assert ask("POST", f"webhooks/1/deliveries/{listed['id']}/redeliver").json() == {"count": 1}
    console.app.webhook_courier.once()
    assert len(set(receiver.ids())) == 1
    assert len(receiver.got) == 3


def test_answers_of_people_are_sent_and_never_told_by_the_api(console: Console, ask: Ask, receiver: Receiver) -> None:
    add(ask, receiver, answers=True)
    receiver.otherwise = Answer(200, b"thank you, ada@x.test")
    details = b'{"textQuestionAnswer": {"answer": "ada@x.test"}}'
    respond(
        console,
        b'{"id": "r1", "submittedAt": 1, "formResponse": {"answers": [{"questionId": 3, "answerDetails": %s}]}}'
        % details,
    )
    console.app.webhook_courier.once()
    assert b"ada@x.test" in receiver.got[0].body
    whole = ask("GET", "webhooks/1/deliveries/1")
    assert whole.status_code == 200
    assert "ada@x.test" not in whole.text


def test_a_new_secret_is_told_once_and_both_sign(ask: Ask, receiver: Receiver) -> None:
    old = add(ask, receiver)["secret"]
    new = ask("POST", "webhooks/1/rotate").json()["secret"]
    ask("POST", "webhooks/1/test")
    assert receiver.got[0].verified(old) == receiver.got[0].verified(new)


def test_removed_it_is_gone(ask: Ask, receiver: Receiver) -> None:
    add(ask, receiver)
    assert ask("DELETE", "webhooks/1").status_code == 204
    assert ask("GET", "webhooks").json()["items"] == []
    assert ask("GET", "webhooks/1").json()["code"] == "webhook-not-found"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"name": "x", "url": "https://169.254.169.254/"}, "local link"),
        ({"name": "", "url": "https://hooks.example.com/"}, "1 to 100"),
        ({"name": "x", "url": "https://hooks.example.com/", "form_ids": [7]}, "no form 7"),
    ],
)
def test_what_is_wrong_is_a_problem_with_its_words(ask: Ask, body: dict[str, Any], words: str) -> None:
    answer = ask("POST", "webhooks", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-webhook")
    assert words in answer.json()["detail"]


def test_an_event_that_there_is_not_is_refused(ask: Ask, receiver: Receiver) -> None:
    body = {"name": "x", "url": receiver.url, "events": ["lead.sold"]}
    assert ask("POST", "webhooks", json=body).status_code == 400
