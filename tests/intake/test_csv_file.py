from __future__ import annotations

import pytest

from leadferry.errors import InputError
from leadferry.intake.csv_file import CsvColumn, answers, fact, parse_moment, read_csv

TEXT = "Submitted At,Form Name,First Name,Email Address,Which size?\n2026-11-20 10:00:00,Paper,Žofie,z@x.test,Small\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_campaign_managers_encodings_and_delimiters_are_read(encoding: str, delimiter: str) -> None:
    file = read_csv(TEXT.replace(",", delimiter).encode(encoding))
    assert [column.header for column in file.columns][2:] == ["First Name", "Email Address", "Which size?"]
    assert fact(file, file.rows[0], "form_name") == "Paper"
    assert [cell for _, cell in answers(file, file.rows[0])] == ["Žofie", "z@x.test", "Small"]


def test_headers_become_facts_predefined_fields_and_custom_questions() -> None:
    assert read_csv(TEXT.encode()).columns == (
        CsvColumn("Submitted At", "submitted_at"),
        CsvColumn("Form Name", "form_name"),
        CsvColumn("First Name", predefined="FIRST_NAME"),
        CsvColumn("Email Address", predefined="EMAIL"),
        CsvColumn("Which size?"),
    )


def test_the_wrong_encoding_is_named_with_a_guess_and_what_to_do() -> None:
    raw = ("First Name,Email Address\n" + "Jürgen Größe läuft über Brücken,j@x.test\n" * 5).encode("cp1252")
    with pytest.raises(InputError) as refusal:
        read_csv(raw)
    assert refusal.value.code == "csv-encoding"
    assert str(refusal.value).startswith("The CSV file is not UTF-8: byte ")
    assert "--encoding (it looks like " in str(refusal.value)
    assert read_csv(raw, encoding="cp1252").rows[0].cells[0].startswith("Jürgen")


def test_utf_16_without_its_mark_is_refused_rather_than_read_as_nonsense() -> None:
    with pytest.raises(InputError, match="zero bytes"):
        read_csv(TEXT.replace("Ž", "Z").encode("utf-16-le"))


def test_an_encoding_that_does_not_exist_is_named() -> None:
    with pytest.raises(InputError, match="no encoding named klingon"):
        read_csv(b"a,b", encoding="klingon")


@pytest.mark.parametrize("raw", [b"", b"\n\n", b" , ,\n"])
def test_an_empty_file_is_named(raw: bytes) -> None:
    with pytest.raises(InputError, match="The CSV file is empty"):
        read_csv(raw)


def test_a_file_that_is_no_lead_export_is_refused() -> None:
    with pytest.raises(InputError) as refusal:
        read_csv(b"a,b,c\n1,2,3\n")
    assert refusal.value.code == "csv-header"


def test_a_row_that_does_not_fit_is_told_by_its_line_and_costs_no_other() -> None:
    file = read_csv(b"First Name,Email Address\nAda,a@x.test,extra\nBo\n\nCy,c@x.test\n")
    assert file.troubles == ("Line 2 has 3 cells, the header has 2: left out.",)
    assert [row.cells for row in file.rows] == [("Bo", ""), ("Cy", "c@x.test")]
    assert [row.line for row in file.rows] == [3, 5]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-11-20 10:00:00", 1795168800000),
        ("2026-11-20T10:00:00Z", 1795168800000),
        ("11/20/2026 10:00", 1795168800000),
        ("11/20/2026 10:00 AM", 1795168800000),
        ("20.11.2026 10:00", 1795168800000),
        ("2026-11-20 10:00 UTC", 1795168800000),
        ("1795168800000", 1795168800000),
        ("1795168800", 1795168800000),
        ("soon", None),
        ("", None),
    ],
)
def test_moments_are_read_as_utc_in_the_forms_that_occur(text: str, iso: int | None) -> None:
    assert parse_moment(text) == iso
