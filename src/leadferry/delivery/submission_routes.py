"""`/e/{id}/submissions/{number}`: one form submission with its whole story, and what can be done about it."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response
from litestar.params import FromPath, URLEncodedBody

from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.rights import Action
from leadferry.delivery.answers import answers, consents
from leadferry.delivery.deciding_worker import cross_now
from leadferry.delivery.model import EventKind
from leadferry.delivery.naming import named
from leadferry.delivery.shown import Line, lead_address, lead_type_words, person_of
from leadferry.delivery.story import journey, label, last_outcome, timeline, value_words
from leadferry.delivery.undo import last_effect
from leadferry.linkedin.reading import UnreadableResponseError, to_form_response
from leadferry.words import _

Form = URLEncodedBody[dict[str, str]]
PATH = "/e/{environment_id:int}/submissions/{number:int}"


@page(PATH, Action.READ_SUBMISSIONS)
def submission(desk: AtDesk, number: FromPath[int]) -> Response[Any]:
    rooms, here = desk.rooms, desk.here
    found = rooms.submissions.show(here.id, number)
    form = rooms.forms.version_by_key(found["form_version_id"]) if found["form_version_id"] else None
    outcome, effect = last_outcome(found["events"]), last_effect(found["events"])
    columns = rooms.lead_columns(here)
    changes = outcome.get("changes", {})
    written = outcome.get("written", {}) | {column: after for column, (_, after) in changes.items()}
    try:
        response = to_form_response(found["body"] or b"")
    except UnreadableResponseError:
        response = None
    mappings = rooms.mappings.list(here.id)
    newer, older = rooms.listing.neighbours(here.id, found["id"], found["submitted_at"])
    return desk.page(
        "delivery/submission.html",
        line=Line(found, person_of(found, rooms.forms.version_by_key)),
        found=found,
        form=form,
        journey=journey(found),
        timeline=timeline(found),
        outcome=outcome,
        changes=changes,
        answers=answers(response, form, mappings, written) if response else [],
        consents=consents(response, form) if response else [],
        response=response,
        label=lambda column: label(column, columns),
        named=lambda text, known: named(text, known, lambda column: label(column, columns)),
        value=lambda column, value: value_words(column, value, columns, found, desk.reader.exact),
        effect=effect,
        undo_words=_undo_words(effect),
        can_replay=found["state"].final,
        raw=_pretty(found["body"] or b""),
        newer=newer,
        older=older,
        lead_address=lead_address,
        lead_type=lead_type_words(found["lead_type"]),
        exact=lambda at: _exact(desk, at),
    )


@post(PATH + "/replay", Action.DECIDE_SUBMISSIONS)
def replay(desk: AtDesk, number: FromPath[int]) -> Response[Any]:
    desk.rooms.replay(desk.here, [number], "again", "", desk.person.name)
    _record(desk, number, {"decision": "again"})
    crossed = cross_now(desk.rooms.deliver, desk.here)
    return desk.go(desk.address(f"submissions/{number}"), toast=_("Replayed"), detail=crossed)


@post(PATH + "/undo", Action.DECIDE_SUBMISSIONS)
def undo(desk: AtDesk, number: FromPath[int]) -> Response[Any]:
    words = desk.rooms.undo(desk.here, number, desk.person.name)
    desk.rooms.candidates(desk.here).forget()
    _record(desk, number, {"undone": words})
    back = f"review?id={number}" if desk.request.query_params.get("back") == "review" else f"submissions/{number}"
    return desk.go(desk.address(back), toast=_("Undone"), detail=f"{words}.")


@post(PATH + "/delete", Action.DELETE_SUBMISSIONS)
def delete(desk: AtDesk, number: FromPath[int]) -> Response[Any]:
    """A test lead goes from Dynamics; the submission stays, so that LinkedIn's next answer does not bring it again."""
    words = desk.rooms.undo(desk.here, number, desk.person.name, delete=True)
    desk.record(
        Action.DELETE_SUBMISSIONS,
        "submission",
        number,
        _("Form submission {number}", number=number),
        after={"deleted": words},
    )
    return desk.go(desk.address(f"submissions/{number}"), toast=_("Test lead deleted"), detail=f"{words}.")


def _record(desk: Desk, number: int, after: dict[str, Any]) -> None:
    desk.record(
        Action.DECIDE_SUBMISSIONS, "submission", number, _("Form submission {number}", number=number), after=after
    )


def _undo_words(effect: Any) -> str:
    kinds = {
        EventKind.UPDATED: _("Undo this update"),
        EventKind.CREATED: _("Undo: delete the lead"),
        EventKind.LINKED: _("Undo the decision"),
        EventKind.REJECTED: _("Undo the decision"),
    }
    return kinds[effect.kind] if effect else ""


def _exact(desk: Desk, at: int) -> str:
    """To the tenth of a second, in the reader's zone."""
    return f"{desk.reader.clock(at)}.{at % 1000 // 100}"


def _pretty(body: bytes) -> str:
    try:
        return msgspec.json.format(body, indent=2).decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return body.decode("utf-8", "replace")


HANDLERS: tuple[Any, ...] = (submission, replay, undo, delete)
