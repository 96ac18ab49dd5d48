"""What Microsoft's rows mean here, as tables of cases."""

from __future__ import annotations

import pytest

from leadferry.adoption.fields import predefined_field
from leadferry.adoption.original import NUMBER_BIT, moment, number_of, response_id, urn


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1f0c7a52-0b7e-4c0e-9c55-2a1d6a0f9e11-4", "1f0c7a52-0b7e-4c0e-9c55-2a1d6a0f9e11-4"),
        ("7000002", "7000002"),
        ("urn:li:leadGenFormResponse:7000002", "7000002"),
        ("urn:li:leadGenFormResponse:1f0c-4", "1f0c-4"),
        (" 42 ", "42"),
        ("", "original-row"),
    ],
)
def test_the_id_of_a_response(text: str, expected: str) -> None:
    assert response_id(text, "row") == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("First name",), "FIRST_NAME"),
        (("emailAddress",), "EMAIL"),
        (("WORK_EMAIL",), "WORK_EMAIL"),
        (("", "Company Size"), "COMPANY_SIZE"),
        (("What is your budget?",), ""),
    ],
)
def test_names_of_predefined_fields(names: tuple[str, ...], expected: str) -> None:
    assert predefined_field(*names) == expected


@pytest.mark.parametrize(("text", "expected"), [("3162", 3162), ("urn:li:leadGenForm:3162", 3162), ("(a,7)", 7)])
def test_numbers_of_linkedin(text: str, expected: int) -> None:
    assert number_of(text) == expected


def test_an_id_without_a_number_gets_one_that_is_always_the_same() -> None:
    assert number_of("abc") == number_of("abc", "row") != number_of("abd")
    assert number_of("", "row") == number_of("", "row") != number_of("", "other")
    assert number_of("abc") & NUMBER_BIT


def test_urns_and_moments() -> None:
    assert urn("sponsoredAccount", "5001") == urn("sponsoredAccount", "urn:li:sponsoredAccount:5001")
    assert urn("sponsoredAccount", "none") == ""
    assert moment("1970-01-01T00:00:01Z") == 1000
    assert moment("1970-01-02") == 86_400_000
    assert moment("never") is None
