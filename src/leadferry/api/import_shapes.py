"""What the API says of a CSV file on its way in. Pure."""

from __future__ import annotations

import msgspec

from leadferry.clock import as_text
from leadferry.forms.model import FormVersion
from leadferry.intake.binding import OUT, bound_columns, choices
from leadferry.intake.model import ImportResult
from leadferry.intake.uploads import KEPT_MS, Upload

PREVIEWED = 5


class ImportColumn(msgspec.Struct):
    """`value`: what the column is, one of the file's `choices`; `out`: left out."""

    place: int
    header: str
    value: str
    samples: list[str]


class Choice(msgspec.Struct):
    value: str
    words: str
    group: str


class ImportResultShape(msgspec.Struct):
    """`known`: rows that were stored before. `unbound`: headers that no question of the form has."""

    rows: int
    new: int
    known: int
    forms: list[str]
    unbound: list[str]
    troubles: list[str]


class ImportShape(msgspec.Struct):
    """A file between upload and import, kept until `expires_at`. `form` null: it is made from the header, or
    the rows are of several forms. `preview`: the first rows, as far as columns are not left out. `result`: once it is
    imported; the columns are gone then."""

    key: str
    name: str
    rows: int
    form: str | None
    columns: list[ImportColumn]
    choices: list[Choice]
    preview: list[list[str]]
    troubles: list[str]
    expires_at: str
    result: ImportResultShape | None


class Binding(msgspec.Struct, forbid_unknown_fields=True):
    """`columns`: place of a column, like "0" -> one of the file's `choices`. What is left out stays."""

    columns: dict[str, str]


def import_shape(key: str, one: Upload, form: FormVersion | None) -> ImportShape:
    until, result = as_text(one.at + KEPT_MS), result_shape(one.result) if one.result else None
    file = one.file
    if file is None:
        return ImportShape(key, one.name, result.rows if result else 0, None, [], [], [], [], until, result)
    bound = bound_columns(file, form)
    shown = [column.place for column in bound if column.value != OUT]
    return ImportShape(
        key,
        one.name,
        len(file.rows),
        form.name if form else None,
        [ImportColumn(column.place, column.header, column.value, list(column.samples)) for column in bound],
        [Choice(value, words, group) for group, some in choices(form) for value, words in some],
        [[row.cells[place] for place in shown] for row in file.rows[:PREVIEWED]],
        list(file.troubles),
        until,
        result,
    )


def result_shape(one: ImportResult) -> ImportResultShape:
    return ImportResultShape(one.rows, one.new, one.known, one.forms, one.unbound, one.troubles)
