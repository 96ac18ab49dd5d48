from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadferry.matching.collation import comparable, fold, fold_accents, is_answered


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada@X.example", "ADA@x.EXAMPLE"),
        ("ada", "ada   "),
        ("Straße", "STRASSE"),
        ("É", "é"),
        ("e\u0301", "é"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
    ],
)
def test_case_and_trailing_blanks_do_not_count(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [(" ada", "ada"), ("José", "Jose"), ("a b", "ab"), ("ada\t", "ada")])
def test_leading_blanks_and_accents_count(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(("one", "other"), [("José", "JOSE "), ("ＡＤＡ", "ada"), ("かな", "カナ"), ("Ünal", "unal")])
def test_without_accents_width_and_kana_do_not_count_either(one: str, other: str) -> None:
    assert fold_accents(one) == fold_accents(other)


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=20))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_accents(fold_accents(text)) == fold_accents(text)


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_what_is_equal_with_accents_is_equal_without(one: str, other: str) -> None:
    if fold(one) == fold(other):
        assert fold_accents(one) == fold_accents(other)


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=20))
def test_case_never_counts(text: str) -> None:
    assert fold_accents(text.upper()) == fold_accents(text.upper().lower())


@pytest.mark.parametrize(
    ("value", "answered"), [("a", True), (0, True), (False, True), ("", False), ("  ", False), (None, False)]
)
def test_a_blank_is_no_answer(value: object, answered: bool) -> None:
    assert is_answered(value) is answered


@pytest.mark.parametrize(("value", "text"), [("a", "a"), (True, "true"), (51, "51"), (51.0, "51"), (0.5, "0.5")])
def test_any_value_compares_as_text(value: object, text: str) -> None:
    assert comparable(value) == text
