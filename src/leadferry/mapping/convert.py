"""The whole way of one value: transform, then the column. Built once per form version and mapping. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from leadferry.dataverse.metadata import Column, ColumnType
from leadferry.mapping.fit import TEXTS, Fit, fit_for
from leadferry.mapping.model import FieldMapping, Source
from leadferry.mapping.transforms.registry import TRANSFORMS, Convert, Country, kept
from leadferry.mapping.unfit import Unfit

Conversion = Callable[[Any, Country], Any]
"""Raw (text, or a fact's yes/no or moment) -> the column's value, or Unfit."""

BY_TYPE = {
    ColumnType.WHOLE: "number",
    ColumnType.BIG: "number",
    ColumnType.DECIMAL: "number",
    ColumnType.FLOAT: "number",
    ColumnType.MONEY: "number",
    ColumnType.DATETIME: "date",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.CHOICE: "choice",
    ColumnType.CHOICES: "choice",
    ColumnType.STATUS: "choice",
}
BY_FIELD = {
    "EMAIL": "email",
    "WORK_EMAIL": "email",
    "PHONE_NUMBER": "phone",
    "WORK_PHONE_NUMBER": "phone",
    "COUNTRY": "country",
    "STATE": "state",
    "FIRST_NAME": "name",
    "LAST_NAME": "name",
    "LINKEDIN_PROFILE_LINK": "url",
}
"""For text columns."""
_BY_COLUMN = (
    (re.compile(r"emailaddress\d"), "email"),
    (re.compile(r"(address\d_)?(telephone\d|fax)|mobilephone|pager"), "phone"),
    (re.compile(r"address\d_country"), "country"),
)
"""For text columns filled by anything else: what a strategy compares must be written one way."""
_SAYS_THE_OPPOSITE = re.compile(r"donot\w+|msdyn_gdproptout|\w*optout")
"""Yes/no columns where consent means no."""


def chosen_transform(mapping: FieldMapping, column: Column) -> str:
    """The mapping's own, else the one for its field, column and type."""
    return mapping.transform if mapping.transform in TRANSFORMS else automatic(mapping, column)


def automatic(mapping: FieldMapping, column: Column) -> str:
    if column.type is ColumnType.BOOLEAN and mapping.source is Source.CONSENT:
        return "not" if _SAYS_THE_OPPOSITE.fullmatch(column.name) else "boolean"
    if column.type in BY_TYPE:
        return BY_TYPE[column.type]
    if column.type is not ColumnType.TEXT:
        return "text"
    if mapping.source is Source.PREDEFINED and mapping.key in BY_FIELD:
        return BY_FIELD[mapping.key]
    return next((name for pattern, name in _BY_COLUMN if pattern.fullmatch(column.name)), "text")


def conversion(mapping: FieldMapping, column: Column, locale: str) -> Conversion:
    transform = TRANSFORMS[chosen_transform(mapping, column)]
    convert = transform.make(locale)
    fit = fit_for(column, mapping.synonyms)
    opposite = transform.name == "not"
    if transform.name in {"text", "choice"} or (transform.name == "boolean" and column.type is ColumnType.BOOLEAN):
        if column.type in BY_TYPE:
            return _kept_way(fit, fit, opposite)
        return fit if column.type in TEXTS else lambda raw, _country: fit(raw)
    if transform.repeats:
        return _kept_way(lambda text: _joined(convert(text, _nowhere), fit), fit, opposite)
    return _plain_way(transform.plain, fit) if transform.plain else _way(convert, fit)


def _kept_way(convert: Callable[[str], Any], fit: Fit, opposite: bool) -> Conversion:
    remembered = kept(convert)

    def way(raw: Any, _country: Country) -> Any:
        if isinstance(raw, str):
            return remembered(raw)
        return fit(not raw if opposite and isinstance(raw, bool) else raw)

    return way


def _plain_way(convert: Callable[[str], Any], fit: Fit) -> Conversion:
    def way(raw: Any, _country: Country) -> Any:
        value = convert(raw) if isinstance(raw, str) else raw
        return fit(value) if type(value) is str else _joined(value, fit)

    return way


def _way(convert: Convert, fit: Fit) -> Conversion:
    def way(raw: Any, country: Country) -> Any:
        return _joined(convert(raw, country), fit) if isinstance(raw, str) else fit(raw)

    return way


def _joined(value: Any, fit: Fit) -> Any:
    """What the transform gave, made to fit; where it gave up with something instead, that must fit too."""
    if not isinstance(value, Unfit):
        return fit(value)
    if value.instead is None:
        return value
    instead = fit(value.instead)
    if isinstance(instead, Unfit):
        instead = instead.instead
    return Unfit(value.kind, value.detail, instead, value.action)


def _nowhere() -> str:
    return ""
