"""What is wrong with a field mapping, said to the person who edits it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from leadferry.dataverse.metadata import Column, ColumnType, Table
from leadferry.mapping.convert import chosen_transform
from leadferry.mapping.facts import FACTS
from leadferry.mapping.fit import LOOKUPS, MAPPABLE, fit_for
from leadferry.mapping.model import FieldMapping, Source
from leadferry.mapping.standing import standing_problem
from leadferry.mapping.transforms.registry import LOOKUP, TRANSFORMS
from leadferry.mapping.unfit import Unfit
from leadferry.words import _

_NUMBERS = frozenset({ColumnType.WHOLE, ColumnType.BIG, ColumnType.DECIMAL, ColumnType.FLOAT, ColumnType.MONEY})
_GIVES = {"number": _NUMBERS, "number_high": _NUMBERS, "date": frozenset({ColumnType.DATETIME})}
_GIVES |= {name: frozenset({ColumnType.BOOLEAN}) for name in ("boolean", "not")}
_GIVES["choice"] = frozenset({ColumnType.CHOICE, ColumnType.CHOICES, ColumnType.STATUS})
_TEXTS = frozenset({ColumnType.TEXT, ColumnType.MEMO})


def check_mapping(mapping: FieldMapping, table: Table) -> list[str]:
    """Sentences, worst first; empty when the mapping can work. Unmapped is fine: the answer stays on the submission."""
    found = _check_key(mapping)
    if not mapping.column:
        return found
    column = table.columns.get(mapping.column)
    if column is None:
        return [*found, _no_column(mapping.column, table)]
    return [*found, *_check_column(mapping, column, table)]


def _check_key(mapping: FieldMapping) -> list[str]:
    if mapping.source is Source.FACT and mapping.key not in FACTS:
        return [_("There is no fact '{key}'.{meant}", key=mapping.key, meant=_did_you_mean(mapping.key, FACTS))]
    if mapping.source in {Source.QUESTION, Source.CONSENT} and not mapping.key.isdecimal():
        return [
            _("'{key}' is no {source} id: a whole number is expected.", key=mapping.key, source=mapping.source.value)
        ]
    return []


def _check_column(mapping: FieldMapping, column: Column, table: Table) -> list[str]:
    if column.type not in MAPPABLE:
        return [
            _(
                "The column {column} ({type}) of {table} cannot be filled from an answer.",
                column=column.name,
                type=column.type.value,
                table=table.name,
            )
        ]
    if not column.can_create:
        return [_("The column {column} of {table} is read-only.", column=column.name, table=table.name)]
    found = _check_transform(mapping, column)
    if not column.can_update:
        found.append(_("The column {column} can be set on a new lead only, not changed later.", column=column.name))
    problem = standing_problem(mapping, table)
    if problem and not found:
        found.append(f"{problem.detail[0].upper()}{problem.detail[1:]}.")
    return [*found, *_check_synonyms(mapping, column)]


def _check_transform(mapping: FieldMapping, column: Column) -> list[str]:
    name = mapping.transform
    if column.type in LOOKUPS:
        if name and not name.startswith(LOOKUP):
            return [
                _(
                    "The lookup column {column} takes no transform '{name}'; write {lookup}TABLE.COLUMN or nothing.",
                    column=column.name,
                    name=name,
                    lookup=LOOKUP,
                )
            ]
        return []
    if name.startswith(LOOKUP):
        return [
            _(
                "The column {column} ({type}) is no lookup, so '{name}' cannot fill it.",
                column=column.name,
                type=column.type.value,
                name=name,
            )
        ]
    if name and name not in TRANSFORMS:
        return [_("There is no transform '{name}'.{meant}", name=name, meant=_did_you_mean(name, TRANSFORMS))]
    gives = _GIVES.get(chosen_transform(mapping, column), _TEXTS)
    if column.type in gives or column.type in _TEXTS or not name or name == "text":
        return []
    return [
        _(
            "The transform '{name}' does not give what the column {column} ({type}) takes.",
            name=name,
            column=column.name,
            type=column.type.value,
        )
    ]


def _check_synonyms(mapping: FieldMapping, column: Column) -> list[str]:
    if not mapping.synonyms:
        return []
    if not column.options:
        return [_("The column {column} is no choice, so synonyms have no effect.", column=column.name)]
    fit = fit_for(column, {})
    wrong = [target for target in mapping.synonyms.values() if isinstance(fit(target), Unfit)]
    return [
        _(
            "The synonyms point to '{target}', which is no option of {column}.{meant}",
            target=target,
            column=column.name,
            meant=_did_you_mean(target, column.options.values()),
        )
        for target in dict.fromkeys(wrong)
    ]


def _no_column(name: str, table: Table) -> str:
    labels = {column.label.casefold(): column.name for column in table.columns.values() if column.label}
    if named := labels.get(name.casefold()):
        return _(
            "The table {table} has no column '{name}', but {named} is labelled so.",
            table=table.name,
            name=name,
            named=named,
        )
    writable = [c.name for c in table.columns.values() if c.can_create and c.type in MAPPABLE]
    return _(
        "The table {table} has no column '{name}'.{meant}",
        table=table.name,
        name=name,
        meant=_did_you_mean(name, writable),
    )


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    from rapidfuzz import fuzz, process

    near = process.extract(name, list(known), scorer=fuzz.WRatio, processor=str.lower, score_cutoff=70, limit=3)
    return _(" Did you mean {near}?", near=" or ".join(match[0] for match in near)) if near else ""
