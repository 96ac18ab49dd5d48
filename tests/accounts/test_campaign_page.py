from __future__ import annotations

from pathlib import Path

from leadferry.accounts.campaign_store import Campaign
from visitor import text_of
from web import new_console


def test_campaigns_are_listed_and_one_without_a_name_is_called_by_its_id(tmp_path: Path) -> None:
    with new_console(tmp_path) as console:
        app = console.app
        app.environments.add("crane", "https://crane.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s")
        visitor = console.operator()
        assert "No campaign is known yet" in text_of(visitor.get("/e/1/campaigns"))
        owner = app.owners.known(1, "urn:li:sponsoredAccount:5001", "Crane ads")
        known = Campaign("urn:li:sponsoredCampaign:1", "Autumn", "SPONSORED_UPDATES", "PAUSED")
        app.campaigns.seen(1, owner.id, [known])
        app.campaigns.key(1, "urn:li:sponsoredCampaign:77")
        shown = text_of(visitor.get("/e/1/campaigns"))
        assert "Autumn 1, sponsored updates Crane ads Paused" in shown
        assert "Campaign 77" in shown


def test_that_campaigns_are_not_pulled_is_said(tmp_path: Path) -> None:
    with new_console(tmp_path) as console:
        app = console.app
        crane = app.environments.add("c", "https://c.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s")
        app.environments.set_configuration(crane, "sync_campaigns", "no")
        assert "Campaigns are not pulled" in text_of(console.operator().get("/e/1/campaigns"))


def test_many_campaigns_fill_pages_and_are_found_by_name(tmp_path: Path) -> None:
    with new_console(tmp_path) as console:
        app = console.app
        app.environments.add("crane", "https://crane.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s")
        some = [Campaign(f"urn:li:sponsoredCampaign:{number}", f"Wave {number:03}") for number in range(60)]
        app.campaigns.seen(1, None, some)
        visitor = console.operator()
        first, second = (text_of(visitor.get(f"/e/1/campaigns?page={page}")) for page in (1, 2))
        assert "1 to 50 of 60" in first
        assert "51 to 60 of 60" in second
        assert all((f"Wave {number:03}" in first) != (f"Wave {number:03}" in second) for number in range(60))
        found = text_of(visitor.get("/e/1/campaigns?q=wave+05"))
        assert "Wave 057" in found
        assert "Wave 047" not in found
        assert "No campaign is called so" in text_of(visitor.get("/e/1/campaigns?q=xyzzy"))
