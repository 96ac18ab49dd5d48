"""Pages of field mappings (OC-72 to OC-78): the list, and one that is edited beside what it does to real answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from litestar import Response
from litestar.params import FromPath, FromQuery, URLEncodedBody

from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.clock import Clock
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.edited import Changed, ChangedMeanwhileError, Drawn
from leadferry.console.edited_routes import saving
from leadferry.console.rights import Action
from leadferry.dataverse.metadata import Table
from leadferry.delivery.sample_store import newest_samples
from leadferry.delivery.surroundings_store import Stores, read_surroundings
from leadferry.errors import InputError, LeadferryError
from leadferry.mapping.checks import check_mapping
from leadferry.mapping.columns_worker import LeadTables
from leadferry.mapping.convert import automatic
from leadferry.mapping.editing import (
    KIND,
    ON_PROBLEM,
    ON_UPDATE,
    as_typed,
    chosen_means,
    column_choices,
    drawn,
    edited,
    option_rows,
    recorded,
    started,
    transform_choices,
    wrong_fields,
)
from leadferry.mapping.listing import SOURCE_WORDS, Standing, matches, rows, type_words
from leadferry.mapping.mapping_store import MappingStore
from leadferry.mapping.model import FieldMapping, MappingSettings
from leadferry.mapping.offered import Unknown, asked_by, unknown_answers, unmet
from leadferry.mapping.sample import Sample
from leadferry.mapping.suggest import suggestions
from leadferry.mapping.trying import tried
from leadferry.store.database import Database
from leadferry.store.statements import settled
from leadferry.words import _, _n

Form = URLEncodedBody[dict[str, str]]
BASE = "/e/{environment_id:int}/mappings"
LOOKED_AT = 100
"""Submissions behind the list's samples and counts."""
COUNTS = (100, 500)
TRIED_SHOWN = 30


class Rooms(Protocol):
    clock: Clock
    database: Database
    environments: EnvironmentStore
    mappings: MappingStore
    stores: Stores
    lead_tables: LeadTables


def rooms_of(desk: Desk) -> Rooms:
    return desk.rooms  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Scene:
    """What every page here is made from."""

    table: Table | None
    trouble: str
    samples: Sequence[Sample]
    settings: MappingSettings
    mappings: Sequence[FieldMapping]


def scene(desk: Desk, count: int = LOOKED_AT) -> Scene:
    rooms, here = rooms_of(desk), desk.here
    around = read_surroundings(rooms.stores, here)
    table, trouble = _table(desk)
    samples: Sequence[Sample] = ()
    if desk.may(Action.READ_SUBMISSIONS):
        samples = newest_samples(rooms.database, rooms.stores, here, around, count).known
    return Scene(table, trouble, samples, around.configuration.mapping_settings(), around.mappings)


def _table(desk: Desk) -> tuple[Table | None, str]:
    try:
        return rooms_of(desk).lead_tables.table(desk.here), ""
    except LeadferryError as error:
        return None, f"{error.message} {error.fix}"


# The list


@page(BASE, Action.READ_RULES)
def mappings(desk: AtDesk, show: FromQuery[str] = "", q: FromQuery[str] = "") -> Response[Any]:
    return _list(desk, scene(desk), show=show, q=q)


def _list(desk: Desk, seen: Scene, *, show: str = "", q: str = "", status: int = 200, **more: Any) -> Response[Any]:
    """`more`: the side panel, where one is open."""
    found = rows(seen.mappings, seen.samples, seen.table, seen.settings)
    wanted = [one for one in found if show in {"", one.standing.value} and matches(one, q)]
    values: dict[str, Any] = {"mapping": None, "started": None, **more}
    return desk.page(
        "mapping/mappings.html",
        status=status,
        rows=wanted,
        whole=len(found),
        tallies={one.value: sum(row.standing is one for row in found) for one in Standing},
        suggested=[one for one in found if one.suggested],
        show=show,
        q=q,
        **_shared(seen),
        **values,
    )


def _shared(seen: Scene) -> dict[str, Any]:
    return {
        "table": seen.table,
        "trouble": seen.trouble,
        "source_words": SOURCE_WORDS,
        "type_words": type_words,
        "sources": [(one.value, words) for one, words in SOURCE_WORDS.items()],
    }


@post(f"{BASE}/columns", Action.CHANGE_RULES)
def columns(desk: AtDesk) -> Response[Any]:
    """Reads the columns and choices of the lead table again."""
    table = rooms_of(desk).lead_tables.table(desk.here, fresh=True)
    return desk.go(
        desk.address("mappings"),
        toast=_("The columns are read again"),
        detail=_("{count} columns.", count=len(table.columns)),
    )


@post(f"{BASE}/suggestions", Action.CHANGE_RULES)
def accept(desk: AtDesk, data: Form) -> Response[Any]:
    """Of a form with `accept-<mapping>` = column: what was suggested on the page, as far as it is still unmapped."""
    rooms, here = rooms_of(desk), desk.here
    table = rooms.lead_tables.table(here)
    with settled(rooms.database, here.id):
        done = sum(
            _accepted(desk, one, data.get(f"accept-{one.id}", ""), table) for one in rooms.mappings.list(here.id)
        )
    words = _n("{n} suggestion accepted", "{n} suggestions accepted", done)
    return desk.go(desk.address("mappings"), toast=words, detail=_("They hold from the next delivery on."))


def _accepted(desk: Desk, one: FieldMapping, column: str, table: Table) -> bool:
    changed = replace(one, column=column or None)
    if one.column or not changed.column or wrong_fields(changed, table):
        return False
    rooms_of(desk).mappings.change(desk.here.id, changed)
    _record(desk, one, changed)
    return True


# One of them


@page(f"{BASE}/new", Action.CHANGE_RULES)
def new(desk: AtDesk) -> Response[Any]:
    return _new(desk, {}, {})


def _new(desk: Desk, typed: dict[str, str], wrong: dict[str, str]) -> Response[Any]:
    seen = scene(desk)
    choices = column_choices(seen.table) if seen.table else []
    status = 422 if wrong else 200
    return _list(desk, seen, status=status, started=typed, wrong=wrong, columns=[("", _("Not mapped")), *choices])


@post(f"{BASE}/new", Action.CHANGE_RULES)
def add(desk: AtDesk, data: Form) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    wanted = started({**data, "edited": "yes"})
    table, _trouble = _table(desk)
    found = check_mapping(replace(wanted, column=None), table) if table else []
    wrong = {"key": found[0]} if found else wrong_fields(wanted, table) if table else {}
    if wrong:
        return _new(desk, data, wrong)
    try:
        added = rooms.mappings.add(here.id, wanted)
    except InputError as error:
        return _new(desk, data, {"key" if not wanted.key else "name": f"{error.message} {error.fix}"})
    desk.record(Action.CHANGE_RULES, KIND, added.id, added.name, after=recorded(added))
    return desk.go(desk.address(f"mappings/{added.id}") + "#side", toast=_("{added} is added", added=added.name[:80]))


@page(f"{BASE}/{{mapping_id:int}}", Action.READ_RULES)
def show(desk: AtDesk, mapping_id: FromPath[int], show: FromQuery[str] = "", q: FromQuery[str] = "") -> Response[Any]:
    """With the suggested column chosen where there is none yet; nothing is saved by looking."""
    mapping = rooms_of(desk).mappings.get(desk.here.id, mapping_id)
    return _open(desk, mapping, mapping, {}, show=show, q=q, suggest=desk.may(Action.CHANGE_RULES))


def _open(
    desk: Desk,
    stored: FieldMapping,
    mapping: FieldMapping,
    wrong: dict[str, str],
    *,
    count: int = COUNTS[0],
    part: str = "",
    suggest: bool = False,
    typed: Mapping[str, str] | None = None,
    **more: Any,
) -> Response[Any]:
    """`typed`: a form whose table of choices cannot be taken, and comes back as it was."""
    seen = scene(desk, max(count, LOOKED_AT))
    if suggest and seen.table and not mapping.column:
        mapping = replace(mapping, column=suggestions(seen.mappings, seen.table).get(mapping.id))
    status = 422 if wrong else 200
    values = {**_panel(desk, seen, stored, mapping, count, typed or {}), "wrong": wrong}
    if part:
        return desk.page("mapping/_side.html", status=status, **_shared(seen), **values)
    return _list(desk, replace(seen, samples=seen.samples[:LOOKED_AT]), status=status, **values, **more)


def _panel(
    desk: Desk, seen: Scene, stored: FieldMapping, mapping: FieldMapping, count: int, typed: Mapping[str, str]
) -> dict[str, Any]:
    table = seen.table
    column = table.columns.get(mapping.column or "") if table else None
    found = tried(mapping, seen.samples[:count], table, seen.settings) if table else []
    options = [(str(value), label) for value, label in column.options.items()] if column else []
    return {
        "mapping": mapping,
        "stored": stored,
        "drawn": drawn(stored, table),
        "unsaved": mapping != stored,
        "suggesting": not stored.column and bool(mapping.column),
        "column": column,
        "columns": [("", _("Not mapped")), *(column_choices(table) if table else [])],
        "transforms": transform_choices(mapping, column, automatic(mapping, column) if column else ""),
        "option_rows": as_typed(option_rows(mapping, column), typed),
        "options": [("", _("Choose")), *options],
        "unknown": unknown_answers(found, _offered(desk, seen, mapping)),
        "chosen": chosen_means(typed),
        "tried": found[:TRIED_SHOWN],
        "tried_count": sum(one.count for one in found),
        "tried_rest": len(found[TRIED_SHOWN:]),
        "problem_count": sum(one.count for one in found if one.problem),
        "looked_at": len(seen.samples[:count]),
        "checks": check_mapping(mapping, table) if table else [],
        "before_it": _before_it(mapping, seen.mappings),
        "on_update": [(one.value, words) for one, words in ON_UPDATE.items()],
        "on_problem": [(one.value, words) for one, words in ON_PROBLEM.items()],
        "count": count,
        "counts": COUNTS,
        "may_read": desk.may(Action.READ_SUBMISSIONS),
    }


def _offered(desk: Desk, seen: Scene, mapping: FieldMapping) -> list[Unknown]:
    """What the newest versions of forms offer to choose from, and no choice of the column means."""
    forms, here = rooms_of(desk).stores.forms, desk.here
    if seen.table is None or not mapping.column or not seen.table.columns.get(mapping.column):
        return []
    newest = forms.newest_versions(here.id).values()
    asking = [one for one in newest if any(asked.options for asked in asked_by(mapping, one))]
    histories = (forms.history(here.id, one.form_id) for one in asking)
    return [some for history in histories for some in unmet(mapping, history, seen.table, seen.settings)]


def _before_it(mapping: FieldMapping, known: Sequence[FieldMapping]) -> FieldMapping | None:
    """Another one that fills the column first."""
    earlier = (one for one in known if one.column and one.column == mapping.column)
    return next((one for one in earlier if one.id != mapping.id and (one.id < mapping.id or not mapping.id)), None)


@post(f"{BASE}/{{mapping_id:int}}/preview", Action.READ_RULES)
def preview(desk: AtDesk, mapping_id: FromPath[int], data: Form) -> Response[Any]:
    """The panel as the form has it. Nothing is saved."""
    stored = rooms_of(desk).mappings.get(desk.here.id, mapping_id)
    count = next((one for one in COUNTS if str(one) == data.get("count")), COUNTS[0])
    part = "side" if desk.by_htmx else ""
    try:
        mapping = edited(stored, data)
    except InputError as error:
        mapping, wrong = _without_table(stored, data), {"synonyms": f"{error.message} {error.fix}"}
        return _open(desk, stored, mapping, wrong, count=count, part=part, typed=data)
    return _open(desk, stored, mapping, {}, count=count, part=part)


def _without_table(stored: FieldMapping, data: dict[str, str]) -> FieldMapping:
    """With the synonyms as they are stored, for those of the form contradict each other."""
    return edited(stored, {name: text for name, text in data.items() if name != "table_of"} | {"table_of": ""})


@post(f"{BASE}/{{mapping_id:int}}", Action.CHANGE_RULES)
def save(desk: AtDesk, mapping_id: FromPath[int], data: Form) -> Response[Any]:
    rooms, here = rooms_of(desk), desk.here
    before = rooms.mappings.get(here.id, mapping_id)
    try:
        wanted = edited(before, data)
    except InputError as error:
        wrong = {"synonyms": f"{error.message} {error.fix}"}
        return _open(desk, before, _without_table(before, data), wrong, typed=data)
    table, _trouble = _table(desk)
    if table and (wrong := wrong_fields(wanted, table)):
        return _open(desk, before, wanted, wrong)
    try:
        with saving(desk, _there(desk, before.id, table), drawn(wanted, table)):
            rooms.mappings.change(here.id, wanted)
            _record(desk, before, wanted)
    except ChangedMeanwhileError as error:
        now = rooms.mappings.get(here.id, before.id)
        return _open(desk, now, _merged(now, wanted, error.changed), {})
    except InputError as error:
        field = "name" if error.code == "bad-mapping" else "column"
        return _open(desk, before, wanted, {field: f"{error.message} {error.fix}"})
    return desk.go(
        desk.address(f"mappings/{wanted.id}") + "#side",
        toast=_("{wanted} is saved", wanted=wanted.name[:80]),
        detail=_("It holds from the next delivery on."),
    )


def _there(desk: Desk, mapping_id: int, table: Table | None) -> Callable[[], Drawn]:
    return lambda: drawn(rooms_of(desk).mappings.get(desk.here.id, mapping_id), table)


def _record(desk: Desk, before: FieldMapping, after: FieldMapping) -> None:
    if after != before:
        desk.record(Action.CHANGE_RULES, KIND, after.id, after.name, before=recorded(before), after=recorded(after))


def _merged(now: FieldMapping, wanted: FieldMapping, changed: Changed) -> FieldMapping:
    """What was typed, and what is there now for all that was not touched."""
    return replace(wanted, **{name: getattr(now, name) for name in changed.untouched})


@post(f"{BASE}/{{mapping_id:int}}/remove", Action.CHANGE_RULES)
def remove(desk: AtDesk, mapping_id: FromPath[int]) -> Response[Any]:
    """Refused while a strategy uses it (OC-77)."""
    rooms, here = rooms_of(desk), desk.here
    mapping, (table, _trouble) = rooms.mappings.get(here.id, mapping_id), _table(desk)
    try:
        with saving(desk, _there(desk, mapping.id, table), None):
            rooms.mappings.remove(here.id, mapping.id)
            desk.record(Action.CHANGE_RULES, KIND, mapping.id, mapping.name, before=recorded(mapping))
    except ChangedMeanwhileError:
        now = rooms.mappings.get(here.id, mapping.id)
        return _open(desk, now, now, {})
    return desk.go(desk.address("mappings"), toast=_("{mapping} is removed", mapping=mapping.name[:80]))


HANDLERS: tuple[Any, ...] = (mappings, columns, accept, new, add, show, preview, save, remove)
