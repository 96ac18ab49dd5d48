"""What figures are narrowed to, read off an address and put back into one; and the list of the rows behind a figure.
Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote_plus

from leadferry.errors import InputError
from leadferry.performance.figures import Outcome, date_of
from leadferry.words import _

T = TypeVar("T")
PERIODS = (1, 7, 30, 90, 365)
ALL_TIME = "all"
TYPES = ("SPONSORED", "EVENT", "COMPANY", "ORGANIZATION_PRODUCT")


NONE = -1
"""As a filter: those that have no campaign, say. `none` in an address."""
NUMBERS = ("form", "campaign", "owner", "creative", "country", "industry")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """All but `type` are ids of rows of ours; 0 and "" for any, NONE for those without."""

    form: int = 0
    campaign: int = 0
    owner: int = 0
    type: str = ""
    creative: int = 0
    country: int = 0
    industry: int = 0

    def values(self) -> dict[str, Any]:
        """Those that narrow."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}

    def address(self) -> dict[str, Any]:
        """Those that narrow, as an address says them."""
        return {name: "none" if value == NONE else value for name, value in self.values().items()}


def passing(cells: Mapping[tuple[Any, ...], T], names: Sequence[str], narrowing: Narrowing) -> dict[tuple[Any, ...], T]:
    """Those that the filter lets pass. `names`: of what keys are made of; a filter by anything else lets all pass."""
    wanted = [
        (names.index(name), 0 if value == NONE else value)
        for name, value in narrowing.values().items()
        if name in names
    ]
    for place, one in wanted:
        cells = {key: value for key, value in cells.items() if key[place] == one}
    return dict(cells)


@dataclass(frozen=True, slots=True)
class Period:
    """`days` days up to today, as days since 1970; and as many before, unless it is all time."""

    days: int
    today: int
    ever: bool = False

    @property
    def asked(self) -> int | str:
        """As an address says it."""
        return ALL_TIME if self.ever else self.days

    @property
    def span(self) -> tuple[int, int]:
        return self.today - self.days + 1, self.today

    @property
    def before(self) -> tuple[int, int]:
        """Of all time there is none: a span that ends before it begins."""
        return (1, 0) if self.ever else (self.today - 2 * self.days + 1, self.today - self.days)

    def __iter__(self) -> Any:
        return iter(range(self.span[0], self.span[1] + 1))


def read_period(
    query: Mapping[str, str], today: int, first: Callable[[], int | None] = lambda: None, *, usual: int = 30
) -> Period:
    """`first`: tells the first day that anything was submitted on; asked for all time only."""
    text = query.get("days", "") or str(usual)
    if text == ALL_TIME:
        since = first()
        return Period(today - min(today, today if since is None else since) + 1, today, ever=True)
    if text not in {str(days) for days in PERIODS}:
        raise _wrong("days", _("It is one of {map}.", map=f"{', '.join(map(str, PERIODS))}, {ALL_TIME}"))
    return Period(int(text), today)


def read_narrowing(query: Mapping[str, str]) -> Narrowing:
    numbers = {name: query.get(name, "") or "0" for name in NUMBERS}
    for name, text in numbers.items():
        if text != "none" and (not text.isdecimal() or len(text) > 9):
            raise _wrong(name, _("Open the page from the menu and choose the filter there."))
    kind = query.get("type", "")
    if kind and kind not in TYPES:
        raise _wrong("type", _("It is one of {types}.", types=", ".join(TYPES)))
    return Narrowing(**{name: NONE if text == "none" else int(text) for name, text in numbers.items()}, type=kind)


def _wrong(name: str, fix: str) -> InputError:
    return InputError(
        _('The filter "{name}" of the address is not one Leadferry knows.', name=name), fix=fix, code="bad-filter"
    )


def address_query(**values: Any) -> str:
    """What is set, after a question mark; "" of nothing."""
    given = [f"{name}={_encoded(str(value))}" for name, value in values.items() if value]
    return f"?{'&'.join(given)}" if given else ""


def _encoded(text: str) -> str:
    """Nearly always a number, a word or a day: a page has hundreds."""
    return text if text.replace("-", "").isalnum() and text.isascii() else quote_plus(text)


_ROWS: Mapping[Outcome, Mapping[str, str]] = {
    Outcome.PENDING: {"state": "pending"},
    Outcome.RETRY: {"state": "retry"},
    Outcome.REVIEW: {"state": "review"},
    Outcome.CREATED: {"state": "delivered", "status": "created"},
    Outcome.UPDATED: {"state": "delivered", "status": "updated"},
    Outcome.LINKED: {"state": "delivered", "status": "not-updated"},
    Outcome.FAILED: {"state": "failed"},
    Outcome.REJECTED: {"state": "rejected"},
}


def rows_query(
    days: tuple[int, int] | None = None,
    outcome: Outcome | None = None,
    narrowing: Narrowing = Narrowing(),
) -> str:
    """The list of the submissions that a figure counts, in the days that it counts by:
    `?from=2026-10-26&to=2026-11-24&days=environment&status=created&test=no`."""
    values: dict[str, Any] = {}
    if days:
        values |= {"from": date_of(days[0]).isoformat(), "to": date_of(days[1]).isoformat(), "days": "environment"}
    values |= _ROWS[outcome] if outcome is not None else {}
    return address_query(**values, **narrowing.address(), test="no")
