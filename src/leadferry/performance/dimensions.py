"""What figures are told by: owners, forms, campaigns, kinds of lead, and what comes with the answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

from leadferry.forms.model import FormResponse
from leadferry.mapping.transforms.country import country_code
from leadferry.mapping.transforms.country_names import NAMES
from leadferry.words import _


class Dimension(IntEnum):
    """The number stands in `daily_sums` and `facet_values`."""

    ALL = 0
    OWNER = 1
    FORM = 2
    """By form version."""
    CAMPAIGN = 3
    TYPE = 4
    CREATIVE = 5
    COUNTRY = 6
    INDUSTRY = 7


FACETS = (Dimension.CREATIVE, Dimension.COUNTRY, Dimension.INDUSTRY)
"""Those whose values come with the responses; in the order of Facets."""
BY_NAME: Mapping[str, Dimension] = {one.name.lower(): one for one in Dimension if one is not Dimension.ALL}
TYPE_CODES: Mapping[str, int] = {"SPONSORED": 1, "EVENT": 2, "COMPANY": 3, "ORGANIZATION_PRODUCT": 4}
TYPES_BY_CODE: Mapping[int, str] = {code: name for name, code in TYPE_CODES.items()}
"""A kind of LinkedIn's that is not known yet is 0 in sums, as the kind of what cannot be read."""
UNKNOWN = "?"
"""An answer that names no country, or one value too many."""
LONGEST = 100
MOST = {Dimension.CREATIVE: 50_000, Dimension.COUNTRY: 300, Dimension.INDUSTRY: 2000}
"""So many values are told apart: an answer is free text at worst."""
PREDEFINED = {"COUNTRY": 1, "INDUSTRY": 2}
"""LinkedIn's predefined field -> place in Facets."""


class Facets(NamedTuple):
    """As texts; "" where nothing was answered."""

    creative: str = ""
    country: str = ""
    industry: str = ""


Asked = Mapping[int, tuple[int, Mapping[int, str]]]
"""What a form version asks of facets: question id -> (place in Facets, option id -> text)."""


def facets_of(response: FormResponse, asked: Asked) -> Facets:
    """The first question of a kind that is answered. In the way of every lead."""
    urn = response.creative_urn
    found = [urn[urn.rfind(":") + 1 :], "", ""]
    for answer in response.answers if asked else ():
        known = asked.get(answer.question_id)
        if known is not None and not found[known[0]]:
            options = known[1]
            found[known[0]] = answer.text or next((options.get(key, "") for key in answer.option_ids), "")
    return Facets(*found)


def kept_text(dimension: Dimension, text: str) -> str:
    """What stands for an answer in the books: a country's code, else the text in one line; "" of nothing."""
    line = " ".join(text.split())[:LONGEST]
    if dimension is Dimension.COUNTRY:
        return (country_code(line) or UNKNOWN) if line else ""
    return line


def shown_text(dimension: Dimension, text: str) -> str:
    if text == UNKNOWN:
        return _("Other")
    if dimension is Dimension.COUNTRY:
        return NAMES.get(text, text)
    return _("Creative {number}", number=text) if dimension is Dimension.CREATIVE else text
