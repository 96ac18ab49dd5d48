"""Text that people read. `_("Nothing was saved.")` is its English everywhere, in logs and in the API too; a page that
is read in another language says it in that one. Pure.

    title = _("{name} has authorized Leadferry.", name=profile.name)
    toast = _n("{n} submission is replayed", "{n} submissions are replayed", count)

The first arguments are literals: `./dev text` collects them into `console/locale/leadferry.pot`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, Self

import msgspec


class Translations(Protocol):
    """As `gettext.NullTranslations` and its kin."""

    def gettext(self, message: str) -> str: ...
    def ngettext(self, one: str, many: str, n: int) -> str: ...


class Words(str):
    """A text that remembers what it was made of. What strings do to it (`lower()`, `+`) gives plain English."""

    __slots__ = ("many", "message", "n", "values")

    message: str
    many: str
    n: int
    values: Mapping[str, Any]

    def __new__(cls, message: str, values: Mapping[str, Any], many: str = "", n: int = 1) -> Self:
        words = super().__new__(cls, _filled(message if n == 1 or not many else many, values))
        words.message, words.many, words.n, words.values = message, many, n, values
        return words

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy of it is the same words."""
        return type(self), (self.message, dict(self.values), self.many, self.n)

    def said(self, translations: Translations) -> str:
        """In the language of the translations; words among the values are said in it too."""
        if self.many:
            text = translations.ngettext(self.message, self.many, self.n)
        else:
            text = translations.gettext(self.message)
        return _filled(text, {name: said(value, translations) for name, value in self.values.items()})


def _filled(text: str, values: Mapping[str, Any]) -> str:
    return text.format_map(values) if values else text


def said(value: Any, translations: Translations) -> Any:
    """Words in the language of the translations; anything else as it is."""
    return value.said(translations) if type(value) is Words else value


def for_json(value: Any) -> str:
    """msgspec's `enc_hook`, where words may be among the values: it takes no kinds of `str` by itself."""
    if isinstance(value, Words):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


json_of = msgspec.json.Encoder(enc_hook=for_json).encode
"""JSON of anything, words among it."""


def _(message: str, **values: Any) -> Words:
    return Words(message, values)


def _n(one: str, many: str, n: int, **values: Any) -> Words:
    """`n` decides, and is `{n}` in the text."""
    return Words(one, {"n": n, **values}, many, n)


def worded(message: str, **values: Any) -> str:
    """For what is kept or handed on as plain text: the timeline, findings, labels. Pages say it by `|retold`."""
    return _filled(message, values)


def worded_many(one: str, many: str, n: int, **values: Any) -> str:
    return _filled(one if n == 1 else many, {"n": n, **values})


def together(parts: Iterable[str], by: str = " ") -> Words:
    """What `by.join(parts)` reads, each part still in the reader's language."""
    values = {f"part{number}": part for number, part in enumerate(parts)}
    return Words(by.join(f"{{{name}}}" for name in values), values)
