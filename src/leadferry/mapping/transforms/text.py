"""Text as a person meant it: NFC, no control characters, no stray blanks."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # C0, C1 without tab, line feed, carriage return, next line
    "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"  # invisible, direction marks
    "\ufdd0-\ufdef\ufffe\uffff]"  # never characters
)
"""The joiners U+200C and U+200D stay: Persian and emoji need them."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""JSON can carry half a character; no database and no wire can."""
_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")


def one_line(text: str) -> str:
    """For a single-line column: runs of white space become one blank."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip(" ")
    return " ".join(_characters(text).split())


def many_lines(text: str) -> str:
    """For a memo column: lines stay."""
    if text.isascii() and text.isprintable():
        return text.strip(" ")
    return _LINE_END.sub("\n", _characters(text)).strip()


def _characters(text: str) -> str:
    return unicodedata.normalize("NFC", _CONTROL.sub("", _LONE_SURROGATE.sub("\ufffd", text)))


def folded(text: str) -> str:
    """For comparing labels: no case, no accents, no punctuation at the ends, one blank between words."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(plain.replace("&", " and ").split()).strip(" .,;:!?\"'()[]")


def bare(text: str) -> str:
    """`folded`, and only its letters and digits, with words kept apart by one blank."""
    return " ".join("".join(c if c.isalnum() else " " for c in folded(text)).split())
