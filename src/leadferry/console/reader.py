"""Language, dates and numbers of the reader: language and locale from the browser, time zone from a cookie. Pure.

Numbers and days come again and again, on one page and on the next: how they are written is remembered.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_datetime_format
from babel.numbers import format_currency, format_decimal

from leadferry.words import _

ENGLISH = "en"
DAY_MS = 86_400_000
REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Reader:
    locale: Locale
    zone: ZoneInfo

    @property
    def language(self) -> str:
        return str(self.locale.language)

    def number(self, value: float) -> str:
        return _number(value, self.locale)

    def money(self, micros: int, currency: str) -> str:
        """`€40.94`, `US$17,490`: from a thousand on without the small change. `micros`: millionths."""
        return _money(micros, currency, self.locale)

    def moment(self, at_ms: int | None, now_ms: int) -> str:
        """`Today 10:41`, `Yesterday 16:20`, `3 Dec 14:20`, `3 Dec 2025`; `Never` for none."""
        if at_ms is None:
            return _("Never")
        at, now = self._local(at_ms), self._local(now_ms)
        time = str(format_time(at, "short", locale=self.locale))
        days = (now.date() - at.date()).days
        if days in {0, 1, -1}:
            return _named_day(days, time)
        if at.year == now.year:
            return f"{_short(at.date(), self.locale)} {time}"
        return self.day(at_ms)

    def day(self, at_ms: int | None) -> str:
        """`3 Dec 2025`."""
        return _("Never") if at_ms is None else _date(self._local(at_ms).date(), "medium", self.locale)

    def exact(self, at_ms: int) -> str:
        """To the second, with the zone: for tooltips and the audit."""
        at = self._local(at_ms)
        day, time = _date(at.date(), "long", self.locale), str(format_time(at, "long", locale=self.locale))
        return _joined(self.locale).replace("{0}", time).replace("{1}", day)

    def clock(self, at_ms: int) -> str:
        """`10:41:06`, for a timeline."""
        return str(format_time(self._local(at_ms), "medium", locale=self.locale))

    def iso(self, at_ms: int) -> str:
        """For the `datetime` of a `<time>`."""
        return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")

    def span(self, ms: int) -> str:
        """`9 days`, `2 hours`."""
        return str(format_timedelta(timedelta(milliseconds=abs(ms)), threshold=1.5, locale=self.locale))

    def short_date(self, day: date) -> str:
        """`24 Nov`, of a day that is nobody's moment."""
        return _short(day, self.locale)

    def long_date(self, day: date) -> str:
        """`Tuesday, 24 November 2026`."""
        return _date(day, "full", self.locale)

    def short_span(self, ms: float) -> str:
        """`340 ms`, `2.4 s`, `12 min`, `3.2 h`, `5 d`."""
        if ms < 1000:
            return _("{time}\u00a0ms", time=self.number(round(ms)))
        if ms < 60_000:
            return _("{time}\u00a0s", time=self.number(round(ms / 1000, 1)))
        if ms < 3_600_000:
            return _("{time}\u00a0min", time=self.number(round(ms / 60_000)))
        if ms < 2 * DAY_MS:
            return _("{time}\u00a0h", time=self.number(round(ms / 3_600_000, 1)))
        return _("{time}\u00a0d", time=self.number(round(ms / DAY_MS)))

    def _local(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self.zone)


@lru_cache(REMEMBERED)
def _number(value: float, locale: Locale) -> str:
    return str(format_decimal(value, locale=locale))


@lru_cache(REMEMBERED)
def _money(micros: int, currency: str, locale: Locale) -> str:
    amount, pattern = Decimal(micros) / 1_000_000, str(locale.currency_formats["standard"].pattern)
    if abs(amount) >= 1000:
        whole = pattern.replace(".00", "")
        return str(format_currency(amount, currency, whole, locale=locale, currency_digits=False))
    return str(format_currency(amount, currency, locale=locale))


@lru_cache(REMEMBERED)
def _date(day: date, length: str, locale: Locale) -> str:
    return str(format_date(day, length, locale=locale))


@lru_cache(REMEMBERED)
def _short(day: date, locale: Locale) -> str:
    return str(format_skeleton("MMMd", day, locale=locale))


@lru_cache(200)
def _joined(locale: Locale) -> str:
    """How day ({1}) and time ({0}) stand together."""
    return str(get_datetime_format("long", locale=locale)).replace("'", "")


def reader_of(accept_language: str, zone: str, languages: Collection[str] = (ENGLISH,)) -> Reader:
    """The first of the browser's languages that the console speaks, else English. In English only the way of writing
    follows the reader: `en-DE`, and `de` where there is no German, write English with German dates."""
    tags = [part.partition(";")[0].strip().replace("_", "-") for part in accept_language.split(",")]
    spoken = (tag for tag in tags if tag.partition("-")[0].lower() in languages)
    return Reader(_locale(next(spoken, ENGLISH), tags), _zone(zone))


def _locale(tag: str, tags: Sequence[str]) -> Locale:
    language = tag.partition("-")[0].lower()
    if language == ENGLISH:
        return _english(tags)
    try:
        return _parsed(tag, "-")
    except (UnknownLocaleError, ValueError):
        return _parsed(language)


def _english(tags: Sequence[str]) -> Locale:
    for tag in tags:
        territory = tag.partition("-")[2].upper()
        try:
            return _parsed(f"en_{territory}" if len(territory) == 2 else "en_GB")
        except (UnknownLocaleError, ValueError):
            continue
    return _parsed("en_GB")


@lru_cache(200)
def _parsed(tag: str, sep: str = "_") -> Locale:
    """The same one each time: what is remembered of numbers and days is found by it."""
    return Locale.parse(tag, sep=sep)


def _named_day(days: int, time: str) -> str:
    """`days` back from today."""
    if days == 0:
        return _("Today {time}", time=time)
    return _("Yesterday {time}", time=time) if days == 1 else _("Tomorrow {time}", time=time)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else ZoneInfo("UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
