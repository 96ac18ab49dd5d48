"""The filters in force as chips, each with the address of the list without it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadferry.delivery.filters import NONE, PERIODS, STATES, STATUSES, Filters
from leadferry.delivery.shown import lead_type_words
from leadferry.words import _, together

Choices = Mapping[str, Sequence[tuple[int, str]]]
NAMES = {
    "form": _("Form"),
    "campaign": _("Campaign"),
    "owner": _("Account"),
    "creative": _("Creative"),
    "country": _("Country"),
    "industry": _("Industry"),
    "type": _("Type"),
    "status": _("Status"),
}
NUMBERED = ("form", "campaign", "owner", "creative", "country", "industry")
STATE_WORDS = {
    "pending": _("on its way"),
    "retry": _("tried again later"),
    "review": _("in review"),
    "delivered": _("delivered"),
    "failed": _("needs a person"),
    "rejected": _("no lead, decided by a person"),
}
STATE_NAMES = {
    "pending": _("On its way"),
    "retry": _("Tried again later"),
    "review": _("In review"),
    "delivered": _("Delivered"),
    "failed": _("Needs a person"),
    "rejected": _("No lead, decided by a person"),
}
"""The same where they begin."""
PERIOD_NAMES = {
    "today": _("Today"),
    "7d": _("Last 7 days"),
    "30d": _("Last 30 days"),
    "90d": _("Last 90 days"),
}
TEST_WORDS = {"only": _("only"), "no": _("left out")}


@dataclass(frozen=True, slots=True)
class Chip:
    words: str
    query: str


@dataclass(frozen=True, slots=True)
class View:
    name: str
    query: str


VIEWS = (
    View(_("All form submissions"), ""),
    View(_("Needs a person"), "state=failed"),
    View(_("In review"), "state=review"),
    View(_("Tried again later"), "state=retry"),
    View(_("New leads of 7 days"), "period=7d&status=created"),
    View(_("Test leads"), "test=only"),
)
"""Those that everybody has."""


def chips(filters: Filters, choices: Choices, zone: str = "") -> list[Chip]:
    """In the order of the page. `zone`: the environment's."""
    shown: list[tuple[str, tuple[str, ...]]] = []
    if filters.text:
        shown.append((_("Search: {text}", text=filters.text), ("text",)))
    if filters.period:
        shown.append((_("Submitted: {periods}", periods=PERIODS[filters.period][1]), ("period",)))
    if filters.since or filters.until:
        since = _("from {day}", day=filters.since) if filters.since else ""
        until = _("to {day}", day=filters.until) if filters.until else ""
        days = together(filter(None, (since, until)))
        words = _("Submitted: {days}", days=days)
        if filters.days:
            words = _("Submitted: {days}, days of {zone}", days=days, zone=zone)
        shown.append((words, ("since", "until", "days")))
    shown += [
        (_("{name}: {value}", name=NAMES[name], value=_value(choices[name], key)), (name,))
        for name in NUMBERED
        if (key := getattr(filters, name))
    ]
    if filters.type:
        shown.append((_("Type: {lead_type_words}", lead_type_words=lead_type_words(filters.type)), ("type",)))
    if filters.status:
        shown.append((_("Status: {label}", label=_(STATUSES[filters.status].label)), ("status",)))
    if filters.state:
        shown.append((_("State: {state_words}", state_words=STATE_WORDS[filters.state]), ("state",)))
    if filters.test:
        shown.append((_("Test leads: {test_words}", test_words=TEST_WORDS[filters.test]), ("test",)))
    return [Chip(words, filters.without(*names).query()) for words, names in shown]


def _value(known: Sequence[tuple[int, str]], key: int) -> str:
    return _("none") if key == NONE else dict(known).get(key, _("unknown"))


def view_name(query: str, own: Sequence[tuple[str, str]]) -> str:
    """What the list's head says: the view whose filters these are, else that they are nobody's."""
    known = [(view.name, view.query) for view in VIEWS] + list(own)
    return next(
        (name for name, saved in known if sorted(saved.split("&")) == sorted(query.split("&"))), _("Filtered list")
    )


def options(choices: Choices) -> dict[str, list[tuple[str, str]]]:
    """What the dialog *All filters* offers: (value in the address, words)."""
    found = {
        name: [("", _("Any")), ("none", _("None")), *((str(key), words) for key, words in choices[name])]
        for name in NUMBERED
    }
    return found | {
        "type": [("", _("Any")), *((key, lead_type_words(key)) for key in _TYPES)],
        "status": [("", _("Any")), *((key, _(status.label)) for key, status in STATUSES.items())],
        "state": [("", _("Any")), *((key, STATE_NAMES[key]) for key in STATES)],
        "period": [("", _("Any time")), *((key, PERIOD_NAMES[key]) for key in PERIODS)],
        "test": [("", _("With the others")), ("only", _("Only test leads")), ("no", _("Left out"))],
    }


_TYPES = ("SPONSORED", "EVENT", "COMPANY", "ORGANIZATION_PRODUCT")
