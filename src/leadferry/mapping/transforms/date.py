"""Dates: ISO, the common written forms, month and year, or a year alone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from leadferry.mapping.model import ProblemKind
from leadferry.mapping.transforms.text import folded
from leadferry.mapping.unfit import Unfit

_MONTHS = """
january jan januar janv janvier januari gennaio gen enero ene janeiro jan. stycznia styczen ocak leden
february feb februar fevrier fevr fev febbraio febbr febrero februari fevereiro lutego luty subat unor
march mar marz maerz mars marzo maart mrt marco marca marzec mart brezen
april apr avril avr aprile abril abr kwietnia kwiecien nisan duben
may mai maggio mag mayo mei maio maja maj mayis kveten
june jun juni juin giugno giu junio junho czerwca czerwiec haziran cerven
july jul juli juillet juil luglio lug julio julho lipca lipiec temmuz cervenec
august aug aout agosto ago augustus augusti sierpnia sierpien agustos srpen
september sep sept septembre settembre sett set septiembre setembro wrzesnia wrzesien eylul zari
october oct oktober okt octobre ottobre ott octubre outubro out pazdziernika pazdziernik ekim rijen
november nov novembre noviembre novembro listopada listopad kasim
december dec dezember dez decembre dicembre dic diciembre desember des dezembro grudnia grudzien aralik prosinec
"""
_MONTH_OF = {word: month for month, line in enumerate(_MONTHS.strip().splitlines(), 1) for word in line.split()}
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_ASIAN = re.compile(r"(\d{4})\s*[年년/.]\s*(\d{1,2})(?:\s*[月월/.]\s*(\d{1,2})?\s*[日일]?)?\.?")
_THREE = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})\.?")
_TWO = re.compile(r"(\d{1,2})[./-](\d{4})")
_YEAR = re.compile(r"\d{4}")
_WORDS = re.compile(r"[^\W\d_]+|\d+")
LONGEST = 60
"""Characters; more is a story with a date in it."""
EARLIEST = 1753
"""Dataverse keeps no date before 1753-01-01."""
_UNFIT = Unfit(ProblemKind.NOT_A_DATE, "not a date")
_TOO_EARLY = Unfit(ProblemKind.OUT_OF_RANGE, f"before {EARLIEST}-01-01")
MONTH_FIRST = frozenset({"en_US", "en_PH", "es_US"})
"""Locales that write 03/04/2026 for the 4th of March."""


def to_date(text: str, month_first: bool = False) -> date | datetime | Unfit:
    """A month alone is its first day, a year alone its first of January."""
    clean = text.strip()
    if len(clean) > LONGEST:
        return _UNFIT
    if len(clean) > 10 and _ISO.match(clean) and (moment := _moment(clean)):
        return moment if moment.year >= EARLIEST else _TOO_EARLY
    parts = _parts(folded(clean), month_first)
    if parts is None:
        return _UNFIT
    try:
        found = date(*parts)
    except ValueError:
        return _UNFIT
    return found if found.year >= EARLIEST else _TOO_EARLY


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return None


def _parts(text: str, month_first: bool) -> tuple[int, int, int] | None:
    if match := _ISO.fullmatch(text) or _ASIAN.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3] or 1)
    if match := _THREE.fullmatch(text):
        return _three(int(match[1]), int(match[2]), int(match[3]), month_first)
    if match := _TWO.fullmatch(text):
        return int(match[2]), int(match[1]), 1
    if _YEAR.fullmatch(text):
        return int(text), 1, 1
    return _named(text)


def _three(first: int, second: int, year: int, month_first: bool) -> tuple[int, int, int]:
    """Where only one reading is a date, that one; else as the form's locale writes."""
    if first > 12 or (not month_first and second <= 12):
        return year, second, first
    return year, first, second


def _named(text: str) -> tuple[int, int, int] | None:
    """`3 March 2026`, `March 3rd, 2026`, `Mar 2026`, `3 de marzo de 2026`."""
    words = _WORDS.findall(text)
    month = next((_MONTH_OF[word] for word in words if word in _MONTH_OF), 0)
    numbers = [int(word) for word in words if word.isdigit()]
    years = [number for number in numbers if number > 999]
    days = [number for number in numbers if number <= 31]
    if not month or len(years) != 1 or len(days) > 1 or len(numbers) != len(years) + len(days):
        return None
    return years[0], month, days[0] if days else 1
