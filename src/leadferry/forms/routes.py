"""Lead forms (OC-58 to OC-63): what each asks, where the answers go, what changed from version to version."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, Protocol

from litestar import Response
from litestar.params import FromPath, FromQuery, URLEncodedBody

from leadferry.accounts.addresses import at_linkedin
from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.model import Environment
from leadferry.accounts.owner_store import OwnerStore
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.paging import paged
from leadferry.console.rights import Action
from leadferry.dataverse.metadata import Column, Table
from leadferry.delivery.story import label
from leadferry.delivery.tally import Figures, merged
from leadferry.delivery.tally_store import TallyStore
from leadferry.errors import InputError, NotFoundError
from leadferry.forms.coverage import Coverage, Field, coverage, fields_of
from leadferry.forms.drift import drift
from leadferry.forms.form_store import FormStore, LeadForm
from leadferry.forms.model import FormVersion
from leadferry.forms.status import LeadFormSync
from leadferry.mapping.mapping_store import MappingStore
from leadferry.mapping.model import FieldMapping, Source
from leadferry.mapping.offered import Unknown, unmet
from leadferry.settings import Settings
from leadferry.store.statements import settled
from leadferry.words import _

Form = URLEncodedBody[dict[str, str]]
SYNC_BADGE = {
    LeadFormSync.PENDING: "b-info",
    LeadFormSync.ACTIVE: "b-good",
    LeadFormSync.NO_SUBMISSIONS: "",
    LeadFormSync.FORBIDDEN: "b-bad",
}


class Rooms(Protocol):
    """What these pages need of the application."""

    settings: Settings
    environments: EnvironmentStore
    forms: FormStore
    owners: OwnerStore
    mappings: MappingStore
    tallies: TallyStore

    def lead_columns(self, environment: Environment) -> Mapping[str, Column]: ...


def _rooms(desk: Desk) -> Rooms:
    return desk.rooms  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class FormRow:
    """`changes`: of the newest version, to the one before. `suggested`: fields that a column is suggested for."""

    form: LeadForm
    coverage: Coverage
    figures: Figures
    changes: int = 0
    suggested: int = 0


@page("/e/{environment_id:int}/forms", Action.READ_FORMS)
def forms(desk: AtDesk) -> Response[Any]:
    """Those with the newest submission first."""
    rooms, here = _rooms(desk), desk.here
    figures = _figures(rooms, here.id)
    found = paged(
        _newest_first(rooms, here.id, figures), desk.request.query_params, lambda one: f"{one.name} {one.linkedin_id}"
    )
    return desk.page(
        "forms/forms.html",
        found=found,
        rows=_rows(rooms, here.id, found.rows, figures),
        owner_names={one.id: one.name for one in rooms.owners.list(here.id)},
        sync_badge=SYNC_BADGE,
    )


def form_rows(rooms: Rooms, environment_id: int) -> list[FormRow]:
    """Those with the newest submission first."""
    figures = _figures(rooms, environment_id)
    return _rows(rooms, environment_id, _newest_first(rooms, environment_id, figures), figures)


def _rows(
    rooms: Rooms, environment_id: int, listed: Sequence[LeadForm], figures: Mapping[int, Figures]
) -> list[FormRow]:
    newest, mappings = rooms.forms.newest_versions(environment_id), rooms.mappings.list(environment_id)
    found = []
    for one in listed:
        asked = fields_of(newest[one.id], mappings)
        changes, suggested = (
            changes_of(rooms, environment_id, one, newest[one.id]),
            sum(bool(f.suggested) for f in asked),
        )
        found.append(FormRow(one, coverage(asked), figures.get(one.id, Figures()), len(changes), suggested))
    return found


def changes_of(rooms: Rooms, environment_id: int, known: LeadForm, shown: FormVersion) -> list[str]:
    """What differs from the version that was seen before `shown`, in words."""
    older = [number for number in known.versions if number < shown.version]
    return drift(seen_version(rooms, environment_id, known, older[-1]), shown) if older else []


def _newest_first(rooms: Rooms, environment_id: int, figures: Mapping[int, Figures]) -> list[LeadForm]:
    def place(one: LeadForm) -> tuple[int, str]:
        return -(figures.get(one.id, Figures()).last_at or 0), one.name.casefold()

    return sorted(rooms.forms.list(environment_id), key=place)


def _figures(rooms: Rooms, environment_id: int) -> dict[int, Figures]:
    """Of all versions of a form together, by our id of the form."""
    by_version = rooms.tallies.tally(environment_id).by_form_version()
    found: dict[int, list[Figures]] = {}
    for version_key, form_key in rooms.forms.version_keys(environment_id).items():
        if version_key in by_version:
            found.setdefault(form_key, []).append(by_version[version_key])
    return {key: merged(some) for key, some in found.items()}


@page("/e/{environment_id:int}/forms/{form_id:int}", Action.READ_FORMS)
def fields(desk: AtDesk, form_id: FromPath[int], version: FromQuery[int] = 0) -> Response[Any]:
    """`version` 0: the newest seen."""
    rooms, here = _rooms(desk), desk.here
    known = known_form(rooms, here.id, form_id)
    shown = seen_version(rooms, here.id, known, version or known.versions[-1])
    return _record(
        desk,
        known,
        "fields",
        version=shown,
        fields=fields_of(shown, rooms.mappings.list(here.id)),
        changes=changes_of(rooms, here.id, known, shown),
        unmet=_unmet(rooms, here, known, shown),
    )


@dataclass(frozen=True, slots=True)
class Unmet:
    """Options of a field that its mapping's column has no choice for."""

    mapping_id: int
    column: str
    answers: Sequence[Unknown]


def _unmet(
    rooms: Rooms, here: Environment, known: LeadForm, shown: FormVersion
) -> dict[tuple[Source, str], list[Unmet]]:
    """By field, as far as the lead's columns are known already."""
    table = Table("lead", "leads", "leadid", "fullname", rooms.lead_columns(here))
    history = [one for one in rooms.forms.history(here.id, known.linkedin_id) if one.version <= shown.version]
    settings = rooms.environments.configuration(here).mapping_settings()
    found: dict[tuple[Source, str], list[Unmet]] = {}
    for mapping in rooms.mappings.list(here.id):
        if mapping.column and (some := unmet(mapping, history, table, settings)):
            found.setdefault((mapping.source, mapping.key), []).append(Unmet(mapping.id, mapping.column, some))
    return found


@page("/e/{environment_id:int}/forms/{form_id:int}/versions", Action.READ_FORMS)
def versions(desk: AtDesk, form_id: FromPath[int]) -> Response[Any]:
    """The newest first, each with what differs from the one before."""
    known = known_form(_rooms(desk), desk.here.id, form_id)
    seen = [seen_version(_rooms(desk), desk.here.id, known, number) for number in known.versions]
    changes = [[], *(drift(old, new) for old, new in pairwise(seen))]
    return _record(desk, known, "versions", seen=list(zip(seen, changes, strict=True))[::-1])


def known_form(rooms: Rooms, environment_id: int, form_id: int) -> LeadForm:
    found = rooms.forms.list(environment_id, form_id) if form_id else []
    if not found:
        raise NotFoundError(
            _("There is no form {form_id} in this environment.", form_id=form_id),
            fix=_("The list shows those there are."),
            code="form-unknown",
        )
    return found[0]


def seen_version(rooms: Rooms, environment_id: int, known: LeadForm, number: int) -> FormVersion:
    found = rooms.forms.version(environment_id, known.linkedin_id, number)
    if found is None:
        raise NotFoundError(
            _('Version {number} of the form "{name}" was never seen.', number=number, name=known.name),
            fix=_("Seen: {map}.", map=", ".join(map(str, known.versions))),
            code="form-unknown",
        )
    return found[1]


def _record(desk: Desk, known: LeadForm, tab: str, **values: Any) -> Response[Any]:
    rooms = _rooms(desk)
    newest = fields_of(
        seen_version(_rooms(desk), desk.here.id, known, known.versions[-1]), rooms.mappings.list(desk.here.id)
    )
    owner = next((one for one in rooms.owners.list(desk.here.id) if one.id == known.owner_id), None)
    return desk.page(
        f"forms/form_{tab}.html",
        form=known,
        tab=tab,
        owner=owner,
        at_linkedin=at_linkedin(rooms.settings.linkedin_oauth_url, owner.kind, owner.linkedin_id) if owner else "",
        coverage=coverage(newest),
        unmapped=[one for one in newest if not one.columns],
        figures=rooms.tallies.of_form(desk.here.id, rooms.forms.version_keys(desk.here.id, known.id)),
        sync_badge=SYNC_BADGE,
        label=partial(label, columns=rooms.lead_columns(desk.here)),
        **values,
    )


@post("/e/{environment_id:int}/forms/{form_id:int}/mappings", Action.CHANGE_RULES)
def take_suggestion(desk: AtDesk, form_id: FromPath[int], data: Form) -> Response[Any]:
    """Gives a field that goes nowhere the column that is suggested for it."""
    known = known_form(_rooms(desk), desk.here.id, form_id)
    with settled(desk.rooms.database, desk.here.id):
        field = _taken(desk, known, data)
    return desk.go(
        desk.address(f"forms/{known.id}"),
        toast=_("{text} goes to {suggested}", text=field.text[:100], suggested=field.suggested),
        detail=_("From the next delivery on."),
    )


def _taken(desk: Desk, known: LeadForm, data: Mapping[str, str]) -> Field:
    """Raises InputError where another column is suggested by now than the page has shown."""
    rooms, here = _rooms(desk), desk.here
    listed = rooms.mappings.list(here.id)
    newest = fields_of(seen_version(rooms, here.id, known, known.versions[-1]), listed)
    field = next((one for one in newest if (one.source.value, one.key) == (data.get("source"), data.get("key"))), None)
    if field is None or not field.suggested or data.get("column", field.suggested) != field.suggested:
        raise InputError(
            _("What the page suggested for this field is not suggested any more; nothing was changed."),
            fix=_("Open the form again."),
            code="no-suggestion",
        )
    before, after = _mapped(rooms, here.id, listed, field)
    told = {"before": {"column": before.column} if before else None, "after": {"column": after.column}}
    desk.record(Action.CHANGE_RULES, _("field mapping"), after.id, after.name, **told)
    return field


def _mapped(
    rooms: Rooms, environment_id: int, listed: list[FieldMapping], field: Field
) -> tuple[FieldMapping | None, FieldMapping]:
    """(the mapping before, None where the list had none; the mapping now)"""
    before = next((one for one in listed if (one.source, one.key) == (field.source, field.key)), None)
    if before is None:
        new = FieldMapping(0, Source(field.source), field.key, field.text[:800], field.suggested)
        return None, rooms.mappings.add(environment_id, new)
    after = dataclasses.replace(before, column=field.suggested)
    rooms.mappings.change(environment_id, after)
    return before, after


HANDLERS: tuple[Any, ...] = (forms, fields, versions, take_suggestion)
