"""`./dev pictures`: the console's pages as the documentation shows them, taken from the demonstration."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from browser import browsing, window
from leadferry.cli.demo_scene import DemoScene
from leadferry.simulators.world.staff import STAFF

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
PAGES: Mapping[str, str] = {
    "home": "",
    "submissions": "submissions",
    "review": "review",
    "profile": "profiles/1",
    "strategies": "strategies",
    "mappings": "mappings",
    "sync": "sync",
    "performance": "performance",
    "health": "health",
}
"""Picture -> path below the environment."""


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, DemoScene(Path(folder), 300, 1, 0) as scene:
        scene.wave(lambda _: None, threading.Event())
        for environment in scene.app.environments.list():
            scene.app.guardian.count(environment)
            scene.app.read_costs(environment, now=True)
            scene.app.read_outcomes(environment, now=True)
            scene.app.guardian.look(environment)
            scene.app.search.catch_up(environment.id)
        assert scene.server
        take(scene.server.url, scene.environment.id)


def take(url: str, environment_id: int) -> None:
    with browsing() as browser, window(browser, url, height=860) as shown:
        page = shown.page
        page.goto("/")
        page.click("text=Sign in with Microsoft")
        page.click(f"text={STAFF[0].name}")
        for name, path in PAGES.items():
            page.goto(f"/e/{environment_id}/{path}".rstrip("/"))
            page.wait_for_load_state("networkidle")
            page.screenshot(path=PICTURES / f"{name}.png")
        assert shown.complaints == []


if __name__ == "__main__":
    main()
