"""The option of a choice column that an answer means, found in the environment's own options."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from leadferry.dataverse.metadata import Column
from leadferry.mapping.model import ProblemKind
from leadferry.mapping.transforms.text import bare, folded
from leadferry.mapping.unfit import Unfit
from leadferry.words import worded

THRESHOLD = 92
"""rapidfuzz ratio, of 100: a slip of the pen, not a related word."""
SHORTEST_FUZZY = 5
LONGEST_FUZZY = 200
LONGEST_VALUE = 12
"""Characters of an option's value."""
_DIGITS = re.compile(r"\d+")


def resolver(
    column: Column, synonyms: Mapping[str, str], known: Mapping[str, int] | None = None
) -> Callable[[str], int | Unfit]:
    """Tries in order: the mapping's synonyms, the label, the option's value, the label without punctuation, `known`
    (bare text -> value, what Leadferry knows about a field), and a label that differs by a slip."""
    labels = {folded(label): value for value, label in reversed(list(column.options.items()))}
    bares = {bare(label): value for value, label in reversed(list(column.options.items()))}
    own = {folded(text): target for text, target in synonyms.items()}
    usable = {text: value for text, value in (known or {}).items() if value in column.options}

    def by_label(text: str) -> int | None:
        label = folded(text)
        if label in labels:
            return labels[label]
        if (
            len(label) < LONGEST_VALUE
            and label.isascii()
            and label.removeprefix("-").isdecimal()
            and int(label) in column.options
        ):
            return int(label)
        return None

    def resolve(text: str) -> int | Unfit:
        for candidate in (own.get(folded(text)), text):
            if candidate is None:
                continue
            found = by_label(candidate)
            if found is None:
                found = bares.get(bare(candidate), usable.get(bare(candidate)))
            if found is not None:
                return found
        found = _nearest(bare(text), bares)
        return _unknown(column) if found is None else found

    return resolve


def _nearest(text: str, labels: Mapping[str, int]) -> int | None:
    """Numbers must agree to the digit: `11-50` is no slip of `1-50`."""
    if not SHORTEST_FUZZY <= len(text) <= LONGEST_FUZZY:
        return None
    from rapidfuzz import fuzz, process

    digits = _DIGITS.findall(text)
    fair = [label for label in labels if _DIGITS.findall(label) == digits]
    best = process.extract(text, fair, scorer=fuzz.ratio, score_cutoff=THRESHOLD, limit=2)
    if not best or (len(best) > 1 and best[0][1] == best[1][1]):
        return None
    return labels[best[0][0]]


def _unknown(column: Column) -> Unfit:
    count = len(column.options)
    return Unfit(
        ProblemKind.UNKNOWN_CHOICE,
        worded(
            "none of the {count} options of {column} means this answer; a synonym in the field mapping helps",
            count=count,
            column=column.name,
        ),
    )
