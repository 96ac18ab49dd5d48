"""`/api/v1/sync`, `sync/reset`, `configuration`."""

from __future__ import annotations

from typing import Any

from litestar.params import JSONBody

from leadferry.api.call_routes import AtCall, patch, post, read
from leadferry.api.shapes import moment
from leadferry.api.sync_shapes import AccountSync, ResetResult, ResetWish, Started, SyncStatus, counted
from leadferry.console.rights import Action
from leadferry.delivery.configuration import OPTIONS, Configuration
from leadferry.engine.dry_run_worker import DryRun
from leadferry.engine.sync_routes import owner_rows
from leadferry.options import as_text


@read("/sync", Action.READ_SYNC)
def sync(call: AtCall) -> SyncStatus:
    """What crossed in all and by account, and how far each is read."""
    rooms, key = call.rooms, call.here.id
    tally = rooms.tallies.tally(key)
    rows = owner_rows(rooms.owners.list(key), rooms.owners.cursors(key), tally.by_owner())
    accounts = [
        AccountSync(
            row.owner.id,
            row.owner.name,
            row.owner.form_sync_status.label,
            moment(row.read_up_to),
            moment(row.polled_at),
            list(row.troubles),
            counted(row.figures),
        )
        for row in rows
    ]
    newest = max((row.polled_at for row in rows if row.polled_at), default=None)
    return SyncStatus(
        rooms.rounds.under_way(key), moment(newest), moment(tally.counted_at), counted(tally.total()), accounts
    )


@post("/sync", Action.RUN_SYNC, status_code=200, repeatable=True)
def sync_now(call: AtCall) -> Started:
    """Begins a sync; it goes on after the answer."""
    started = call.rooms.start_sync(call.here)
    call.record(Action.RUN_SYNC, "environment", call.here.id, call.here.name)
    return Started(started)


@post("/sync/reset", Action.RESET_SYNC, status_code=200, repeatable=True)
def reset(call: AtCall, data: JSONBody[ResetWish]) -> ResetResult:
    """Reads everything again that LinkedIn keeps; what is stored is left alone. Try it first with `dry_run`: its answer
    takes as long as the reading."""
    rooms, key = call.rooms, call.here.id
    ids = None if data.account_ids is None else frozenset(rooms.owners.by_id(key, one).id for one in data.account_ids)
    if data.dry_run:
        tried = rooms.dry_run(call.here, DryRun(ids, rooms.clock()))
        return ResetResult(True, tried.read, tried.stored, tried.missing, tried.troubles)
    rooms.owners.reset_cursors(key, ids)
    names = [one.name for one in rooms.owners.list(key) if ids is None or one.id in ids]
    call.record(Action.RESET_SYNC, "environment", key, call.here.name, after={"accounts": names})
    rooms.start_sync(call.here)
    return ResetResult(False)


@read("/configuration", Action.READ_CONFIGURATION)
def configuration(call: AtCall) -> dict[str, Any]:
    """Every option with its value."""
    return _values(call.rooms.environments.configuration(call.here))


@patch("/configuration", Action.CHANGE_CONFIGURATION)
def change_configuration(call: AtCall, data: JSONBody[dict[str, str | bool | int | float]]) -> dict[str, Any]:
    """Sets the options that are named, all of them or none."""
    before = call.rooms.environments.configuration(call.here)
    typed = {name: as_text(value) for name, value in data.items()}
    with call.changing(lambda: _values(call.rooms.environments.configuration(call.here))):
        after = call.rooms.environments.set_options(call.here, typed)
    for name in OPTIONS:
        old, new = before.text(name), after.text(name)
        if old != new:
            call.record(Action.CHANGE_CONFIGURATION, "option", name, name, before={name: old}, after={name: new})
    return _values(after)


def _values(found: Configuration) -> dict[str, Any]:
    return {name: getattr(found, name) for name in OPTIONS}


HANDLERS: tuple[Any, ...] = (sync, sync_now, reset, configuration, change_configuration)
