"""`/e/{id}/submissions`: the live list of form submissions, its filters, search and saved views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.params import FromPath, URLEncodedBody

from leadferry.accounts.model import Environment
from leadferry.clock import Clock
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.rights import Action
from leadferry.delivery.chips import VIEWS, chips, options, view_name
from leadferry.delivery.deciding_worker import cross_now
from leadferry.delivery.filters import Filters, read_filters
from leadferry.delivery.listing_question_store import Key, Span
from leadferry.delivery.listing_store import COUNTED, ListingStore
from leadferry.delivery.search_worker import SearchWorker
from leadferry.delivery.shown import lead_address, lines
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.delivery.view_store import ViewStore
from leadferry.engine.progress import SyncResult
from leadferry.errors import InputError
from leadferry.forms.form_store import FormStore
from leadferry.words import _

Form = URLEncodedBody[dict[str, Any]]
SEARCHABLE_AT_ONCE = 200
"""So many new submissions are made searchable while the reader waits; of more, the page tells."""
MOST_SELECTED = 200


class Rooms(Protocol):
    clock: Clock
    forms: FormStore
    listing: ListingStore
    views: ViewStore
    search: SearchWorker
    submissions: SubmissionStore

    def replay(
        self, environment: Environment, references: Sequence[str | int], decision: str = ..., lead_id: str = ...
    ) -> int: ...

    def deliver(self, environment: Environment) -> SyncResult: ...


@page("/e/{environment_id:int}/submissions", Action.READ_SUBMISSIONS)
def submissions(desk: AtDesk) -> Response[Any]:
    rooms: Rooms = desk.rooms
    here = desk.here.id
    filters, span = asked(desk)
    unsearchable = searchable(rooms, here) if filters.text else 0
    query = desk.request.query_params
    after, before = read_key(query.get("after", "")), read_key(query.get("before", ""))
    found = rooms.listing.page(here, filters, span, after=after, before=before, count_to=COUNTED)
    choices = rooms.listing.choices(here, filters.creative)
    own = rooms.views.list(here, desk.person.id)
    return desk.page(
        "delivery/submissions.html",
        filters=filters,
        lines=lines(found.rows, rooms.forms.version_by_key),
        found=found,
        count=found.count,
        counted=COUNTED,
        today=_today(desk, rooms),
        chips=chips(filters, choices, environment_zone(desk).key),
        choices=options(choices),
        views=VIEWS,
        own_views=own,
        view=view_name(filters.query(), [(view.name, view.query) for view in own]),
        unsearchable=unsearchable,
        newest=rooms.listing.newest_id(here),
        first_page=not (after or before),
        lead_address=lead_address,
        write_key=write_key,
    )


@page("/e/{environment_id:int}/submissions/fresh", Action.READ_SUBMISSIONS)
def fresh(desk: AtDesk) -> Response[Any]:
    """What an open list asks for every few seconds: how many came since, and what became of those on their way."""
    rooms: Rooms = desk.rooms
    filters, span = asked(desk)
    query = desk.request.query_params
    newest = _whole(query.get("newest", "0"))
    watched = [_whole(part) for part in query.get("watch", "").split(",") if part][:MOST_SELECTED]
    return desk.page(
        "delivery/_fresh.html",
        filters=filters,
        newest=newest,
        count=rooms.listing.newer(desk.here.id, filters, span, newest),
        today=_today(desk, rooms),
        counted=COUNTED,
        lines=lines(rooms.listing.rows(desk.here.id, watched), rooms.forms.version_by_key),
        lead_address=lead_address,
    )


@post("/e/{environment_id:int}/submissions/replay", Action.DECIDE_SUBMISSIONS)
def replay(desk: AtDesk, data: Form) -> Response[Any]:
    """Those selected in the list."""
    rooms: Rooms = desk.rooms
    ids = chosen_ids(data)
    put_back, refused = [], ""
    for key in ids:
        try:
            rooms.replay(desk.here, [key])
            put_back.append(key)
        except InputError as error:
            refused = str(error)
    for key in put_back:
        desk.record(
            Action.DECIDE_SUBMISSIONS,
            "submission",
            key,
            _("Form submission {key}", key=key),
            after={"decision": "again"},
        )
    if not put_back:
        raise InputError(
            refused or _("No submission is selected."), fix=_("Select some in the list."), code="nothing-named"
        )
    crossed = cross_now(rooms.deliver, desk.here)
    left = _("{count} were on their way already.", count=len(ids) - len(put_back)) if refused else ""
    back = f"{desk.address('submissions')}?{read_filters(_plain(data)).query()}".rstrip("?")
    return desk.go(
        back, toast=_("{count} replayed", count=len(put_back)), detail=" ".join(filter(None, (crossed, left)))
    )


@post("/e/{environment_id:int}/submissions/views", Action.READ_SUBMISSIONS)
def save_view(desk: AtDesk, data: Form) -> Response[Any]:
    rooms: Rooms = desk.rooms
    filters, name = read_filters(_plain(data)), str(data.get("name", ""))
    rooms.views.save(desk.here.id, desk.person.id, name, filters.query())
    desk.record(Action.READ_SUBMISSIONS, "view", name, name, after={"filters": filters.without("text").query()})
    return desk.go(f"{desk.address('submissions')}?{filters.query()}".rstrip("?"), toast=_("View saved"))


@post("/e/{environment_id:int}/submissions/views/{view_id:int}/delete", Action.READ_SUBMISSIONS)
def delete_view(desk: AtDesk, view_id: FromPath[int]) -> Response[Any]:
    rooms: Rooms = desk.rooms
    rooms.views.delete(desk.here.id, desk.person.id, view_id)
    desk.record(Action.READ_SUBMISSIONS, "view", view_id, _("View {view_id}", view_id=view_id), after={"deleted": True})
    return desk.go(desk.address("submissions"), toast=_("View deleted"))


def asked(desk: Desk) -> tuple[Filters, Span]:
    """Figures lead here with days of the environment, so that the list shows just what they count."""
    filters = read_filters(dict(desk.request.query_params))
    zone = environment_zone(desk) if filters.days else desk.reader.zone
    return filters, Span(*filters.span(desk.rooms.clock(), zone))


def environment_zone(desk: Desk) -> ZoneInfo:
    return ZoneInfo(desk.rooms.environments.configuration(desk.here).time_zone)


def chosen_ids(data: dict[str, Any]) -> list[int]:
    """The checkboxes named `id`."""
    given = data.get("id", [])
    values = [given] if isinstance(given, str) else list(given)
    return [_whole(value) for value in dict.fromkeys(values)][:MOST_SELECTED]


def read_key(text: str) -> Key | None:
    """`1790000000000.42`: where a page begins. Raises InputError for anything else."""
    at, _, key = text.partition(".")
    return (_whole(at), _whole(key)) if text else None


def write_key(key: Key) -> str:
    return f"{key[0]}.{key[1]}"


def _whole(text: str) -> int:
    if not str(text).isdecimal() or len(str(text)) > 18:
        raise InputError(_("The address of this page is not whole."), fix=_("Open the list again."), code="bad-filter")
    return int(text)


def _plain(data: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in data.items() if isinstance(value, str)}


def _today(desk: Desk, rooms: Rooms) -> int | None:
    span = Span(*Filters(period="today").span(rooms.clock(), desk.reader.zone))
    return rooms.listing.count(desk.here.id, Filters(), span)


def searchable(rooms: Rooms, environment_id: int) -> int:
    """How many are not searchable yet; the newest few are made so at once."""
    if rooms.search.waiting(environment_id, SEARCHABLE_AT_ONCE + 1) > SEARCHABLE_AT_ONCE:
        rooms.search.begin(environment_id)
        return rooms.search.waiting(environment_id)
    rooms.search.catch_up(environment_id, at_most=SEARCHABLE_AT_ONCE)
    return 0


HANDLERS: tuple[Any, ...] = (submissions, fresh, replay, save_view, delete_view)
