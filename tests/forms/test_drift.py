from __future__ import annotations

from dataclasses import replace

import pytest

from leadferry.forms.drift import drift
from leadferry.forms.model import Consent, FormVersion, Option, Question

SIZE = Question(3, "Which size?", options=(Option(1, "Small"), Option(2, "Large")), multiple_choice=True)
EMAIL = Question(2, "Email address", predefined="EMAIL", required=True)
NEWS = Consent(71, "Send me the newsletter")
FORM = FormVersion(
    3162, 1, "Paper", "urn:li:sponsoredAccount:5001", questions=(EMAIL, SIZE), consents=(NEWS,),
    hidden_fields=(("utm_source", "linkedin"),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("new", "sentences"),
    [
        (replace(FORM, version=2, name="Paper 2", headline="New"), []),
        (
            replace(FORM, questions=(*FORM.questions, Question(4, "Your budget?"))),
            ['Question "Your budget?" was added.'],
        ),
        (replace(FORM, questions=(EMAIL,)), ['Question "Which size?" was removed.']),
        (
            replace(FORM, questions=(EMAIL, replace(SIZE, label="What size?"))),
            ['Question "Which size?" was renamed to "What size?".'],
        ),
        (
            replace(FORM, questions=(EMAIL, replace(SIZE, options=(Option(1, "Tiny"), Option(3, "Huge"))))),
            [
                'Option "Small" of question "Which size?" was renamed to "Tiny".',
                'Option "Huge" of question "Which size?" was added.',
                'Option "Large" of question "Which size?" was removed.',
            ],
        ),
        (
            replace(FORM, questions=(EMAIL, replace(SIZE, options=()))),
            ['Question "Which size?" is now answered by typing.'],
        ),
        (
            replace(FORM, questions=(replace(EMAIL, predefined="WORK_EMAIL", required=False), SIZE)),
            [
                'Question "Email address" is now WORK_EMAIL; it was EMAIL.',
                'Question "Email address" is no longer required.',
            ],
        ),
        (replace(FORM, consents=()), ['Consent "Send me the newsletter" was removed.']),
        (
            replace(FORM, consents=(Consent(71, "Send me the weekly newsletter"), Consent(72, "Call me"))),
            [
                'Consent "Send me the newsletter" was reworded to "Send me the weekly newsletter".',
                'Consent "Call me" was added.',
            ],
        ),
        (
            replace(FORM, hidden_fields=(("utm_source", "ad"), ("utm_medium", "cpc"))),
            [
                'Hidden field "utm_source" changed from "linkedin" to "ad".',
                'Hidden field "utm_medium" was added.',
            ],
        ),
        (replace(FORM, hidden_fields=()), ['Hidden field "utm_source" was removed.']),
    ],
)
def test_what_changed_between_two_versions_is_said_in_words(new: FormVersion, sentences: list[str]) -> None:
    assert drift(FORM, new) == sentences


def test_a_reordered_form_has_not_changed() -> None:
    assert drift(FORM, replace(FORM, questions=(SIZE, EMAIL))) == []
