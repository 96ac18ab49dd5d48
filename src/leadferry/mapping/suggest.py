"""A lead column for a question that has none: the one that is called the same. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from leadferry.dataverse.metadata import Column, Table
from leadferry.mapping.fit import LOOKUPS, MAPPABLE
from leadferry.mapping.model import FieldMapping, Source
from leadferry.mapping.transforms.text import bare

THRESHOLD = 86
"""rapidfuzz ratio, of 100: the same words, or a slip. A related word is a person's choice."""
SHORTEST = 3
_SUGGESTED_FOR = frozenset({Source.PREDEFINED, Source.QUESTION, Source.HIDDEN})
_WORDS = (
    "a an are at be can choose do does enter for have how in is it many may me much of on our please s select tell the "
    "to us we what when where which who will would you your"
)
_EMPTY_WORDS = frozenset(_WORDS.split())
_PREFIX = re.compile(r"^[a-z0-9]{2,8}_")


def suggestions(mappings: Iterable[FieldMapping], table: Table) -> dict[int, str]:
    """Mapping id -> column. Only for fields of forms that are not mapped, only free columns that can be written, each
    once: the one that is nearest."""
    mappings = list(mappings)
    free = _free_columns(mappings, table)
    scored = [
        (score, one.id, column)
        for one in mappings
        if not one.column and one.source in _SUGGESTED_FOR
        for column, score in _scores(one, free)
    ]
    found: dict[int, str] = {}
    for _, key, column in sorted(scored, key=lambda one: (-one[0], one[1], one[2])):
        if key not in found and column not in found.values():
            found[key] = column
    return found


def _free_columns(mappings: Iterable[FieldMapping], table: Table) -> dict[str, set[str]]:
    """Column -> what it is called, without empty words."""
    taken = {one.column for one in mappings if one.column}
    fair = [one for one in table.columns.values() if one.name not in taken and _fair(one)]
    return {one.name: {_core(one.label), _core(_PREFIX.sub("", one.name).replace("_", " "))} - {""} for one in fair}


def _fair(column: Column) -> bool:
    return column.type in MAPPABLE and column.type not in LOOKUPS and column.can_create and column.can_update


def _scores(mapping: FieldMapping, free: Mapping[str, set[str]]) -> Iterable[tuple[str, float]]:
    from rapidfuzz import fuzz

    asked = {_core(mapping.name)}
    if mapping.source is not Source.QUESTION:
        asked.add(_core(mapping.key.replace("_", " ")))
    for column, names in free.items():
        pairs = [(one, name) for one in asked if len(one) >= SHORTEST for name in names]
        score = max((fuzz.token_sort_ratio(one, name) for one, name in pairs), default=0.0)
        if score >= THRESHOLD:
            yield column, score


def _core(text: str) -> str:
    """`What is your job title?` -> `job title`."""
    return " ".join(word for word in bare(text).split() if word not in _EMPTY_WORDS)
