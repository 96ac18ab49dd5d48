"""The pages in a browser: by keyboard alone, for people who use other means, and without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from accessibility import serious
from browser import Window, browsing, window
from delivery.conftest import Ferry
from leadferry.delivery.model import State
from web import Console, serving


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as running:
        yield running


@pytest.fixture
def console(sqlite_ferry: Ferry) -> Iterator[Console]:
    with serving(sqlite_ferry.app) as running:
        yield running


def fill(ferry: Ferry) -> list[int]:
    """Two in review, one updated, one created, one test lead. The numbers of those in review."""
    ferry.match_by("emailaddress1", "lastname")
    ferry.dynamics.seed(
        "lead",
        [
            {
                "emailaddress1": "jon@fjord.test",
                "lastname": "Aasen",
                "firstname": "Jon",
                "companyname": "Fjordkraft AS",
            },
            {"emailaddress1": "kari@aasen.test", "lastname": "Aasen", "firstname": "Kari", "jobtitle": "Owner"},
            {"emailaddress1": "luc@schelde.test", "lastname": "Vermeulen", "jobtitle": "Engineer"},
        ],
    )
    review = [
        ferry.respond(first_name="Jon", last_name="Aasen", email="jon@it.test", company_name="Fjordkraft IT AS"),
        ferry.respond(first_name="Kari", last_name="Aasen", email="k@new.test", job_title="Owner"),
    ]
    ferry.respond(first_name="Luc", last_name="Vermeulen", email="Luc@schelde.test", job_title="Head of Engineering")
    ferry.respond(first_name="Anna", last_name="Brandt", email="anna@nord.test", company_name="Nordwasser")
    ferry.respond(first_name="Test", last_name="Lead", email="test@x.test", test=True)
    ferry.deliver()
    return [int(ferry.show(response)["id"]) for response in review]


def signed_in(opened: Window, console: Console) -> Page:
    opened.page.goto(f"{console.url}/sign-in/link/{console.app.sessions.make_link()}")
    opened.page.get_by_role("button").last.click()
    opened.page.wait_for_url(lambda url: "sign-in" not in url)
    return opened.page


def test_a_review_is_decided_and_undone_by_keyboard_alone(
    sqlite_ferry: Ferry, console: Console, browser: Browser
) -> None:
    newest, oldest = sorted(fill(sqlite_ferry), reverse=True)
    with window(browser, console.url) as opened:
        page = signed_in(opened, console)
        page.goto(f"/e/1/review?id={newest}")
        page.keyboard.press("j")
        page.wait_for_url(f"**/review?id={oldest}")
        page.keyboard.press("k")
        page.wait_for_url(f"**/review?id={newest}")
        page.keyboard.press("2")
        assert page.locator("input[name=lead]").nth(1).is_checked()
        page.keyboard.press("l")
        page.get_by_text("Linked and updated").wait_for()
        assert sqlite_ferry.show(str(newest))["state"] is State.DELIVERED
        page.keyboard.press("u")
        page.get_by_text("Undone").wait_for()
        assert sqlite_ferry.show(str(newest))["state"] is State.REVIEW
        assert opened.complaints == []


def test_single_letters_rest_in_fields_and_where_they_are_switched_off(
    sqlite_ferry: Ferry, console: Console, browser: Browser
) -> None:
    first, _ = fill(sqlite_ferry)
    with window(browser, console.url) as opened:
        page = signed_in(opened, console)
        page.goto("/e/1/submissions")
        page.keyboard.press("/")
        page.keyboard.type("finn")
        assert page.locator("input[name=q]").input_value() == "finn"
        page.goto(f"/e/1/review?id={first}")
        page.keyboard.press("?")
        page.get_by_label("Single letters act on this page").uncheck()
        page.get_by_role("button", name="Close").click()
        page.keyboard.press("i")
        page.reload()
        assert sqlite_ferry.show(str(first))["state"] is State.REVIEW


def test_rows_are_walked_with_j_and_k(sqlite_ferry: Ferry, console: Console, browser: Browser) -> None:
    fill(sqlite_ferry)
    with window(browser, console.url) as opened:
        page = signed_in(opened, console)
        page.goto("/e/1/submissions")
        for key in "jjk":
            page.keyboard.press(key)
        assert page.evaluate("document.activeElement.textContent") == page.locator("[data-row]").first.text_content()


def test_a_review_is_decided_without_script(sqlite_ferry: Ferry, console: Console, browser: Browser) -> None:
    first, _ = fill(sqlite_ferry)
    with window(browser, console.url, script=False) as opened:
        page = signed_in(opened, console)
        page.goto(f"/e/1/review?id={first}")
        page.get_by_role("button", name="Ignore").last.click()
        assert sqlite_ferry.show(str(first))["state"] is State.REJECTED


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_keep_nobody_out(
    sqlite_ferry: Ferry, console: Console, browser: Browser, width: int, dark: bool
) -> None:
    fill(sqlite_ferry)
    with window(browser, console.url, width=width, dark=dark) as opened:
        page = signed_in(opened, console)
        for path in ("submissions", "submissions?test=only&q=x", "submissions/3", "submissions/5", "review"):
            page.goto(f"/e/1/{path}")
            assert serious(page) == [], path
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, path
        assert opened.complaints == []
