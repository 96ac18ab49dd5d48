"""How Dataverse compares text: case and trailing blanks do not count, accents only where the language says so.

Source: dataverse-api reference, section 3.3.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

NAME = "DV"


@lru_cache(maxsize=100_000)
def fold(text: str, accent_insensitive: bool = True) -> str:
    """Two texts are equal to Dataverse when their folds are."""
    if text.isascii():
        return text.rstrip(" ").lower()
    folded = text.rstrip(" ").casefold()
    if not accent_insensitive:
        return unicodedata.normalize("NFC", folded)
    apart = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def compare(left: str, right: str, accent_insensitive: bool = True) -> int:
    if left == right:
        return 0
    first, second = fold(left, accent_insensitive), fold(right, accent_insensitive)
    return (first > second) - (first < second)
