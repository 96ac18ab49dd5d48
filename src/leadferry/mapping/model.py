"""Field mappings: which field of a form goes to which column, how, and what happens when it does not fit. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from leadferry.words import worded


class Source(StrEnum):
    """Where a value comes from; `FieldMapping.key` says which one."""

    PREDEFINED = "predefined"
    """key: LinkedIn's predefinedField, `EMAIL`."""
    QUESTION = "question"
    """key: question id as text, `10107000003`."""
    HIDDEN = "hidden"
    """key: hidden field's name, `utm_source`."""
    CONSENT = "consent"
    """key: consent id as text, `71`."""
    FACT = "fact"
    """key: a name of `mapping.facts.FACTS`, `form_name`."""


class OnUpdate(StrEnum):
    """What an answer does to a column of a lead that was there already."""

    OVERWRITE = "overwrite"
    FILL = "fill"
    """Only where the column is empty."""
    KEEP = "keep"
    """Never touches an existing lead."""


class OnProblem(StrEnum):
    """What happens to a value that the column cannot take. The answer itself is always kept."""

    CUT = "cut"
    """Text: cut to the column's length. Anything else: leave out."""
    LEAVE_OUT = "leave_out"
    DEFAULT = "default"
    """Use `FieldMapping.default`."""


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """`column` None: met in a form, not mapped yet (OC-75). `transform` "": chosen by source and column type."""

    id: int
    source: Source
    key: str
    name: str
    column: str | None = None
    transform: str = ""
    on_update: OnUpdate = OnUpdate.OVERWRITE
    on_problem: OnProblem = OnProblem.CUT
    default: str = ""
    synonyms: Mapping[str, str] = field(default_factory=dict)
    """Answer text -> choice label or value, compared without case."""


class ProblemKind(StrEnum):
    TOO_LONG = "too_long"
    UNKNOWN_CHOICE = "unknown_choice"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_DATE = "not_a_date"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_PHONE = "not_a_phone"
    NOT_A_BOOLEAN = "not_a_boolean"
    NO_COLUMN = "no_column"
    READ_ONLY_COLUMN = "read_only_column"
    LOOKUP_NOT_FOUND = "lookup_not_found"
    UNKNOWN_VERSION = "unknown_version"
    """Of the form; read by the nearest version that is known."""
    UNKNOWN_QUESTION = "unknown_question"
    UNKNOWN_OPTION = "unknown_option"
    CONFLICT = "conflict"
    """Two mappings filled one column; the first in the list won."""
    REFUSED = "refused"
    """Dynamics refused the value."""
    CHANGED_MEANWHILE = "changed_meanwhile"


@dataclass(frozen=True, slots=True)
class Problem:
    """One value that did not go through as it was. `detail` names limits and labels, never the person's answer."""

    kind: ProblemKind
    field: str
    """Name of the mapping or question."""
    column: str = ""
    detail: str = ""
    action: str = ""
    """What was done: `cut`, `left out`, `default used`."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A lookup column to fill by searching: the row of `table` whose `match_column` equals `text`."""

    column: str
    table: str
    match_column: str
    text: str
    field: str


class Mapped(msgspec.Struct, frozen=True):
    """Column values ready for the Web API, problems, and per column what an update may do to it."""

    values: dict[str, Any]
    problems: tuple[Problem, ...] = ()
    on_update: Mapping[str, OnUpdate] = {}
    """Columns that are not OVERWRITE."""
    create_only: Mapping[str, Any] = {}
    """Values for a new lead only: required columns filled by rule, `subject`."""
    lookups: tuple[Lookup, ...] = ()


@dataclass(frozen=True, slots=True)
class MappingSettings:
    """The parts of the configuration that mapping needs."""

    subject_template: str = worded("LinkedIn: {form_name}")
    default_country: str = ""
    """ISO 3166 alpha-2 for phones without a country; "" derives it from the country answer, then the form's locale."""
    last_name_fallback: str = "(unknown)"
    lead_source: int = 192350000
    """Of new leads, where the environment has that option (OC-87); the default is *LinkedIn Sponsored Content*."""
    append_unmapped_to: str = ""
    """A memo column that collects unmapped answers as text; "" for none (OC-76)."""


class Context(msgspec.Struct, frozen=True):
    """What is known about a response beside its answers. Names are "" where unknown; times in ms UTC."""

    form_name: str = ""
    campaign_name: str = ""
    campaign_id: str = ""
    account_name: str = ""
    account_id: str = ""
    profile_name: str = ""
    event_name: str = ""
