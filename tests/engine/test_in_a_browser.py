"""What feels immediate in a browser: a sync that is watched, a reset that is tried, a file that is imported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from acceptance.conftest import now_ms
from browser import browsing, window
from guardian.conftest import House
from samples import response
from web import Console, serving


@pytest.fixture
def console(house: House) -> Iterator[Console]:
    with house.opened() as app, serving(app) as console:
        yield console


def test_a_sync_is_watched_a_reset_tried_and_a_file_imported(console: Console, house: House, tmp_path: Path) -> None:
    house.linkedin.respond(response("r-1", now_ms() - 3_600_000, email="a@crane.example", last_name="Ada"))
    file = tmp_path / "leads.csv"
    file.write_text("Email,Last name,Note\nb@crane.example,Bob,Hello\n", "utf-8")
    with browsing() as browser, window(browser, console.url) as shown:
        page = shown.page
        page.goto(f"/sign-in/link/{console.app.sessions.make_link()}")
        page.get_by_role("button", name="Sign in").click()
        page.goto("/e/1/sync")
        page.get_by_role("button", name="Sync now").click()
        page.get_by_text("Form responses stored: 1. Leads created: 1").wait_for()
        page.get_by_role("button", name="Make a dry run").click()
        page.get_by_role("button", name="Start the reset all the same").wait_for()
        page.goto("/e/1/import")
        page.get_by_label("CSV file").set_input_files(str(file))
        page.get_by_role("button", name="Next: columns").click()
        page.get_by_label("What the column Note is").select_option("out")
        page.get_by_role("button", name="Import 1 rows").click()
        page.get_by_text("1 form submissions are stored.").wait_for()
        page.get_by_role("link", name="leads").click()
        page.wait_for_url(re.compile("/forms/[0-9]+$"))
        assert shown.complaints == []
    console.app.background.wait()
    assert [lead["emailaddress1"] for lead in house.dynamics.leads()] == ["a@crane.example", "b@crane.example"]
