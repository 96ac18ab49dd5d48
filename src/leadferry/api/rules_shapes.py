"""What the API sends and takes of strategies and mappings. Pure."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from leadferry.dataverse.metadata import Column
from leadferry.delivery.plan import Action as Planned
from leadferry.delivery.rehearsal import Comparison
from leadferry.mapping.model import FieldMapping
from leadferry.mapping.trying import Tried
from leadferry.matching.model import Strategy

OnUpdateText = Literal["overwrite", "fill", "keep"]
OnProblemText = Literal["cut", "leave_out", "default"]
SourceText = Literal["predefined", "question", "hidden", "consent", "fact"]


class StrategyShape(msgspec.Struct):
    """`fields`: ids of field mappings whose columns must all agree."""

    id: int
    name: str
    active: bool
    always_create: bool
    create_contacts: bool
    fields: list[int]


class StrategyPage(msgspec.Struct):
    items: list[StrategyShape]
    next: str | None
    """The cursor of the next page; null: there is none."""


class NewStrategy(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    fields: list[int] = []
    always_create: bool = False
    create_contacts: bool = True


class StrategyChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays. `active`: true puts it in force, and the other one out."""

    name: str | UnsetType = UNSET
    fields: list[int] | UnsetType = UNSET
    always_create: bool | UnsetType = UNSET
    create_contacts: bool | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class PreviewWish(msgspec.Struct, forbid_unknown_fields=True):
    """A strategy as it might be, for the newest `last` submissions."""

    fields: list[int] = []
    always_create: bool = False
    last: Literal[100, 500] = 100


class Ends(msgspec.Struct):
    create: int
    update: int
    link: int
    hold: int


class Change(msgspec.Struct):
    """A submission that would end otherwise. `why` names columns and leads, never an answer."""

    submission_id: int
    today: str
    today_why: str
    edited: str
    edited_why: str


class PreviewShape(msgspec.Struct):
    """`today`: the strategy in force. `requests`: questions to Dynamics. Nothing was written."""

    submissions: int
    unreadable: int
    requests: int
    today: Ends
    edited: Ends
    more_reviews_a_week: int
    differences: list[Change]


class MappingShape(msgspec.Struct):
    """`column` null: the answer stays on the submission. `transform` "": chosen by field and column."""

    id: int
    source: str
    key: str
    name: str
    column: str | None
    transform: str
    on_update: str
    on_problem: str
    default: str
    synonyms: dict[str, str]


class MappingPage(msgspec.Struct):
    items: list[MappingShape]
    next: str | None
    """The cursor of the next page; null: there is none."""


class NewMapping(msgspec.Struct, forbid_unknown_fields=True):
    source: SourceText
    key: str
    name: str = ""
    column: str | None = None
    transform: str = ""
    on_update: OnUpdateText = "overwrite"
    on_problem: OnProblemText = "cut"
    default: str = ""
    synonyms: dict[str, str] = {}


class MappingChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays. `synonyms` replaces all of them: answer -> label or value of the choice."""

    name: str | UnsetType = UNSET
    column: str | UnsetType | None = UNSET
    transform: str | UnsetType = UNSET
    on_update: OnUpdateText | UnsetType = UNSET
    on_problem: OnProblemText | UnsetType = UNSET
    default: str | UnsetType = UNSET
    synonyms: dict[str, str] | UnsetType = UNSET


class MappingPreviewWish(MappingChange, forbid_unknown_fields=True):
    """The mapping as it might be, for the newest `last` submissions."""

    last: Literal[100, 500] = 100


class TriedShape(msgspec.Struct):
    """`written` null: the column stays as it is."""

    answer: str
    times: int
    written: str | None
    problem: str
    detail: str
    action: str


class LeadColumn(msgspec.Struct):
    """`options`: of a choice, value -> label. `targets`: of a lookup, the tables."""

    name: str
    label: str
    type: str
    max_length: int | None
    required: bool
    options: dict[str, str]
    targets: list[str]


def column_shape(one: Column) -> LeadColumn:
    options = {str(value): label for value, label in one.options.items()}
    return LeadColumn(one.name, one.label, one.type.value, one.max_length, one.required, options, list(one.targets))


def strategy_shape(one: Strategy) -> StrategyShape:
    return StrategyShape(one.id, one.name, one.active, one.always_create, one.create_contacts, list(one.fields))


def mapping_shape(one: FieldMapping) -> MappingShape:
    return MappingShape(
        one.id,
        one.source.value,
        one.key,
        one.name,
        one.column,
        one.transform,
        one.on_update.value,
        one.on_problem.value,
        one.default,
        dict(one.synonyms),
    )


def preview_shape(found: Comparison) -> PreviewShape:
    today, edited = ({kind.value: count for kind, count in side.items()} for side in (found.today, found.edited))
    return PreviewShape(
        len(found.ends),
        found.unreadable,
        found.requests,
        _ends(today),
        _ends(edited),
        found.more_reviews_a_week,
        [_change(one.submission_id, one.today, one.edited) for one in found.differences],
    )


def _ends(counts: dict[str, int]) -> Ends:
    return Ends(counts.get("create", 0), counts.get("update", 0), counts.get("link", 0), counts.get("hold", 0))


def _change(submission_id: int, today: Planned, edited: Planned) -> Change:
    return Change(submission_id, today.kind.value, today.why, edited.kind.value, edited.why)


def tried_shape(one: Tried) -> TriedShape:
    problem = one.problem
    return TriedShape(
        one.answer,
        one.count,
        one.written or None,
        problem.kind.value if problem else "",
        problem.detail if problem else "",
        problem.action if problem else "",
    )
