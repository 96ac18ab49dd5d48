"""A save that comes second, in a browser: what its page says, and both ways on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from acceptance.test_accessible import OUT_OF_REACH, RULES
from accessibility import AXE
from browser import Window, browsing, window
from console.test_saved_by_two import ANNA, BERT, EDITS, filled, opened, sent, signed_in, typed
from leadferry.console.person import Person
from web import Console, new_console

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATH = "configuration"


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with new_console(tmp_path) as console:
        filled(console.app)
        yield console


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


def at_the_form(shown: Window, console: Console, person: Person) -> Page:
    token = console.app.sessions.begin(person)
    shown.context.add_cookies([{"name": "leadferry", "value": token, "url": console.url}])
    shown.page.goto(f"/e/1/{EDITS[PATH].page}")
    return shown.page


def anna_saves(console: Console) -> None:
    anna = signed_in(console, ANNA)
    form = opened(anna, EDITS[PATH], PATH)
    sent(anna, form, typed(form, EDITS[PATH], "Nemo"))


@pytest.mark.parametrize(("width", "script"), [(1440, True), (390, True), (390, False)])
def test_one_press_saves_over_what_the_other_saved(
    console: Console, browser: Browser, width: int, script: bool
) -> None:
    with window(browser, console.url, width=width, script=script) as shown:
        page = at_the_form(shown, console, BERT)
        page.get_by_label("Last name where none was asked").fill("Nobody")
        page.get_by_label("Topic").fill("LinkedIn")
        anna_saves(console)
        page.get_by_role("button", name="Save the configuration").click()
        told = page.get_by_role("alert")
        expect(told.get_by_role("heading")).to_have_text("Anna Crane has changed this since you opened it")
        expect(told.get_by_role("row", name="Last name where none was asked")).to_contain_text("Nemo")
        expect(told.get_by_role("row", name="Last name where none was asked")).to_contain_text("Nobody")
        expect(page.get_by_label("Topic")).to_have_value("LinkedIn")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if script:
            page.evaluate(AXE.read_text("utf-8"))
            assert page.evaluate(RULES) == []
            assert page.evaluate(OUT_OF_REACH) == []
        page.get_by_role("button", name="Save mine over it").click()
        expect(page.get_by_text("2 changed")).to_be_visible()
        assert shown.complaints == []
    now = console.app.environments.configuration(console.app.environments.by_id(1))
    assert (now.last_name_fallback, now.subject_template) == ("Nobody", "LinkedIn")


def test_one_press_takes_what_is_there(console: Console, browser: Browser) -> None:
    with window(browser, console.url) as shown:
        page = at_the_form(shown, console, BERT)
        page.get_by_label("Last name where none was asked").fill("Nobody")
        anna_saves(console)
        page.get_by_role("button", name="Save the configuration").click()
        page.get_by_role("link", name="Take what is there").click()
        expect(page.get_by_label("Last name where none was asked")).to_have_value("Nemo")
        expect(page.get_by_role("alert")).to_have_count(0)
    assert console.app.environments.configuration(console.app.environments.by_id(1)).last_name_fallback == "Nemo"


def test_a_preview_by_htmx_keeps_what_the_form_was_drawn_from(console: Console, browser: Browser) -> None:
    with window(browser, console.url) as shown:
        page = at_the_form(shown, console, BERT)
        page.goto("/e/1/strategies/2")
        before = page.locator("#strategy-form [name=drawn_from]").input_value()
        console.app.strategies.change(1, 2, name="By mail")
        with page.expect_response("**/strategies/preview"):
            page.get_by_role("switch", name="Enable contact creation").click()
        expect(page.get_by_text("Not saved yet.")).to_be_visible()
        assert page.locator("#strategy-form [name=drawn_from]").input_value() == before
        page.get_by_role("button", name="Save strategy").click()
        expect(page.get_by_role("alert").get_by_role("row", name="Name")).to_contain_text(
            "nothing: it stays as it is now"
        )
        page.get_by_role("button", name="Save mine too").click()
        expect(page.get_by_text("By mail is saved")).to_be_visible()
    two = console.app.strategies.get(1, 2)
    assert (two.name, two.create_contacts) == ("By mail", False)
