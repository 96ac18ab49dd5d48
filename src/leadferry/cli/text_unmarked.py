"""Text in templates that no `_("...")` and no `{% trans %}` marks, read off the parsed templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

NAMES = frozenset({"Leadferry", "CSV", "JSON", "YAML", "MB", "leadferry sign-in-link"})
"""Called so in every language."""
SPOKEN = frozenset({"alt", "aria-label", "aria-description", "data-name", "label", "placeholder", "title"})
"""Attributes that people read or hear."""
MARKS = frozenset({"_", "gettext", "ngettext", "pgettext"})
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_HUMAN = re.compile(r"[A-Z][a-z].*|.*[a-z] [a-z]+ .*[a-z].*")
"""A literal inside an expression that looks like text: a class of CSS begins small and has no sentence in it."""
_VALUE = "\x01"


def unmarked(source: Path) -> list[str]:
    """`accounts/templates/accounts/profiles.html: Accounts and pages`, in the order of the files."""
    jinja = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    paths = sorted(path for path in source.glob("*/templates/**/*.html") if "simulators" not in path.parts)
    return [
        f"{path.relative_to(source)}: {text}"
        for path in paths
        for text in dict.fromkeys(in_template(jinja, path.read_text("utf-8")))
    ]


def in_template(jinja: Environment, source: str) -> Iterator[str]:
    tree = jinja.parse(source)
    page = _Page()
    for output in tree.find_all(nodes.Output):
        for node in output.nodes:
            page.feed(node.data if isinstance(node, nodes.TemplateData) else _VALUE)
        page.feed(_VALUE)
    page.close()
    yield from (text for text in page.texts if _LETTERS.search(text) and text not in NAMES and '="' not in text)
    yield from (text for text in _literals(tree) if text not in NAMES)


class _Page(HTMLParser):
    """Collects what stands between tags and in spoken attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as the parser calls it
        self.texts += [_trimmed(value) for name, value in attrs if name in SPOKEN and value]

    def handle_data(self, data: str) -> None:
        self.texts += [_trimmed(part) for part in data.split(_VALUE)]


def _trimmed(text: str) -> str:
    return " ".join(text.replace(_VALUE, " ").split()).strip(" ·,:;.()")


def _literals(node: nodes.Node) -> Iterator[str]:
    """Literals that are shown or handed to a macro, outside of marks and comparisons."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
        for argument in node.kwargs:
            yield from _literals(argument.value)
        return
    if isinstance(
        node, nodes.Compare | nodes.Getitem | nodes.Import | nodes.FromImport | nodes.Include | nodes.Extends
    ):
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and _HUMAN.fullmatch(node.value):
        yield node.value
    children = [node.value] if isinstance(node, nodes.Pair) else node.iter_child_nodes()
    for child in children:
        yield from _literals(child)
