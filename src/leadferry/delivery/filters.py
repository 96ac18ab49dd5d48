"""What a list of submissions is narrowed to: read off an address, put back into one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from leadferry.delivery.model import MatchingStatus, State
from leadferry.errors import InputError
from leadferry.words import _

PERIODS: Mapping[str, tuple[int, str]] = {
    "today": (1, _("today")),
    "7d": (7, _("last 7 days")),
    "30d": (30, _("last 30 days")),
    "90d": (90, _("last 90 days")),
}
"""In the address -> (days, today included; words)."""
STATUSES: Mapping[str, MatchingStatus] = {
    "pending": MatchingStatus.PENDING,
    "created": MatchingStatus.CREATED,
    "updated": MatchingStatus.UPDATED,
    "match-failed": MatchingStatus.MATCH_FAILED,
    "creation-failed": MatchingStatus.CREATION_FAILED,
    "update-failed": MatchingStatus.UPDATE_FAILED,
    "not-updated": MatchingStatus.NOT_UPDATED,
}
STATES: Mapping[str, State] = {state.label: state for state in State}
SORTS = ("submitted", "submitted-oldest", "received", "received-oldest")
LONGEST_TEXT = 200
NONE = -1
"""Those without a campaign, say; `none` in the address."""
ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Filters:
    """As in the address: numbers are our row ids, 0 for any, NONE for those without; dates are the reader's days, or
    those that the environment's figures count by."""

    form: int = 0
    campaign: int = 0
    owner: int = 0
    creative: int = 0
    country: int = 0
    industry: int = 0
    type: str = ""
    status: str = ""
    state: str = ""
    period: str = ""
    since: str = ""
    until: str = ""
    days: str = ""
    """`environment`: dates are days of its time zone."""
    test: str = ""
    """`only`, `no`, or "" for both."""
    text: str = ""
    sort: str = "submitted"

    @property
    def descending(self) -> bool:
        return not self.sort.endswith("-oldest")

    @property
    def by_received(self) -> bool:
        return self.sort.startswith("received")

    @property
    def narrowed(self) -> bool:
        return replace(self, sort="submitted") != Filters()

    def span(self, now_ms: int, zone: ZoneInfo) -> tuple[int | None, int | None]:
        """(from, before) in ms: from the start of the first day to the end of the last."""
        if self.period:
            today = datetime.fromtimestamp(now_ms / 1000, zone).date()
            return _start(today - timedelta(days=PERIODS[self.period][0] - 1), zone), None
        first = _start(date.fromisoformat(self.since), zone) if self.since else None
        last = _start(date.fromisoformat(self.until) + timedelta(days=1), zone) if self.until else None
        return first, last

    def query(self, **changes: Any) -> str:
        """The address after the question mark, with these changes; what is not set is left out."""
        return urlencode(self.address(**changes))

    def address(self, **changes: Any) -> dict[str, Any]:
        """What is set, as the address says it."""
        values = {_NAMES.get(name, name): getattr(self, name) for name in self.__dataclass_fields__}
        values |= {_NAMES.get(name, name): value for name, value in changes.items()}
        values = {name: "none" if value == NONE else value for name, value in values.items()}
        return {name: value for name, value in values.items() if value and (name, value) != _USUAL}

    def without(self, *names: str) -> Filters:
        return replace(self, **{name: getattr(_ANY, name) for name in names})


_ANY = Filters()
_NAMES = {"since": "from", "until": "to", "text": "q"}
_USUAL = ("sort", "submitted")


def read_filters(query: Mapping[str, str]) -> Filters:
    """Raises InputError for what no filter of ours ever says."""
    return Filters(
        form=_number(query, "form"),
        campaign=_number(query, "campaign"),
        owner=_number(query, "owner"),
        creative=_number(query, "creative"),
        country=_number(query, "country"),
        industry=_number(query, "industry"),
        type=query.get("type", "")[:60],
        status=_one_of(query, "status", STATUSES),
        state=_one_of(query, "state", STATES),
        period=_one_of(query, "period", PERIODS),
        since=_day(query, "from"),
        until=_day(query, "to"),
        days=_one_of(query, "days", (ENVIRONMENT,)),
        test=_one_of(query, "test", ("only", "no")),
        text=query.get("q", "").strip()[:LONGEST_TEXT],
        sort=_one_of(query, "sort", SORTS) or "submitted",
    )


def _number(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "") or "0"
    if text == "none":
        return NONE
    if not text.isdecimal() or len(text) > 18:
        raise _wrong(name, text)
    return int(text)


def _one_of(query: Mapping[str, str], name: str, allowed: Any) -> str:
    text = query.get(name, "")
    if text and text not in allowed:
        raise _wrong(name, text, _("It is one of {allowed}.", allowed=", ".join(allowed)))
    return text


def _day(query: Mapping[str, str], name: str) -> str:
    text = query.get(name, "")
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise _wrong(name, text, _("It is a day like 2026-11-25.")) from None


def _wrong(name: str, text: str, fix: str = "") -> InputError:
    shown = text if text.isprintable() and len(text) <= 40 else _("something else")
    return InputError(
        _('The filter "{name}" is "{shown}", which the list does not know.', name=name, shown=shown),
        fix=fix or _("Open the list from the menu and choose the filter there."),
        code="bad-filter",
    )


def _start(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
