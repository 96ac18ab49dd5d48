"""What changed from one version of a form to another, in words. Pure.

Questions are the same question when LinkedIn's question id is; ids stay when a text is edited (linkedin-api 4.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from leadferry.forms.model import Consent, FormVersion, Question


def drift(old: FormVersion, new: FormVersion) -> list[str]:
    """Sentences in the order of the form; empty when the same answers mean the same."""
    return [
        *_questions(old, new),
        *_consents(old, new),
        *_hidden_fields(dict(old.hidden_fields), dict(new.hidden_fields)),
    ]


def _questions(old: FormVersion, new: FormVersion) -> Iterator[str]:
    before = {question.id: question for question in old.questions}
    after = {question.id: question for question in new.questions}
    for key, question in after.items():
        if key in before:
            yield from _question(before[key], question)
        else:
            yield f'Question "{_name(question)}" was added.'
    for key in (key for key in before if key not in after):
        yield f'Question "{_name(before[key])}" was removed.'


def _question(old: Question, new: Question) -> Iterator[str]:
    name = _name(new)
    if _name(old) != name:
        yield f'Question "{_name(old)}" was renamed to "{name}".'
    if old.predefined != new.predefined:
        yield f'Question "{name}" is now {new.predefined or "a custom question"}; it was {old.predefined or "custom"}.'
    if bool(old.options) != bool(new.options):
        yield f'Question "{name}" is now answered by {"choosing" if new.options else "typing"}.'
    else:
        yield from _options(name, old, new)
    if old.required != new.required:
        yield f'Question "{name}" is {"now" if new.required else "no longer"} required.'


def _options(name: str, old: Question, new: Question) -> Iterator[str]:
    before = {option.id: option.text for option in old.options}
    after = {option.id: option.text for option in new.options}
    for key, text in after.items():
        if key not in before:
            yield f'Option "{text}" of question "{name}" was added.'
        elif before[key] != text:
            yield f'Option "{before[key]}" of question "{name}" was renamed to "{text}".'
    for key in (key for key in before if key not in after):
        yield f'Option "{before[key]}" of question "{name}" was removed.'


def _consents(old: FormVersion, new: FormVersion) -> Iterator[str]:
    before = {consent.id: consent for consent in old.consents}
    after = {consent.id: consent for consent in new.consents}
    for key, consent in after.items():
        if key not in before:
            yield f'Consent "{_short(consent)}" was added.'
        elif before[key].text != consent.text:
            yield f'Consent "{_short(before[key])}" was reworded to "{_short(consent)}".'
    for key in (key for key in before if key not in after):
        yield f'Consent "{_short(before[key])}" was removed.'


def _hidden_fields(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for name, value in after.items():
        if name not in before:
            yield f'Hidden field "{name}" was added.'
        elif before[name] != value:
            yield f'Hidden field "{name}" changed from "{before[name]}" to "{value}".'
    for name in (name for name in before if name not in after):
        yield f'Hidden field "{name}" was removed.'


def _name(question: Question) -> str:
    return question.label or question.name or question.predefined or str(question.id)


def _short(consent: Consent) -> str:
    return consent.text if len(consent.text) <= 60 else consent.text[:59] + "…"
