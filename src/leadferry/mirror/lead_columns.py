"""What a lead itself tells of its way from LinkedIn (OC-89), written with the lead: no request more. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadferry.delivery.plan import Action, ActionKind, read_name
from leadferry.mirror.model import DYNAMICS_CAMPAIGN, Journey, Row, Tally, There
from leadferry.mirror.values import bind, moment, rolled_up
from leadferry.solution.tables import CAMPAIGNS, FORMS, LEADS

_LATEST, _FORM, _CAMPAIGN = LEADS["latestsubmissiondate"], LEADS["sourceform"], LEADS["linkedincampaign"]
_ROLLUP = tuple(LEADS[f"linkedinsubmissioncount{end}"].name for end in ("", "_date", "_state"))
_READ = (*_ROLLUP, _LATEST.name, _FORM.read_name, _CAMPAIGN.read_name)
"""What is read with a matching lead, so that an update says what was there before."""
_READ_CAMPAIGN = "_campaignid_value"


@dataclass
class LeadColumns:
    """For one claim. `tallies`: what the leads have without the submissions of this claim."""

    there: There
    known_columns: Collection[str]
    tallies: dict[str, Tally]
    now: int
    journeys: dict[int, Journey] = field(default_factory=dict)
    _made: set[str] = field(default_factory=set)

    @property
    def read(self) -> list[str]:
        """Columns to read with a matching lead."""
        known = [name for name in _READ if name in self.known_columns or name.startswith("_")]
        return [*known, _READ_CAMPAIGN] if self.there.dynamics_campaigns else known

    def add(self, action: Action, row: Mapping[str, Any]) -> None:
        """`row`: the lead as it was read. Adds to the action's columns; where it writes none, leaves word that the lead
        is counted again later."""
        journey = self.journeys.get(action.submission_id)
        if journey is None or action.lead_id is None:
            return
        if journey.delivered_lead_id and journey.delivered_lead_id != action.lead_id:
            action.recount = (*action.recount, journey.delivered_lead_id)
        tally = self._counted(action.lead_id, journey)
        if action.kind is ActionKind.CREATE and action.row:
            self._made.add(action.lead_id)
            action.row.update(self._counts(tally) | self._origin(journey, {}, action.row))
        elif action.kind is ActionKind.UPDATE:
            origin = {} if action.lead_id in self._made else self._origin(journey, row, action.row)
            self._update(action, self._counts(tally) | origin, row)
        else:
            action.recount = (*action.recount, action.lead_id)

    def _counted(self, lead_id: str, journey: Journey) -> Tally:
        before = self.tallies.get(lead_id, Tally(0, 0))
        tally = self.tallies[lead_id] = Tally(before.count + 1, max(before.latest, journey.submitted_at))
        return tally

    def _counts(self, tally: Tally) -> Row:
        return {name: value for name, value in lead_counts(tally, self.now).items() if name in self.known_columns}

    def _origin(self, journey: Journey, row: Mapping[str, Any], planned: Mapping[str, Any]) -> Row:
        """Form and campaign the lead *first* came from: only where there is none."""
        there = self.there
        found: Row = {}
        if not row.get(_FORM.read_name) and _FORM.name in self.known_columns:
            found |= bind(_FORM, FORMS.entity_set, there.forms.get(journey.form_id))
        if not row.get(_CAMPAIGN.read_name) and _CAMPAIGN.name in self.known_columns:
            found |= bind(_CAMPAIGN, CAMPAIGNS.entity_set, there.campaigns.get(journey.campaign_id or 0))
        campaign = there.dynamics_campaigns.get(journey.campaign_id or 0)
        if campaign and not row.get(_READ_CAMPAIGN) and DYNAMICS_CAMPAIGN not in planned:
            found[DYNAMICS_CAMPAIGN] = f"/campaigns({campaign})"
        return found

    def _update(self, action: Action, columns: Row, row: Mapping[str, Any]) -> None:
        for column, value in columns.items():
            action.row[column] = value
            action.old.setdefault(column, row.get(read_name(column)))


def lead_counts(tally: Tally, now: int) -> Row:
    latest = {_LATEST.name: moment(tally.latest)} if tally.latest else {}
    return {**rolled_up(LEADS, "linkedinsubmissioncount", tally.count, now), **latest}
