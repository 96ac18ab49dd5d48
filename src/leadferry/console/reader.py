"""Language, dates and numbers of the reader: language and locale from the browser, time zone from a cookie. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal

from leadferry.words import _

ENGLISH = "en"
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Reader:
    locale: Locale
    zone: ZoneInfo

    @property
    def language(self) -> str:
        return str(self.locale.language)

    def number(self, value: float) -> str:
        return str(format_decimal(value, locale=self.locale))

    def money(self, micros: int, currency: str) -> str:
        """`€40.94`, `US$17,490`: from a thousand on without the small change. `micros`: millionths."""
        amount, pattern = Decimal(micros) / 1_000_000, str(self.locale.currency_formats["standard"].pattern)
        if abs(amount) >= 1000:
            whole = pattern.replace(".00", "")
            return str(format_currency(amount, currency, whole, locale=self.locale, currency_digits=False))
        return str(format_currency(amount, currency, locale=self.locale))

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
            return f"{self._skeleton(at, 'MMMd')} {time}"
        return self.day(at_ms)

    def day(self, at_ms: int | None) -> str:
        """`3 Dec 2025`."""
        return _("Never") if at_ms is None else str(format_date(self._local(at_ms), "medium", locale=self.locale))

    def exact(self, at_ms: int) -> str:
        """To the second, with the zone: for tooltips and the audit."""
        return str(format_datetime(self._local(at_ms), "long", locale=self.locale))

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
        from babel.dates import format_skeleton

        return str(format_skeleton("MMMd", day, locale=self.locale))

    def long_date(self, day: date) -> str:
        """`Tuesday, 24 November 2026`."""
        return str(format_date(day, "full", locale=self.locale))

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

    def _skeleton(self, at: datetime, skeleton: str) -> str:
        from babel.dates import format_skeleton

        return str(format_skeleton(skeleton, at, locale=self.locale))


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
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(language)


def _english(tags: Sequence[str]) -> Locale:
    for tag in tags:
        territory = tag.partition("-")[2].upper()
        try:
            return Locale.parse(f"en_{territory}" if len(territory) == 2 else "en_GB")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_GB")


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
