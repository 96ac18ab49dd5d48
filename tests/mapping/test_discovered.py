from __future__ import annotations

from dataclasses import replace

from leadferry.forms.model import FormVersion, Question
from leadferry.mapping.compile import discovered_fields
from leadferry.mapping.defaults import default_mappings
from leadferry.mapping.model import FieldMapping, Source


def test_fields_met_in_a_form_are_listed_unmapped(form: FormVersion) -> None:
    assert discovered_fields(form, default_mappings()) == [
        FieldMapping(0, Source.QUESTION, "20", "Which size?"),
        FieldMapping(0, Source.QUESTION, "21", "What do you need?"),
        FieldMapping(0, Source.CONSENT, "71", "Send me the newsletter"),
        FieldMapping(0, Source.HIDDEN, "utm_source", "utm_source"),
    ]


def test_a_predefined_field_from_the_future_is_listed_too(form: FormVersion) -> None:
    newer = replace(form, questions=(Question(1, "Shoe size", name="Shoe size", predefined="SHOE_SIZE"),))
    assert FieldMapping(0, Source.PREDEFINED, "SHOE_SIZE", "Shoe size") in discovered_fields(newer)


def test_a_field_is_listed_once_and_its_name_fits_the_list(form: FormVersion) -> None:
    twice = replace(form, questions=(Question(1, "q" * 2000), Question(1, "q" * 2000)), consents=(), hidden_fields=())
    (field,) = discovered_fields(twice)
    assert field.name == "q" * 800


def test_a_form_that_is_known_adds_nothing(form: FormVersion) -> None:
    assert discovered_fields(form, discovered_fields(form)) == []
