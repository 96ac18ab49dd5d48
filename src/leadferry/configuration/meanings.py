"""The options in the order of a page: what belongs together, what each is called, what it does. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadferry.console.edited import Drawn, Part
from leadferry.delivery.configuration import OPTIONS, Configuration
from leadferry.options import Kind, Option, allowed, as_text
from leadferry.words import _

GROUPS: Sequence[tuple[str, str, Sequence[tuple[str, str]]]] = (
    (
        _("Matching and updates"),
        _("What becomes of a form submission whose person may be in Dynamics already."),
        (("on_match_fail", _("On match fail")), ("update_matched", _("Update matched leads"))),
    ),
    (
        _("What is pulled"),
        _("What is asked of LinkedIn, and what reaches Dynamics."),
        (
            ("pull_leads", _("Pull form responses")),
            ("sync_campaigns", _("Synchronize campaigns")),
            ("deliver_test_leads", _("Deliver test leads")),
        ),
    ),
    (
        _("New leads"),
        _("What a lead gets that no answer fills."),
        (
            ("subject_template", _("Topic")),
            ("last_name_fallback", _("Last name where none was asked")),
            ("lead_source", _("Lead source")),
            ("default_country", _("Country of phone numbers")),
            ("append_unmapped_to", _("Collect unmapped answers in")),
        ),
    ),
    (
        _("Submissions in Dynamics"),
        _("What is written beside the leads."),
        (
            ("mirror", _("Mirror submissions and all else")),
            ("dynamics_campaigns", _("Campaigns and campaign responses")),
        ),
    ),
    (
        _("Retention and deletion"),
        _("How long what people answered is kept here. The rows stay, so figures and reconciliation stay right."),
        (
            ("keep_answers_days", _("Keep answers, days")),
            ("keep_details_days", _("Keep values in timelines, days")),
            ("keep_alerts_days", _("Keep alerts, days")),
            ("keep_audit_days", _("Keep the audit, days")),
            ("on_linkedin_deletion", _("When LinkedIn deletes a response")),
        ),
    ),
    (
        _("Retries"),
        _("How often and how long Dynamics is tried before a person is asked."),
        (
            ("max_attempts", _("Attempts")),
            ("backoff_base_s", _("First wait, seconds")),
            ("backoff_cap_s", _("Longest wait, seconds")),
        ),
    ),
    (
        _("Speed"),
        _("How much is done at once. The defaults suit nearly everybody."),
        (
            ("parallel", _("Calls at once")),
            ("claim_size", _("Submissions a round")),
            ("lookup_chunk", _("Submissions a question")),
            ("write_chunk", _("Rows a bulk write")),
        ),
    ),
)

WORDS = {
    "ignore": _("Ignore: hold the submission for review"),
    "create": _("Create a new lead"),
    "keep": _("Keep it here, and note the deletion"),
    "erase": _("Erase its answers here and in the mirror"),
    "erase-and-lead": _("Erase it, and delete the lead that it made"),
}
OTHERS = (_("Time zone"),)
"""What those that no group names are called."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One field of the page. `value` as typed; `default` in words."""

    name: str
    label: str
    known: Option
    value: str
    default: str
    meaning: str
    """What stands between back-ticks is literal."""

    @property
    def yes_no(self) -> bool:
        return self.known.kind is Kind.YES_NO

    @property
    def choices(self) -> list[tuple[str, str]]:
        if self.yes_no:
            return [("yes", _("Yes")), ("no", _("No"))]
        return [(one, WORDS.get(one, one)) for one in self.known.choices]

    @property
    def part(self) -> Part:
        return Part(self.name, self.label, self.value, dict(self.choices).get(self.value, ""))

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
    others = tuple((name, _(name.replace("_", " ").capitalize())) for name in OPTIONS if name not in named)
    every = [*GROUPS, *([(_("Others"), "", others)] if others else [])]
    return [
        Group(title, about, tuple(_shown(name, label, configuration, typed or {}) for name, label in options))
        for title, about, options in every
    ]


def drawn(configuration: Configuration) -> Drawn:
    """As its form shows it; the audit has each option by itself."""
    return Drawn("option", None, tuple(one.part for group in groups(configuration) for one in group.options))


def _shown(name: str, label: str, configuration: Configuration, typed: dict[str, str]) -> Shown:
    known, default = OPTIONS[name]
    value = typed.get(name, configuration.text(name))
    return Shown(name, label, known, value, as_text(default), known.meaning)
