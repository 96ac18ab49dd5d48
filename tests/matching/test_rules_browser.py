"""Editing with script, in Chromium: the preview follows what is edited, nothing loads from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import Window, browsing, window
from delivery.conftest import Ferry, open_ferry
from services import Dynamics
from web import serving


@pytest.fixture
def ferry(dynamics: Dynamics, tmp_path: Path) -> Iterator[Ferry]:
    with open_ferry(dynamics, tmp_path, "sqlite") as ferry:
        ferry.dynamics.seed("lead", [{"emailaddress1": "ada@x.test", "companyname": "Elsewhere"}])
        ferry.respond(first_name="Ada", last_name="Crane", email="ada@x.test", company_name="Crane", job_title="Queen")
        yield ferry


@pytest.fixture
def signed_in(ferry: Ferry) -> Iterator[Window]:
    with serving(ferry.app) as console, browsing() as browser, window(browser, console.url) as opened:
        opened.page.goto(f"/sign-in/link/{ferry.app.sessions.make_link()}")
        opened.page.get_by_role("button", name="Sign in").click()
        opened.page.wait_for_url("**/e/1**")
        yield opened
        assert opened.complaints == []


def test_the_preview_follows_the_strategy_as_it_is_edited(ferry: Ferry, signed_in: Window) -> None:
    page = signed_in.page
    page.goto("/e/1/strategies/1")
    preview = page.locator("#preview")
    preview.get_by_text("1 real submission").wait_for()
    field = page.locator("#add option", has_text="Company name").get_attribute("value")
    page.locator("#f-name").fill("Mail and company")
    page.locator("#add").select_option(field)
    preview.get_by_text("1 would end otherwise").wait_for()
    assert preview.get_by_role("link", name="Ada Crane").get_attribute("href") == "/e/1/submissions/1"
    assert page.locator("#f-name").input_value() == "Mail and company"
    page.get_by_label("Always create lead").check()
    preview.get_by_text("Created").last.wait_for()
    assert len(ferry.app.strategies.active(1).fields) == 1
    page.get_by_label("Always create lead").uncheck()
    preview.get_by_text("To review").last.wait_for()
    page.get_by_role("button", name="Save strategy").click()
    page.get_by_role("heading", name="Mail and company").wait_for()
    assert len(ferry.app.strategies.active(1).fields) == 2
    page.get_by_role("button", name="Remove Company name").click()
    page.get_by_text("Not saved yet").wait_for()
    page.get_by_role("link", name="Discard").click()
    page.get_by_role("button", name="Remove Company name").wait_for()


def test_the_panel_of_a_mapping_opens_beside_the_list_and_follows_the_column(ferry: Ferry, signed_in: Window) -> None:
    page = signed_in.page
    page.goto("/e/1/mappings")
    page.get_by_role("link", name="Job title").click()
    side = page.locator("#side")
    side.get_by_role("heading", name="Job title").wait_for()
    assert "/mappings/" in page.url
    side.get_by_label("Name").fill("Trade")
    side.get_by_label("Lead column").select_option("industrycode")
    side.get_by_text("Unknown so far").wait_for()
    assert side.get_by_label("Name").input_value() == "Trade"
    side.get_by_label("Choice for Queen").select_option("2")
    side.get_by_role("button", name="Save mapping").click()
    page.get_by_text("Trade is saved").wait_for()
    saved = next(one for one in ferry.app.mappings.list(1) if one.key == "JOB_TITLE")
    assert (saved.name, saved.column, dict(saved.synonyms)) == ("Trade", "industrycode", {"Queen": "2"})
