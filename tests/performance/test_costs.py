"""What ads cost: read from LinkedIn day by day, kept exactly, and never in the way of a lead."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from guardian.conftest import House, environment_of
from leadferry.app import App
from leadferry.errors import LinkedInError
from leadferry.linkedin import wire
from leadferry.linkedin.tokens import Tokens
from leadferry.performance import cost_worker
from leadferry.performance.cost_rows import Spent, micros, read_row
from leadferry.performance.cost_words import SCOPE
from leadferry.performance.cost_worker import CostWork
from leadferry.performance.figures import EPOCH
from leadferry.performance.narrowing import Narrowing
from leadferry.store.tables import ads, daily_costs
from samples import response
from services import LinkedIn

DAY_MS = 86_400_000
SCOPES = (*LinkedIn.SCOPES, SCOPE)


@pytest.mark.parametrize(
    ("told", "kept"),
    [("141.27", 141_270_000), ("0.1000000000000001", 100_000), (12, 12_000_000), (None, 0), ("", 0), ("-", 0)],
)
def test_costs_are_kept_as_whole_numbers_of_millionths(told: Any, kept: int) -> None:
    assert micros(told) == kept


def test_a_row_is_told_by_the_kind_of_its_pivots_whatever_their_order() -> None:
    day = wire.DateRange(wire.Day(2026, 11, 1))
    urns = ["urn:li:sponsoredCreative:77", "urn:li:sponsoredCampaign:42"]
    row = wire.AdAnalytics(urns, day, costInLocalCurrency="1.5", costInUsd="2")
    for values in (urns, urns[::-1]):
        row.pivotValues = values
        read = read_row(row, in_usd=False)
        assert read is not None
        assert (read.campaign, read.ad, read.micros) == ("urn:li:sponsoredCampaign:42", 77, 1_500_000)
    in_usd = read_row(row, in_usd=True)
    assert in_usd is not None
    assert in_usd.micros == 2_000_000
    assert read_row(wire.AdAnalytics([], day), in_usd=False) is None


def at_work(house: House) -> None:
    """An ad that has run for 30 days and brought two leads, five days ago; a member who may read what it cost."""
    now = house.clock()
    house.linkedin.put("accounts", 5001, name="Crane", currency="CHF")
    house.linkedin.put("campaigns", 420001, account=5001, name="Autumn", runSchedule={"start": now - 30 * DAY_MS})
    house.linkedin.put("creatives", 770001, account=5001, campaign=420001, form=3162, name="Blue crane")
    house.linkedin.respond(*(response(f"r{n}", now - 5 * DAY_MS) for n in range(2)))
    given = house.linkedin.tokens(*SCOPES)
    with house.opened() as app:
        app.add_profile(environment_of(app), "Bo", Tokens("", str(given["refresh_token"])))


@contextmanager
def reading(house: House) -> Any:
    at_work(house)
    with house.opened() as app:
        environment = environment_of(app)
        assert app.read_costs(environment) == []
        yield app, environment


def total(app: App, **narrowing: Any) -> Spent:
    found = app.costs.sums(environment_of(app).id, [], narrowing=Narrowing(**narrowing))
    return sum(found.values(), Spent())


def at_linkedin(house: House) -> Decimal:
    """What LinkedIn tells, asked from beside."""
    with house.opened() as app:
        client = app.linkedin(app.profiles.get(environment_of(app).id, "Bo"))
        today = EPOCH.fromordinal(EPOCH.toordinal() + house.clock() // DAY_MS)
        rows = client.ad_analytics(5001, date(2020, 1, 1), today, ["ACCOUNT"])
        return sum((Decimal(str(row.costInLocalCurrency)) for row in rows), Decimal(0))


def test_costs_are_read_by_day_campaign_and_ad_in_the_account_s_currency(both: House) -> None:
    with reading(both) as (app, environment):
        (known,) = app.costs.readings(environment.id).values()
        assert (known.currency, known.trouble) == ("CHF", "")
        spent = total(app)
        assert Decimal(spent.micros) / 1_000_000 == at_linkedin(both)
        assert spent.leads == 2
        names = app.figures.names(environment.id)
        (owner, campaign), by_campaign = next(iter(app.costs.sums(environment.id, ["campaign"]).items()))
        assert (names["owner"][owner], names["campaign"][campaign], by_campaign) == ("Crane", "Autumn", spent)
        ((_, form),) = app.costs.sums(environment.id, ["form"])
        assert names["form"][form] == "Paper"
        assert app.costs.ad_names(environment.id) == {770001: "Blue crane"}
        assert total(app, form=form) == total(app, campaign=campaign) == total(app, type="SPONSORED") == spent
        assert total(app, type="EVENT") == total(app, campaign=campaign + 1) == Spent()


def test_they_are_read_again_after_a_day_and_the_last_days_anew(house: House) -> None:
    with reading(house) as (app, environment):
        before = total(app)
        asked = house.linkedin.counts()
        assert app.read_costs(environment) == []
        assert house.linkedin.counts() == asked, "not due"
        house.pass_time(days=1, seconds=60)
        app.read_costs(environment)
        assert total(app).micros > before.micros
        assert Decimal(total(app).micros) / 1_000_000 == at_linkedin(house)


def test_what_linkedin_refuses_is_told_and_keeps_no_lead_from_crossing(house: House) -> None:
    at_work(house)
    with house.opened() as app:
        environment = environment_of(app)
        house.linkedin.fault("status", status=403, path="adAnalytics")
        (trouble,) = app.read_costs(environment)
        assert "does not let us read adAnalytics" in trouble
        assert app.sync_once(environment).stored == 2
        (known,) = app.costs.readings(environment.id).values()
        assert known.trouble == trouble
        house.linkedin.no_faults()
        assert app.read_costs(environment) == [], "not tried again within the hour"
        assert total(app) == Spent()
        house.pass_time(seconds=3_700)
        app.read_costs(environment)
        assert total(app).leads == 2


def test_guardian_reads_them_without_being_asked(house: House) -> None:
    at_work(house)
    with house.opened() as app:
        app.guardian.tick(app.environments.list())
        assert total(app).leads == 2


def test_nobody_without_the_permission_is_asked(house: House) -> None:
    with house.opened() as app:
        environment = environment_of(app)
        app.sync_once(environment)
        assert app.profiles.get(environment.id, "Ada").scopes
        before = house.linkedin.counts()
        assert app.read_costs(environment) == []
        assert house.linkedin.counts() == before


class Full:
    """LinkedIn, which tells three ads a day and cuts every answer off at `most` rows."""

    def __init__(self, most: int, *, refuses_two_pivots: bool = False) -> None:
        self.most, self.refuses, self.asked = most, refuses_two_pivots, 0

    def ad_accounts(self) -> list[wire.AdAccount]:
        return [wire.AdAccount(5001, currency="EUR")]

    def creatives(self, *_: object) -> list[wire.Creative]:
        raise LinkedInError("no", code="linkedin-forbidden", status=403)

    def ad_analytics(self, _: object, first: date, last: date, pivots: Sequence[str]) -> list[wire.AdAnalytics]:
        self.asked += 1
        if self.refuses and len(pivots) > 1:
            raise LinkedInError("no", code="linkedin-bad-request", status=400)
        days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
        told = [77, 78, 79] if "CREATIVE" in pivots else [0]
        rows = [
            wire.AdAnalytics(
                ["urn:li:sponsoredCampaign:42", *([f"urn:li:sponsoredCreative:{ad}"] if ad else [])],
                wire.DateRange(wire.Day(day.year, day.month, day.day)),
                costInLocalCurrency="1" if ad else "3",
            )
            for day in days
            for ad in told
        ]
        return rows[: self.most]


def read_from(house: House, linkedin: Full) -> tuple[int, int]:
    """(millionths, rows)"""
    with house.opened() as app:
        environment = environment_of(app)
        work = CostWork(environment.id, app.owners, app.campaigns, app.costs, dict, app.clock)
        profile = app.profiles.get(environment.id, "Ada")
        assert work.run([(profile, linkedin)]) == []
        with app.database.read() as connection:
            rows = connection.execute(sa.select(sa.func.count()).select_from(daily_costs)).scalar_one()
            assert connection.execute(sa.select(ads)).all() == []
        return total(app).micros, rows


def test_a_full_answer_is_asked_for_again_in_halves(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost_worker, "ANALYTICS_ROWS", 100)
    assert read_from(house, Full(100)) == (401 * 3_000_000, 401 * 3)


def test_a_full_day_is_told_by_campaign_alone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost_worker, "ANALYTICS_ROWS", 3)
    assert read_from(house, Full(3)) == (401 * 3_000_000, 401)


def test_costs_are_told_by_campaign_where_linkedin_takes_one_pivot_only(house: House) -> None:
    linkedin = Full(15_000, refuses_two_pivots=True)
    assert read_from(house, linkedin) == (401 * 3_000_000, 401)
    assert linkedin.asked == 2
