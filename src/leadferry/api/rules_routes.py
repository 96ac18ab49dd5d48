"""`/api/v1/strategies`, `mappings`, and their previews."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
from litestar.params import FromPath, FromQuery, JSONBody

from leadferry.api import paging
from leadferry.api.call_routes import AtCall, Call, delete, patch, post, read
from leadferry.api.rules_shapes import (
    LeadColumn,
    MappingChange,
    MappingPage,
    MappingPreviewWish,
    MappingShape,
    NewMapping,
    NewStrategy,
    PreviewShape,
    PreviewWish,
    StrategyChange,
    StrategyPage,
    StrategyShape,
    TriedShape,
    column_shape,
    mapping_shape,
    preview_shape,
    strategy_shape,
    tried_shape,
)
from leadferry.api.shapes import given as given_in
from leadferry.console.rights import Action
from leadferry.delivery.rehearsal_worker import Rehearsal
from leadferry.delivery.sample_store import newest_samples
from leadferry.delivery.surroundings_store import read_surroundings
from leadferry.errors import InputError
from leadferry.mapping.editing import recorded as recorded_mapping
from leadferry.mapping.model import FieldMapping, OnProblem, OnUpdate, Source
from leadferry.mapping.transforms.registry import LOOKUP, TRANSFORMS
from leadferry.mapping.trying import tried
from leadferry.matching.editing import recorded as recorded_strategy
from leadferry.matching.model import Strategy, match_fields

STRATEGY, MAPPING = "matching strategy", "field mapping"


# Strategies


@read("/strategies", Action.READ_RULES)
def strategies(call: AtCall, cursor: FromQuery[str] = "", limit: FromQuery[int] = 100) -> StrategyPage:
    """Matching strategies, oldest first; one is active. `next` is the cursor of the page after this."""
    items, following = paging.of_list(call.rooms.strategies.list(call.here.id), cursor, limit)
    return StrategyPage([strategy_shape(one) for one in items], following)


@read("/strategies/{strategy_id:int}", Action.READ_RULES)
def strategy(call: AtCall, strategy_id: FromPath[int]) -> StrategyShape:
    """One matching strategy."""
    return strategy_shape(call.rooms.strategies.get(call.here.id, strategy_id))


@post("/strategies", Action.CHANGE_RULES)
def add_strategy(call: AtCall, data: JSONBody[NewStrategy]) -> StrategyShape:
    """A new one; it is not active yet."""
    _comparable(call, Strategy(0, data.name, fields=tuple(data.fields)))
    added: Strategy = call.rooms.strategies.add(
        call.here.id,
        data.name,
        data.fields,
        always_create=data.always_create,
        create_contacts=data.create_contacts,
    )
    _record(call, STRATEGY, None, added)
    return strategy_shape(added)


@patch("/strategies/{strategy_id:int}", Action.CHANGE_RULES)
def change_strategy(call: AtCall, strategy_id: FromPath[int], data: JSONBody[StrategyChange]) -> StrategyShape:
    """Changes it, or puts it in force. The active one cannot be switched off: activate another."""
    store, here = call.rooms.strategies, call.here.id
    before: Strategy = store.get(here, strategy_id)
    given = given_in(data)
    active = given.pop("active", None)
    with call.changing(lambda: strategy_shape(store.get(here, strategy_id))):
        if active is False:
            store.deactivate(here, strategy_id)
        if "fields" in given:
            _comparable(call, replace(before, fields=tuple(given["fields"])))
        after: Strategy = store.change(here, strategy_id, **given) if given else before
        if active and not after.active:
            after = store.activate(here, strategy_id)
    _record(call, STRATEGY, before, after)
    return strategy_shape(after)


@delete("/strategies/{strategy_id:int}", Action.CHANGE_RULES)
def remove_strategy(call: AtCall, strategy_id: FromPath[int]) -> None:
    """Not the active one."""
    _remove(call, STRATEGY, call.rooms.strategies, strategy_id)


@post("/strategies/preview", Action.READ_RULES, status_code=200, repeatable=True)
def preview_strategy(call: AtCall, data: JSONBody[PreviewWish]) -> PreviewShape:
    """What a strategy would do with the newest submissions, beside the active one. Asks Dynamics, writes nothing."""
    rooms, here = call.rooms, call.here
    wanted = Strategy(0, "preview", always_create=data.always_create, fields=tuple(data.fields))
    if not wanted.fields and not wanted.always_create:
        raise InputError(
            "The strategy has no field.", fix="Name `fields`, or `always_create`.", code="strategy-unusable"
        )
    table, client = rooms.lead_tables.table(here), rooms.lead_tables.client(here)
    return preview_shape(
        Rehearsal(rooms.database, rooms.stores, rooms.clock).run(here, client, table, wanted, data.last)
    )


def _comparable(call: Call, wanted: Strategy) -> None:
    """Raises InputError for a field without a lead column (OC-77)."""
    match_fields(wanted, call.rooms.mappings.list(call.here.id))


# Mappings


@read("/mappings", Action.READ_RULES)
def mappings(call: AtCall, cursor: FromQuery[str] = "", limit: FromQuery[int] = 100) -> MappingPage:
    """Field mappings in their order: the first that fills a column wins. `next` is the cursor of the page after."""
    items, following = paging.of_list(call.rooms.mappings.list(call.here.id), cursor, limit)
    return MappingPage([mapping_shape(one) for one in items], following)


@read("/mappings/{mapping_id:int}", Action.READ_RULES)
def mapping(call: AtCall, mapping_id: FromPath[int]) -> MappingShape:
    """One field mapping."""
    return mapping_shape(call.rooms.mappings.get(call.here.id, mapping_id))


@post("/mappings", Action.CHANGE_RULES)
def add_mapping(call: AtCall, data: JSONBody[NewMapping]) -> MappingShape:
    """At the end of the list."""
    new = FieldMapping(0, Source(data.source), data.key, data.name or data.key)
    given = {
        name: value for name, value in msgspec.structs.asdict(data).items() if name not in {"source", "key", "name"}
    }
    added: FieldMapping = call.rooms.mappings.add(call.here.id, _changed(new, given))
    _record(call, MAPPING, None, added)
    return mapping_shape(added)


@patch("/mappings/{mapping_id:int}", Action.CHANGE_RULES)
def change_mapping(call: AtCall, mapping_id: FromPath[int], data: JSONBody[MappingChange]) -> MappingShape:
    """Changes it. One that a strategy uses must keep a column."""
    before: FieldMapping = call.rooms.mappings.get(call.here.id, mapping_id)
    after = _changed(before, given_in(data))
    with call.changing(lambda: mapping_shape(call.rooms.mappings.get(call.here.id, mapping_id))):
        if after != before:
            call.rooms.mappings.change(call.here.id, after)
    _record(call, MAPPING, before, after)
    return mapping_shape(after)


@delete("/mappings/{mapping_id:int}", Action.CHANGE_RULES)
def remove_mapping(call: AtCall, mapping_id: FromPath[int]) -> None:
    """Refused while a strategy uses it."""
    _remove(call, MAPPING, call.rooms.mappings, mapping_id)


@post("/mappings/{mapping_id:int}/preview", Action.READ_SUBMISSIONS, status_code=200, repeatable=True)
def preview_mapping(call: AtCall, mapping_id: FromPath[int], data: JSONBody[MappingPreviewWish]) -> list[TriedShape]:
    """What the mapping, changed so, would write for the newest answers; problems first. Saves nothing."""
    rooms, here = call.rooms, call.here
    given = given_in(data)
    given.pop("last")
    wanted = _changed(rooms.mappings.get(here.id, mapping_id), given)
    around = read_surroundings(rooms.stores, here)
    samples = newest_samples(rooms.database, rooms.stores, here, around, data.last).known
    settings = around.configuration.mapping_settings()
    return [tried_shape(one) for one in tried(wanted, samples, rooms.lead_tables.table(here), settings)]


@read("/lead-columns", Action.READ_RULES)
def lead_columns(call: AtCall, fresh: FromQuery[bool] = False) -> list[LeadColumn]:
    """The lead's columns in Dynamics that a mapping may fill; `fresh`: as they are this moment, else of some minutes
    ago."""
    table = call.rooms.lead_tables.table(call.here, fresh=fresh)
    return [column_shape(one) for one in table.columns.values() if one.can_create or one.can_update]


def _changed(mapping: FieldMapping, given: dict[str, Any]) -> FieldMapping:
    values = dict(given)
    if "on_update" in values:
        values["on_update"] = OnUpdate(values["on_update"])
    if "on_problem" in values:
        values["on_problem"] = OnProblem(values["on_problem"])
    if "column" in values:
        values["column"] = (values["column"] or "").strip() or None
    transform = values.get("transform", "")
    if transform and transform not in TRANSFORMS and not transform.startswith(LOOKUP):
        raise InputError(
            f'There is no transform "{transform}".',
            fix=f"There are: {', '.join(TRANSFORMS)}, {LOOKUP}TABLE.COLUMN.",
            code="unknown-transform",
        )
    return replace(mapping, **values)


# Both


def _record(call: Call, kind: str, before: Strategy | FieldMapping | None, after: Strategy | FieldMapping) -> None:
    """Into the audit, if anything changed. `before` None: it is new."""
    if after != before:
        old = _told(before) if before else None
        call.record(Action.CHANGE_RULES, kind, after.id, after.name, before=old, after=_told(after))


def _remove(call: Call, kind: str, store: Any, key: int) -> None:
    found: Strategy | FieldMapping = store.get(call.here.id, key)
    shape = strategy_shape if isinstance(found, Strategy) else mapping_shape
    with call.changing(lambda: shape(store.get(call.here.id, key))):
        store.remove(call.here.id, key)
    call.record(Action.CHANGE_RULES, kind, found.id, found.name, before=_told(found))


def _told(one: Strategy | FieldMapping) -> dict[str, Any]:
    return recorded_strategy(one) if isinstance(one, Strategy) else recorded_mapping(one)


HANDLERS: tuple[Any, ...] = (
    strategies,
    strategy,
    add_strategy,
    change_strategy,
    remove_strategy,
    preview_strategy,
    mappings,
    mapping,
    add_mapping,
    change_mapping,
    remove_mapping,
    preview_mapping,
    lead_columns,
)
