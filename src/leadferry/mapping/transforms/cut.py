"""Text cut to a column's length, as Dataverse counts: in UTF-16 code units."""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_REGIONAL = range(0x1F1E6, 0x1F200)
_SKIN = range(0x1F3FB, 0x1F400)


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text) + sum(letter > "\uffff" for letter in text)


def fits(text: str, longest: int) -> bool:
    return len(text) * 2 <= longest or utf16_length(text) <= longest


def cut(text: str, longest: int) -> str:
    """At most `longest` units, without half an emoji, flag or accented letter, and without a blank at the end.

    A single letter with more marks than fit is cut inside: something is better than nothing.
    """
    if fits(text, longest):
        return text
    end = _units_end(text, longest)
    start = end
    while 0 < start < len(text) and _belongs_to_the_left(text, start):
        start -= 1
    return text[: start or end].rstrip()


def _units_end(text: str, longest: int) -> int:
    """The number of whole code points that fit."""
    units = 0
    for position, letter in enumerate(text):
        units += 2 if letter > "\uffff" else 1
        if units > longest:
            return position
    return len(text)


def _belongs_to_the_left(text: str, at: int) -> bool:
    """Whether cutting before `text[at]` would tear a character as people see it."""
    letter = text[at]
    if unicodedata.category(letter) in {"Mn", "Me", "Mc"} or letter == _JOINER or ord(letter) in _SKIN:
        return True
    if text[at - 1] == _JOINER:
        return True
    return ord(letter) in _REGIONAL and _regional_before(text, at) % 2 == 1


def _regional_before(text: str, at: int) -> int:
    count = 0
    while count < at and ord(text[at - 1 - count]) in _REGIONAL:
        count += 1
    return count
