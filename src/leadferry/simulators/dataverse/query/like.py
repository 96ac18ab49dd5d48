"""LIKE as Dataverse does it: `%`, `_`, `[a-z]`, `[^a]`; case, and mostly accents, do not count.

Source: dataverse-api reference, section 3.3.
"""

from __future__ import annotations

import re
from functools import lru_cache

from leadferry.simulators.dataverse import storage
from leadferry.simulators.dataverse.collation import fold


@lru_cache(maxsize=2_000)
def like_pattern(pattern: str, accent_insensitive: bool) -> re.Pattern[str]:
    """The folded pattern as a regular expression."""
    out, place = [], 0
    text = _folded(pattern, accent_insensitive)
    while place < len(text):
        letter = text[place]
        end = text.find("]", place + 2) if letter == "[" else -1
        if end > 0:
            inner = text[place + 1 : end]
            negation = "^" if inner.startswith("^") and len(inner) > 1 else ""
            inner = inner[len(negation) :].replace("\\", "\\\\").replace("[", "\\[").replace("^", "\\^")
            out.append(f"[{negation}{inner}]")
            place = end
        else:
            out.append({"%": ".*", "_": "."}.get(letter) or re.escape(letter))
        place += 1
    return re.compile("".join(out), re.DOTALL)


def dv_like(value: object, pattern: str, accent_insensitive: int) -> int:
    """1 or 0; a missing value is never like anything."""
    if value is None:
        return 0
    text = _folded(str(value), bool(accent_insensitive))
    return int(like_pattern(pattern, bool(accent_insensitive)).fullmatch(text) is not None)


def _folded(text: str, accent_insensitive: bool) -> str:
    """As equality folds, but with its trailing blanks, which LIKE does see."""
    return fold(text + "|", accent_insensitive)[:-1]


storage.FUNCTIONS.append(("dv_like", 3, dv_like))
