"""Every page of the console for every reader: axe in light and dark on three widths, keyboard, zoom, without script.

The pages come from the routes; a new one is looked at without being named here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from acceptance.conftest import Scene
from acceptance.two_environments import Pair, two_environments
from accessibility import AXE
from browser import Window, browsing, window
from leadferry.alerts.model import Event
from leadferry.cli.reference_rights import addresses_of
from leadferry.console.person import OPERATOR
from leadferry.guardian.model import Level
from services import Dynamics, LinkedIn
from web import Console, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

VENDOR = AXE.parent
WIDTHS = (1440, 720, 390, 360)
"""720: 1440 at a zoom of 200 %."""
NO_PAGE = {
    "/audit/{kind}": "a file",
    "/e/{environment_id}/audit/{kind}": "a file",
    "/e/{environment_id}/submissions/export": "a file",
    "/e/{environment_id}/submissions/fresh": "a part of a page",
    "/e/{environment_id}/checks": "a part of a page",
    "/e/{environment_id}/sync/live": "a part of a page",
    "/e/{environment_id}/privacy/due": "a part of a page",
    "/e/{environment_id}/configuration/leadferry.yaml": "a file",
    "/e/{environment_id}/sync/dry-run": "a part of a page",
    "/e/{environment_id}/adopt/live": "a part of a page",
    "/e/{environment_id}/performance/csv/{name}": "a file",
    "/e/{environment_id}/dashboards/{dashboard_id}/csv/{place}": "a file",
    "/e/{environment_id}/import/{key}": "only while an uploaded file waits",
    "/e/{environment_id}/import/{key}/result": "only after an import",
    "/e/{environment_id}/profiles/{profile_id}/confirm/{consent_id}": "only while LinkedIn's answer waits",
    "/linkedin/back": "for LinkedIn; a message page where nothing waits",
}
MORE = ("/sign-in", "/sign-in/link/none", "/no-such-page", "/e/1/profiles/99")
RULES = """() => {
  document.getAnimations().forEach(one => one.finish());
  return axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"],
  rules: {"css-orientation-lock": {enabled: false}},
  resultTypes: ["violations"],
}).then(found => found.violations.flatMap(one => one.nodes.map(node =>
  `${one.impact} ${one.id}: ${node.html.slice(0, 160)} ${node.any.map(why => why.message).join("; ")}`)));
}"""
COLOURS = RULES.replace(re.findall(r"\[\"wcag2a\".*?\]", RULES)[0], '{type: "rule", values: ["color-contrast"]}')
OUT_OF_REACH = """() => {
  const wide = document.documentElement.clientWidth;
  const hides = (one, axis) => ["hidden", "clip"].includes(getComputedStyle(one)["overflow" + axis]);
  const own = one => ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
  const scrolls = one => one && (own(one) || scrolls(one.parentElement));
  return [...document.querySelectorAll("main *, header *")].filter(one =>
    one.checkVisibility({visibilityProperty: true}) && one.textContent.trim() && one.clientWidth > 1
    && !one.closest("svg, .visually-hidden, .skip, [popover]:not(:popover-open)")
    && (hides(one, "X") && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).textOverflow !== "ellipsis"
      || hides(one, "Y") && one.scrollHeight > one.clientHeight + 2
      || one.getBoundingClientRect().right > wide + 1 && !scrolls(one.parentElement))
  ).map(one => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 60)}`); }"""
"""What is cut off, or beside the window and in no part that scrolls. One line with an ellipsis has its page."""
ONLY_SEEN = """() =>
  [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
  .filter(one => one.checkVisibility() && !one.disabled && one.tabIndex >= 0 && one.type !== "hidden")
  .filter(one => one.type !== "radio" || one.checked).length"""
WITHOUT_FOCUS = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex], [hx-get], [hx-post], [data-key], [data-submit]")]
  .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.type !== "hidden")
  .filter(one => !one.matches("form, div, section, body, details") || one.hasAttribute("tabindex"))
  .filter(one => {
    one.focus({focusVisible: true});
    const style = getComputedStyle(one);
    const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
    return document.activeElement !== one || !seen;
  }).map(one => one.outerHTML.slice(0, 120))"""
"""Pressed by a mouse and not by a key, or without a ring. Parts that load or change by themselves are none of them."""
FOCUS = """() => { const one = document.activeElement, style = getComputedStyle(one);
  if (one === document.body) return null;
  if (one === window.last) return {same: true};  // the day and the month of a date
  window.last = one;
  if (!window.walk) window.walk = new Set();
  const again = window.walk.has(one); window.walk.add(one);
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
  return {again, seen, html: one.outerHTML.slice(0, 120)}; }"""


@pytest.fixture(scope="module")
def house(
    services: tuple[LinkedIn, Dynamics], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Pair, Console]]:
    scene = Scene(*services, tmp_path_factory.mktemp("pages") / "data")
    scene.start_over()
    with two_environments(scene) as pair, serving(pair.app) as console:
        pair.app.alerts.open(1, Event.GAP, "gap:-:now", Level.WARN, "Two are missing", "They are at LinkedIn.", "Look.")
        pair.app.check_now(pair.crane)
        yield pair, console


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


def ids_of(pair: Pair) -> dict[str, str]:
    """By the parameter of an address."""
    return {"place": "0", "name": "form", **{name: str(values["crane"]) for name, values in pair.ids.items()}}


def pages(pair: Pair, console: Console) -> list[str]:
    ids = ids_of(pair)
    found = [
        re.sub(r"{(\w+)}", lambda name: ids[name[1]], one.path)
        for one in addresses_of(console.app.web(console.url).app)
        if one.method == "GET" and one.action and not one.api and one.path not in NO_PAGE
    ]
    return [*found, *MORE]


def signed_in(shown: Window, console: Console) -> Page:
    token = console.app.sessions.begin(OPERATOR)
    shown.context.add_cookies([{"name": "leadferry", "value": token, "url": console.url}])
    return shown.page


def test_axe_is_the_one_that_was_checked() -> None:
    row = re.compile(r"^\| `axe.min.js` \|.*\(`([^`]+)`\) \| `([0-9a-f]{64})` \|$", re.MULTILINE)
    ((licence, digest),) = row.findall((VENDOR / "VENDORED.md").read_text("utf-8"))
    assert digest == hashlib.sha256(AXE.read_bytes()).hexdigest()
    assert "Mozilla Public License" in (VENDOR / licence).read_text("utf-8")


def test_axe_finds_nothing_on_any_page(
    house: tuple[Pair, Console], browser: Browser, pytestconfig: pytest.Config
) -> None:
    """Without --long: light on a screen, dark on a phone."""
    pair, console = house
    wrong: list[str] = []
    every = bool(pytestconfig.getoption("--long"))
    with window(browser, console.url) as shown:
        page = signed_in(shown, console)
        for path in pages(pair, console):
            page.set_viewport_size({"width": 1440, "height": 900})
            page.goto(path)
            page.evaluate(AXE.read_text("utf-8"))
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                wide = int(page.evaluate("document.documentElement.scrollWidth"))
                wrong += [f"{path} at {width}: {wide} wide"] if wide > width else []
                wrong += [f"{path} at {width}: out of reach: {one}" for one in page.evaluate(OUT_OF_REACH)]
                for scheme, rules in looks(width, every=every):
                    page.emulate_media(color_scheme=scheme)
                    wrong += [f"{path} {width} {scheme} {one}" for one in page.evaluate(rules)]
        assert shown.complaints == []
    assert wrong == [], "\n".join(wrong)


def looks(width: int, *, every: bool) -> list[tuple[Any, str]]:
    """The dark look has other colours, and nothing else."""
    if not every:
        return {1440: [("light", RULES)], 390: [("dark", COLOURS)]}.get(width, [])
    return [] if width == 720 else [("light", RULES), ("dark", COLOURS)]


def test_every_page_can_be_read_without_script(house: tuple[Pair, Console], browser: Browser) -> None:
    pair, console = house
    with window(browser, console.url, width=390, script=False) as shown:
        page = signed_in(shown, console)
        for path in pages(pair, console):
            page.goto(path)
            assert page.get_by_role("heading", level=1).count() == 1, path
            assert page.locator(".scripted-only:visible").count() == 0, path
        page.goto("/e/1/health")
        page.get_by_role("button", name="Menu").click()
        page.get_by_role("link", name="User profiles").click()
        assert page.url.endswith("/e/1/profiles")


def test_everything_that_can_be_pressed_takes_the_focus_and_shows_it(
    house: tuple[Pair, Console], browser: Browser
) -> None:
    """On every page; the walk by Tab over some of them is the next test."""
    pair, console = house
    wrong: list[str] = []
    with window(browser, console.url) as shown:
        page = signed_in(shown, console)
        for path in pages(pair, console):
            page.goto(path)
            wrong += [f"{path}: {one}" for one in page.evaluate(WITHOUT_FOCUS)]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("path", ["/e/1/profiles/1", "/e/1/settings", "/e/1/alerts/channels/new", "/e/1/audit"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    house: tuple[Pair, Console], browser: Browser, path: str
) -> None:
    with window(browser, house[1].url) as shown:
        page = signed_in(shown, house[1])
        page.goto(path)
        page.wait_for_load_state("networkidle")
        there, seen = int(page.evaluate(ONLY_SEEN)), 0
        for _ in range(there + 30):
            page.keyboard.press("Tab")
            at = page.evaluate(FOCUS)
            if at and at.get("same"):
                continue
            if at is None or at["again"]:
                break
            assert at["seen"], at["html"]
            seen += 1
        assert seen >= there
        page.goto(path)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
