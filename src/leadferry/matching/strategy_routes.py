"""Pages of matching strategies (OC-79 to OC-85): the list, one that is edited beside its preview, its history."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from litestar import Response
from litestar.params import FromPath, FromQuery, URLEncodedBody

from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.clock import Clock
from leadferry.console.audit_store import AuditStore
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.edited import Changed, ChangedMeanwhileError, Drawn
from leadferry.console.edited_routes import saving
from leadferry.console.rights import Action
from leadferry.dataverse.metadata import Table
from leadferry.delivery.plan import ActionKind
from leadferry.delivery.rehearsal import Comparison
from leadferry.delivery.rehearsal_worker import COUNTS, Rehearsal
from leadferry.delivery.surroundings_store import Stores
from leadferry.errors import InputError, LeadferryError
from leadferry.mapping.columns_worker import LeadTables
from leadferry.mapping.mapping_store import MappingStore
from leadferry.matching.checks import check_strategy
from leadferry.matching.editing import KIND, comparable_fields, drawn, edited, recorded, same
from leadferry.matching.model import Strategy, match_fields
from leadferry.matching.strategy_store import StrategyStore
from leadferry.store.database import Database
from leadferry.words import _

Form = URLEncodedBody[dict[str, str]]
BASE = "/e/{environment_id:int}/strategies"
SHOWN = 20
"""Differences on a page; the rest is counted."""
ENDS = (
    (ActionKind.CREATE, _("New lead created"), "add_circle", "created", _("Created")),
    (ActionKind.UPDATE, _("Updated existing lead"), "edit", "updated", _("Updated")),
    (ActionKind.LINK, _("Lead matched but not updated"), "link", "linked", _("Not updated")),
    (ActionKind.HOLD, _("Match failed, to review"), "question_circle", "review", _("To review")),
)


class Rooms(Protocol):
    clock: Clock
    database: Database
    environments: EnvironmentStore
    mappings: MappingStore
    strategies: StrategyStore
    stores: Stores
    lead_tables: LeadTables
    audit: AuditStore


def rooms_of(desk: Desk) -> Rooms:
    return desk.rooms  # type: ignore[no-any-return]


# The list


@page(BASE, Action.READ_RULES)
def strategies(desk: AtDesk) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    table, trouble = table_or_none(desk)
    mappings = rooms.mappings.list(here.id)
    return desk.page(
        "matching/strategies.html",
        strategies=sorted(rooms.strategies.list(here.id), key=lambda one: not one.active),
        drawn=partial(drawn, names={one.id: one.name for one in mappings}),
        mappings={one.id: one for one in mappings},
        columns=table.columns if table else {},
        trouble=trouble,
    )


def _drawn(desk: Desk, strategy: Strategy) -> Drawn:
    return drawn(strategy, {one.id: one.name for one in rooms_of(desk).mappings.list(desk.here.id)})


def table_or_none(desk: Desk) -> tuple[Table | None, str]:
    """The lead table, or why it cannot be read; a page is shown all the same."""
    try:
        return rooms_of(desk).lead_tables.table(desk.here), ""
    except LeadferryError as error:
        return None, f"{error.message} {error.fix}"


# One of them


@page(f"{BASE}/new", Action.CHANGE_RULES)
def new(desk: AtDesk, copy: FromQuery[int] = 0) -> Response[Any]:
    """`copy`: the number of one to begin with."""
    if not copy:
        return _edit(desk, Strategy(0, ""), {})
    found = rooms_of(desk).strategies.get(desk.here.id, copy)
    return _edit(desk, replace(found, id=0, name=f"{found.name} (copy)"[:100], active=False), {})


@post(f"{BASE}/new", Action.CHANGE_RULES)
def add(desk: AtDesk, data: Form) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    wanted = _edited(desk, Strategy(0, ""), data)
    if wrong := _wrong(desk, wanted):
        return _edit(desk, wanted, wrong)
    try:
        added = rooms.strategies.add(
            here.id,
            wanted.name,
            wanted.fields,
            always_create=wanted.always_create,
            create_contacts=wanted.create_contacts,
        )
    except InputError as error:
        return _edit(desk, wanted, _beside(error))
    desk.record(Action.CHANGE_RULES, KIND, added.id, added.name, after=recorded(added))
    return desk.go(
        desk.address(f"strategies/{added.id}"),
        toast=_("{added} is saved", added=added.name),
        detail=_("It is not in force yet."),
    )


@page(f"{BASE}/{{strategy_id:int}}", Action.READ_RULES)
def show(desk: AtDesk, strategy_id: FromPath[int]) -> Response[Any]:
    return _edit(desk, rooms_of(desk).strategies.get(desk.here.id, strategy_id), {})


@post(f"{BASE}/{{strategy_id:int}}", Action.CHANGE_RULES)
def save(desk: AtDesk, strategy_id: FromPath[int], data: Form) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    before = rooms.strategies.get(here.id, strategy_id)
    wanted = _edited(desk, before, data)
    if wrong := _wrong(desk, wanted):
        return _edit(desk, wanted, wrong)
    try:
        with saving(desk, lambda: _drawn(desk, rooms.strategies.get(here.id, before.id)), _drawn(desk, wanted)):
            after = rooms.strategies.change(
                here.id,
                before.id,
                name=wanted.name,
                always_create=wanted.always_create,
                create_contacts=wanted.create_contacts,
                fields=wanted.fields,
            )
            _record(desk, before, after)
    except ChangedMeanwhileError as error:
        return _edit(desk, _merged(desk, wanted, error.changed), {})
    except InputError as error:
        return _edit(desk, wanted, _beside(error))
    detail = _("It holds from the next delivery on.") if after.active else ""
    return desk.go(desk.address(f"strategies/{after.id}"), toast=_("{name} is saved", name=after.name), detail=detail)


def _record(desk: Desk, before: Strategy, after: Strategy) -> None:
    if not same(before, after):
        desk.record(Action.CHANGE_RULES, KIND, after.id, after.name, before=recorded(before), after=recorded(after))


def _merged(desk: Desk, wanted: Strategy, changed: Changed) -> Strategy:
    """What was typed, and what is there now for all that was not touched."""
    stored = rooms_of(desk).strategies.get(desk.here.id, wanted.id)
    return replace(wanted, **{name: getattr(stored, name) for name in changed.untouched})


def _edited(desk: Desk, strategy: Strategy, data: dict[str, str]) -> Strategy:
    return edited(strategy, data, {one.id for one in rooms_of(desk).mappings.list(desk.here.id)})


def _wrong(desk: Desk, wanted: Strategy) -> dict[str, str]:
    """By field of the form. One that is not in force may be unfinished, but not name what can never be compared."""
    mappings = rooms_of(desk).mappings.list(desk.here.id)
    table, _ = table_or_none(desk)
    try:
        match_fields(wanted, mappings)
    except InputError as error:
        return _beside(error)
    if table and wanted.fields and (found := check_strategy(replace(wanted, always_create=False), mappings, table)):
        return {"fields": found[0]}
    return {}


def _beside(error: InputError) -> dict[str, str]:
    field = "name" if error.code in {"bad-name", "name-taken"} else "fields"
    return {field: f"{error.message} {error.fix}"}


def _edit(desk: Desk, strategy: Strategy, wrong: dict[str, str], **more: Any) -> Response[Any]:
    values = {"compared": None, "preview_trouble": "", "count": COUNTS[0], "part": "", **more}
    template = {"edit": "matching/_edit.html", "preview": "matching/_preview.html"}.get(values["part"])
    return desk.page(
        template or "matching/strategy.html",
        status=422 if wrong else 200,
        wrong=wrong,
        **_shown(desk, strategy),
        **values,
    )


def _shown(desk: Desk, strategy: Strategy) -> dict[str, Any]:
    rooms, here = rooms_of(desk), desk.here
    table, trouble = table_or_none(desk)
    mappings = rooms.mappings.list(here.id)
    stored = rooms.strategies.get(here.id, strategy.id) if strategy.id else None
    configuration = rooms.environments.configuration(here)
    return {
        "strategy": strategy,
        "stored": stored,
        "unsaved": stored is not None and not same(stored, strategy),
        "active": next((one for one in rooms.strategies.list(here.id) if one.active), None),
        "mappings": {one.id: one for one in mappings},
        "columns": table.columns if table else {},
        "trouble": trouble,
        "addable": [one for one in comparable_fields(mappings, table) if one.id not in strategy.fields],
        "holds": configuration.on_match_fail == "ignore",
        "updates": configuration.update_matched,
        "counts": COUNTS,
        "ends": ENDS,
        "shown": SHOWN,
        "tab": "general",
        "address": desk.address(f"strategies/{strategy.id or 'new'}"),
        "drawn": drawn(stored, {one.id: one.name for one in mappings}) if stored else None,
    }


# Preview: nothing is saved, nothing written to Dynamics


@post(f"{BASE}/preview", Action.READ_RULES)
def preview(desk: AtDesk, data: Form) -> Response[Any]:
    """The strategy as the form has it beside the one in force. `strategy`: its number, 0 for a new one."""
    key = data.get("strategy", "0")
    if not key.isdecimal() or len(key) > 9:
        raise InputError(_("The form names no strategy."), fix=_("Open the strategy again."), code="bad-form")
    stored = rooms_of(desk).strategies.get(desk.here.id, int(key)) if key != "0" else Strategy(0, "")
    wanted = _edited(desk, stored, data)
    count = next((one for one in COUNTS if str(one) == data.get("count")), COUNTS[0])
    compared, trouble = _compared(desk, wanted, count)
    part = desk.request.headers.get("hx-target", "") if desk.by_htmx else ""
    return _edit(desk, wanted, {}, compared=compared, preview_trouble=trouble, count=count, part=part)


def _compared(desk: Desk, wanted: Strategy, count: int) -> tuple[Comparison | None, str]:
    """Or why there is no preview, in words."""
    rooms, here = rooms_of(desk), desk.here
    if not wanted.always_create and not wanted.fields:
        return None, _("The strategy has no field yet. Add one, or let it always create a lead.")
    try:
        table, client = rooms.lead_tables.table(here), rooms.lead_tables.client(here)
        return Rehearsal(rooms.database, rooms.stores, rooms.clock).run(here, client, table, wanted, count), ""
    except LeadferryError as error:
        return None, f"{error.message} {error.fix}"


# What can be done with it


@page(f"{BASE}/{{strategy_id:int}}/history", Action.READ_RULES)
def history(desk: AtDesk, strategy_id: FromPath[int]) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    strategy = rooms.strategies.get(here.id, strategy_id)
    values = {**_shown(desk, strategy), "tab": "history"}
    return desk.page(
        "matching/strategy_history.html", entries=rooms.audit.of_record(here.id, KIND, strategy.id), **values
    )


@post(f"{BASE}/{{strategy_id:int}}/activate", Action.CHANGE_RULES)
def activate(desk: AtDesk, strategy_id: FromPath[int]) -> Response[Any]:
    """The one before lies ready from then on (OC-81)."""
    rooms, here = rooms_of(desk), desk.here
    strategy, before = rooms.strategies.get(here.id, strategy_id), rooms.strategies.active(here.id)
    if wrong := _wrong(desk, strategy):
        return _edit(desk, strategy, wrong)
    try:
        with saving(desk, lambda: _drawn(desk, rooms.strategies.get(here.id, strategy.id)), _active(desk, strategy)):
            rooms.strategies.activate(here.id, strategy.id)
            if before.id != strategy.id:
                old, new = {"in_force": before.name}, {"in_force": strategy.name}
                desk.record(Action.CHANGE_RULES, KIND, strategy.id, strategy.name, before=old, after=new)
    except ChangedMeanwhileError:
        return _edit(desk, rooms.strategies.get(here.id, strategy.id), {})
    except InputError as error:
        return _edit(desk, strategy, _beside(error))
    return desk.go(
        desk.address(f"strategies/{strategy.id}"),
        toast=_("{strategy} is in force", strategy=strategy.name),
        detail=_("It holds from the next delivery on."),
    )


def _active(desk: Desk, strategy: Strategy) -> Drawn | None:
    """Pressed on one that is in force already, the button has nothing to do."""
    return _drawn(desk, strategy) if strategy.active else None


@post(f"{BASE}/{{strategy_id:int}}/remove", Action.CHANGE_RULES)
def remove(desk: AtDesk, strategy_id: FromPath[int]) -> Response[Any]:
    """Not the one in force (OC-81)."""
    rooms, here = rooms_of(desk), desk.here
    strategy = rooms.strategies.get(here.id, strategy_id)
    try:
        with saving(desk, lambda: _drawn(desk, rooms.strategies.get(here.id, strategy.id)), None):
            rooms.strategies.remove(here.id, strategy.id)
            desk.record(Action.CHANGE_RULES, KIND, strategy.id, strategy.name, before=recorded(strategy))
    except ChangedMeanwhileError:
        return _edit(desk, rooms.strategies.get(here.id, strategy.id), {})
    return desk.go(desk.address("strategies"), toast=_("{strategy} is deleted", strategy=strategy.name))


HANDLERS: tuple[Any, ...] = (strategies, new, add, show, save, preview, history, activate, remove)
