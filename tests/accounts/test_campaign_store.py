from __future__ import annotations

import pytest

from environments import StandingClock
from leadferry.accounts.campaign_store import Campaign, CampaignStore
from leadferry.accounts.model import Environment
from leadferry.store.database import Database

URN = "urn:li:sponsoredCampaign:420001"


@pytest.fixture
def campaigns(database: Database, clock: StandingClock) -> CampaignStore:
    return CampaignStore(database, clock)


def test_a_campaign_that_only_a_response_names_gets_its_name_when_linkedin_shows_it(
    campaigns: CampaignStore, crane: Environment
) -> None:
    key = campaigns.key(crane.id, URN)
    assert campaigns.names(crane.id) == {}
    shown = Campaign(URN, "Autumn", "SPONSORED_UPDATES", "ACTIVE", 1000, None)
    assert campaigns.seen(crane.id, None, [shown]) == 1
    assert campaigns.names(crane.id) == {key: "Autumn"}
    assert campaigns.list(crane.id) == [shown]


def test_a_campaign_has_one_key_whoever_asks(
    database: Database, campaigns: CampaignStore, crane: Environment, clock: StandingClock
) -> None:
    campaigns.seen(crane.id, None, [Campaign(URN, "Autumn")])
    assert campaigns.key(crane.id, URN) == CampaignStore(database, clock).key(crane.id, URN)
    assert list(campaigns.names(crane.id).values()) == ["Autumn"]


def test_environments_have_their_own_campaigns(
    campaigns: CampaignStore, crane: Environment, heron: Environment
) -> None:
    campaigns.seen(crane.id, None, [Campaign(URN, "Autumn")])
    assert campaigns.list(heron.id) == []
    assert campaigns.key(heron.id, URN) != campaigns.key(crane.id, URN)
    assert campaigns.names(heron.id) == {}
