"""What an environment is told to do: its configuration, kept as JSON with the environment. Pure.

`docs/reference/configuration.md` is written from the fields below (`configuration_markdown`).
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadferry.errors import InputError
from leadferry.mapping.model import MappingSettings
from leadferry.options import Kind, allowed, as_text, did_you_mean, documented, option, options_of, parse, table_row
from leadferry.words import _, together

LINKEDIN_LEAD_SOURCE = 192350000
"""Lead source *LinkedIn Sponsored Content* (OC-87)."""
_MAPPING = MappingSettings()


class WrongOptionsError(InputError):
    """`wrong`: what is wrong, by option, in words that stand beside it."""

    code = "bad-value"

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(" ".join(wrong.values()))
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Configuration:
    pull_leads: bool = option(
        True,
        Kind.YES_NO,
        _("Whether form responses are pulled from LinkedIn; no: what is stored already is delivered."),
    )
    on_match_fail: str = option(
        "ignore",
        Kind.CHOICE,
        _(
            "Some strategy fields match a lead, none matches with all: `ignore` holds the submission "
            "for review, `create` makes a new lead."
        ),
        original="OC-85",
        choices=("ignore", "create"),
    )
    update_matched: bool = option(True, Kind.YES_NO, _("Whether a matched open lead gets the answers; no: link only."))
    sync_campaigns: bool = option(True, Kind.YES_NO, _("Whether campaigns are pulled from LinkedIn."), original="OC-56")
    subject_template: str = option(
        _MAPPING.subject_template,
        Kind.TEXT,
        _("Topic of a new lead; `{form_name}` and other facts are filled in."),
        pattern=r"(?s).{1,300}",
        pattern_words=_("1 to 300 characters"),
    )
    default_country: str = option(
        _MAPPING.default_country,
        Kind.TEXT,
        _("Country of phone numbers without one, like `DE`; empty: the answer's country, then the form's locale."),
        pattern=r"([A-Za-z]{2})?",
        pattern_words=_("a country's two letters (ISO 3166), or empty"),
    )
    last_name_fallback: str = option(
        _MAPPING.last_name_fallback,
        Kind.TEXT,
        _("Last name of a new lead whose form did not ask for one (Dynamics requires it)."),
        pattern=r".{1,50}",
        pattern_words=_("1 to 50 characters"),
    )
    append_unmapped_to: str = option(
        _MAPPING.append_unmapped_to,
        Kind.TEXT,
        _("A memo column that collects unmapped answers, like `description`; empty: none."),
        original="OC-76",
        pattern=r"([a-z][a-z0-9_]*)?",
        pattern_words=_("a column's logical name, or empty"),
    )
    lead_source: int = option(
        LINKEDIN_LEAD_SOURCE,
        Kind.WHOLE,
        _("Lead source of a new lead."),
        original="OC-87",
        minimum=0,
        maximum=2147483647,
    )
    deliver_test_leads: bool = option(
        True, Kind.YES_NO, _("Whether test leads of Campaign Manager reach Dynamics (marked, and not in figures).")
    )
    time_zone: str = option(
        "UTC",
        Kind.TEXT,
        _("Whose days the figures on Home and Performance are, like `Europe/Berlin`. A change counts them anew."),
        pattern=r"[A-Za-z0-9_+\-/]{1,64}",
        pattern_words=_("a name of the time zone database, like Europe/Berlin"),
    )
    mirror: bool = option(
        True,
        Kind.YES_NO,
        _(
            "Whether submissions, answers and all else are written to Leadferry's own tables in "
            "Dynamics too, where the solution is installed; no: leads only."
        ),
    )
    dynamics_campaigns: bool = option(
        False,
        Kind.YES_NO,
        _(
            "Whether Dynamics gets a campaign of its own per LinkedIn campaign, each lead its source "
            "campaign, and each submission a campaign response. Needs the mirror."
        ),
    )
    keep_answers_days: int = option(
        0,
        Kind.WHOLE,
        _(
            "Days after which a decided submission loses its answers and the raw payload, counted "
            "from when it was sent and when it was settled, whichever is later; 0 keeps them. At "
            "least 30. Its row stays, so that it is counted and never delivered again."
        ),
        minimum=0,
        maximum=36500,
    )
    keep_details_days: int = option(
        0,
        Kind.WHOLE,
        _(
            "Days after which the timeline of a decided submission loses its values (what a lead "
            "held before and after, candidates); 0 keeps them. At least 30. Without them an update "
            "cannot be undone."
        ),
        minimum=0,
        maximum=36500,
    )
    keep_alerts_days: int = option(
        0,
        Kind.WHOLE,
        _("Days after which alerts that are over go, with what was sent of them; 0 keeps them. At least 7."),
        minimum=0,
        maximum=36500,
    )
    keep_audit_days: int = option(
        0,
        Kind.WHOLE,
        _("Days after which entries of the audit go; 0 keeps them. At least 90."),
        minimum=0,
        maximum=36500,
    )
    on_linkedin_deletion: str = option(
        "erase",
        Kind.CHOICE,
        _(
            "When LinkedIn deletes a form response: `keep` only notes it, `erase` takes its answers "
            "away here and in the mirror, `erase-and-lead` also deletes the lead in Dynamics that "
            "the response alone has made."
        ),
        choices=("keep", "erase", "erase-and-lead"),
    )
    lookup_chunk: int = option(
        500, Kind.WHOLE, _("Submissions per question for matching leads."), minimum=1, maximum=5000
    )
    write_chunk: int = option(500, Kind.WHOLE, _("Rows per bulk write."), minimum=1, maximum=1000)
    claim_size: int = option(2000, Kind.WHOLE, _("Submissions per delivery round."), minimum=1, maximum=20000)
    parallel: int = option(8, Kind.WHOLE, _("Calls to Dynamics at once; it allows 52."), minimum=1, maximum=52)
    max_attempts: int = option(
        12, Kind.WHOLE, _("Attempts at one submission before a person is asked."), minimum=1, maximum=1000
    )
    backoff_base_s: float = option(
        15.0, Kind.SECONDS, _("Wait after the first failed attempt; it doubles each time."), minimum=0, maximum=86400
    )
    backoff_cap_s: float = option(3600.0, Kind.SECONDS, _("The longest such wait."), minimum=0, maximum=604800)
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What a newer version wrote and this one does not know; kept as it is."""

    @classmethod
    def from_json(cls, text: str) -> Configuration:
        stored = json.loads(text or "{}")
        if not isinstance(stored, dict):
            raise InputError(_("The stored configuration is not a JSON object."), code="bad-configuration")
        known = {name: _checked(name, stored[name]) for name in OPTIONS if name in stored}
        return cls(**known, extra={name: value for name, value in stored.items() if name not in OPTIONS})

    def to_json(self) -> str:
        """Only what differs from the defaults, so that a better default of a later version takes effect."""
        changed = {
            name: getattr(self, name) for name, (_, default) in OPTIONS.items() if getattr(self, name) != default
        }
        return json.dumps({**self.extra, **changed}, ensure_ascii=False, sort_keys=True)

    def set(self, name: str, text: str) -> Configuration:
        """A copy with option `name` as typed by a person. Raises InputError with what is allowed."""
        if name not in OPTIONS:
            raise InputError(
                _('There is no configuration option "{name}".', name=name),
                fix=did_you_mean(name, OPTIONS) or _("Options: {options}.", options=", ".join(OPTIONS)),
                code="unknown-option",
            )
        value = parse(OPTIONS[name][0], text, _("Option {name}", name=name))
        changed: dict[str, Any] = {name: _FURTHER[name](value) if name in _FURTHER else value}
        return dataclasses.replace(self, **changed)

    def set_all(self, typed: Mapping[str, str]) -> Configuration:
        """A copy with several options as typed. Raises WrongOptionsError with everything that is wrong at once."""
        changed, wrong = self, {}
        for name, text in typed.items():
            try:
                changed = changed.set(name, text)
            except InputError as error:
                wrong[name] = str(error)
        if wrong:
            raise WrongOptionsError(wrong)
        return changed

    def text(self, name: str) -> str:
        """The value of option `name` as a person would type it."""
        return as_text(getattr(self, name))

    def mapping_settings(self) -> MappingSettings:
        return MappingSettings(
            subject_template=self.subject_template,
            default_country=self.default_country,
            last_name_fallback=self.last_name_fallback,
            lead_source=self.lead_source,
            append_unmapped_to=self.append_unmapped_to,
        )


OPTIONS = options_of(Configuration)
"""Name -> (what is documented about it, default)."""


def configuration_markdown() -> str:
    """docs/reference/configuration.md"""
    lines = [
        _("# Configuration of an environment"),
        "",
        _("`leadferry config` shows and changes it; every environment has its own."),
        _("Written from `delivery/configuration.py`; do not edit."),
        "",
        "| option | default | allowed | meaning |",
        "|---|---|---|---|",
    ]
    for name, (known, default) in OPTIONS.items():
        shown = f"`{as_text(default)}`" if as_text(default) else "(empty)"
        lines.append(table_row((f"`{name}`", shown, allowed(known), documented(known))))
    return "\n".join(lines) + "\n"


def _checked(name: str, value: Any) -> Any:
    """A stored value is held to the same rules as a typed one."""
    text = as_text(value) if isinstance(value, str | int | float) else json.dumps(value)
    return parse(OPTIONS[name][0], text, _("The stored option {name}", name=name))


def _country(code: str) -> str:
    import pycountry

    if code and pycountry.countries.get(alpha_2=code.upper()) is None:
        raise InputError(
            _('Option default_country is "{code}", and no country has that code.', code=code),
            fix=_("Allowed: {allowed}, like DE or US.", allowed=allowed(OPTIONS["default_country"][0])),
            code="bad-value",
        )
    return code.upper()


def _zone(name: str) -> str:
    from zoneinfo import available_timezones

    if name not in available_timezones():
        raise InputError(
            _('Option time_zone is "{name}", and there is no such time zone.', name=name),
            fix=together(
                filter(None, (did_you_mean(name, available_timezones()), _("Names are like Europe/Berlin or UTC.")))
            ),
            code="bad-value",
        )
    return name


def _template(text: str) -> str:
    from leadferry.mapping.subject import check_subject_template

    check_subject_template(text)
    return text


def _at_least(days: int, name: str) -> Callable[[int], int]:
    def check(value: int) -> int:
        if 0 < value < days:
            raise InputError(
                _(
                    "Option {name} is {value}, and what is younger than {days} days is needed.",
                    name=name,
                    value=value,
                    days=days,
                ),
                fix=_("Allowed: 0 to keep all, or {days} and more.", days=days),
                code="bad-value",
            )
        return value

    return check


LEAST_DAYS = {"keep_answers_days": 30, "keep_details_days": 30, "keep_alerts_days": 7, "keep_audit_days": 90}
_FURTHER: Mapping[str, Callable[[Any], Any]] = {
    **{name: _at_least(days, name) for name, days in LEAST_DAYS.items()},
    "default_country": _country,
    "subject_template": _template,
    "time_zone": _zone,
}
"""Checks that need a library or a list of names; only for what a person types."""
