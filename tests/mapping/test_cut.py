from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadferry.mapping.transforms.cut import cut, utf16_length

TEXTS = st.text(alphabet=st.sampled_from("ab \u0301\u200d\ufe0f😀👍🏽👨👩🇳🇴🇸é漢\u1100"), max_size=40)


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "abc"),
        ("ab cd", 3, "ab"),
        ("ab😀", 3, "ab"),
        ("ab😀", 4, "ab😀"),
        ("abe\u0301", 3, "ab"),
        ("a👍🏽b", 3, "a"),
        ("a👨\u200d👩b", 5, "a"),
        ("🇳🇴🇸🇪", 6, "🇳🇴"),
        ("🇳🇴🇸🇪", 4, "🇳🇴"),
        ("e" + "\u0301" * 5, 3, "e\u0301\u0301"),
    ],
)
def test_text_is_cut_between_characters_as_people_see_them(text: str, longest: int, expected: str) -> None:
    assert cut(text, longest) == expected


@settings(derandomize=True, deadline=None)
@given(TEXTS, st.integers(1, 20))
def test_a_cut_text_never_exceeds_the_length_that_dataverse_counts(text: str, longest: int) -> None:
    shorter = cut(text, longest)
    assert len(shorter.encode("utf-16-le")) // 2 <= longest
    assert text.startswith(shorter)


@settings(derandomize=True, deadline=None)
@given(TEXTS)
def test_text_that_fits_is_not_touched(text: str) -> None:
    assert cut(text, utf16_length(text)) == text
