"""The filters in force as chips, each with the address of the list without it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadferry.delivery.filters import NONE, PERIODS, STATES, STATUSES, Filters
from leadferry.delivery.shown import lead_type_words

Choices = Mapping[str, Sequence[tuple[int, str]]]
NAMES = {
    "form": "Form",
    "campaign": "Campaign",
    "owner": "Account",
    "creative": "Creative",
    "country": "Country",
    "industry": "Industry",
    "type": "Type",
    "status": "Status",
}
NUMBERED = ("form", "campaign", "owner", "creative", "country", "industry")
STATE_WORDS = {
    "pending": "on its way",
    "retry": "tried again later",
    "review": "in review",
    "delivered": "delivered",
    "failed": "needs a person",
    "rejected": "no lead, decided by a person",
}
TEST_WORDS = {"only": "only", "no": "left out"}


@dataclass(frozen=True, slots=True)
class Chip:
    words: str
    query: str


@dataclass(frozen=True, slots=True)
class View:
    name: str
    query: str


VIEWS = (
    View("All form submissions", ""),
    View("Needs a person", "state=failed"),
    View("In review", "state=review"),
    View("Tried again later", "state=retry"),
    View("New leads of 7 days", "period=7d&status=created"),
    View("Test leads", "test=only"),
)
"""Those that everybody has."""


def chips(filters: Filters, choices: Choices, zone: str = "") -> list[Chip]:
    """In the order of the page. `zone`: the environment's."""
    shown: list[tuple[str, tuple[str, ...]]] = []
    if filters.text:
        shown.append((f"Search: {filters.text}", ("text",)))
    if filters.period:
        shown.append((f"Submitted: {PERIODS[filters.period][1]}", ("period",)))
    if filters.since or filters.until:
        days = " ".join(part for part in (_day("from", filters.since), _day("to", filters.until)) if part)
        in_zone = f", days of {zone}" if filters.days else ""
        shown.append((f"Submitted: {days}{in_zone}", ("since", "until", "days")))
    shown += [
        (f"{NAMES[name]}: {'none' if key == NONE else dict(choices[name]).get(key, 'unknown')}", (name,))
        for name in NUMBERED
        if (key := getattr(filters, name))
    ]
    if filters.type:
        shown.append((f"Type: {lead_type_words(filters.type)}", ("type",)))
    if filters.status:
        shown.append((f"Status: {STATUSES[filters.status].label}", ("status",)))
    if filters.state:
        shown.append((f"State: {STATE_WORDS[filters.state]}", ("state",)))
    if filters.test:
        shown.append((f"Test leads: {TEST_WORDS[filters.test]}", ("test",)))
    return [Chip(words, filters.without(*names).query()) for words, names in shown]


def view_name(query: str, own: Sequence[tuple[str, str]]) -> str:
    """What the list's head says: the view whose filters these are, else that they are nobody's."""
    known = [(view.name, view.query) for view in VIEWS] + list(own)
    return next(
        (name for name, saved in known if sorted(saved.split("&")) == sorted(query.split("&"))), "Filtered list"
    )


def options(choices: Choices, filters: Filters) -> dict[str, list[tuple[str, str]]]:
    """What the dialog *All filters* offers: (value in the address, words). Of creatives there are thousands: only the
    one that is chosen is among them."""
    creative = [one for one in choices["creative"] if one[0] == filters.creative]
    choices = {**choices, "creative": creative}
    found = {
        name: [("", "Any"), ("none", "None"), *((str(key), words) for key, words in choices[name])] for name in NUMBERED
    }
    return found | {
        "type": [("", "Any"), *((key, lead_type_words(key)) for key in _TYPES)],
        "status": [("", "Any"), *((key, status.label) for key, status in STATUSES.items())],
        "state": [("", "Any"), *((key, STATE_WORDS[key].capitalize()) for key in STATES)],
        "period": [("", "Any time"), *((key, words.capitalize()) for key, (_, words) in PERIODS.items())],
        "test": [("", "With the others"), ("only", "Only test leads"), ("no", "Left out")],
    }


_TYPES = ("SPONSORED", "EVENT", "COMPANY", "ORGANIZATION_PRODUCT")


def _day(word: str, day: str) -> str:
    return f"{word} {day}" if day else ""
