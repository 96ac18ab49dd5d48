"""How Dataverse compares text, for comparing in memory the rows that it found. Pure.

dataverse-api 3.3: equality ignores case and trailing blanks; leading blanks count. Whether accents count depends on the
base language of the environment, which cannot be read: the service itself is asked, by what it returns.
"""

from __future__ import annotations

import unicodedata

_HIRAGANA = range(0x3041, 0x3097)
_TO_KATAKANA = {code: code + 0x60 for code in _HIRAGANA}


def fold(text: str) -> str:
    """Texts with one fold are equal in every environment. Idempotent."""
    if text.isascii():
        return text.rstrip(" ").lower()
    folded = unicodedata.normalize("NFC", text.casefold())
    # Folding a composed letter may leave another one to fold (U+0345 and its like): once more settles it.
    return unicodedata.normalize("NFC", folded.casefold()).rstrip(" ")


def fold_accents(text: str) -> str:
    """Texts with one such fold are equal where accents, width and kana do not count (the English collation)."""
    if text.isascii():
        return text.rstrip(" ").lower()
    apart = unicodedata.normalize("NFKD", fold(text))
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return unicodedata.normalize("NFKC", plain.casefold()).translate(_TO_KATAKANA).rstrip(" ")


def is_answered(value: object) -> bool:
    """Blank is the same as never asked: it takes no part in matching."""
    return value is not None and (not isinstance(value, str) or value.strip() != "")


def comparable(value: object) -> str:
    """Any column's value as text: what is sent in a query, and what `fold` takes."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
