"""`/api/v1/views`: saved views of the list of submissions. They are those of the person who made the token."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar.params import FromPath, JSONBody

from leadferry.api.call_routes import AtCall, Call, delete, post, read
from leadferry.console.rights import Action
from leadferry.delivery.filters import read_filters
from leadferry.errors import NotFoundError


class View(msgspec.Struct):
    """`query`: parameters of `/api/v1/submissions`, ready to be put behind its question mark."""

    id: int
    name: str
    query: str


class NewView(msgspec.Struct, forbid_unknown_fields=True):
    """A view of that name is replaced. `query` is like `state=failed&period=7d`."""

    name: str
    query: str


@read("/views", Action.READ_SUBMISSIONS)
def views(call: AtCall) -> list[View]:
    """Saved views, by name."""
    return [View(one.id, one.name, one.query) for one in call.rooms.views.list(call.here.id, call.person.id)]


@read("/views/{view_id:int}", Action.READ_SUBMISSIONS)
def view(call: AtCall, view_id: FromPath[int]) -> View:
    """One saved view."""
    return _one(call, view_id)


def _one(call: Call, view_id: int) -> View:
    known = call.rooms.views.list(call.here.id, call.person.id)
    found = next((View(one.id, one.name, one.query) for one in known if one.id == view_id), None)
    if found is None:
        raise NotFoundError("There is no such view of yours.", fix="`/api/v1/views` lists them.", code="view-not-found")
    return found


@post("/views", Action.READ_SUBMISSIONS, repeatable=True)
def save_view(call: AtCall, data: JSONBody[NewView]) -> View:
    """Saves a view, or replaces the one of that name."""
    store, here, person = call.rooms.views, call.here.id, call.person.id
    filters = read_filters(dict(parse_qsl(data.query.removeprefix("?"), keep_blank_values=True)))
    store.save(here, person, data.name, filters.query())
    call.record(
        Action.READ_SUBMISSIONS, "view", data.name, data.name, after={"filters": filters.without("text").query()}
    )
    name = " ".join(data.name.split())
    return next(View(one.id, one.name, one.query) for one in store.list(here, person) if one.name == name)


@delete("/views/{view_id:int}", Action.READ_SUBMISSIONS)
def delete_view(call: AtCall, view_id: FromPath[int]) -> None:
    """Deletes a view."""
    with call.changing(lambda: _one(call, view_id)):
        call.rooms.views.delete(call.here.id, call.person.id, view_id)
    call.record(Action.READ_SUBMISSIONS, "view", view_id, f"View {view_id}", after={"deleted": True})


HANDLERS: tuple[Any, ...] = (views, view, save_view, delete_view)
