"""The pages of webhooks over HTTP, as a person uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from leadferry.accounts.model import Environment
from leadferry.alerts.model import Event
from leadferry.guardian.model import Check, Level
from leadferry.intake.model import Door, Received
from visitor import Visitor, text_of
from web import Console, new_console
from webhooks.receiver import Answer, Receiver

KEY = "sig=K3Y-in-the-address"


@dataclass
class Scene:
    console: Console
    here: Environment
    operator: Visitor
    receiver: Receiver

    def add(self, **values: str) -> httpx2.Response:
        wanted = {"name": "Warehouse", "url": f"{self.receiver.url}?{KEY}", "event-submission.received": "on"}
        return self.operator.post(f"{self.base}/new", wanted | values)

    @property
    def base(self) -> str:
        return f"/e/{self.here.id}/webhooks"

    def respond(self, *names: str) -> None:
        received = [Received(name, b"{}", self.console.app.clock(), "SPONSORED") for name in names]
        self.console.app.inbox.store(self.here.id, Door.POLL, received)


@pytest.fixture
def scene(tmp_path: Path, receiver: Receiver) -> Iterator[Scene]:
    with new_console(tmp_path, webhook_http="yes", webhook_networks="127.0.0.0/8") as console:
        here = console.app.environments.add(
            "crane", "https://crane.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s"
        )
        yield Scene(console, here, console.operator(), receiver)


def secret_on(page: httpx2.Response) -> str:
    return re.search(r'value="(whsec_[^"]+)"', page.text)[1]  # type: ignore[index]


def test_an_empty_page_says_what_webhooks_are_for(scene: Scene) -> None:
    assert "No other system is told yet" in text_of(scene.operator.get(scene.base))


def test_the_secret_is_shown_once_and_what_follows_the_question_mark_never(scene: Scene) -> None:
    made = scene.add()
    secret = secret_on(made)
    assert "not shown again" in text_of(made)
    for path in (scene.base, f"{scene.base}/1", f"{scene.base}/1/change"):
        page = scene.operator.get(path)
        assert page.status_code == 200
        assert "/hook?…" in page.text
        assert secret not in page.text
        assert KEY not in page.text
    (entry,) = scene.console.app.audit.list(scene.here)
    assert (entry.action, entry.record) == ("webhook.change", "Warehouse")
    assert not any(word in repr(entry) for word in (secret, KEY))
    webhook = scene.console.app.webhooks.by_id(scene.here.id, 1)
    assert scene.console.app.webhooks.address(webhook) == f"{scene.receiver.url}?{KEY}"


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(scene: Scene) -> None:
    page = scene.operator.post(f"{scene.base}/new", {"name": "", "url": "https://10.0.0.7/x", "answers": "on"})
    assert page.status_code == 422
    text = text_of(page)
    assert "3 fields need another value" in text
    assert "10.0.0.7 is an address of a private network" in text
    assert "Choose at least one event." in text
    assert 'value="https://10.0.0.7/x"' in page.text
    assert 'name="answers" checked' in page.text
    assert scene.console.app.webhooks.list(scene.here.id) == []


def test_a_name_is_taken_once(scene: Scene) -> None:
    scene.add()
    page = scene.add(name=" WAREHOUSE ")
    assert page.status_code == 422
    assert 'There is a webhook "Warehouse" in this environment already' in text_of(page)


def test_a_change_keeps_an_address_that_is_left_empty(scene: Scene) -> None:
    scene.add()
    scene.operator.post(f"{scene.base}/1/change", {"name": "Lake", "url": "", "event-lead.created": "on"})
    webhook = scene.console.app.webhooks.by_id(scene.here.id, 1)
    assert (webhook.name, set(webhook.events)) == ("Lake", {"lead.created"})
    assert scene.console.app.webhooks.address(webhook).endswith(KEY)


def test_a_test_arrives_or_says_why_not(scene: Scene) -> None:
    secret = secret_on(scene.add())
    assert "Test sent It answered 204" in text_of(scene.operator.post(f"{scene.base}/1/test"))
    assert scene.receiver.got[0].verified(secret)["type"] == "webhook.test"
    scene.receiver.otherwise = Answer(500, b"<b>trouble</b>")
    page = scene.operator.post(f"{scene.base}/1/test")
    assert "The test did not arrive. It answered 500" in text_of(page)
    delivery = scene.operator.get(f"{scene.base}/1/deliveries/2")
    assert "&lt;b&gt;trouble&lt;/b&gt;" in delivery.text


def test_the_log_shows_each_delivery_with_its_attempts_body_and_answer(scene: Scene) -> None:
    scene.add()
    scene.receiver.will.append(Answer(503, b"later"))
    scene.respond("r1")
    assert "Waiting" in text_of(scene.operator.get(f"{scene.base}/1"))
    scene.console.app.webhook_courier.once()
    listed = text_of(scene.operator.get(f"{scene.base}/1"))
    assert "Tried again" in listed
    assert "It answered 503" in listed
    shown = scene.operator.get(f"{scene.base}/1/deliveries/1")
    assert "later" in shown.text
    assert "&#34;type&#34;: &#34;submission.received&#34;" in shown.text
    assert "It is sent again" in text_of(scene.operator.post(f"{scene.base}/1/deliveries/1/again"))
    scene.console.app.webhook_courier.once()
    assert "Delivered" in text_of(scene.operator.get(f"{scene.base}/1?only=delivered"))
    assert "None of these" in text_of(scene.operator.get(f"{scene.base}/1?only=failed"))
    assert len(set(scene.receiver.ids())) == 1


def test_all_that_were_given_up_are_sent_again_by_one_button(scene: Scene) -> None:
    scene.add()
    scene.receiver.otherwise = Answer(500)
    for _ in range(3):
        scene.operator.post(f"{scene.base}/1/test")
    assert "Send 3 given up again" in text_of(scene.operator.get(f"{scene.base}/1"))
    assert "3 are sent again" in text_of(scene.operator.post(f"{scene.base}/1/again"))
    scene.receiver.otherwise = Answer(200)
    scene.console.app.webhook_courier.once()
    assert "given up again" not in scene.operator.get(f"{scene.base}/1").text


def test_a_long_log_is_read_page_by_page(scene: Scene) -> None:
    scene.add()
    scene.respond(*(f"r{number}" for number in range(60)))
    page = scene.operator.get(f"{scene.base}/1?only=waiting")
    older = re.search(r'href="([^"]+before=\d+)"', page.text)[1].replace("&amp;", "&")  # type: ignore[index]
    assert "only=waiting" in older
    first = set(re.findall(r"deliveries/(\d+)", page.text))
    second = set(re.findall(r"deliveries/(\d+)", scene.operator.get(older).text))
    assert (len(first), len(second), first & second) == (50, 10, set())


def test_it_is_paused_and_switched_on(scene: Scene) -> None:
    scene.add()
    assert "It is paused." in text_of(scene.operator.post(f"{scene.base}/1/switch", {"active": "no"}))
    scene.respond("r1")
    assert scene.console.app.webhook_outbox.list(scene.here.id, 1) == []
    scene.operator.post(f"{scene.base}/1/switch", {"active": "yes"})
    scene.respond("r2")
    assert len(scene.console.app.webhook_outbox.list(scene.here.id, 1)) == 1


def test_a_new_secret_is_shown_once_and_both_sign_for_a_day(scene: Scene) -> None:
    old = secret_on(scene.add())
    page = scene.operator.post(f"{scene.base}/1/rotate")
    new = secret_on(page)
    assert new != old
    assert "The old secret signs beside it until" in text_of(page)
    scene.operator.post(f"{scene.base}/1/test")
    assert scene.receiver.got[0].verified(old) == scene.receiver.got[0].verified(new)
    later = scene.operator.get(f"{scene.base}/1")
    assert "Two secrets sign each message" in text_of(later)
    assert new not in later.text
    assert new not in repr(scene.console.app.audit.list(scene.here))


def test_removed_it_is_gone_with_its_log(scene: Scene) -> None:
    scene.add()
    scene.operator.post(f"{scene.base}/1/test")
    scene.operator.post(f"{scene.base}/1/remove")
    assert scene.console.app.webhooks.list(scene.here.id) == []
    assert scene.operator.get(f"{scene.base}/1").status_code == 404


def test_one_that_is_gone_is_paused_told_and_found(scene: Scene) -> None:
    scene.add()
    scene.receiver.otherwise = Answer(410)
    scene.respond("r1")
    app = scene.console.app
    app.webhook_courier.once()
    assert "Paused not wanted any more" in text_of(scene.operator.get(scene.base))
    assert "it does not want any more" in text_of(scene.operator.get(f"{scene.base}/1"))
    (finding,) = [one for one in app.findings.list(scene.here.id) if one.check is Check.WEBHOOK]
    assert (finding.level, finding.subject) == (Level.BAD, "webhook:1")
    (alert,) = app.alerts.list(scene.here.id, open_only=True)
    assert (alert.event, alert.address) == (Event.WEBHOOK, f"{scene.base}/1")
    assert "Open the webhook" in text_of(scene.operator.get(f"/e/{scene.here.id}/health"))
    scene.operator.post(f"{scene.base}/1/switch", {"active": "yes"})
    assert app.alerts.list(scene.here.id, open_only=True) == []


def test_the_menu_leads_there(scene: Scene) -> None:
    assert f'href="{scene.base}"' in scene.operator.get(f"/e/{scene.here.id}/alerts").text


def test_a_webhook_of_another_environment_is_not_found(scene: Scene) -> None:
    scene.add()
    scene.operator.post(f"{scene.base}/1/test")
    app = scene.console.app
    other = app.environments.add("heron", "https://heron.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s")
    base = f"/e/{other.id}/webhooks/1"
    for path in ("", "/change", "/deliveries/1"):
        assert scene.operator.get(f"{base}{path}").status_code == 404
    for path in ("/change", "/test", "/switch", "/rotate", "/again", "/remove", "/deliveries/1/again"):
        assert scene.operator.post(f"{base}{path}", {"name": "x"}).status_code == 404
    assert len(app.webhooks.list(scene.here.id)) == 1
