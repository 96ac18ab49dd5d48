"""What every new lead has, answered or not (OC-87, OC-92): subject, last name, required texts, lead source. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from leadferry.dataverse.metadata import Column, ColumnType, Table
from leadferry.mapping.facts import Known
from leadferry.mapping.model import MappingSettings, Problem, ProblemKind
from leadferry.mapping.subject import finished, subject_of, uses_columns
from leadferry.mapping.transforms.cut import cut
from leadferry.mapping.transforms.person import name
from leadferry.words import worded

LEAD_SOURCE_COLUMN = "leadsourcecode"
_TEXTS = frozenset({ColumnType.TEXT, ColumnType.MEMO})
_PIECES = re.compile(r"[^\W\d_]{2,}")
_ROLES = worded(
    "info sales contact office admin mail email hello support service team marketing kontakt "
    "post noreply hr jobs webmaster billing enquiries enquiry test user me"
)
_NO_PERSON = frozenset(_ROLES.split())


class Required:
    """Columns for `Mapped.create_only`: an update of a lead that exists never touches them."""

    def __init__(self, table: Table, settings: MappingSettings) -> None:
        self._columns = table.columns
        self._subject, self._of_columns = subject_of(settings.subject_template), uses_columns(settings.subject_template)
        self._last_name = settings.last_name_fallback
        named = {"subject", "lastname"} & table.columns.keys()
        others = {c.name for c in table.columns.values() if c.required and c.type in _TEXTS and c.can_create}
        self._texts = tuple(sorted(others - named))
        self._named = frozenset(c for c in named if table.columns[c].can_create)
        source = table.columns.get(LEAD_SOURCE_COLUMN)
        wanted = settings.lead_source
        self._source = {LEAD_SOURCE_COLUMN: wanted} if source and wanted in source.options else {}
        self.problems = (_no_source(source, wanted),) if source and not self._source else ()
        # Of many leads it is the same text.
        self._subject_of = lru_cache(256)(lambda text: self._cut("subject", finished(text)))

    def fill(self, values: Mapping[str, Any], known: Known) -> dict[str, Any]:
        filled: dict[str, Any] = dict(self._source)
        if LEAD_SOURCE_COLUMN in values:
            filled.clear()
        for column in self._texts:
            if column not in values:
                filled[column] = self._cut(column, self._last_name)
        if "lastname" in self._named and "lastname" not in values:
            filled["lastname"] = self._cut("lastname", last_name_from(values) or self._last_name)
        if "subject" in self._named and "subject" not in values:
            told = {**filled, **values} if self._of_columns else filled
            filled["subject"] = self._subject_of(self._subject(known, told))
        return filled

    def _cut(self, column: str, text: str) -> str:
        longest = self._columns[column].max_length
        return cut(text, longest) if longest else text


def last_name_from(values: Mapping[str, Any]) -> str:
    """`ada.lovelace@crane.example` -> `Lovelace`; "" for addresses of no person such as `info@`."""
    local = str(values.get("emailaddress1", "")).partition("@")[0]
    pieces = _PIECES.findall(local.partition("+")[0])
    if pieces and pieces[0].casefold() == str(values.get("firstname", "")).casefold():
        pieces = pieces[1:]
    if not pieces or _NO_PERSON.intersection(piece.casefold() for piece in pieces):
        return ""
    return name(pieces[-1])


def _no_source(column: Column, wanted: int) -> Problem:
    return Problem(
        ProblemKind.UNKNOWN_CHOICE,
        worded("Lead source"),
        column.name,
        worded(
            "the option {wanted} is not in this environment; add it to Lead Source, or set lead_source to one it has",
            wanted=wanted,
        ),
        worded("left out"),
    )
