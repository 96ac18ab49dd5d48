"""The pages of webhooks in a browser: from the first one to sending again, on a screen and on a phone."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from accessibility import serious
from browser import browsing, window
from leadferry.app import Tools
from leadferry.clock import system_clock
from leadferry.console.person import OPERATOR
from leadferry.intake.model import Door, Received
from leadferry.webhooks.model import CHOOSABLE
from leadferry.webhooks.schedule import MAX_ATTEMPTS, RETRY_AFTER_MS
from leadferry.webhooks.wishes import read_wishes
from web import Console, new_console
from webhooks.conftest import HERE
from webhooks.receiver import Answer, Receiver


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as running:
        yield running


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with new_console(tmp_path, webhook_http="yes", webhook_networks="127.0.0.0/8") as console:
        console.app.environments.add(
            "crane", "https://crane.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s"
        )
        yield console


def sign_in(page: Page, console: Console) -> None:
    token = console.app.sessions.begin(OPERATOR)
    page.context.add_cookies([{"name": "leadferry", "value": token, "url": console.url}])


@pytest.mark.parametrize(("width", "script"), [(1440, True), (390, False)], ids=["screen", "phone without script"])
def test_a_webhook_from_the_first_form_to_sending_again(
    browser: Browser, console: Console, receiver: Receiver, width: int, script: bool
) -> None:
    with window(browser, console.url, width=width, script=script) as shown:
        page = shown.page
        sign_in(page, console)
        page.goto("/e/1/webhooks")
        page.get_by_role("link", name="New webhook").click()
        page.get_by_role("textbox", name="Name").fill("Warehouse")
        page.get_by_role("textbox", name="Address").fill(receiver.url)
        page.get_by_role("button", name="Save the webhook").click()
        secret = page.get_by_label("The secret").input_value()
        receiver.will.append(Answer(500, b"not today"))
        page.get_by_role("button", name="Send a test").click()
        expect(page.get_by_role("alert")).to_contain_text("The test did not arrive. It answered 500")
        page.get_by_role("link", name="delivery 1").click()
        expect(page.get_by_text("not today")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("button", name="Send it again").click()
        console.app.webhook_courier.once()
        page.reload()
        expect(page.get_by_text("Delivered")).to_be_visible()
        if script:
            assert serious(page) == []
        assert shown.complaints == []
    assert [one.verified(secret)["type"] for one in receiver.got] == ["webhook.test", "webhook.test"]
    assert len(set(receiver.ids())) == 1


def test_the_log_shows_every_retry_of_a_lead_that_came_and_a_replay_arrives(
    browser: Browser, tmp_path: Path, receiver: Receiver
) -> None:
    """The receiver fails as long as messages are tried; a person mends it, and sends again what was given up."""
    moved = [0]
    tools = Tools(clock=lambda: system_clock() + moved[0])
    with new_console(tmp_path, tools=tools, webhook_http="yes", webhook_networks="127.0.0.0/8") as console:
        app = console.app
        app.environments.add("crane", "https://crane.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s")
        wished = read_wishes(
            "Warehouse", receiver.url, CHOOSABLE, [], answers=False, known_forms=(), rules=HERE, url_needed=True
        )
        _webhook, secret = app.webhooks.add(1, wished)
        app.inbox.store(1, Door.POLL, [Received("r-1", b"{}", app.clock(), "SPONSORED")])
        receiver.otherwise = Answer(503, b"the warehouse is shut")
        with window(browser, console.url) as shown:
            page = shown.page
            for wait in (0, *RETRY_AFTER_MS):
                moved[0] += wait
                app.webhook_courier.once()
            sign_in(page, console)
            page.goto("/e/1/webhooks")
            page.get_by_role("link", name="Warehouse", exact=True).click()
            page.get_by_role("link", name="Given up").click()
            page.get_by_role("link", name="delivery 1").click()
            expect(page.get_by_text("the warehouse is shut")).to_have_count(MAX_ATTEMPTS)
            expect(page.get_by_role("heading", name="What is sent")).to_be_visible()
            receiver.otherwise = Answer(200)
            page.get_by_role("button", name="Send it again").click()
            app.webhook_courier.once()
            page.reload()
            expect(page.get_by_text("Delivered")).to_be_visible()
            page.get_by_role("link", name="Warehouse", exact=True).click()
            page.get_by_text("How the receiver verifies a message").click()
            expect(page.get_by_text("Their HMAC-SHA256 in base64")).to_be_visible()
            assert serious(page) == []
            assert shown.complaints == []
    assert len(receiver.got) == MAX_ATTEMPTS + 1
    assert len(set(receiver.ids())) == 1, "one message, whatever the attempt"
    key = base64.b64decode(secret.removeprefix("whsec_"))
    for one in receiver.got:
        signed = f"{one.headers['webhook-id']}.{one.headers['webhook-timestamp']}.".encode() + one.body
        signature = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
        assert f"v1,{signature}" in one.headers["webhook-signature"].split(), "as the page says"


def test_on_a_phone_every_command_is_behind_the_menu(browser: Browser, console: Console, receiver: Receiver) -> None:
    wished = read_wishes(
        "Warehouse", receiver.url, ["lead.created"], [], answers=False, known_forms=(), rules=HERE, url_needed=True
    )
    console.app.webhooks.add(1, wished)
    with window(browser, console.url, width=390) as shown:
        page = shown.page
        sign_in(page, console)
        page.goto("/e/1/webhooks/1")
        page.get_by_role("button", name="More commands").click()
        page.get_by_role("button", name="New secret").click()
        page.get_by_role("button", name="Make a new secret").click()
        expect(page.get_by_label("The secret")).to_be_visible()
        page.get_by_role("button", name="More commands").click()
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("It is paused.")).to_be_visible()
        assert shown.complaints == []
