"""The whole way in a real browser, whose policy must let the forms lead on to Entra and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from browser import browsing, window
from console.entra_scene import ADMIN, Scene

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.mark.parametrize("script", [True, False])
def test_a_person_signs_in_and_out_with_and_without_script(browser: Browser, scene: Scene, script: bool) -> None:
    scene.give(ADMIN)
    with window(browser, scene.console.url, script=script) as here:
        here.page.goto("/e/1/audit")
        here.page.get_by_role("button", name="Sign in with Microsoft").click()
        here.page.get_by_role("button", name="Ada Crane").click()
        assert here.page.url == f"{scene.console.url}/e/1/audit"
        assert here.page.get_by_role("heading", level=1).inner_text() == "Audit"
        here.page.get_by_role("button", name="Signed in as Ada Crane").click()
        here.page.get_by_role("button", name="Sign out").click()
        assert here.page.get_by_text("You are signed out.").is_visible()
        here.page.goto("/e/1/audit")
        assert here.page.url.startswith(f"{scene.console.url}/sign-in")
        assert here.complaints == []


def test_a_token_is_made_and_revoked(browser: Browser, scene: Scene) -> None:
    scene.give(ADMIN)
    with window(browser, scene.console.url, width=390) as here:
        here.page.goto("/e/1/tokens")
        here.page.get_by_role("button", name="Sign in with Microsoft").click()
        here.page.get_by_role("button", name="Ada Crane").click()
        here.page.get_by_label("Name").fill("nightly")
        here.page.get_by_role("button", name="Make token").click()
        assert here.page.get_by_label("The new token").input_value().startswith("lf_")
        here.page.get_by_role("button", name="Revoke").click()
        here.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
        assert here.page.get_by_text('"nightly" revoked').is_visible()
        assert here.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert here.complaints == []
