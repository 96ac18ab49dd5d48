"""What a person typed comes back with the error: every form of the console, whatever goes wrong around it.

What is wrong in the form itself is said beside its fields: the tests of each room's pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import expect

from accessibility import serious
from browser import browsing, window
from leadferry.cli.reference_rights import Address, addresses_of
from leadferry.console.kept import NEVER_SHOWN, kept
from leadferry.console.person import OPERATOR
from visitor import Visitor, text_of
from web import Console, new_console

TYPED = 'Größe <b>"M"</b>'
HERE = {"Sec-Fetch-Site": "same-origin"}
"""As a browser says of a form on a page of ours."""


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with new_console(tmp_path) as console:
        console.app.environments.add(
            "crane", "https://crane.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s"
        )
        yield console


def forms(console: Console) -> list[Address]:
    found = addresses_of(console.app.web(console.url).app)
    return [one for one in found if one.method == "POST" and one.action and not one.api]


def send(visitor: Visitor, address: Address, token: str = "") -> httpx2.Response:
    """From a page of ours; records of other ids than the environment's are gone."""
    path = re.sub(r"{(\w+)}", lambda name: "1" if name[1] == "environment_id" else "99", address.path)
    values = {"name": TYPED, "note": "kept", "secret": "never-shown", "_csrf_token": token or visitor.csrf()}
    return visitor.client.post(path, data=values, headers=HERE, follow_redirects=False)


def returned(answer: httpx2.Response) -> dict[str, str]:
    """The form on the answer that sends it again."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text)
    return {name: unescape(text) for name, text in fields if name != "return_to"}


def assert_all_is_there(answer: httpx2.Response, where: str) -> None:
    assert returned(answer)["name"] == TYPED, where
    assert returned(answer)["note"] == "kept", where
    assert "never-shown" not in answer.text, where
    assert "A secret is not shown again" in text_of(answer), where


def test_a_session_that_ended_loses_nothing_of_any_form(console: Console) -> None:
    visitor = console.operator()
    console.app.sessions.clock = lambda: console.app.clock() + 3_600_001
    for address in forms(console):
        answer = send(visitor, address)
        assert answer.status_code == 401, address.path
        assert_all_is_there(answer, address.path)


def test_a_form_that_is_too_old_loses_nothing_of_any_form(console: Console) -> None:
    visitor = console.operator()
    for address in forms(console):
        answer = send(visitor, address, token="of another browser")
        assert answer.status_code == 403, address.path
        assert_all_is_there(answer, address.path)


def test_a_record_that_another_person_removed_loses_nothing_of_any_form(console: Console) -> None:
    visitor = console.operator()
    for address in forms(console):
        if address.path.count("{") < 2:
            continue
        answer = send(visitor, address)
        assert answer.status_code == 404, address.path
        assert TYPED in text_of(answer), address.path
        assert "Send it again" not in answer.text, "it cannot succeed"


def test_what_comes_back_is_sent_again_and_taken(console: Console) -> None:
    visitor = console.operator()
    (tokens,) = (one for one in forms(console) if one.path.endswith("/tokens"))
    visitor.client.cookies.delete("leadferry-csrf")
    refused = send(visitor, tokens, token="of a browser that was closed")
    assert refused.status_code == 403
    visitor.client.post("/e/1/tokens", data={**returned(refused), "scope-read": "on", "days": "7"}, headers=HERE)
    assert [one.name for one in console.app.tokens.list(1)] == [TYPED]


def test_a_service_that_cannot_be_reached_loses_nothing(console: Console) -> None:
    visitor = console.operator()
    (accept,) = (one for one in forms(console) if one.path.endswith("/mappings/suggestions"))
    answer = send(visitor, accept)
    assert answer.status_code == 502
    assert_all_is_there(answer, accept.path)


@pytest.mark.parametrize("site", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}])
def test_what_another_site_sent_does_not_come_back_with_a_field_that_makes_it_good(
    console: Console, site: dict[str, str]
) -> None:
    visitor = console.operator()
    for cookies in (True, False):
        if not cookies:
            visitor.client.cookies.delete("leadferry")
        answer = visitor.client.post("/e/1/tokens", data={"name": TYPED}, headers=site)
        assert answer.status_code == 403
        assert "name" not in returned(answer)
        assert TYPED not in text_of(answer)


def test_a_part_of_a_page_stays_and_says_that_the_session_ended(console: Console) -> None:
    visitor = console.operator()
    console.app.sessions.clock = lambda: console.app.clock() + 3_600_001
    headers = HERE | {"HX-Request": "true", "x-csrftoken": visitor.csrf()}
    answer = visitor.client.post("/e/1/strategies/preview", data={"name": TYPED}, headers=headers)
    assert (answer.status_code, answer.headers["hx-retarget"]) == (401, "#messages")
    assert "Your session has ended" in text_of(answer)
    assert "HX-Redirect" not in answer.headers, "the page with what was typed is not left"


def test_fields_that_hold_secrets_are_those_that_a_page_hides() -> None:
    rooms = Path(kept.__code__.co_filename).parents[1]
    pages = [path.read_text("utf-8") for path in rooms.glob("*/templates/*/*.html")]
    hidden = {
        name
        for text in pages
        for one in re.findall(r'<input[^>]*type="password"[^>]*>|{{ field\([^}]*type="password"', text)
        for name in re.findall(r'name="(\w+)"|field\("(\w+)"', one)[0]
        if name
    }
    assert hidden
    assert hidden <= NEVER_SHOWN


def test_in_a_browser_a_form_outlives_its_session(console: Console) -> None:
    with browsing() as browser, window(browser, console.url) as shown:
        page = shown.page
        token = console.app.sessions.begin(OPERATOR)
        page.context.add_cookies([{"name": "leadferry", "value": token, "url": console.url}])
        page.goto("/e/1/tokens")
        page.get_by_label("Name").fill(TYPED)
        page.get_by_label("read", exact=False).first.check()
        page.get_by_label("Good for how many days").fill("7")
        console.app.sessions.end_all_of(OPERATOR.id)
        page.get_by_role("button", name="Make token").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your session has ended")
        expect(page.get_by_text(TYPED)).to_be_visible()
        assert serious(page) == []
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Sign in in a new tab").click()
        other = opened.value
        other.goto(f"/sign-in/link/{console.app.sessions.make_link()}")
        other.get_by_role("button", name="Sign in").click()
        other.wait_for_url("**/e/1")
        page.get_by_role("button", name="Send it again").click()
        expect(page.get_by_label("The new token")).to_be_visible()
        assert shown.complaints == []
    assert [one.name for one in console.app.tokens.list(1)] == [TYPED]
