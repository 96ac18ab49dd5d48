"""Dates and numbers as the reader writes them: locale from the browser, time zone from a cookie. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Reader:
    locale: Locale
    zone: ZoneInfo

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
            return "Never"
        at, now = self._local(at_ms), self._local(now_ms)
        time = str(format_time(at, "short", locale=self.locale))
        days = (now.date() - at.date()).days
        if days in {0, 1, -1}:
            return f"{ {0: 'Today', 1: 'Yesterday', -1: 'Tomorrow'}[days] } {time}"
        if at.year == now.year:
            return f"{self._skeleton(at, 'MMMd')} {time}"
        return self.day(at_ms)

    def day(self, at_ms: int | None) -> str:
        """`3 Dec 2025`."""
        return "Never" if at_ms is None else str(format_date(self._local(at_ms), "medium", locale=self.locale))

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
        for size, unit, most in ((1, "ms", 1000), (1000, "s", 60), (60_000, "min", 60), (3_600_000, "h", 48)):
            if ms / size < most:
                return f"{self.number(round(ms / size, 1 if unit in {'s', 'h'} else 0))}\u00a0{unit}"
        return f"{self.number(round(ms / DAY_MS))}\u00a0d"

    def _local(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self.zone)

    def _skeleton(self, at: datetime, skeleton: str) -> str:
        from babel.dates import format_skeleton

        return str(format_skeleton(skeleton, at, locale=self.locale))


def reader_of(accept_language: str, zone: str) -> Reader:
    """Words are English, so only the way of writing follows the reader: `en-DE` writes English with German dates."""
    return Reader(_locale(accept_language), _zone(zone))


def _locale(accept_language: str) -> Locale:
    tags = [part.partition(";")[0].strip() for part in accept_language.split(",")]
    for tag in tags:
        territory = tag.replace("_", "-").partition("-")[2].upper()
        try:
            return Locale.parse(f"en_{territory}" if len(territory) == 2 else "en_GB")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_GB")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else ZoneInfo("UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
