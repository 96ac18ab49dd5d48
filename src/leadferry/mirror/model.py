"""What the mirror handles: rows on their way to Dynamics, and what is known to stand there. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

import msgspec

from leadferry.forms.model import FormVersion
from leadferry.solution.model import Table
from leadferry.words import json_of

Row = dict[str, Any]

SOLUTION_COLUMN = "ferry_linkedinsubmissioncount"
"""Where the lead has this column, the solution is installed."""

_HOURLY = frozenset(
    f"ferry_{name}"
    for name in (
        "lastsyncdate",
        "lastcampaignsyncdate",
        "lastsynctimestamprollup",
        "lastsynctimestamprollup_date",
    )
)
"""Moments that move with every look at LinkedIn: alone they are worth a request once an hour."""


DYNAMICS_CAMPAIGN = "campaignid@odata.bind"
LOOKUPS: Mapping[str, str] = {
    "ferry_sourceform@odata.bind": "ferry_linkedinform",
    "ferry_LinkedInCampaign@odata.bind": "ferry_linkedincampaign",
    DYNAMICS_CAMPAIGN: "campaign",
}
"""Of the lead, to rows of the mirror, with their tables: the lead goes without them rather than not at all."""


class Kind(IntEnum):
    """What a row of the table `mirror_rows` stands for; `key` is our own record's id, or LinkedIn's id of a form."""

    PROFILE = 1
    ACCOUNT = 2
    CAMPAIGN = 3
    FORM = 4
    QUESTION = 5
    STRATEGY = 6
    FIELD_MAPPING = 7
    LEAD_FIELD = 8
    CONFIGURATION = 9
    DYNAMICS_CAMPAIGN = 10
    PROFILE_ACCOUNT = 11
    STRATEGY_FIELD = 12


@dataclass(frozen=True, slots=True)
class Target:
    """A table of Dynamics, as far as writing needs it."""

    name: str
    entity_set: str
    primary_id: str
    bulk: bool = True
    """Whether it knows UpsertMultiple; activities and Dynamics' own campaigns are written row by row in a batch."""


class Way(StrEnum):
    """How a row is written. Each may be repeated."""

    UPSERT = "upsert"
    UPDATE = "update"
    """A row that is not there is not made."""
    CREATE = "create"
    """A row that is there stays as it is."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """Rows of one table, each with its primary id."""

    target: Target
    rows: Sequence[Row]
    way: Way = Way.UPSERT


@dataclass(frozen=True, slots=True)
class Master:
    """A record of which there are few: account, form, question ... Written when it changed."""

    kind: Kind
    key: int
    target: Target
    row: Row

    @property
    def id(self) -> str:
        return str(self.row[self.target.primary_id])

    @property
    def digest(self) -> bytes:
        steady = {name: str(value)[:13] if name in _HOURLY else value for name, value in self.row.items()}
        return hashlib.blake2b(json_of(steady), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Link:
    """One pair of a many-to-many relationship."""

    kind: Kind
    navigation: str
    left: Target
    left_id: str
    right: Target
    right_id: str

    @property
    def id(self) -> str:
        return f"{self.left_id}:{self.right_id}"


@dataclass(frozen=True, slots=True)
class Known:
    """A row that the mirror wrote before."""

    kind: Kind
    key: int
    digest: bytes


@dataclass
class There:
    """What stands in Dynamics, by our keys: only these may be pointed at."""

    forms: dict[int, str] = field(default_factory=dict)
    """LinkedIn's form id -> row id."""
    campaigns: dict[int, str] = field(default_factory=dict)
    """Our campaign's id -> row id."""
    dynamics_campaigns: dict[int, str] = field(default_factory=dict)
    profiles: dict[int, str] = field(default_factory=dict)
    questions: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, known: Mapping[str, Known]) -> There:
        there = cls()
        by_kind = {
            Kind.FORM: there.forms,
            Kind.CAMPAIGN: there.campaigns,
            Kind.DYNAMICS_CAMPAIGN: there.dynamics_campaigns,
            Kind.PROFILE: there.profiles,
        }
        for row_id, one in known.items():
            if one.kind is Kind.QUESTION:
                there.questions.add(row_id)
            elif one.kind in by_kind:
                by_kind[one.kind][one.key] = row_id
        return there


@dataclass(frozen=True, slots=True)
class Submission:
    """One form submission as the database holds it."""

    id: int
    response_id: str
    owner_id: int | None
    form_version_id: int | None
    campaign_id: int | None
    lead_type: str
    test: bool
    submitted_at: int
    matching_status: int
    processing_state: int
    lead_id: str | None
    contact_id: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the queue: a submission to write, a response that is gone, or a lead whose counts changed."""

    id: int
    submission_id: int | None
    response_id: str
    lead_id: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Total:
    """Counted over our own submissions, test leads apart."""

    submissions: int
    leads: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Submissions tied to one lead, and the newest of them (ms)."""

    count: int
    latest: int


@dataclass(frozen=True, slots=True)
class Campaign:
    """One of our campaigns, with its row id in our database."""

    id: int
    owner_id: int | None
    urn: str
    name: str
    type: str
    status: str
    starts_at: int | None
    ends_at: int | None


@dataclass(frozen=True, slots=True)
class Form:
    """A lead form with the versions seen, ascending."""

    linkedin_id: int
    owner_id: int | None
    name: str
    sync_status: int
    last_sync_at: int | None
    versions: tuple[FormVersion, ...]


def target(table: Table) -> Target:
    return Target(table.name, table.entity_set, table.primary_id)


class Journey(msgspec.Struct, frozen=True):
    """What is known of a claimed submission beside its answers. `delivered_lead_id`: of an earlier delivery."""

    submitted_at: int
    form_id: int
    campaign_id: int | None
    delivered_lead_id: str | None
