"""`/api/v1/forms`, `campaigns`."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from litestar.params import FromPath, FromQuery

from leadferry.api.call_routes import AtCall, read
from leadferry.api.shapes import moment
from leadferry.api.sync_shapes import (
    CampaignShape,
    FormDetail,
    FormShape,
    FormVersionShape,
    counted,
    form_detail,
)
from leadferry.console.rights import Action
from leadferry.delivery.tally import Figures
from leadferry.forms.coverage import fields_of
from leadferry.forms.drift import drift
from leadferry.forms.routes import form_rows, known_form, seen_version


@read("/forms", Action.READ_FORMS)
def forms(call: AtCall) -> list[FormShape]:
    """Lead forms, with how many of their fields have a lead column."""
    return [
        FormShape(
            row.form.id,
            row.form.linkedin_id,
            row.form.name,
            row.form.owner_id,
            row.form.state,
            row.form.sync_status.label,
            list(row.form.versions),
            row.coverage.fields,
            row.coverage.mapped,
            counted(row.figures),
            moment(row.figures.last_at),
        )
        for row in form_rows(call.rooms, call.here.id)
    ]


@read("/forms/{form_id:int}", Action.READ_FORMS)
def form(call: AtCall, form_id: FromPath[int], version: FromQuery[int] = 0) -> FormDetail:
    """What a form asks, and where the answers go; `version` 0: the newest that was seen."""
    known = known_form(call.rooms, call.here.id, form_id)
    shown = seen_version(call.rooms, call.here.id, known, version or known.versions[-1])
    return form_detail(known, shown, fields_of(shown, call.rooms.mappings.list(call.here.id)))


@read("/forms/{form_id:int}/versions", Action.READ_FORMS)
def versions(call: AtCall, form_id: FromPath[int]) -> list[FormVersionShape]:
    """The versions that were seen, newest first, each with what differs from the one before."""
    known = known_form(call.rooms, call.here.id, form_id)
    seen = [seen_version(call.rooms, call.here.id, known, number) for number in known.versions]
    changes = [[], *(drift(old, new) for old, new in pairwise(seen))]
    shapes = [FormVersionShape(one.version, list(some)) for one, some in zip(seen, changes, strict=True)]
    return shapes[::-1]


@read("/campaigns", Action.READ_FORMS)
def campaigns(call: AtCall) -> list[CampaignShape]:
    """Campaigns as LinkedIn shows them; one that only a form response names has no more than its URN."""
    figures = call.rooms.tallies.tally(call.here.id).by_campaign()
    return [
        CampaignShape(
            key,
            one.urn,
            one.name,
            one.owner_id,
            one.type,
            one.status,
            moment(one.starts_at),
            moment(one.ends_at),
            counted(figures.get(key, Figures())),
        )
        for key, one in call.rooms.campaigns.keyed(call.here.id).items()
    ]


HANDLERS: tuple[Any, ...] = (forms, form, versions, campaigns)
