"""Names of people. Only shouting and whispering in Latin script is corrected; other scripts are left alone."""

from __future__ import annotations

import re
import unicodedata

from leadferry.mapping.transforms.text import one_line
from leadferry.words import worded

_LOWER = worded("van von der den de la del della di da das do dos du le ten ter zu zum zur bin ibn el al af av y e")
_PARTICLES = frozenset(_LOWER.split())
_WORD = re.compile(r"[^\W\d_]+")
_MC = re.compile(r"\bMc(\w)")
_IRISH = re.compile(r"\b([OoDd]['\u2019])(\w)")
_VOWELS = frozenset("AEIOUYÀÁÂÃÄÅÆÈÉÊËÌÍÎÏÒÓÔÕÖØÙÚÛÜÝ")


def name(text: str) -> str:
    """`ADA` and `ada` -> `Ada`; `VAN DER BERG` -> `van der Berg`; `MacLeod`, `JJ` and `李小龙` stay."""
    clean = one_line(text)
    if not (clean.isupper() or clean.islower()) or not _is_latin(clean) or _are_initials(clean):
        return clean
    return _capitalised(clean)


def _is_latin(text: str) -> bool:
    return text.isascii() or all(unicodedata.name(c, "").startswith("LATIN") for c in text if c.isalpha())


def _are_initials(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return "." in text or (text.isupper() and len(letters) <= 3 and not _VOWELS.intersection(letters) and text != "NG")


def _capitalised(text: str) -> str:
    words = text.lower().split(" ")
    last = len(words) - 1
    shown = [word if word in _PARTICLES and at < last else _WORD.sub(_capital, word) for at, word in enumerate(words)]
    return _MC.sub(
        lambda m: f"Mc{m[1].upper()}", _IRISH.sub(lambda m: m[1].capitalize() + m[2].upper(), " ".join(shown))
    )


def _capital(word: re.Match[str]) -> str:
    return word[0].capitalize()


def given_name(text: str) -> str:
    """From a field that holds a full name: title and family name are left out."""
    return name(_parts(text)[0])


def family_name(text: str) -> str:
    """From a field that holds a full name; a single word is taken as the family name."""
    return name(_parts(text)[1])


def _parts(text: str) -> tuple[str, str]:
    """(given with middle names, family). Where script or order cannot be told, all of it is the family name."""
    clean = one_line(text)
    if " " not in clean or not _is_latin(clean.replace(",", "")):
        return "", clean
    from nameparser import HumanName

    parsed = HumanName(clean)
    given = " ".join(part for part in (parsed.first, parsed.middle) if part)
    return (given, parsed.last) if parsed.last else ("", clean)
