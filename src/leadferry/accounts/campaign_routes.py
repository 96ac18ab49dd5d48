"""Campaigns (OC-53 to OC-57), as LinkedIn shows them, with what came of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from litestar import Response

from leadferry.accounts.campaign_store import Campaign, CampaignStore
from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.owner_store import OwnerStore
from leadferry.console.desk_routes import AtDesk, page
from leadferry.console.paging import paged
from leadferry.console.rights import Action
from leadferry.delivery.tally import Figures
from leadferry.delivery.tally_store import TallyStore

STATUS_BADGE = {"ACTIVE": "b-good", "PAUSED": "b-info", "CANCELED": "b-warn"}


class Rooms(Protocol):
    """What this page needs of the application."""

    campaigns: CampaignStore
    environments: EnvironmentStore
    owners: OwnerStore
    tallies: TallyStore


@dataclass(frozen=True, slots=True)
class CampaignRow:
    key: int
    campaign: Campaign
    figures: Figures

    @property
    def linkedin_id(self) -> str:
        return self.campaign.urn.rpartition(":")[2]


@page("/e/{environment_id:int}/campaigns", Action.READ_FORMS)
def campaigns(desk: AtDesk) -> Response[Any]:
    """Those with the newest submissions first."""
    rooms: Rooms = desk.rooms
    figures = rooms.tallies.tally(desk.here.id).by_campaign()
    rows = [
        CampaignRow(key, one, figures.get(key, Figures())) for key, one in rooms.campaigns.keyed(desk.here.id).items()
    ]
    rows.sort(
        key=lambda row: (-(row.figures.last_at or 0), row.campaign.status != "ACTIVE", row.campaign.name.casefold())
    )
    return desk.page(
        "accounts/campaigns.html",
        found=paged(rows, desk.request.query_params, lambda row: f"{row.campaign.name} {row.linkedin_id}"),
        owner_names={one.id: one.name for one in rooms.owners.list(desk.here.id)},
        status_badge=STATUS_BADGE,
        pulled=rooms.environments.configuration(desk.here).sync_campaigns,
    )


HANDLERS: tuple[Any, ...] = (campaigns,)
