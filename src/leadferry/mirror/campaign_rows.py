"""Dynamics' own campaigns and campaign responses, where the configuration asks for them. Pure.

Source: dataverse-api 7.6, 7.7.
"""

from __future__ import annotations

from leadferry.forms.model import FormResponse
from leadferry.mirror.ids import Ids, bare
from leadferry.mirror.model import Campaign, Kind, Master, Row, Submission, Target, There
from leadferry.mirror.values import day, fit, moment

CAMPAIGNS = Target("campaign", "campaigns", "campaignid", bulk=False)
RESPONSES = Target("campaignresponse", "campaignresponses", "activityid", bulk=False)
_REGARDING = "regardingobjectid_campaign_campaignresponse@odata.bind"
_ADVERTISEMENT, _OTHERS, _INTERESTED, _CUSTOMER = 1, 6, 1, 11


def campaign(ids: Ids, one: Campaign) -> Master:
    row: Row = {
        CAMPAIGNS.primary_id: ids.dynamics_campaign(one.urn),
        "name": fit(one.name, 128),
        "codename": fit(bare(one.urn), 32),
        "typecode": _ADVERTISEMENT,
        "proposedstart": day(one.starts_at),
        "proposedend": day(one.ends_at),
    }
    return Master(Kind.DYNAMICS_CAMPAIGN, one.id, CAMPAIGNS, row)


def response(ids: Ids, there: There, one: Submission, given: FormResponse, form_name: str) -> Row | None:
    """None where the campaign is unknown, or no lead came of it: a response stands for a customer."""
    campaign_id = there.dynamics_campaigns.get(one.campaign_id or 0)
    if campaign_id is None or not one.lead_id:
        return None
    party = {"participationtypemask": _CUSTOMER, "partyid_lead@odata.bind": f"/leads({one.lead_id})"}
    return {
        RESPONSES.primary_id: ids.campaign_response(given.id),
        "subject": fit(f"LinkedIn: {form_name or given.form_id}", 200),
        "channeltypecode": _OTHERS,
        "responsecode": _INTERESTED,
        "receivedon": (moment(one.submitted_at) or "")[:10],
        _REGARDING: f"/campaigns({campaign_id})",
        "campaignresponse_activity_parties": [party],
    }
