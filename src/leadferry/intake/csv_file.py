"""The file a person downloads in Campaign Manager: bytes to a table with a bound header. Pure.

LinkedIn publishes no description of the file, and its headers follow the language and the form. So nothing depends on
position: facts are known by their usual English headers, questions by their label in the form, and a column that is
neither becomes a question of its own. UTF-8 and UTF-16 (with byte order mark), comma, semicolon and tab are read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from leadferry.errors import InputError
from leadferry.words import _, worded

FACTS = {
    "id": ("lead id", "response id", "form response id", "submission id"),
    "submitted_at": (
        "submitted at", "submitted at (utc)", "submission date", "submission time", "submitted on", "created at",
        "lead created at", "date created", "date", "timestamp",
    ),
    "form_name": ("form name", "lead gen form", "lead gen form name", "lead form name", "form"),
    "form_id": ("form id", "lead gen form id", "lead form id"),
    "campaign_name": ("campaign name", "campaign"),
    "campaign_id": ("campaign id",),
    "creative_id": ("creative id", "ad id"),
    "creative_name": ("creative name", "ad name"),
    "account_name": ("account name", "ad account name"),
    "account_id": ("account id", "ad account id"),
    "lead_type": ("lead type", "type"),
    "test": ("test lead", "test lead?", "is test lead", "is test"),
}  # fmt: skip

PREDEFINED = {
    "FIRST_NAME": ("first name", "given name"),
    "LAST_NAME": ("last name", "surname", "family name"),
    "EMAIL": ("email", "email address", "e-mail", "e-mail address"),
    "WORK_EMAIL": ("work email", "work email address", "business email"),
    "PHONE_NUMBER": ("phone number", "phone", "mobile phone"),
    "WORK_PHONE_NUMBER": ("work phone", "work phone number"),
    "JOB_TITLE": ("job title", "title"),
    "JOB_FUNCTION": ("job function", "function"),
    "SENIORITY": ("seniority", "job seniority", "seniority level"),
    "COMPANY_NAME": ("company name", "company", "organization", "organisation"),
    "COMPANY_SIZE": ("company size",),
    "INDUSTRY": ("industry", "company industry"),
    "CITY": ("city",),
    "STATE": ("state", "state/province", "region"),
    "COUNTRY": ("country", "country/region"),
    "POSTAL_CODE": ("postal code", "zip code", "postal/zip code", "zip/postal code"),
    "LINKEDIN_PROFILE_LINK": ("linkedin profile", "linkedin profile link", "linkedin profile url", "profile url"),
    "DEGREE": ("degree",),
    "FIELD_OF_STUDY": ("field of study",),
    "SCHOOL": ("school", "university/school", "university"),
    "START_DATE": ("start date",),
    "GRADUATION_DATE": ("graduation date",),
    "GENDER": ("gender",),
}

_FACT_OF = {header: fact for fact, headers in FACTS.items() for header in headers}
_FIELD_OF = {header: name for name, headers in PREDEFINED.items() for header in headers}
DATE_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y", "%m/%d/%y %H:%M", "%m/%d/%y", "%b %d, %Y, %I:%M %p",
    "%b %d, %Y", "%d %b %Y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CsvColumn:
    """`fact` "" for an answer; `predefined` "" for a custom question. `target`: the question or consent that a person
    has chosen; 0: found by its label."""

    header: str
    fact: str = ""
    predefined: str = ""
    target: int = 0


@dataclass(frozen=True, slots=True)
class CsvRow:
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CsvFile:
    columns: tuple[CsvColumn, ...]
    rows: tuple[CsvRow, ...]
    troubles: tuple[str, ...]
    """Rows that cannot be used, each with its line number."""


def read_csv(raw: bytes, *, encoding: str = "", any_header: bool = False) -> CsvFile:
    """`any_header`: a person says what the columns are. Raises InputError `csv-encoding`, `csv-empty`, `csv-header`."""
    text = _decoded(raw, encoding, _("Encoding") if any_header else "--encoding")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    header = next((cells for cells in lines if any(cell.strip() for cell in cells)), None)
    if header is None:
        raise InputError(
            _("The CSV file is empty."), code="csv-empty", fix=_("Download it again from Campaign Manager.")
        )
    columns = tuple(_column(cell.strip()) for cell in header)
    if not any_header and not any(column.predefined for column in columns):
        raise InputError(
            _("The CSV file has no header that Leadferry knows, such as Email address, First name or Company name."),
            code="csv-header",
            fix=_("The first line must hold the column names as Campaign Manager writes them (English)."),
        )
    rows, troubles = _rows(lines, len(columns))
    return CsvFile(columns, tuple(rows), tuple(troubles))


def _decoded(raw: bytes, encoding: str, option: str) -> str:
    """`option`: where a person says the encoding."""
    chosen = encoding or _encoding_of(raw)
    try:
        text = raw.decode(chosen)
    except LookupError:
        raise InputError(
            _("There is no encoding named {encoding}.", encoding=encoding),
            code="csv-encoding",
            fix=_("Try utf-8, utf-16 or cp1252."),
        ) from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            _(
                "The CSV file is not {encoding}: byte {byte}, in line {line}, does not fit.",
                encoding=_shown(chosen),
                byte=error.start,
                line=line,
            ),
            code="csv-encoding",
            fix=_advice(option, _guesses(raw)),
        ) from None
    if "\x00" in text:
        raise InputError(
            _("The CSV file is not {encoding}: it holds zero bytes.", encoding=_shown(chosen)),
            code="csv-encoding",
            fix=_(
                "Name its encoding with {option} (UTF-16 without a mark: utf-16-le), or save it as UTF-8.",
                option=option,
            ),
        )
    return text


def _shown(encoding: str) -> str:
    return encoding.upper().removesuffix("-SIG")


def _encoding_of(raw: bytes) -> str:
    return "utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"


def _guesses(raw: bytes) -> list[str]:
    """Of little text any guess is a weak one, so the encoding that most such files have is named beside it."""
    from charset_normalizer import from_bytes

    head = raw[:65_536]
    best = from_bytes(head).best()
    if not best:
        return []
    try:
        western = head.decode("cp1252")
    except UnicodeDecodeError:
        return [best.encoding]
    return ["cp1252"] if western == str(best) else [best.encoding, "cp1252"]


def _advice(option: str, guesses: Sequence[str]) -> str:
    if not guesses:
        return _("Name its encoding with {option}, or save it as UTF-8.", option=option)
    if len(guesses) == 1:
        return _(
            "Name its encoding with {option} (it looks like {one}), or save it as UTF-8.",
            option=option,
            one=guesses[0],
        )
    return _(
        "Name its encoding with {option} (it looks like {one} or {other}), or save it as UTF-8.",
        option=option,
        one=guesses[0],
        other=guesses[1],
    )


def _delimiter(text: str) -> str:
    head = text.lstrip("\r\n").partition("\n")[0]
    return max(",;\t", key=head.count)


def _column(header: str) -> CsvColumn:
    folded = " ".join(header.casefold().split())
    return CsvColumn(header, _FACT_OF.get(folded, ""), _FIELD_OF.get(folded, ""))


def _rows(lines: Iterator[list[str]], width: int) -> tuple[list[CsvRow], list[str]]:
    rows: list[CsvRow] = []
    troubles: list[str] = []
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > width:
            troubles.append(
                worded(
                    "Line {number} has {cells} cells, the header has {width}: left out.",
                    number=number,
                    cells=len(cells),
                    width=width,
                )
            )
            continue
        rows.append(CsvRow(number, tuple(cell.strip() for cell in cells) + ("",) * (width - len(cells))))
    return rows, troubles


def parse_moment(text: str) -> int | None:
    """ms UTC, or None when the text is no date that Campaign Manager writes."""
    text = text.strip().removesuffix("UTC").strip()
    if text.isdecimal() and len(text) in {10, 13}:
        return int(text) * (1000 if len(text) == 10 else 1)
    try:
        return _ms(datetime.fromisoformat(text))
    except ValueError:
        pass
    for pattern in DATE_FORMATS:
        try:
            return _ms(datetime.strptime(text, pattern))  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _ms(moment: datetime) -> int:
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def fact(file: CsvFile, row: CsvRow, name: str) -> str:
    """The first cell that holds this fact, "" where the file has none."""
    return next(
        (cell for column, cell in zip(file.columns, row.cells, strict=True) if column.fact == name and cell), ""
    )


def answers(file: CsvFile, row: CsvRow) -> Sequence[tuple[CsvColumn, str]]:
    return [(column, cell) for column, cell in zip(file.columns, row.cells, strict=True) if not column.fact and cell]
