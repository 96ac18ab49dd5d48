"""`leadferry webhooks`, as an operator types it."""

from __future__ import annotations

import pytest

from acceptance.conftest import Scene
from cli.conftest import Line, adding
from leadferry.simulators.dataverse.users import CLIENT_SECRET
from webhooks.receiver import Answer, receiving


@pytest.fixture
def alone(line: Line, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Line:
    """An environment, and receivers on this machine allowed."""
    environ = {**scene.environ, "LEADFERRY_WEBHOOK_HTTP": "yes", "LEADFERRY_WEBHOOK_NETWORKS": "127.0.0.0/8"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert line(*adding(scene), stdin=CLIENT_SECRET).code == 0
    return line


def test_a_webhook_is_added_tried_looked_at_and_removed(alone: Line) -> None:
    with receiving() as receiver:
        added = alone("webhooks", "add", "Warehouse", "--url", receiver.url, "--event", "lead.created")
        assert added.code == 0
        secret = added.out.splitlines()[1]
        tried = alone("webhooks", "test", "warehouse")
        assert (tried.code, tried.out.startswith('The test arrived at "Warehouse": 204')) == (0, True)
        assert receiver.got[0].verified(secret)["type"] == "webhook.test"
        newer = alone("webhooks", "rotate", "Warehouse").out.strip()
        receiver.otherwise = Answer(500)
        lost = alone("webhooks", "test", "Warehouse")
        assert (lost.code, "It answered 500" in lost.err) == (1, True)
        assert receiver.got[1].verified(newer)
        shown = alone("webhooks", "deliveries", "Warehouse", "--json").json
        assert [(one["state"], one["status"]) for one in shown] == [("failed", 500), ("delivered", 204)]
        receiver.otherwise = Answer(200)
        assert alone("webhooks", "redeliver", "Warehouse").out == '1 are sent again to "Warehouse".\n'
        assert alone("webhooks", "deliveries", "Warehouse", "--state", "failed").out == "Nothing was sent.\n"
    (listed,) = alone("webhooks", "list", "--json").json
    assert (listed["name"], listed["events"], listed["failed"]) == ("Warehouse", ["lead.created"], 0)
    assert alone("webhooks", "set", "Warehouse", "--paused").code == 0
    assert "paused" in alone("webhooks").out
    assert alone("webhooks", "remove", "Warehouse", "--yes").code == 0
    assert alone("webhooks").out.startswith("No webhook yet")


def test_an_address_with_a_key_comes_by_standard_input_and_is_never_shown(alone: Line) -> None:
    said = [alone("webhooks", "add", "CRM", "--json", stdin="https://127.0.0.1:9/x?sig=K3Y")]
    said += [alone("webhooks", *words) for words in (("list",), ("test", "CRM"), ("deliveries", "CRM", "--json"))]
    assert said[0].code == 0
    assert all("K3Y" not in one.out + one.err for one in said)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--url", "https://169.254.169.254/x"), "local link"),
        (("--url", "https://hooks.example.com", "--event", "lead.sold"), "There is no event lead.sold"),
        (("--url", "https://hooks.example.com", "--form", "12"), "There is no form 12 (of LinkedIn)"),
        ((), "Standard input held no webhook address"),
    ],
)
def test_what_is_wrong_is_said(alone: Line, options: tuple[str, ...], words: str) -> None:
    said = alone("webhooks", "add", "CRM", *options)
    assert said.code == 2
    assert words in said.err
