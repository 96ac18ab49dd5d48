"""What changed from one version of a form to another, in words. Pure.

Questions are the same question when LinkedIn's question id is; ids stay when a text is edited (linkedin-api 4.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from leadferry.forms.model import Consent, FormVersion, Question
from leadferry.words import _


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
            yield _('Question "{question}" was added.', question=_name(question))
    for key in (key for key in before if key not in after):
        yield _('Question "{before}" was removed.', before=_name(before[key]))


def _question(old: Question, new: Question) -> Iterator[str]:
    name = _name(new)
    if _name(old) != name:
        yield _('Question "{old}" was renamed to "{name}".', old=_name(old), name=name)
    if old.predefined != new.predefined:
        yield _(
            'Question "{name}" is now {now}; it was {before}.',
            name=name,
            now=new.predefined or _("a custom question"),
            before=old.predefined or _("custom"),
        )
    if bool(old.options) != bool(new.options):
        choosing = _('Question "{name}" is now answered by choosing.', name=name)
        yield choosing if new.options else _('Question "{name}" is now answered by typing.', name=name)
    else:
        yield from _options(name, old, new)
    if old.required != new.required:
        required = _('Question "{name}" is now required.', name=name)
        yield required if new.required else _('Question "{name}" is no longer required.', name=name)


def _options(name: str, old: Question, new: Question) -> Iterator[str]:
    before = {option.id: option.text for option in old.options}
    after = {option.id: option.text for option in new.options}
    for key, text in after.items():
        if key not in before:
            yield _('Option "{text}" of question "{name}" was added.', text=text, name=name)
        elif before[key] != text:
            yield _(
                'Option "{before}" of question "{name}" was renamed to "{text}".',
                before=before[key],
                name=name,
                text=text,
            )
    for key in (key for key in before if key not in after):
        yield _('Option "{before}" of question "{name}" was removed.', before=before[key], name=name)


def _consents(old: FormVersion, new: FormVersion) -> Iterator[str]:
    before = {consent.id: consent for consent in old.consents}
    after = {consent.id: consent for consent in new.consents}
    for key, consent in after.items():
        if key not in before:
            yield _('Consent "{consent}" was added.', consent=_short(consent))
        elif before[key].text != consent.text:
            yield _(
                'Consent "{before}" was reworded to "{consent}".', before=_short(before[key]), consent=_short(consent)
            )
    for key in (key for key in before if key not in after):
        yield _('Consent "{before}" was removed.', before=_short(before[key]))


def _hidden_fields(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for name, value in after.items():
        if name not in before:
            yield _('Hidden field "{name}" was added.', name=name)
        elif before[name] != value:
            yield _(
                'Hidden field "{name}" changed from "{before}" to "{value}".',
                name=name,
                before=before[name],
                value=value,
            )
    for name in (name for name in before if name not in after):
        yield _('Hidden field "{name}" was removed.', name=name)


def _name(question: Question) -> str:
    return question.label or question.name or question.predefined or str(question.id)


def _short(consent: Consent) -> str:
    return consent.text if len(consent.text) <= 60 else consent.text[:59] + "…"
