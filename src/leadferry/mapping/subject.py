"""The subject (*Topic*) of a new lead, from a template such as `{form_name}: {first_name} {last_name}`. Pure."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from leadferry.errors import InputError
from leadferry.mapping.facts import FACTS, Known
from leadferry.mapping.transforms.text import one_line
from leadferry.words import _

COLUMNS: Mapping[str, str] = {
    "first_name": "firstname",
    "last_name": "lastname",
    "company_name": "companyname",
    "job_title": "jobtitle",
}
"""Placeholders beside the facts: what goes into these columns."""
PLACEHOLDERS = (*FACTS, *COLUMNS)
FALLBACK = "LinkedIn"
_EDGES = " -\u2013\u2014:;,|/"

Subject = Callable[[Known, Mapping[str, Any]], str]


def check_subject_template(template: str) -> None:
    """Raises InputError for a template that could not be filled for every response."""
    _parts(template)


def uses_columns(template: str) -> bool:
    """Whether the subject depends on what goes into columns."""
    return any(name in COLUMNS for _literal, name in _parts(template))


def subject_of(template: str) -> Subject:
    """What `finished` takes."""
    parts = _parts(template)

    def fill(known: Known, values: Mapping[str, Any]) -> str:
        texts = []
        for literal, name in parts:
            texts.append(literal)
            if column := COLUMNS.get(name):
                texts.append(str(values.get(column, "")))
            elif name:
                texts.append(str(FACTS[name].read(known)))
        return "".join(texts)

    return fill


def finished(text: str) -> str:
    """Placeholders without a value leave no loose colon or dash at the ends."""
    return one_line(text).strip(_EDGES) or FALLBACK


def _parts(template: str) -> list[tuple[str, str]]:
    """(literal, placeholder or "") in order."""
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError as error:
        raise InputError(
            _("The subject template cannot be read: {error}.", error=error),
            fix=_("Write a brace that is meant as such twice: {{ or }}."),
        ) from None
    for _literal, name, spec, conversion in parsed:
        if name is not None:
            _check(name, spec, conversion)
    return [(literal, name or "") for literal, name, _spec, _conversion in parsed]


def _check(name: str, spec: str | None, conversion: str | None) -> None:
    if name not in PLACEHOLDERS:
        near = get_close_matches(name, PLACEHOLDERS, 1)
        meant = _("Did you mean {{{near}}}? ", near=near[0]) if near else ""
        known = ", ".join(PLACEHOLDERS)
        raise InputError(
            _("The subject template has the placeholder {{{name}}}, which is not known.", name=name),
            fix=_("{meant}Known are: {known}.", meant=meant, known=known),
        )
    if spec or conversion:
        raise InputError(
            _("The placeholder {{{name}}} of the subject template takes no format.", name=name),
            fix=_("Write {{{name}}}.", name=name),
        )
