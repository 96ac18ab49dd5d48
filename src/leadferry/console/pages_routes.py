"""Jinja, as every page uses it: escaped, strict about names, templates found in the rooms, said in the reader's
language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from gettext import NullTranslations
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, nodes, select_autoescape
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from leadferry.console.languages_store import ENGLISH, Languages
from leadferry.words import said

TEMPLATES = ("console",)
"""Rooms that bring templates, in `<room>/templates/`."""


class Templates:
    """Renders `console/home.html`, `accounts/profiles.html` ... in the language of the `reader` among the values."""

    def __init__(
        self, rooms: Sequence[str] = TEMPLATES, static_version: str = "", languages: Languages | None = None
    ) -> None:
        self.languages = languages or Languages()
        self._loader = ChoiceLoader([PackageLoader(f"leadferry.{room}", "templates") for room in rooms])
        self._static_version = static_version
        self._by_language: dict[str, Environment] = {}

    def __call__(self, template: str, values: Mapping[str, Any]) -> str:
        reader = values.get("reader")
        return self._jinja(reader.language if reader else ENGLISH).get_template(template).render(values)

    def warm(self) -> None:
        """Compiles every page, so that no reader waits for it."""
        jinja = self._jinja(ENGLISH)
        for name in jinja.list_templates(extensions=["html"]):
            jinja.get_template(name)

    def _jinja(self, language: str) -> Environment:
        """One for each language: macros that are imported see only what belongs to their environment."""
        known = self._by_language.get(language)
        if known is None:
            known = self._by_language[language] = self._made(language)
        return known

    def _made(self, language: str) -> Environment:
        translations = self.languages.translations(language)
        jinja = _Speaking(
            translations,
            loader=self._loader,
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            finalize=None if language == ENGLISH else partial(said, translations=translations),
        )
        version = self._static_version
        jinja.globals.update(icon=icon, static=lambda name: f"/static/{name}?v={version}", language=language)
        jinja.globals.update(_functions(translations))
        jinja.filters.update(_filters(translations, self.languages.retelling(language)))
        jinja.newstyle_gettext = True  # type: ignore[attr-defined]
        return jinja


class _Speaking(Environment):
    """Texts without gaps are said when a template is compiled, so that a page does not look them up."""

    def __init__(self, translations: NullTranslations, **options: Any) -> None:
        super().__init__(**options)
        self._saying = _Saying(translations)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        said_tree: nodes.Template = self._saying.visit(super()._parse(source, name, filename))
        return said_tree


class _Saying(NodeTransformer):
    def __init__(self, translations: NullTranslations) -> None:
        self._translations = translations

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - as Jinja calls it
        self.generic_visit(node)
        match node:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str() as message)], kwargs=[]):
                text = self._translations.gettext(message) % {}
                return nodes.Const(Markup(text), lineno=node.lineno)  # noqa: S704 - a literal of a template
        return node


def _functions(translations: NullTranslations) -> dict[str, Callable[..., Markup]]:
    """What templates call. Texts are ours, so their tags stay; what is filled in is escaped."""
    kept: dict[str, Markup] = {}

    def gettext(message: str, **values: Any) -> Markup:
        found = kept.get(message)
        if found is None:
            found = kept[message] = Markup(translations.gettext(message))  # noqa: S704 - a literal of a template
        return _filled(found, values) if values or "%" in found else found

    def ngettext(one: str, many: str, num: int, **values: Any) -> Markup:
        found = Markup(translations.ngettext(one, many, num))  # noqa: S704 - literals of a template
        return _filled(found, {"num": num, **values})

    def pgettext(context: str, message: str) -> Markup:
        return Markup(translations.pgettext(context, message))  # noqa: S704 - a literal of a template

    def options_of(options: Iterable[tuple[Any, Any]], value: Any) -> Markup:
        """Those of a `<select>`: hundreds on some pages, so none is a call of a template. `options`: (value, words)."""
        chosen = str(value)
        each = [
            f'<option value="{_escaped(str(key))}"{" selected" if str(key) == chosen else ""}>'
            f"{_escaped(str(said(words, translations)))}</option>"
            for key, words in options
        ]
        return Markup("".join(each))  # noqa: S704 - each part is escaped

    def _filled(text: Markup, values: Mapping[str, Any]) -> Markup:
        escaped = {name: escape(said(value, translations)) for name, value in values.items()}
        return Markup(str(text) % escaped)  # noqa: S704 - each part is escaped; Markup's own % takes twice as long

    return {"gettext": gettext, "_": gettext, "ngettext": ngettext, "pgettext": pgettext, "options_of": options_of}


def _filters(translations: NullTranslations, retelling: Callable[[str], str]) -> dict[str, Callable[[Any], Any]]:
    def retold(text: Any) -> Any:
        """English of ours that was kept or handed on as plain text: `{{ finding.title|retold }}`."""
        return said(text, translations) if type(text) is not str else retelling(text)

    def pieces(text: Any) -> list[str]:
        """Parted at back-ticks: every second piece is literal."""
        return str(retold(text)).split("`")

    return {"retold": retold, "pieces": pieces}


def _escaped(text: str) -> str:
    """As `escape`, in a third of its time where there is nothing to escape."""
    return str(escape(text)) if _SPECIAL(text) else text


_SPECIAL = re.compile("[&<>'\"]").search


@lru_cache(1000)
def icon(name: str, size: str = "") -> Markup:
    """`icon("key")`, `icon("key", "s")` for the small one. Words beside it say what it means."""
    classes = f"icon icon-{size}" if size else "icon"
    return Markup('<svg class="{}" aria-hidden="true"><use href="/static/icons.svg#i-{}"/></svg>').format(classes, name)
