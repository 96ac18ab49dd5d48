"""Retention and the people found, as pages show them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadferry.delivery.configuration import Configuration
from leadferry.delivery.people import SubmittedBy
from leadferry.delivery.shown import Line, person_of
from leadferry.forms.model import FormVersion
from leadferry.privacy.dossier import emails_in, readable
from leadferry.words import _

RETAINED = (
    ("answers", "keep_answers_days", _("Answers and raw payload")),
    ("details", "keep_details_days", _("Values in timelines")),
    ("alerts", "keep_alerts_days", _("Alerts that are over")),
    ("audit", "keep_audit_days", _("Audit")),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """One row of the retention card. `taken`: by the last run."""

    kind: str
    name: str
    words: str
    taken: int


def kept(configuration: Configuration, last: Any) -> list[Kept]:
    return [
        Kept(kind, name, _days(getattr(configuration, option)), getattr(last, kind, 0))
        for kind, option, name in RETAINED
    ]


def _days(days: int) -> str:
    return _("{days} days", days=f"{days:,}") if days else _("Always")


@dataclass(frozen=True, slots=True)
class Held:
    """A submission of the person, and what hangs on it. `places`: words of where else something of it lies."""

    line: Line
    reason: str
    answers: int
    events: int
    places: tuple[str, ...]

    @property
    def id(self) -> int:
        return self.line.id


WHERE = {"search": _("search index"), "mirror_queue": _("queue to Dynamics"), "webhooks": _("log of webhooks")}


def held(
    found: Sequence[Mapping[str, Any]],
    reasons: Mapping[int, str],
    version_by_key: Callable[[int], FormVersion | None],
) -> list[Held]:
    return [
        Held(
            Line(one, person_of(one, version_by_key)),
            reasons.get(one["id"], ""),
            len(response.answers) if (response := readable(one["body"])) else 0,
            len(one["events"]),
            tuple(words for name, words in WHERE.items() if one["places"].get(name)),
        )
        for one in found
    ]


def name_of(some: Sequence[Held]) -> SubmittedBy:
    """The first that says a name."""
    return next((one.line.person for one in some if one.line.person.name), SubmittedBy())


def addresses(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every e-mail address that was answered, each once."""
    every = [email.lower() for one in found for email in emails_in(readable(one["body"]))]
    return list(dict.fromkeys(every))
