"""From an empty data folder to the first lead, as a person does it: a link, a browser, and nothing typed in a shell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from acceptance.vendors import Vendors, vendors
from browser import Window, browsing, window
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from leadferry.simulators.world.staff import STAFF
from services import LinkedIn

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MAYA = STAFF[1]
"""A salesperson, who also owns the leads."""


@dataclass
class Installation:
    """`leadferry web` as a process of its own. `said` is what it printed until the link."""

    url: str
    link: str
    process: subprocess.Popen[str]

    def stop(self) -> str:
        self.process.terminate()
        return "".join(self.process.communicate(timeout=60))


@contextmanager
def installed(folder: Path, environ: dict[str, str]) -> Iterator[Installation]:
    process = subprocess.Popen(
        [sys.executable, "-m", "leadferry", "web", "--port", "0"],
        env={**os.environ, "LEADFERRY_DATA": str(folder), "LEADFERRY_POLL_INTERVAL_S": "1", **environ},
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        url = re.search(r"http://\S+", process.stdout.readline())
        link = re.search(r"http://\S+/sign-in/link/\S+", "".join(process.stdout.readline() for _ in range(4)))
        assert url, process.stderr and process.stderr.read()
        assert link
        yield Installation(url[0], link[0], process)
    finally:
        process.kill()
        process.wait()


@dataclass
class Walk:
    """Steps through the console, each pictured when `--screens` names a folder."""

    shown: Window
    known: set[str]
    screens: Path | None
    asked: set[str] = field(default_factory=set)
    opened: int = 0
    """How often an address was typed."""

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.asked.add(_origin(request.url)))

    @property
    def page(self) -> Page:
        return self.shown.page

    def open(self, address: str) -> None:
        self.opened += 1
        self.page.goto(address)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def at(self, heading: str, picture: str) -> None:
        """The page with this heading is there."""
        self.page.get_by_role("heading", name=heading).first.wait_for()
        if self.screens:
            self.screens.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.screens / f"{picture}.png", full_page=True)

    def choose(self, entry: str) -> None:
        """From the menu of a narrow screen."""
        self.page.get_by_role("button", name="Menu").click()
        self.page.get_by_role("navigation", name="LinkedIn Lead Gen").get_by_role("link", name=entry).click()

    @contextmanager
    def beside(self, link: str) -> Iterator[Walk]:
        """The page that the link opens in a tab of its own."""
        with self.page.context.expect_page() as opening:
            self.page.get_by_role("link", name=link).first.click()
        walk = Walk(self.shown.beside(opening.value), self.known, self.screens, self.asked)
        yield walk
        walk.nothing_amiss()
        walk.page.close()

    def nothing_amiss(self) -> None:
        """No script error, nothing that the policy refused, no other host."""
        assert self.shown.complaints == []
        assert self.asked <= self.known


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


@pytest.fixture
def screens(request: pytest.FixtureRequest) -> Path | None:
    folder = request.config.getoption("--screens")
    return Path(folder) if folder else None


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Vendors]:
    with vendors(tmp_path) as made:
        yield made


def test_an_empty_installation_brings_the_first_lead_by_clicking_only(
    town: Vendors, tmp_path: Path, screens: Path | None
) -> None:
    with installed(tmp_path / "data", town.environ) as here, browsing() as browser:
        town.register(here.url)
        known = town.origins | {here.url}
        with window(browser, here.url) as shown:
            walk = Walk(shown, known, screens)
            sign_in(walk, here.link)
            connect_dynamics(walk, town)
            connect_linkedin(walk)
            choose_accounts(walk)
            fill_in_the_form(walk)
            see_the_lead(walk, town)
            walk.nothing_amiss()
            assert walk.opened == 1, "only the printed link was opened by its address"
        see_it_as_a_salesperson(browser, here, known, screens)
        written = here.stop()
    assert here.process.returncode == 0, written
    assert [secret for secret in (CLIENT_SECRET, LinkedIn.SECRET, "ida@holm.example") if secret in written] == []


def sign_in(walk: Walk, link: str) -> None:
    walk.open(link)
    walk.at("Sign in", "01-sign-in-link")
    walk.press("Sign in")
    walk.at("Environments", "02-empty")


def connect_dynamics(walk: Walk, town: Vendors) -> None:
    page = walk.page
    page.get_by_role("link", name="Connect an environment").click()
    walk.at("Connect LinkedIn to Dynamics 365", "03-connect")
    page.get_by_label("Name", exact=False).first.fill("Production")
    page.get_by_label("Address of the environment").fill(town.dynamics)
    page.get_by_label("Directory (tenant) id").fill(TENANT_ID)
    page.get_by_label("Application (client) id").fill(CLIENT_ID)
    page.get_by_label("Client secret", exact=True).last.fill(CLIENT_SECRET)
    page.get_by_text("National clouds").click()
    page.get_by_label("Sign-in service").fill(town.entra)
    walk.press("Save and check")
    page.get_by_text("Bulk writing").wait_for()
    walk.at("Connect LinkedIn to Production", "04-dynamics-checked")


def connect_linkedin(walk: Walk) -> None:
    page = walk.page
    page.get_by_role("link", name="Next: LinkedIn app").click()
    page.get_by_label("Client id").fill(LinkedIn.APP)
    page.get_by_label("Client secret").fill(LinkedIn.SECRET)
    walk.at("LinkedIn app", "05-linkedin-app")
    walk.press("Save and check")
    page.get_by_label("Name of the profile").fill("Grace")
    walk.at("Sign in to LinkedIn", "06-profile")
    walk.press("Save and authorize")
    walk.press("Go on to LinkedIn")
    walk.at("Sign in", "07-linkedin-sign-in")
    page.get_by_role("button", name="Grace").click()
    walk.at("Leadferry would like to", "08-linkedin-consent")
    walk.press("Allow")
    walk.at("Confirm the environment", "09-confirm")
    walk.press("Yes, connect")


def choose_accounts(walk: Walk) -> None:
    walk.at("Accounts and forms", "10-accounts")
    walk.page.get_by_label("Default lead owner of Crane Works").select_option(MAYA.user_id)
    walk.press("Next: start")
    walk.at("Start", "11-start")
    walk.press("Start the first sync")
    walk.page.get_by_role("link", name="Grace").wait_for()
    walk.at("LinkedIn user profiles", "12-profiles")


def fill_in_the_form(walk: Walk) -> None:
    """Ida meets the ad: in the same browser, beside the console, by the link at the account."""
    walk.page.get_by_role("link", name="Accounts and pages").click()
    walk.at("Accounts and pages", "13-accounts-and-pages")
    with walk.beside("open at LinkedIn") as there:
        there.page.get_by_role("button", name="Ida Holm").click()
        there.page.get_by_role("link", name="Get the paper").click()
        there.page.get_by_label("Email").fill("ida@holm.example")
        there.page.get_by_label("Company name").fill("Holm Works")
        there.page.get_by_label("Which size?").select_option(label="Large")
        there.at("Get the paper", "14-lead-form")
        there.press("Submit")
        there.at("Thank you", "15-thank-you")


def see_the_lead(walk: Walk, town: Vendors) -> None:
    """In the console, in Dynamics' pages, and by its Web API."""
    page = walk.page
    page.get_by_role("link", name="Form submissions").click()
    until_it_shows(page, page.get_by_role("link", name="Ida Holm").count)
    page.get_by_role("link", name="Ida Holm").first.click()
    until_it_shows(page, page.get_by_role("link", name="Open lead in Dynamics").count)
    walk.at("Ida Holm", "16-submission")
    with walk.beside("Open lead in Dynamics") as there:
        there.at("Ida Holm", "17-dynamics")
        assert "Holm Works" in there.page.locator("body").inner_text()
    (lead,) = town.leads("lastname", "emailaddress1", "companyname", "_ownerid_value")
    assert (lead["lastname"], lead["emailaddress1"], lead["companyname"]) == ("Holm", "ida@holm.example", "Holm Works")
    assert lead["_ownerid_value"] == MAYA.user_id


def until_it_shows(page: Page, there: object) -> None:
    """Looks again, as a person does; the whole test has a limit of its own."""
    for _ in range(100):
        if there():  # type: ignore[operator]
            return
        page.wait_for_timeout(200)
        page.reload()
    raise AssertionError(page.locator("body").inner_text())


def see_it_as_a_salesperson(browser: Browser, here: Installation, known: set[str], screens: Path | None) -> None:
    """On a phone. She opens the console's address, and types no other."""
    with window(browser, here.url, width=390) as shown:
        walk = Walk(shown, known, screens)
        walk.open("/")
        walk.press("Sign in with Microsoft")
        walk.page.get_by_role("button", name=MAYA.name).click()
        walk.at("Home", "18-salesperson")
        walk.choose("Form submissions")
        walk.at("Form submissions", "19-salesperson-submissions")
        walk.page.get_by_text("Ida Holm").first.wait_for()
        assert walk.page.get_by_role("link", name="Audit").count() == 0
        walk.choose("User profiles")
        walk.page.get_by_role("link", name="Grace").click()
        walk.at("Grace", "20-salesperson-profile")
        walk.choose("Environment")
        walk.at("Production", "21-salesperson-environment")
        count = walk.page.get_by_text("Form submissions", exact=True).locator("xpath=following-sibling::dd")
        assert count.inner_text() == "1"
        assert walk.page.get_by_role("button", name="Save the connection").count() == 0
        walk.nothing_amiss()
        assert walk.opened == 1
