"""Values made to fit a column's type, length and range, as the Web API takes them (dataverse-api 2.8). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from leadferry.dataverse.metadata import Column, ColumnType
from leadferry.mapping.industries import industry_options
from leadferry.mapping.model import ProblemKind
from leadferry.mapping.transforms.boolean import boolean
from leadferry.mapping.transforms.choice import resolver
from leadferry.mapping.transforms.cut import cut, fits
from leadferry.mapping.transforms.date import to_date
from leadferry.mapping.transforms.number import first_number
from leadferry.mapping.transforms.text import many_lines, one_line
from leadferry.mapping.unfit import Unfit
from leadferry.words import worded

Fit = Callable[..., Any]
"""A transform's value -> the column's value, or Unfit. A further argument is ignored by those of texts."""

SEPARATOR = "; "
"""Between the options of a multiple-choice answer."""
MAPPABLE = frozenset(
    {
        ColumnType.TEXT,
        ColumnType.MEMO,
        ColumnType.WHOLE,
        ColumnType.BIG,
        ColumnType.DECIMAL,
        ColumnType.FLOAT,
        ColumnType.MONEY,
        ColumnType.DATETIME,
        ColumnType.BOOLEAN,
        ColumnType.CHOICE,
        ColumnType.CHOICES,
        ColumnType.STATUS,
        ColumnType.LOOKUP,
        ColumnType.CUSTOMER,
    }
)
"""Not state and owner: those are decided by people and by the configuration."""
LOOKUPS = frozenset({ColumnType.LOOKUP, ColumnType.CUSTOMER})
TEXTS = frozenset({ColumnType.TEXT, ColumnType.MEMO})
_WHOLE = frozenset({ColumnType.WHOLE, ColumnType.BIG})
_BOUNDS = {ColumnType.WHOLE: (-2147483648, 2147483647), ColumnType.BIG: (-9e18, 9e18)}
"""Where the definition names none."""
_REAL = frozenset({ColumnType.DECIMAL, ColumnType.FLOAT, ColumnType.MONEY})


def fit_for(column: Column, synonyms: Mapping[str, str]) -> Fit:
    if column.type in TEXTS:
        return _text(column)
    if column.type in _WHOLE or column.type in _REAL:
        return _number(column)
    if column.type is ColumnType.DATETIME:
        return _date(column)
    if column.type is ColumnType.BOOLEAN:
        return _boolean(column)
    if column.type is ColumnType.CHOICES:
        return _choices(column, synonyms)
    return _choice(column, synonyms) if column.type in {ColumnType.CHOICE, ColumnType.STATUS} else many_lines


def _text(column: Column) -> Fit:
    longest = column.max_length or 1_000_000
    clean = many_lines if column.type is ColumnType.MEMO else one_line
    short, gap = longest // 2, "\n" if clean is many_lines else "  "
    detail = worded("longer than the {longest} characters of {column}", longest=longest, column=column.name)

    def fit(value: Any, _ignored: object = None) -> Any:
        if type(value) is str and len(value) <= short and value.isascii() and value.isprintable() and gap not in value:
            return value.strip(" ")  # as nearly all are
        text = clean(value if isinstance(value, str) else as_text(value))
        if len(text) * 2 <= longest or fits(text, longest):
            return text
        return Unfit(ProblemKind.TOO_LONG, detail, cut(text, longest))

    return fit


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return worded("Yes") if value else worded("No")
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _number(column: Column) -> Fit:
    least, most = _BOUNDS.get(column.type, (-1e15, 1e15))
    low = least if column.minimum is None else column.minimum
    high = most if column.maximum is None else column.maximum
    between = worded("{column} takes {low} to {high}", column=column.name, low=f"{low:,.10g}", high=f"{high:,.10g}")
    whole, precision = column.type in _WHOLE, 2 if column.precision is None else column.precision

    def fit(value: Any) -> Any:
        number = first_number(value) if isinstance(value, str) else value
        if isinstance(number, Unfit):
            return number
        if isinstance(number, bool) or not isinstance(number, int | float):
            return Unfit(ProblemKind.NOT_A_NUMBER, worded("not a number"))
        if not low <= number <= high:
            return Unfit(ProblemKind.OUT_OF_RANGE, between)
        return int(number) if whole else round(float(number), precision)

    return fit


def _date(column: Column) -> Fit:
    def fit(value: Any) -> Any:
        moment = to_date(value) if isinstance(value, str) else value
        if isinstance(moment, Unfit):
            return moment
        if isinstance(moment, datetime):
            shown = as_text(moment)
            return shown[:10] if column.date_only else shown
        if isinstance(moment, date):
            return moment.isoformat() if column.date_only else f"{moment.isoformat()}T00:00:00Z"
        return Unfit(ProblemKind.NOT_A_DATE, worded("not a date"))

    return fit


def _boolean(column: Column) -> Fit:
    """Also by the column's own labels (`Allow`, `Do Not Allow`)."""
    labels = {label.casefold(): bool(value) for value, label in column.options.items()}

    def fit(value: Any) -> Any:
        if isinstance(value, bool):
            return value
        text = as_text(value)
        return labels[text.casefold()] if text.casefold() in labels else boolean(text)

    return fit


def _resolve(column: Column, synonyms: Mapping[str, str]) -> Callable[[str], int | Unfit]:
    return resolver(column, synonyms, industry_options() if column.name == "industrycode" else None)


def _choice(column: Column, synonyms: Mapping[str, str]) -> Fit:
    resolve = _resolve(column, synonyms)
    return lambda value: resolve(as_text(value))


def _choices(column: Column, synonyms: Mapping[str, str]) -> Fit:
    """`1,3`. What one option cannot be resolved does not cost the others."""
    resolve = _resolve(column, synonyms)

    def fit(value: Any) -> Any:
        whole = resolve(as_text(value))
        if not isinstance(whole, Unfit):
            return str(whole)
        found = [resolve(part) for part in as_text(value).split(SEPARATOR.strip()) if part.strip()]
        values = ",".join(str(number) for number in sorted({n for n in found if not isinstance(n, Unfit)}))
        unfit = next((n for n in found if isinstance(n, Unfit)), None)
        return (
            values
            if unfit is None
            else Unfit(unfit.kind, unfit.detail, values or None, worded("the known options kept"))
        )

    return fit
