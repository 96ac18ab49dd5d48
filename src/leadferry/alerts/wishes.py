"""What a person wants of a channel, checked field by field. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, available_timezones

from leadferry.alerts.model import Event
from leadferry.errors import InputError
from leadferry.words import _, together

LONGEST_DIGEST_MINUTES = 7 * 24 * 60
_CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Wishes:
    name: str
    events: frozenset[Event]
    digest_minutes: int = 0
    quiet_from: str = ""
    quiet_to: str = ""
    time_zone: str = "UTC"


class WrongFieldsError(InputError):
    """`wrong`: what is wrong, by field, in words that stand beside it."""

    code = "bad-channel"

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(together((_("The channel cannot be saved."), *wrong.values())))
        self.wrong = wrong


def read_wishes(values: Mapping[str, str], events: Iterable[str]) -> Wishes:
    """Raises WrongFieldsError with everything that is wrong at once."""
    name = values.get("name", "").strip()
    minutes = values.get("digest_minutes", "").strip() or "0"
    begin, end = (values.get(field, "").strip() for field in ("quiet_from", "quiet_to"))
    zone = values.get("time_zone", "").strip() or "UTC"
    chosen, known = list(events), set(Event)
    wrong = {
        "name": _wrong_name(name),
        "events": _wrong_events(chosen, known),
        "digest_minutes": _wrong_minutes(minutes),
        "quiet_from": _wrong_quiet(begin, end),
        "time_zone": _wrong_zone(zone),
    }
    if any(wrong.values()):
        raise WrongFieldsError({field: text for field, text in wrong.items() if text})
    return Wishes(name, frozenset(Event(word) for word in chosen), int(minutes), begin, end, zone)


def _wrong_name(name: str) -> str:
    usable = 0 < len(name) <= 100 and name.isprintable()
    return "" if usable else _("The name must have 1 to 100 printable characters.")


def _wrong_events(chosen: list[str], known: set[Event]) -> str:
    unknown = [word for word in chosen if word not in known]
    if unknown:
        return _("There is no event {unknown}. Known: {event}.", unknown=unknown[0], event=", ".join(Event))
    return "" if chosen else _("Choose at least one event.")


def _wrong_minutes(text: str) -> str:
    usable = re.fullmatch(r"[0-9]{1,6}", text) and int(text) <= LONGEST_DIGEST_MINUTES
    return (
        ""
        if usable
        else _(
            "Minutes between messages must be a whole number from 0 to {longest_digest_minutes}.",
            longest_digest_minutes=LONGEST_DIGEST_MINUTES,
        )
    )


def _wrong_quiet(begin: str, end: str) -> str:
    if not begin and not end:
        return ""
    usable = all(_CLOCK_TIME.fullmatch(text) for text in (begin, end)) and begin != end
    return "" if usable else _("Quiet hours need a beginning and another end, like 22:00 and 07:00.")


def _wrong_zone(zone: str) -> str:
    usable = zone in available_timezones() and ZoneInfo(zone)
    return "" if usable else _('There is no time zone "{zone}". It is named like Europe/Berlin.', zone=zone)
