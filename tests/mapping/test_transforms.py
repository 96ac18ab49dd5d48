"""Tables of cases, one a transform."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import phonenumbers
import pytest

from leadferry.mapping.model import ProblemKind
from leadferry.mapping.transforms.boolean import boolean, negated
from leadferry.mapping.transforms.country import country, country_code
from leadferry.mapping.transforms.date import to_date
from leadferry.mapping.transforms.email_address import email
from leadferry.mapping.transforms.number import first_number, last_number
from leadferry.mapping.transforms.person import family_name, given_name, name
from leadferry.mapping.transforms.phone import phone
from leadferry.mapping.transforms.state import state
from leadferry.mapping.transforms.text import many_lines, one_line
from leadferry.mapping.transforms.url import url
from leadferry.mapping.unfit import Unfit


@pytest.mark.parametrize(
    ("written", "line", "lines"),
    [
        ("  Ada  Lovelace ", "Ada Lovelace", "Ada  Lovelace"),
        ("a\x00b\x1bc", "abc", "abc"),
        ("one\r\ntwo\u2028three", "one two three", "one\ntwo\nthree"),
        ("e\u0301", "é", "é"),
        ("\ud83d!", "\ufffd!", "\ufffd!"),
        ("\u202a+47 22\u202c", "+47 22", "+47 22"),
        ("می\u200cخواهم", "می\u200cخواهم", "می\u200cخواهم"),
        ("\u00a0\u3000", "", ""),
    ],
)
def test_text_is_normalised_and_loses_only_what_nobody_sees(written: str, line: str, lines: str) -> None:
    assert one_line(written) == line
    assert many_lines(written) == lines


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Ada@Crane.Example", "ada@crane.example"),
        (" mailto:ada@crane.example ", "ada@crane.example"),
        ("Ada L <ADA@crane.example>", "ada@crane.example"),
        ("\u200bada@crane.example", "ada@crane.example"),
        ("o'neil+x@sub.crane.example", "o'neil+x@sub.crane.example"),
        ("jürgen@müller.example", "jürgen@müller.example"),
        ("ада@пример.рф", "ада@пример.рф"),
    ],
)
def test_an_email_address_is_written_one_way(written: str, address: str) -> None:
    assert email(written) == address


@pytest.mark.parametrize(
    "written",
    [
        "n/a",
        "ada",
        "ada@localhost",
        "a@b..example",
        "ada@crane,example",
        "a b@c.example",
        "a@1.2.3.4",
        "@x.example",
        "x" * 65 + "@crane.example",
        ".a@crane.example",
        "a@-crane.example",
    ],
)
def test_what_is_no_email_address_is_left_out(written: str) -> None:
    assert email(written) == Unfit(ProblemKind.NOT_AN_EMAIL, "not an e-mail address")


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("+12065550100", "", "+12065550100"),
        ("+1 (206) 555-0100", "", "+12065550100"),
        ("(206) 555-0100", "US", "+12065550100"),
        ("0044 20 7946 0000", "", "+442079460000"),
        ("020 7946 0000", "GB", "+442079460000"),
        ("+44 (0)20 7946 0000", "", "+442079460000"),
        ("+39 06 1234 5678", "", "+390612345678"),
        ("22 22 22 22", "NO", "+4722222222"),
        ("+1 206 555 0100 ext 12", "", "+12065550100 x12"),
        ("٠٢٠٧٩٤٦٠٠٠٠", "GB", "+442079460000"),
        ("tel:+4722222222", "", "+4722222222"),
    ],
)
def test_a_phone_number_becomes_e164(written: str, region: str, number: str) -> None:
    assert phone(written, lambda: region) == number


@pytest.mark.parametrize(
    ("written", "region", "kept"),
    [
        ("n/a", "US", None),
        ("+4722", "", None),
        ("206 555 0100", "", "206 555 0100"),
        ("+999 1234 5678", "", "+999 1234 5678"),
        ("+1 206 555 010", "", "+1 206 555 010"),
        ("call me at 5", "US", None),
    ],
)
def test_what_is_no_phone_number_is_kept_only_with_seven_digits(written: str, region: str, kept: str | None) -> None:
    found = phone(written, lambda: region)
    assert isinstance(found, Unfit)
    assert (found.kind, found.instead) == (ProblemKind.NOT_A_PHONE, kept)
    assert written not in found.detail


def test_the_fast_path_agrees_with_the_number_plans_of_every_country() -> None:
    for region in phonenumbers.SUPPORTED_REGIONS:
        example = phonenumbers.example_number(region)
        assert example
        written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        assert phone(written, str) == phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)


@pytest.mark.parametrize(
    ("written", "name_", "code"),
    [
        ("Norge", "Norway", "NO"),
        ("nor", "Norway", "NO"),
        ("Norwegen", "Norway", "NO"),
        ("U.S.A.", "United States", "US"),
        ("The Netherlands", "Netherlands", "NL"),
        ("ドイツ", "Germany", "DE"),
        ("Россия", "Russia", "RU"),
        ("Cote d'Ivoire", "Côte d'Ivoire", "CI"),
        ("Korea, Republic of", "South Korea", "KR"),
        ("Turkey", "Türkiye", "TR"),
        ("Hong Kong SAR", "Hong Kong", "HK"),
        (" Atlantis ", "Atlantis", ""),
        ("", "", ""),
    ],
)
def test_a_country_is_known_by_any_of_its_names(written: str, name_: str, code: str) -> None:
    assert (country(written), country_code(written)) == (name_, code)


@pytest.mark.parametrize(
    ("written", "where", "expected"),
    [
        ("WA", "US", "Washington"),
        ("wa.", "US", "Washington"),
        ("US-CA", "", "California"),
        ("ON", "CA", "Ontario"),
        ("BY", "DE", "Bayern"),
        ("Washington", "US", "Washington"),
        ("ZZ", "US", "ZZ"),
        ("WA", "", "WA"),
        ("Île-de-France", "FR", "Île-de-France"),
    ],
)
def test_a_state_code_becomes_its_name_in_a_known_country(written: str, where: str, expected: str) -> None:
    assert state(written, lambda: where) == expected


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("51-200", 51, 200),
        ("51 – 200 employees", 51, 200),
        ("51 to 200", 51, 200),
        ("10,001+", 10001, 10001),
        ("1.001-5.000", 1001, 5000),
        ("1 001–5 000", 1001, 5000),
        ("1'001", 1001, 1001),
        ("1K-5K", 1000, 5000),
        ("2M", 2_000_000, 2_000_000),
        ("1,000,000.50", 1_000_000.5, 1_000_000.5),
        ("3,5", 3.5, 3.5),
        ("-5", -5, -5),
        ("１１-５０", 11, 50),
        ("Self-employed", 1, 1),
        ("Selbstständig", 1, 1),
    ],
)
def test_a_range_gives_its_lower_or_upper_end(written: str, low: float, high: float) -> None:
    assert (first_number(written), last_number(written)) == (low, high)


@pytest.mark.parametrize("written", ["none", "", "a lot", "B2B"])
def test_text_without_a_number_is_not_a_number(written: str) -> None:
    assert first_number(written) == Unfit(ProblemKind.NOT_A_NUMBER, "no number in it")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("ADA", "Ada"),
        ("ada", "Ada"),
        ("VAN DER BERG", "van der Berg"),
        ("MacLeod", "MacLeod"),
        ("MCDONALD", "McDonald"),
        ("o'brien", "O'Brien"),
        ("jean-luc", "Jean-Luc"),
        ("ÅSA", "Åsa"),
        ("JJ", "JJ"),
        ("J.R.", "J.R."),
        ("NG", "Ng"),
        ("李小龙", "李小龙"),
        ("иванов", "иванов"),
        ("  Ada \t Maria ", "Ada Maria"),
    ],
)
def test_only_shouted_and_whispered_latin_names_are_corrected(written: str, expected: str) -> None:
    assert name(written) == expected


@pytest.mark.parametrize(
    ("written", "given", "family"),
    [
        ("Dr. Ada Lovelace", "Ada", "Lovelace"),
        ("Lovelace, Ada", "Ada", "Lovelace"),
        ("Juan de la Cruz", "Juan", "de la Cruz"),
        ("Ada", "", "Ada"),
        ("李 小龙", "", "李 小龙"),
    ],
)
def test_a_full_name_is_split_where_its_order_is_known(written: str, given: str, family: str) -> None:
    assert (given_name(written), family_name(written)) == (given, family)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("23.11.2026", date(2026, 11, 23)),
        ("11/23/2026", date(2026, 11, 23)),
        ("03/04/2026", date(2026, 4, 3)),
        ("05/2020", date(2020, 5, 1)),
        ("2026", date(2026, 1, 1)),
        ("March 3rd, 2026", date(2026, 3, 3)),
        ("3 de marzo de 2026", date(2026, 3, 3)),
        ("1er août 2020", date(2020, 8, 1)),
        ("2026年3月5日", date(2026, 3, 5)),
        ("2026-11-23T10:00:00+02:00", datetime.fromisoformat("2026-11-23T10:00:00+02:00")),
        ("2026-11-23T10:00", datetime(2026, 11, 23, 10, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_as_people_write_it(written: str, expected: date) -> None:
    assert to_date(written) == expected


def test_an_american_form_puts_the_month_first() -> None:
    assert to_date("03/04/2026", month_first=True) == date(2026, 3, 4)
    assert to_date("23/04/2026", month_first=True) == date(2026, 4, 23)


@pytest.mark.parametrize("written", ["soon", "31.02.2026", "2026-13-01", "0000", "5", "next march"])
def test_what_is_no_date_is_said_so(written: str) -> None:
    found = to_date(written)
    assert isinstance(found, Unfit)
    assert found.kind is ProblemKind.NOT_A_DATE


def test_a_date_before_dataverse_is_out_of_range() -> None:
    assert to_date("1700") == Unfit(ProblemKind.OUT_OF_RANGE, "before 1753-01-01")


@pytest.mark.parametrize(
    ("written", "expected"),
    [("Yes", True), ("はい", True), ("I agree", True), ("nein", False), ("NO", False), ("да", True)],
)
def test_yes_and_no_are_read_in_many_languages(written: str, expected: bool) -> None:
    assert boolean(written) is expected
    assert negated(written) is not expected


def test_neither_yes_nor_no_is_said_so_by_both() -> None:
    for transform in (boolean, negated):
        assert transform("maybe") == Unfit(ProblemKind.NOT_A_BOOLEAN, "neither yes nor no")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("www.linkedin.com/in/ada", "https://www.linkedin.com/in/ada"),
        ("http://crane.example", "http://crane.example"),
        ("ask me", "ask me"),
        ("none", "none"),
    ],
)
def test_an_address_without_a_scheme_gets_one(written: str, expected: Any) -> None:
    assert url(written) == expected
