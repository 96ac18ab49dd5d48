"""Text that was written down in English (a finding, a timeline, a status), said in the reader's language: found again
among the catalogue's messages, with what stands in its gaps. Pure.

    retelling("Ada's authorization at LinkedIn ends in 12 days.")

Whole sentences are looked for; one that is of no message of ours stays as it is.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from leadferry.words import Translations, Words

KEPT = 4096
LEAST = 5
"""Letters beside the gaps; with fewer, a message would be found in anything."""
_SENTENCES = re.compile(r"(?<=[.!?:;]) (?=[A-Z\"“`'(])")


@dataclass(frozen=True, slots=True)
class Shape:
    """A message with gaps, as an expression that finds what stands in them."""

    message: str
    many: str
    form: str
    finds: re.Pattern[str]

    @property
    def literal(self) -> int:
        """How much of it is text: the more, the surer."""
        return sum(len(text) for text, *_gap in string.Formatter().parse(self.form))


class Retelling:
    """`messages`: (message, its plural or "")."""

    def __init__(self, messages: Iterable[tuple[str, str]], translations: Translations) -> None:
        self._translations = translations
        self._exact: dict[str, Words] = {}
        shapes: list[Shape] = []
        for message, many in messages:
            if "{" in message:
                shapes += [Shape(message, many, form, _pattern(form)) for form in (message, many) if form]
            else:
                self._exact[message] = Words(message, {})
        self._shapes = sorted((one for one in shapes if one.literal >= LEAST), key=lambda one: -one.literal)
        self._kept = lru_cache(KEPT)(self._said)

    def __call__(self, text: str) -> str:
        return self._kept(text)

    def _said(self, text: str) -> str:
        """As a whole, else as many sentences together as a message has, else as a whole with sentences in its gaps."""
        whole = self._found(text)
        if whole is not None:
            return whole
        parts = _SENTENCES.split(text)
        said: list[str] = []
        found_any = False
        while parts:
            count, found = self._beginning(parts)
            found_any |= found is not None
            said.append(parts[0] if found is None else found)
            parts = parts[count:]
        return " ".join(said) if found_any else self._found(text, loose=True) or text

    def _beginning(self, parts: list[str]) -> tuple[int, str | None]:
        """How many of the sentences the longest message takes, and what it says."""
        for count in range(len(parts), 0, -1):
            found = self._found(" ".join(parts[:count]))
            if found is not None:
                return count, found
        return 1, None

    def _found(self, text: str, *, loose: bool = False) -> str | None:
        exact = self._exact.get(text)
        if exact is not None:
            return exact.said(self._translations)
        for shape in self._shapes:
            match = shape.finds.fullmatch(text)
            if match and (loose or not any(_SENTENCES.search(gap) for gap in match.groups())):
                return self._words(shape, match.groupdict()).said(self._translations)
        return None

    def _words(self, shape: Shape, gaps: dict[str, str]) -> Words:
        number = gaps.get("n", "").replace(",", "")
        values = {name: self._in_gap(text) for name, text in gaps.items()}
        return Words(shape.message, values, shape.many, int(number) if number.isdecimal() else 2)

    def _in_gap(self, text: str) -> str:
        """What stands in a gap is a name more often than a text of ours: one word that begins large is left alone."""
        ours = " " in text or text[:1].islower()
        return self._said(text) if ours else text


def _pattern(message: str) -> re.Pattern[str]:
    parts: list[str] = []
    seen: set[str] = set()
    for text, name, _spec, _conversion in string.Formatter().parse(message):
        parts.append(re.escape(text))
        if name:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.+?)")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)
