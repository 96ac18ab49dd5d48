"""A number out of text: the lower end of a range (`51-200` -> 51), the only one of an open range (`10,001+`)."""

from __future__ import annotations

import re

from leadferry.mapping.model import ProblemKind
from leadferry.mapping.transforms.text import folded, one_line
from leadferry.mapping.unfit import Unfit
from leadferry.words import worded

_NUMBER = re.compile(
    r"(?<![\w.,])[-\u2212]?\d+(?:[.,'\u2019\u00a0\u202f ]\d+)*(?:\s?(?:k|mio|mn|m|bn)\b)?", re.IGNORECASE
)
_GROUPED = re.compile(r"[-\u2212]?[1-9]\d{0,2}(?:[.,]\d{3})+")
_SPACED = re.compile(r"(?<=\d)[ '\u2019\u00a0\u202f](?=\d{3}(?!\d))")
_DASH = re.compile(r"(?<=[\dkKmM+])\s*(?:[-\u2010-\u2015\u2212~]|to|bis|a|à)\s*(?=\d)")
MOST_DIGITS = 25
"""A longer one is a card or a code, and no column takes it."""
_TIMES = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "mio": 1_000_000, "bn": 1_000_000_000}
_ALONE = worded(
    "self-employed|self employed|freelancer|freelance|sole proprietor|myself only|just "
    "me|selbststandig|freiberufler|travailleur independant|independant|autonomo|por cuenta "
    "propia|lavoratore autonomo|profissional "
    "autonomo|zzp|zzp'er|egenforetagare|selvstendig|selvstendig "
    "naeringsdrivende|selvstaendig|samozatrudnienie|serbest meslek"
)
_ONE_PERSON = frozenset(_ALONE.split("|"))
_NOT_A_NUMBER = Unfit(ProblemKind.NOT_A_NUMBER, worded("no number in it"))


def first_number(text: str) -> float | Unfit:
    """The one that every company of the bracket reaches, so that "at least 51" finds it. Self-employed is 1."""
    numbers = _numbers(text)
    return numbers[0] if numbers else _NOT_A_NUMBER


def last_number(text: str) -> float | Unfit:
    """The upper end; of an open range its only number."""
    numbers = _numbers(text)
    return numbers[-1] if numbers else _NOT_A_NUMBER


def _numbers(text: str) -> list[float]:
    line = one_line(text)
    found = [number for part in _DASH.sub(" | ", line).split("|") for number in _plain_numbers(part)]
    return found or ([1.0] if folded(line) in _ONE_PERSON else [])


def _plain_numbers(text: str) -> list[float]:
    values = (_value(match[0]) for match in _NUMBER.finditer(_SPACED.sub("", text)))
    return [value for value in values if value is not None]


def _value(token: str) -> float | None:
    """`1,001` and `1.001` are one thousand and one; `3,5` and `3.5` three and a half."""
    digits = token.replace("\u2212", "-").rstrip("kmionbKMIONB ")
    times = _TIMES.get(token[len(digits) :].strip().lower(), 1)
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", "")
    elif "." in digits and "," in digits:
        decimal = "." if digits.rindex(".") > digits.rindex(",") else ","
        digits = digits.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    else:
        digits = digits.replace(",", ".")
    if len(digits) > MOST_DIGITS:
        return None
    try:
        return float(digits) * times
    except ValueError:
        return None
