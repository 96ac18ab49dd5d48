"""`/e/{id}/review`: submissions that resemble a lead in some fields, each beside its candidates; a person decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response
from litestar.params import URLEncodedBody

from leadferry.accounts.model import Environment
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.recording import Recording
from leadferry.console.rights import Action
from leadferry.delivery.answers import answers
from leadferry.delivery.comparing import SHOWN, Comparison, compare, compared_columns
from leadferry.delivery.deciding_worker import cross_now
from leadferry.delivery.filters import Filters
from leadferry.delivery.listing_question_store import Span
from leadferry.delivery.model import EventKind
from leadferry.delivery.shown import lead_address, lines, person_of
from leadferry.delivery.story import last_outcome
from leadferry.delivery.submissions_routes import chosen_ids, read_key, write_key
from leadferry.errors import InputError
from leadferry.linkedin.reading import UnreadableResponseError, to_form_response
from leadferry.store.statements import settled
from leadferry.words import _

Form = URLEncodedBody[dict[str, Any]]
WAITING = Filters(state="review")
QUEUE = 25
DECISIONS = {
    "lead": _("Linked and updated"),
    "link": _("Linked"),
    "create": _("New lead created"),
    "reject": _("Ignored"),
}
ROW_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
ALWAYS = ("fullname", "firstname", "lastname", "emailaddress1", "statecode", "modifiedon")


@page("/e/{environment_id:int}/review", Action.READ_SUBMISSIONS)
def review(desk: AtDesk) -> Response[Any]:
    rooms, here = desk.rooms, desk.here
    query = desk.request.query_params
    queue = rooms.listing.page(
        here.id, WAITING, after=read_key(query.get("after", "")), before=read_key(query.get("before", "")), limit=QUEUE
    )
    waiting = lines(queue.rows, rooms.forms.version_by_key)
    place = next((n for n, line in enumerate(waiting) if str(line.id) == query.get("id", "")), 0)
    values: dict[str, Any] = {"queue": queue, "waiting": waiting, "place": place, "shown": None}
    if waiting:
        values |= beside(
            rooms,
            here,
            waiting[place].id,
            int(query.get("from", "0") or 0) if query.get("from", "0").isdecimal() else 0,
        )
    count = rooms.listing.count(here.id, WAITING, Span(), most=999) or 0
    return desk.page("delivery/review.html", count=count, lead_address=lead_address, write_key=write_key, **values)


@post("/e/{environment_id:int}/review/decide", Action.DECIDE_SUBMISSIONS)
def decide(desk: AtDesk, data: Form) -> Response[Any]:
    """One submission, or those selected in the queue with the same decision."""
    decision, lead_id, ids = str(data.get("decision", "")), str(data.get("lead", "")), chosen_ids(data)
    if decision not in DECISIONS or not ids:
        raise InputError(
            _("No decision, or no submission, was chosen."), fix=_("Go back and choose."), code="nothing-named"
        )
    if decision in {"lead", "link"} and (len(ids) > 1 or not ROW_ID.fullmatch(lead_id)):
        raise InputError(
            _("No lead was chosen."), fix=_("Go back and choose one of the candidates."), code="nothing-named"
        )
    decided, crossed = carried_out(desk, desk.here, ids, decision, lead_id, desk.person.name)
    return _on(desk, data, ids, decided, decision, crossed)


def carried_out(
    caller: Recording, here: Environment, ids: Sequence[int], decision: str, lead_id: str, by: str
) -> tuple[list[int], str]:
    """(those that were still in review, a sentence where they have not crossed yet). `decision`: of `DECISIONS`."""
    rooms = caller.rooms
    with settled(rooms.database, here.id):
        still = {row["id"] for row in rooms.listing.rows(here.id, ids) if row["state"].label == "review"}
        decided = [key for key in ids if key in still]
        if decided:
            rooms.replay(here, decided, decision, lead_id, by)
        for key in decided:
            told = {"decision": decision} | ({"lead": lead_id} if decision in {"lead", "link"} else {})
            caller.record(Action.DECIDE_SUBMISSIONS, "submission", key, _("Form submission {key}", key=key), after=told)
    crossed = "" if decision == "reject" or not decided else cross_now(rooms.deliver, here)
    rooms.candidates(here).forget()
    return decided, crossed


def _on(
    desk: Desk, data: Mapping[str, Any], ids: Sequence[int], decided: Sequence[int], decision: str, crossed: str
) -> Response[Any]:
    """To the next one that waits."""
    following = str(data.get("next", ""))
    back = desk.address("review") + (f"?id={following}" if following.isdecimal() else "")
    if not decided:
        return desk.go(back, toast=_("Decided already"), detail=_("Somebody else was quicker; nothing was changed."))
    words = DECISIONS[decision] if len(decided) == 1 else f"{len(decided)}: {DECISIONS[decision].lower()}"
    left = _("{count} were decided already.", count=len(ids) - len(decided)) if len(ids) > len(decided) else ""
    undo = desk.address(f"submissions/{decided[0]}/undo?back=review") if len(decided) == 1 else ""
    return desk.go(back, toast=words, detail=" ".join(filter(None, (crossed, left))), undo="" if crossed else undo)


def beside(rooms: Any, here: Environment, number: int, first: int) -> dict[str, Any]:
    """The submission beside its candidates: as they are now, or else as they were."""
    found = rooms.submissions.show(here.id, number)
    held = next(
        (e["detail"] for e in reversed(found["events"]) if e["kind"] is EventKind.HELD), last_outcome(found["events"])
    )
    mappings = rooms.mappings.list(here.id)
    strategy = held.get("compared") or []
    submitted = held.get("values") or _from_answers(rooms, found, mappings)
    ids = list(held.get("candidates", []))
    shown = ids[first : first + SHOWN]
    columns = rooms.lead_columns(here)
    select = sorted({*ALWAYS, *(n for n in compared_columns(submitted, strategy) if not columns or n in columns)})
    live, trouble = rooms.candidates(here).rows(shown, select)
    recorded = {lead["id"]: lead["row"] for lead in held.get("leads", [])}
    rows = [(key, live.get(key.lower()) if live is not None else recorded.get(key, {})) for key in shown]
    on_update = {m.column: m.on_update for m in mappings if m.column}
    comparison: Comparison = compare(submitted, strategy, rows, columns, on_update)
    return {
        "shown": found,
        "submitter": person_of(found, rooms.forms.version_by_key),
        "held": held,
        "comparison": comparison,
        "trouble": "" if live is not None else trouble,
        "first": first,
        "candidates": len(ids),
    }


def _from_answers(rooms: Any, found: Mapping[str, Any], mappings: Sequence[Any]) -> dict[str, Any]:
    """For what was held before submitted values were recorded."""
    key = found["form_version_id"]
    form = rooms.forms.version_by_key(key) if key else None
    try:
        response = to_form_response(found["body"] or b"")
    except UnreadableResponseError:
        return {}
    return {one.column: one.answer for one in answers(response, form, mappings) if one.column and one.answer}


HANDLERS: tuple[Any, ...] = (review, decide)
