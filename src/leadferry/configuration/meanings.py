"""The options in the order of a page: what belongs together, what each is called, what it does. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from leadferry.delivery.configuration import OPTIONS, Configuration
from leadferry.options import Kind, Option, allowed, as_text

GROUPS: Sequence[tuple[str, str, Sequence[tuple[str, str]]]] = (
    (
        "Matching and updates",
        "What becomes of a form submission whose person may be in Dynamics already.",
        (("on_match_fail", "On match fail"), ("update_matched", "Update matched leads")),
    ),
    (
        "What is pulled",
        "What is asked of LinkedIn, and what reaches Dynamics.",
        (
            ("pull_leads", "Pull form responses"),
            ("sync_campaigns", "Synchronize campaigns"),
            ("deliver_test_leads", "Deliver test leads"),
        ),
    ),
    (
        "New leads",
        "What a lead gets that no answer fills.",
        (
            ("subject_template", "Topic"),
            ("last_name_fallback", "Last name where none was asked"),
            ("lead_source", "Lead source"),
            ("default_country", "Country of phone numbers"),
            ("append_unmapped_to", "Collect unmapped answers in"),
        ),
    ),
    (
        "Submissions in Dynamics",
        "What is written beside the leads.",
        (("mirror", "Mirror submissions and all else"), ("dynamics_campaigns", "Campaigns and campaign responses")),
    ),
    (
        "Retention and deletion",
        "How long what people answered is kept here. The rows stay, so figures and reconciliation stay right.",
        (
            ("keep_answers_days", "Keep answers, days"),
            ("keep_details_days", "Keep values in timelines, days"),
            ("keep_alerts_days", "Keep alerts, days"),
            ("keep_audit_days", "Keep the audit, days"),
            ("on_linkedin_deletion", "When LinkedIn deletes a response"),
        ),
    ),
    (
        "Retries",
        "How often and how long Dynamics is tried before a person is asked.",
        (
            ("max_attempts", "Attempts"),
            ("backoff_base_s", "First wait, seconds"),
            ("backoff_cap_s", "Longest wait, seconds"),
        ),
    ),
    (
        "Speed",
        "How much is done at once. The defaults suit nearly everybody.",
        (
            ("parallel", "Calls at once"),
            ("claim_size", "Submissions a round"),
            ("lookup_chunk", "Submissions a question"),
            ("write_chunk", "Rows a bulk write"),
        ),
    ),
)

WORDS = {
    "ignore": "Ignore: hold the submission for review",
    "create": "Create a new lead",
    "keep": "Keep it here, and note the deletion",
    "erase": "Erase its answers here and in the mirror",
    "erase-and-lead": "Erase it, and delete the lead that it made",
}
_OF_THE_ORIGINAL = re.compile(r" \(OC-[0-9]+\)")
"""Where the documentation names a behaviour of the original connector by its number."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One field of the page. `value` as typed; `default` in words."""

    name: str
    label: str
    known: Option
    value: str
    default: str
    meaning: tuple[str, ...]
    """In pieces, every second one literal."""

    @property
    def yes_no(self) -> bool:
        return self.known.kind is Kind.YES_NO

    @property
    def choices(self) -> list[tuple[str, str]]:
        if self.yes_no:
            return [("yes", "Yes"), ("no", "No")]
        return [(one, WORDS.get(one, one)) for one in self.known.choices]

    @property
    def allowed(self) -> str:
        return allowed(self.known)

    @property
    def changed(self) -> bool:
        return self.value != self.default


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    about: str
    options: tuple[Shown, ...]


def groups(configuration: Configuration, typed: dict[str, str] | None = None) -> list[Group]:
    """`typed`: what a person has just typed goes before what is stored. An option that no group names comes last."""
    named = {name for _, _, options in GROUPS for name, _ in options}
    others = tuple((name, name.replace("_", " ").capitalize()) for name in OPTIONS if name not in named)
    every = [*GROUPS, *([("Others", "", others)] if others else [])]
    return [
        Group(title, about, tuple(_shown(name, label, configuration, typed or {}) for name, label in options))
        for title, about, options in every
    ]


def _shown(name: str, label: str, configuration: Configuration, typed: dict[str, str]) -> Shown:
    known, default = OPTIONS[name]
    value = typed.get(name, configuration.text(name))
    return Shown(name, label, known, value, as_text(default), tuple(_OF_THE_ORIGINAL.sub("", known.meaning).split("`")))
