"""The transforms by name, as a field mapping names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from leadferry.mapping.transforms.boolean import boolean, negated
from leadferry.mapping.transforms.country import country, country_code
from leadferry.mapping.transforms.date import MONTH_FIRST, to_date
from leadferry.mapping.transforms.email_address import email
from leadferry.mapping.transforms.number import first_number, last_number
from leadferry.mapping.transforms.person import family_name, given_name, name
from leadferry.mapping.transforms.phone import phone
from leadferry.mapping.transforms.state import state
from leadferry.mapping.transforms.text import many_lines
from leadferry.mapping.transforms.url import url
from leadferry.words import worded

Country = Callable[[], str]
"""Asked only when needed: alpha-2 of the person's country, or ""."""
Convert = Callable[[str, Country], Any]
"""The text of an answer -> a value or `Unfit`."""

CACHED = 4096


@dataclass(frozen=True, slots=True)
class Transform:
    """`repeats`: answers recur, so the whole way to the column's value is worth keeping."""

    name: str
    about: str
    make: Callable[[str], Convert]
    """From the form's locale."""
    repeats: bool = False
    plain: Callable[[str], Any] | None = None
    """The same, where it needs neither locale nor country."""


def _plain(name: str, about: str, function: Callable[[str], Any], *, repeats: bool = False) -> Transform:
    return Transform(name, about, lambda _locale: lambda text, _country: function(text), repeats, function)


def _dates(locale: str) -> Convert:
    month_first = locale in MONTH_FIRST
    return lambda text, _country: to_date(text, month_first)


_ALL = (
    _plain("text", worded("no control characters, no stray blanks, Unicode NFC"), many_lines),
    _plain("email", worded("an e-mail address in lower case; what is none is left out"), email),
    Transform(
        "phone",
        worded("E.164 (`+12065550100`); country from the answers, else the setting, else the form's locale"),
        lambda _locale: phone,
    ),
    _plain("country", worded("the country's English name; what is no country stays as written"), country, repeats=True),
    _plain("country_code", worded("the country's two letters"), country_code, repeats=True),
    Transform("state", worded("a code becomes the state's name (`WA` -> `Washington`)"), lambda _locale: state),
    _plain("name", worded("`ADA` and `ada` become `Ada`; other scripts stay"), name),
    _plain("given_name", worded("the given names out of a full name"), given_name),
    _plain("family_name", worded("the family name out of a full name"), family_name),
    _plain("number", worded("the first number: the lower end of a range, `51-200` -> 51"), first_number, repeats=True),
    _plain(
        "number_high", worded("the last number: the upper end of a range, `51-200` -> 200"), last_number, repeats=True
    ),
    Transform("date", worded("ISO, usual written forms, month and year, or a year"), _dates, repeats=True),
    _plain("boolean", worded("yes or no, in the languages of LinkedIn"), boolean, repeats=True),
    _plain("not", worded("the opposite of yes or no, for columns like *Do not allow e-mails*"), negated, repeats=True),
    _plain("url", worded("a web address with `https://`"), url),
    _plain(
        "choice",
        worded("the option that the answer means: synonyms, label, value, a slip of the pen"),
        many_lines,
        repeats=True,
    ),
)
TRANSFORMS: Mapping[str, Transform] = {transform.name: transform for transform in _ALL}
LOOKUP = "lookup:"
"""`lookup:account.name`: the row of `account` whose `name` equals the answer."""


def kept(convert: Callable[[str], Any]) -> Callable[[str], Any]:
    """With a bounded memory of earlier answers."""
    return lru_cache(CACHED)(convert)
