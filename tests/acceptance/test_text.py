"""All text of the console is in one place: read in a language that nobody speaks, no page has a plain English word
left, but for names, ids and what people wrote.

Where it fails: mark the text (CONTRIBUTING, "Text"), run `./dev text`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from acceptance.conftest import Scene
from acceptance.test_accessible import NO_PAGE, pages, signed_in
from acceptance.two_environments import Pair, two_environments
from browser import browsing, window
from leadferry.alerts.model import Event
from leadferry.cli.text import as_text, collected
from leadferry.cli.text_pseudo import pseudo, pseudo_catalogue
from leadferry.cli.text_unmarked import SPOKEN
from leadferry.console import languages_store
from leadferry.console.rights import Scope
from leadferry.delivery.configuration import OPTIONS
from leadferry.guardian import guardian_worker
from leadferry.guardian.model import Level
from leadferry.store.tables import metadata
from services import Dynamics, LinkedIn
from visitor import Visitor
from web import Console, serving

LANGUAGE = "el"
"""Greek: days and months of the calendar have no plain letters either."""
PARTS = sorted(path.replace("{environment_id}", "1") for path, why in NO_PAGE.items() if why == "a part of a page")
KEPT_ENGLISH = frozenset(
    {"detail", "title", "fix", "body", "trouble", "status_text", "text", "message", "why", "error"}
)
"""Columns that hold texts of ours: what stands there must be said in the reader's language."""
NAMES = re.compile(
    r"""\b(?:Leadferry|LinkedIn|Microsoft|Dynamics\ 365|Dynamics|Entra|Campaign\ Manager|Apprise|SQLite|PostgreSQL|Teams
    |Lead\ Sync\ API|Advertising\ API|CSV|JSON|YAML|UTC|API|PEM|MB|URN|ms|English|Power\ Platform|Europe/\w+
    |Operator|[A-Z]{2}|78example|Two|LinkedIn\ Lead\ Gen\ Forms\ (?:Salesperson|Administrator)|Sales\ Manager
    |https?://\S+|\w+://\S*|urn:\S+|[\w.-]+@[\w.-]+|[\w-]+(?:\.[\w-]+)+
    |[A-Z]+(?:_[A-Z]+)+|[a-z0-9]+(?:_[a-z0-9]+)+|[0-9a-f-]{8,})
    (?!\w)""",
    re.VERBOSE,
)
"""Called so in every language, and what machines call things."""
OVER = """() => [...document.querySelectorAll("main *")].filter(one => one.getBoundingClientRect().right > 361)
  .map(one => `${one.tagName}.${one.className}`).slice(0, 6).join(" ")"""
"""What is wider than the page."""
PLAIN = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture(scope="module")
def pseudo_locale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("locale")
    path = folder / LANGUAGE / "LC_MESSAGES" / "leadferry.po"
    path.parent.mkdir(parents=True)
    path.write_text(as_text(pseudo_catalogue(collected(), LANGUAGE)), "utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(languages_store, "LOCALE", folder)
        yield folder


@pytest.fixture(scope="module")
def house(
    services: tuple[LinkedIn, Dynamics], pseudo_locale: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Pair, Console]]:
    scene = Scene(*services, tmp_path_factory.mktemp("text") / "data")
    scene.start_over()
    with two_environments(scene) as pair, serving(pair.app) as console:
        pair.app.alerts.open(1, Event.GAP, "gap:-:now", Level.WARN, "Two", "", "")
        with pytest.MonkeyPatch.context() as patched:  # something bad, which Home and Alerts say too
            patched.setattr(guardian_worker, "free_space", lambda _folder: (10**8, 10**12))
            pair.app.check_now(pair.crane)
        yield pair, console


@contextmanager
def reading(console: Console) -> Iterator[Visitor]:
    """The operator, with a browser in the pseudo-locale."""
    with console.operator() as visitor:
        visitor.client.headers["accept-language"] = LANGUAGE
        yield visitor


class Read(HTMLParser):
    """What people read or hear of a page; literal text (`code`, `pre`) is as it is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.language = ""
        self._literal = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.language = known.get("lang") or self.language if tag == "html" else self.language
        self._literal += tag in LITERAL
        if tag == "a" or tag != "html":
            self.texts += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._literal -= tag in LITERAL

    def handle_data(self, data: str) -> None:
        if not self._literal:
            self.texts.append(data)


LITERAL = frozenset({"code", "pre", "script", "style", "kbd", "textarea"})


def read(html: str) -> Read:
    page = Read()
    page.feed(html)
    page.close()
    return page


def data_of(pair: Pair) -> list[str]:
    """Names, ids and answers: what stands in the database, and what Dynamics calls its columns. The longest first."""
    found: set[str] = set()
    with pair.app.database.read() as connection:
        for table in metadata.sorted_tables:
            columns = [column for column in table.c if column.name not in KEPT_ENGLISH]
            for row in connection.execute(sa.select(*columns)):
                found.update(text for value in row for text in strings(value))
    found.update(choice for option, _default in OPTIONS.values() for choice in option.choices)
    found.update(text.replace("`", "") for text in list(found))
    found.update(("(unknown)", "Crane", "Yes", "No", *(scope.value for scope in Scope)))
    for column in pair.app.lead_tables.table(pair.crane).columns.values():
        found.update((column.label, column.name, f"{column.label} ({column.name})", *column.options.values()))
    return sorted((text for text in found if PLAIN.search(text)), key=len, reverse=True)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str) and value[:1] in "[{":
        try:
            value = json.loads(value)
        except ValueError:
            return
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, str):
        yield value.strip()


def plain_words(texts: Iterable[str], data: list[str]) -> list[str]:
    wrong = []
    for text in dict.fromkeys(" ".join(one.split()) for one in texts):
        left = text
        for known in data if PLAIN.search(left) else ():
            if known in left:
                left = re.sub(rf"(?<!\w){re.escape(known)}(?!\w)", " ", left)
        if PLAIN.search(NAMES.sub(" ", re.sub(r"`[^`]*`", " ", left))):
            wrong.append(text)
    return wrong


def test_no_page_has_a_text_that_cannot_be_translated(house: tuple[Pair, Console]) -> None:
    pair, console = house
    data, wrong = data_of(pair), []
    with reading(console) as visitor:
        for path in [*pages(pair, console), *PARTS]:
            page = read(visitor.get(path).text)
            wrong += [f"{path}: {text}" for text in plain_words(page.texts, data)]
    assert wrong == [], "\n".join(wrong)


def test_a_page_says_which_language_it_is_in(house: tuple[Pair, Console]) -> None:
    _pair, console = house
    with reading(console) as visitor:
        assert read(visitor.get("/e/1").text).language == LANGUAGE
        visitor.client.headers["accept-language"] = "sv,en;q=0.5"
        assert read(visitor.get("/e/1").text).language == "en"


def test_what_was_just_done_is_told_in_the_readers_language(house: tuple[Pair, Console]) -> None:
    _pair, console = house
    with reading(console) as visitor:
        page = read(visitor.post("/e/1/health/check").text)
    assert pseudo("Checked just now") in page.texts


def test_every_page_holds_texts_that_are_40_percent_longer_on_360_pixels(house: tuple[Pair, Console]) -> None:
    pair, console = house
    wrong = []
    with browsing() as browser, window(browser, console.url, width=360, locale=LANGUAGE) as shown:
        page = signed_in(shown, console)
        for path in pages(pair, console):
            page.goto(path)
            wide = int(page.evaluate("document.documentElement.scrollWidth"))
            wrong += [f"{path}: {wide} wide, {page.evaluate(OVER)}"] if wide > 360 else []
    assert wrong == [], "\n".join(wrong)
