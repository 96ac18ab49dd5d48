"""The whole connection in a browser: nothing but clicks and typing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import simulated
from browser import browsing, window
from connecting import PERSON_ID, Desk, new_desk, now_ms
from leadferry.accounts.model import Authorization
from leadferry.simulators.linkedin import service as linkedin
from samples import response
from services import Dynamics, LinkedIn


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with (
        linkedin.start() as one,
        simulated.fresh(now_ms) as other,
        new_desk(LinkedIn(one), Dynamics(other), tmp_path) as desk,
    ):
        app = {"secret": LinkedIn.SECRET, "redirect_uris": [desk.back], "consent": "page", "name": "Leadferry"}
        desk.linkedin.put("apps", LinkedIn.APP, **app)
        desk.linkedin.put("members", "grace", name="Grace", account_roles={"5001": "VIEWER"}, page_roles={})
        yield desk


def test_environment_app_profile_and_accounts_are_connected_by_clicking(desk: Desk) -> None:
    desk.linkedin.respond(response("r-1", now_ms() - 3_600_000))
    with browsing() as browser, window(browser, desk.console.url) as shown:
        page = shown.page
        page.goto(f"/sign-in/link/{desk.app.sessions.make_link()}")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Connect an environment").click()
        typed = desk.connection()
        page.get_by_label("Name", exact=False).first.fill(typed["name"])
        page.get_by_label("Address of the environment").fill(typed["url"])
        page.get_by_label("Directory (tenant) id").fill(typed["tenant_id"])
        page.get_by_label("Application (client) id").fill(typed["client_id"])
        page.get_by_label("Client secret", exact=True).last.fill(typed["secret"])
        page.get_by_text("National clouds").click()
        page.get_by_label("Sign-in service").fill(typed["authority"])
        page.get_by_role("button", name="Save and check").click()
        page.get_by_text("Bulk writing").wait_for()
        page.get_by_role("link", name="Next: LinkedIn app").click()
        page.get_by_label("Client id").fill(LinkedIn.APP)
        page.get_by_label("Client secret").fill(LinkedIn.SECRET)
        page.get_by_role("button", name="Save and check").click()
        page.get_by_label("Name of the profile").fill("Grace")
        page.get_by_role("button", name="Save and authorize").click()
        page.get_by_role("button", name="Go on to LinkedIn").click()
        page.get_by_role("button", name="Grace").click()
        page.get_by_role("button", name="Allow").click()
        page.get_by_role("heading", name="Confirm the environment").wait_for()
        assert desk.app.owners.list(desk.environment().id) == []
        page.get_by_role("button", name="Yes, connect").click()
        page.get_by_label("Default lead owner of Account 5001").select_option(PERSON_ID)
        page.get_by_role("button", name="Next: start").click()
        page.get_by_role("button", name="Start the first sync").click()
        page.get_by_role("link", name="Grace").click()
        page.get_by_role("heading", name="What this profile may do").wait_for()
        assert shown.complaints == []
    desk.app.background.wait()
    assert desk.profile("Grace").authorization is Authorization.AUTHORIZED
    (lead,) = desk.dynamics.leads("ownerid")
    assert lead["ownerid"] == PERSON_ID
