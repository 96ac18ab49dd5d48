"""Every page of the console as each role sees it, in a browser: it opens, it says something, and nothing on it leads
where the role may not go.

With `--screens pictures` a picture of each is left, by role. What the guard refuses: tests/console/test_every_address.
The operator's pages, which nothing is kept from: test_accessible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest

from acceptance.test_accessible import NO_PAGE, browser, house, ids_of
from acceptance.two_environments import Pair
from browser import window
from console.entra_scene import ADA_PERSON
from leadferry.cli.reference_rights import Address, addresses_of
from leadferry.console.person import Person, Role
from leadferry.console.rights import RIGHTS
from leadferry.performance.dashboard_charts import FIRST
from web import Console

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser", "house"]
LED_TO = """() => [
  ...[...document.querySelectorAll("a[href]")].map(one => ["GET", one.getAttribute("href")]),
  ...[...document.querySelectorAll("form")]
    .filter(form => [...form.elements].some(one => one.type === "submit" && !one.hasAttribute("formaction")))
    .map(form => [form.method.toUpperCase(), form.getAttribute("action")]),
  ...[...document.querySelectorAll("[formaction]")].map(
    one => [(one.getAttribute("formmethod") || one.form.method).toUpperCase(), one.getAttribute("formaction")]),
  ...[...document.querySelectorAll("[hx-get]")].map(one => ["GET", one.getAttribute("hx-get")]),
  ...[...document.querySelectorAll("[hx-post]")].map(one => ["POST", one.getAttribute("hx-post")]),
]"""
"""Everything on the page that asks the console for something: (method, address)."""


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SALESPERSON, Role.MANAGER], ids=lambda role: role.value)
def test_every_page_opens_for_its_roles_and_offers_nothing_that_is_refused(
    house: tuple[Pair, Console],
    browser: Browser,
    role: Role,
    monkeypatch: pytest.MonkeyPatch,
    pytestconfig: pytest.Config,
) -> None:
    pair, console = house
    monkeypatch.setattr(console.app.roles, "ask", lambda _person, _environment: frozenset({role}))
    screens = pytestconfig.getoption("--screens")
    addresses, wrong = known(console), []
    with window(browser, console.url, width=720) as shown:
        page = signed_in(shown.page, console, role)
        own = console.app.dashboards.add(1, role.value, role.value, f"Of the {role.value}", FIRST)
        for path in pages_of(role, {**ids_of(pair), "dashboard_id": str(own)}, addresses):
            answer = page.goto(path)
            assert answer is not None
            wrong += [f"{path}: {answer.status}"] if answer.status != 200 else []
            wrong += [f"{path}: {told}" for told in refused(page, addresses, role)]
            wrong += [f"{path}: nothing is said"] if len(page.locator("main").inner_text().split()) < 3 else []
            if screens:
                page.screenshot(path=picture(Path(screens), role, path), full_page=True)
        assert shown.complaints == []
    assert wrong == [], "\n".join(wrong)


def known(console: Console) -> list[tuple[re.Pattern[str], Address]]:
    """The plainest first: `profiles/new` before `profiles/{profile_id}`."""
    found = [one for one in addresses_of(console.app.web(console.url).app) if not one.api]
    found.sort(key=lambda one: one.path.count("{"))
    return [(re.compile(re.sub(r"{\w+}", "[^/]+", one.path)), one) for one in found]


def signed_in(page: Page, console: Console, role: Role) -> Page:
    person = Person(ADA_PERSON.kind, role.value, role.value, "", console.app.environments.by_id(1).tenant_id)
    token = console.app.sessions.begin(person)
    page.context.add_cookies([{"name": "leadferry", "value": token, "url": console.url}])
    return page


def pages_of(role: Role, ids: dict[str, str], addresses: list[tuple[re.Pattern[str], Address]]) -> Iterator[str]:
    for _pattern, one in addresses:
        if one.method == "GET" and one.action and role in RIGHTS[one.action] and one.path not in NO_PAGE:
            yield re.sub(r"{(\w+)}", lambda name: ids[name[1]], one.path)


def refused(page: Page, addresses: list[tuple[re.Pattern[str], Address]], role: Role) -> Iterator[str]:
    """What the page leads to and the role is not allowed, or nobody knows."""
    for method, target in page.evaluate(LED_TO):
        path = urlsplit(urljoin(page.url, target)).path
        if urlsplit(target or "").netloc or path.startswith("/static/"):
            continue
        found = next((one for pattern, one in addresses if one.method == method and pattern.fullmatch(path)), None)
        if found is None:
            yield f"{method} {path} leads nowhere"
        elif found.action and role not in RIGHTS[found.action]:
            yield f"{method} {path} needs {found.action.value}"


def picture(folder: Path, role: Role, path: str) -> Path:
    (folder / role.value).mkdir(parents=True, exist_ok=True)
    return folder / role.value / f"{path.strip('/').replace('/', '-') or 'first'}.png"
