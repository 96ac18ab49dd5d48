"""The pages of the simulated services in Chromium, script switched off, on a phone: buttons lead on, nothing is cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from browser import Window, browsing, window
from leadferry.simulators.entra import service as entra_service
from leadferry.simulators.linkedin import service as linkedin_service
from leadferry.simulators.server import Running
from simulators.entra.directory import APP as ENTRA_APP
from simulators.entra.directory import Directory
from simulators.linkedin.scene import ADS, APP, FINDER, LEADS, SECRET, Scene

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHONE = 390


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


@pytest.fixture
def linkedin() -> Iterator[Scene]:
    with linkedin_service.start() as running:
        scene = Scene(running)
        scene.build()
        callback = f"{running.url}/callback"
        scene.put("apps", APP, secret=SECRET, redirect_uris=[callback], name="Leadferry", consent="page")
        member = {"account_roles": {"5001": "VIEWER"}, "page_roles": {"9001": "ADMINISTRATOR"}}
        scene.put("members", "ada", name="Ada Crane", email="ada.of.the.long.address@crane-works.example", **member)
        scene.sim("POST", "tokens/revoke", {})
        yield scene


@pytest.fixture
def directory() -> Iterator[Directory]:
    with entra_service.start() as running:
        found = Directory(running.url)
        found.build()
        yield found
        found.http.close()


def fits(page: Page) -> bool:
    """Nothing is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def press(opened: Window, button: str) -> None:
    """A button by its words; the page that follows must fit, too."""
    opened.page.get_by_role("button", name=button).click()
    assert fits(opened.page)


def authorization(running: Running) -> str:
    asked = {"response_type": "code", "client_id": APP, "redirect_uri": f"{running.url}/callback", "state": "s"}
    return f"/oauth/v2/authorization?{urlencode({**asked, 'scope': f'{ADS} {LEADS}'})}"


def test_a_person_lets_an_application_in_and_removes_it(browser: Browser, linkedin: Scene) -> None:
    with window(browser, linkedin.running.url, width=PHONE, script=False) as opened:
        opened.page.goto(authorization(linkedin.running))
        assert fits(opened.page)
        press(opened, "Ada Crane")
        press(opened, "Allow")
        assert "/callback?code=AQT" in opened.page.url
        linkedin.new_token(ADS, LEADS)
        opened.page.goto("/psettings/permitted-services")
        press(opened, "Remove")
        assert opened.page.get_by_text("None.").is_visible()
        assert opened.complaints == []


def test_a_person_fills_a_lead_form_in(browser: Browser, linkedin: Scene) -> None:
    with window(browser, linkedin.running.url, width=PHONE, script=False, dark=True) as opened:
        opened.page.goto("/")
        press(opened, "Ada Crane")
        opened.page.get_by_role("link", name="Whitepaper autumn").click()
        assert fits(opened.page)
        opened.page.get_by_label("Question 11").fill("Ja, bitte")
        press(opened, "Submit")
        assert opened.page.get_by_role("heading", name="Thank you").is_visible()
        assert opened.complaints == []
    linkedin.token = linkedin.new_token(LEADS)
    (found,) = linkedin.rest(FINDER).json["elements"]
    assert found["formResponse"]["answers"][0]["answerDetails"] == {"textQuestionAnswer": {"answer": "Ja, bitte"}}


@pytest.mark.parametrize("mode", ["query", "form_post"])
def test_a_person_signs_in_at_entra(browser: Browser, directory: Directory, mode: str) -> None:
    callback = f"{directory.url}/callback"
    directory.build(redirect_uris=[callback])
    asked = {"response_type": "code", "client_id": ENTRA_APP, "redirect_uri": callback, "scope": "openid"}
    with window(browser, directory.root, width=PHONE, script=False) as opened:
        opened.page.goto(f"{directory.root}/oauth2/v2.0/authorize?{urlencode({**asked, 'response_mode': mode})}")
        assert fits(opened.page)
        press(opened, "Ada Crane")
        if mode == "form_post":
            press(opened, "Continue")
        assert opened.page.url.startswith(callback)
        assert ("code=" in opened.page.url) is (mode == "query")
        assert opened.complaints == []
