"""`/api/v1/submissions`: the list with the page's filters, one with its whole story, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal
from zoneinfo import ZoneInfo

from litestar import MediaType, Response
from litestar.di import NamedDependency, Provide
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream

from leadferry.api import paging
from leadferry.api.call_routes import AtCall, Call, delete, post, read
from leadferry.api.filters_routes import provide_filters
from leadferry.api.submission_shapes import (
    Crossed,
    Done,
    ManyWish,
    Refused,
    SubmissionDetail,
    SubmissionPage,
    detail_shape,
    submission_shape,
)
from leadferry.console.rights import Action
from leadferry.delivery.deciding_worker import cross_now
from leadferry.delivery.export_routes import chunks_of, written_csv
from leadferry.delivery.filters import Filters
from leadferry.delivery.listing_question_store import Span
from leadferry.delivery.submissions_routes import MOST_SELECTED, searchable
from leadferry.errors import InputError
from leadferry.words import json_of

WithFilters = NamedDependency[Filters]
FILTERS = {"filters": Provide(provide_filters, sync_to_thread=False)}
KIND = "submission"
NDJSON = "application/x-ndjson"


@read("/submissions", Action.READ_SUBMISSIONS, dependencies=FILTERS)
def submissions(
    call: AtCall, filters: WithFilters, cursor: FromQuery[str] = "", limit: FromQuery[int] = 100
) -> SubmissionPage:
    """Form submissions, newest first, with the filters of the page. Pages hold still while new ones arrive: those come
    before the first page."""
    rooms, here, size = call.rooms, call.here, paging.checked(limit)
    unsearchable = searchable(rooms, here.id) if filters.text else 0
    found = rooms.listing.page(here.id, filters, span_of(call, filters), after=paging.place(cursor), limit=size)
    shapes = [submission_shape(row, rooms.forms.version_by_key, here.url) for row in found.rows]
    return SubmissionPage(shapes, paging.onwards(found.after), unsearchable)


def span_of(call: Call, filters: Filters) -> Span:
    """Days are those of the environment's time zone."""
    zone = ZoneInfo(call.rooms.environments.configuration(call.here).time_zone)
    return Span(*filters.span(call.rooms.clock(), zone))


@read("/submissions/{number:int}", Action.READ_SUBMISSIONS)
def submission(call: AtCall, number: FromPath[int]) -> SubmissionDetail:
    """One with its answers, what was changed, why it matched, and its timeline."""
    return _detail(call, number)


def _detail(call: Call, number: int) -> SubmissionDetail:
    rooms, here = call.rooms, call.here
    found = rooms.submissions.show(here.id, number)
    return detail_shape(found, rooms.forms.version_by_key, here.url, rooms.mappings.list(here.id))


@read(
    "/submissions/{number:int}/raw",
    Action.READ_RAW,
    responses={200: ResponseSpec(dict[str, Any], generate_examples=False, description="As LinkedIn sent it.")},
)
def raw(call: AtCall, number: FromPath[int]) -> Response[bytes]:
    """The form response just as LinkedIn sent it; of an imported row, as it was made from the file."""
    found = call.rooms.submissions.show(call.here.id, number)
    return Response(found["body"] or b"null", media_type=MediaType.JSON)


@read(
    "/submissions/export",
    Action.READ_SUBMISSIONS,
    dependencies=FILTERS,
    responses={200: ResponseSpec(str, generate_examples=False, media_type="text/csv", description="A file.")},
)
def export(
    call: AtCall,
    filters: WithFilters,
    format: FromQuery[Literal["csv", "jsonl"]] = "csv",  # noqa: A002 - its name in the address
    id: FromQuery[list[int] | None] = None,  # noqa: A002 - its name in the address
) -> Response[Any]:
    """The filtered list, or those named by `id`, as `csv` or `jsonl` (one submission a line). Recorded in the audit."""
    listing, versions, here = call.rooms.listing, call.rooms.forms.version_by_key, call.here
    ids = list(dict.fromkeys(id or []))[:MOST_SELECTED]
    told = {"selected": len(ids)} if ids else {"filters": filters.without("text").query()}
    call.record(Action.READ_SUBMISSIONS, "export", "submissions", f"Form submissions as {format.upper()}", after=told)
    chunks = [ids] if ids else chunks_of(listing, here.id, filters, span_of(call, filters))
    rows = (row for some in chunks for row in listing.rows(here.id, some))
    headers = {"Content-Disposition": f'attachment; filename="form-submissions.{format}"'}
    if format == "csv":
        return Stream(written_csv(rows, versions), media_type="text/csv; charset=utf-8", headers=headers)
    lines = _lines(rows, lambda row: submission_shape(row, versions, here.url))
    return Stream(lines, media_type=NDJSON, headers=headers)


def _lines(rows: Iterable[Any], shape: Callable[[Any], Any]) -> Iterator[bytes]:
    for row in rows:
        yield json_of(shape(row)) + b"\n"


# What can be done


@post("/submissions/replay", Action.DECIDE_SUBMISSIONS, status_code=200, repeatable=True)
def replay_many(call: AtCall, data: JSONBody[ManyWish]) -> Crossed:
    """Puts submissions that are settled back on their way. Waits some seconds for Dynamics."""
    return _replayed(call, list(dict.fromkeys(data.ids)))


@post("/submissions/{number:int}/replay", Action.DECIDE_SUBMISSIONS, status_code=200, repeatable=True)
def replay(call: AtCall, number: FromPath[int]) -> Crossed:
    """Puts one that is settled back on its way. Waits some seconds for Dynamics."""
    call.rooms.submissions.show(call.here.id, number)
    answer = _replayed(call, [number])
    if answer.refused:
        raise InputError(answer.refused[0].detail, fix="Wait for its outcome.", code=answer.refused[0].code)
    return answer


def _replayed(call: Call, ids: list[int]) -> Crossed:
    if not 1 <= len(ids) <= MOST_SELECTED:
        raise InputError(
            "No submission is named, or too many.", fix=f"Name 1 to {MOST_SELECTED}.", code="nothing-named"
        )
    put_back, refused = [], []
    for key in ids:
        try:
            call.rooms.replay(call.here, [key], "again", "", call.maker.name)
            put_back.append(key)
        except InputError as error:
            refused.append(Refused(key, error.code, error.message))
    for key in put_back:
        recorded(call, Action.DECIDE_SUBMISSIONS, key, {"decision": "again"})
    waits = cross_now(call.rooms.deliver, call.here) if put_back else ""
    return Crossed(put_back, refused, bool(put_back) and not waits, waits)


@post("/submissions/{number:int}/undo", Action.DECIDE_SUBMISSIONS, status_code=200)
def undo(call: AtCall, number: FromPath[int]) -> Done:
    """Takes its last effect back, as long as nobody changed the lead since: old values, a new lead, a decision."""
    words = call.rooms.undo(call.here, number, call.maker.name)
    call.rooms.candidates(call.here).forget()
    recorded(call, Action.DECIDE_SUBMISSIONS, number, {"undone": words})
    return Done(words)


@delete("/submissions/{number:int}/lead", Action.DELETE_SUBMISSIONS, status_code=200)
def delete_test_lead(call: AtCall, number: FromPath[int]) -> Done:
    """Deletes the lead of a test submission from Dynamics; the submission stays, so that it is not fetched again."""
    with call.changing(lambda: _detail(call, number), asks_services=True):
        words = call.rooms.undo(call.here, number, call.maker.name, delete=True)
    recorded(call, Action.DELETE_SUBMISSIONS, number, {"deleted": words})
    return Done(words)


def recorded(call: Call, action: Action, number: int, after: dict[str, Any]) -> None:
    call.record(action, KIND, number, f"Form submission {number}", after=after)


HANDLERS: tuple[Any, ...] = (
    submissions,
    export,
    submission,
    raw,
    replay_many,
    replay,
    undo,
    delete_test_lead,
)
