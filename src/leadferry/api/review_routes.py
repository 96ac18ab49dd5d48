"""`/api/v1/review`: submissions that wait for a person's decision."""

from __future__ import annotations

from typing import Any

from litestar.params import FromPath, FromQuery, JSONBody

from leadferry.accounts.row_id import row_id
from leadferry.api import paging
from leadferry.api.call_routes import AtCall, Call, post, read
from leadferry.api.review_shapes import (
    DECISIONS,
    ComparisonShape,
    Decided,
    Decision,
    ReviewItem,
    ReviewPage,
    comparison_shape,
)
from leadferry.api.submission_shapes import submission_shape
from leadferry.console.rights import Action
from leadferry.delivery.model import EventKind, State
from leadferry.delivery.review_routes import WAITING, beside, carried_out
from leadferry.delivery.story import last_outcome
from leadferry.delivery.submissions_routes import MOST_SELECTED
from leadferry.errors import InputError, NotFoundError


@read("/review", Action.READ_SUBMISSIONS)
def queue(call: AtCall, cursor: FromQuery[str] = "", limit: FromQuery[int] = 25) -> ReviewPage:
    """What waits for a decision, newest first, each with the leads that it resembles in some fields."""
    size = min(paging.checked(limit), 100)
    found = call.rooms.listing.page(call.here.id, WAITING, after=paging.place(cursor), limit=size)
    return ReviewPage([_item(call, row) for row in found.rows], paging.onwards(found.after))


def _item(call: Call, row: Any) -> ReviewItem:
    rooms, here = call.rooms, call.here
    events = rooms.submissions.show(here.id, row["id"])["events"]
    held = next((one["detail"] for one in reversed(events) if one["kind"] is EventKind.HELD), last_outcome(events))
    return ReviewItem(
        submission_shape(row, rooms.forms.version_by_key, here.url),
        held.get("why", ""),
        list(held.get("compared") or []),
        list(held.get("candidates", [])),
    )


@read("/review/{number:int}", Action.READ_SUBMISSIONS)
def comparison(call: AtCall, number: FromPath[int], first: FromQuery[int] = 0) -> ComparisonShape:
    """One submission beside three of its candidates, field by field, as they are in Dynamics now; `first` goes on from
    there."""
    if call.rooms.submissions.show(call.here.id, number)["state"] is not State.REVIEW:
        raise NotFoundError(
            f"Submission {number} is not in review.", fix="`/api/v1/review` lists those that are.", code="not-in-review"
        )
    return comparison_shape(number, beside(call.rooms, call.here, number, max(0, first)))


@post("/review/decisions", Action.DECIDE_SUBMISSIONS, status_code=200, repeatable=True)
def decide(call: AtCall, data: JSONBody[Decision]) -> Decided:
    """Decides one submission, or many in the same way. What is in review no more is left alone. Waits some seconds for
    Dynamics."""
    ids, lead_id = list(dict.fromkeys(data.ids)), _lead_of(data)
    decided, waits = carried_out(call, call.here, ids, DECISIONS[data.decision], lead_id, call.maker.name)
    crossed = bool(decided) and not waits and data.decision != "ignore"
    earlier = [key for key in ids if key not in decided]
    return Decided(decided, [], crossed, waits, earlier=earlier)


def _lead_of(data: Decision) -> str:
    wants_lead = data.decision in {"update", "link"}
    if not 1 <= len(data.ids) <= (1 if wants_lead else MOST_SELECTED):
        raise InputError(
            f"The decision {data.decision} is not for {len(data.ids)} submissions.",
            fix=f"Name 1 for update and link, 1 to {MOST_SELECTED} for create and ignore.",
            code="nothing-named",
        )
    if wants_lead is not bool(data.lead_id):
        raise InputError(
            "A lead is named for update and link, and for nothing else.",
            fix="Name one of the candidates as `lead_id`, or leave it out.",
            code="nothing-named",
        )
    return row_id(data.lead_id) if wants_lead else ""


HANDLERS: tuple[Any, ...] = (queue, comparison, decide)
