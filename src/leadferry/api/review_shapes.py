"""What the API says of the review queue, and takes as a decision. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from leadferry.api.submission_shapes import Crossed, SubmissionShape
from leadferry.delivery.comparing import Comparison

DecisionText = Literal["update", "link", "create", "ignore"]
DECISIONS: Mapping[str, str] = {"update": "lead", "link": "link", "create": "create", "ignore": "reject"}
"""Word of the API -> that of the page."""


class ReviewItem(msgspec.Struct):
    """`candidates`: ids of the leads that it resembles, the likeliest first. `compared`: the strategy's columns."""

    submission: SubmissionShape
    why: str
    compared: list[str]
    candidates: list[str]


class ReviewPage(msgspec.Struct):
    items: list[ReviewItem]
    next: str | None
    """The cursor of the next page; null: there is none."""


class CellShape(msgspec.Struct):
    """`verdict`: same, differs, empty."""

    text: str
    verdict: str


class FieldShape(msgspec.Struct):
    """`cells`: one for each candidate."""

    name: str
    in_strategy: bool
    submitted: str
    cells: list[CellShape]


class CandidateShape(msgspec.Struct):
    """`changes`: what linking and updating would change. `gone`: not in Dynamics any more."""

    lead_id: str
    name: str
    open: bool
    modified: str
    equal: int
    changes: list[str]
    gone: bool


class ComparisonShape(msgspec.Struct):
    """`live`: the leads as they are in Dynamics now; else as they were, and `trouble` says why. `first`: the place of
    the first candidate shown among `count`."""

    submission_id: int
    why: str
    live: bool
    trouble: str
    first: int
    count: int
    candidates: list[CandidateShape]
    fields: list[FieldShape]


class Decision(msgspec.Struct, forbid_unknown_fields=True):
    """`update` (the lead `lead_id`) and `link` (only link it) are for one submission; `create` and `ignore` for up to
    200."""

    ids: list[int]
    decision: DecisionText
    lead_id: str = ""


class Decided(Crossed, kw_only=True):
    """`ids`: those that were decided now. `earlier`: those that somebody had decided before."""

    earlier: list[int]


def comparison_shape(number: int, found: Mapping[str, Any]) -> ComparisonShape:
    compared: Comparison = found["comparison"]
    candidates = [
        CandidateShape(one.id, one.name, one.open, one.modified, one.equal, list(one.changes), one.gone)
        for one in compared.candidates
    ]
    fields = [
        FieldShape(one.name, one.in_strategy, one.submitted, [CellShape(c.text, c.verdict) for c in one.cells])
        for one in compared.fields
    ]
    return ComparisonShape(
        number,
        found["held"].get("why", ""),
        not found["trouble"],
        found["trouble"],
        found["first"],
        found["candidates"],
        candidates,
        fields,
    )
