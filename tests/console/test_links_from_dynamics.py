"""Every entry of the site map in Dynamics that opens the console opens a page that there is, for who may see it."""

from __future__ import annotations

import re

import pytest

from console.entra_scene import ADMIN, Scene
from leadferry.cli.reference_rights import addresses_of
from leadferry.solution.sitemap import SETTINGS, USE, entries_in, site_map_xml

PATHS = sorted(what for _, what in entries_in(site_map_xml("/e/1")) if what.startswith("/e/1"))


def test_the_settings_and_the_sync_status_open_the_console() -> None:
    assert [f"/e/1{one.path}" for one in sorted((*USE, *SETTINGS), key=lambda one: one.path) if one.path] == PATHS


@pytest.mark.parametrize("path", PATHS)
def test_an_entry_of_the_site_map_opens_a_page(scene: Scene, path: str) -> None:
    known = {one.path for one in addresses_of(scene.console.app.web(scene.console.url).app) if one.method == "GET"}
    assert re.sub("^/e/1", "/e/{environment_id}", path) in known
    scene.give(ADMIN)
    assert scene.sign_in().get(path).status_code == 200
