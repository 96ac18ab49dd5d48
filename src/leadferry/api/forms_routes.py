"""`/api/v1/forms`, `campaigns`."""

from __future__ import annotations

from typing import Any

from leadferry.api.call_routes import AtCall, read
from leadferry.api.shapes import moment
from leadferry.api.sync_shapes import CampaignShape, FormShape, counted
from leadferry.console.rights import Action
from leadferry.delivery.tally import Figures
from leadferry.forms.routes import form_rows


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


HANDLERS: tuple[Any, ...] = (forms, campaigns)
