"""The fields of a form, for the mapping list: met by themselves, mapped by a person (OC-75, OC-76). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leadferry.forms.model import FormVersion
from leadferry.mapping.model import FieldMapping, Source

LONGEST_NAME = 800
"""OC-78."""


def discovered_fields(version: FormVersion, known: Iterable[FieldMapping] = ()) -> list[FieldMapping]:
    """Every field of the form that is not in `known`: unmapped, `id` 0. Custom questions by their id, for their text
    may change and is another in each language."""
    seen = {(mapping.source, mapping.key) for mapping in known}
    found = {(mapping.source, mapping.key): mapping for mapping in _fields(version)}
    return [mapping for key, mapping in found.items() if key not in seen]


def _fields(version: FormVersion) -> Iterator[FieldMapping]:
    for question in version.questions:
        if question.predefined:
            yield _unmapped(Source.PREDEFINED, question.predefined, question.name or question.label)
        else:
            yield _unmapped(Source.QUESTION, str(question.id), question.label or question.name)
    for consent in version.consents:
        yield _unmapped(Source.CONSENT, str(consent.id), consent.text)
    for name, _ in version.hidden_fields:
        yield _unmapped(Source.HIDDEN, name, name)


def _unmapped(source: Source, key: str, name: str) -> FieldMapping:
    return FieldMapping(0, source, key, (name.strip() or key)[:LONGEST_NAME])
