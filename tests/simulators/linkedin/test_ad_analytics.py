"""What ads cost and brought: the finders, and figures that agree with the form responses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from simulators.linkedin.scene import ACCOUNT, DAY_MS, NOW, Scene, response

ADS_SCOPES = ("r_ads", "r_ads_reporting")
CAMPAIGN, CREATIVE = "urn:li:sponsoredCampaign:420001", "urn:li:sponsoredCreative:770001"
DAILY = "timeGranularity=(value:DAILY)"
NOVEMBER = "dateRange=(start:(year:2026,month:11,day:1),end:(year:2026,month:11,day:22))"
ALL = "pivotValues,dateRange,impressions,clicks,costInLocalCurrency,oneClickLeads,oneClickLeadFormOpens"


@pytest.fixture(autouse=True)
def ads(scene: Scene) -> None:
    """Two ads of a campaign that has run for ten days; three leads on the 20th, one of them a test."""
    scene.token = scene.new_token(*ADS_SCOPES)
    schedule = {"start": NOW - 10 * DAY_MS}
    scene.put("campaigns", 420001, account=5001, name="Autumn DE", campaignGroup=31, runSchedule=schedule)
    scene.put("creatives", 770002, account=5001, campaign=420001)
    ad = {"associatedCreative": CREATIVE}
    at = NOW - 3 * DAY_MS
    scene.add(*(response(f"r{n}", at, associatedEntity=ad, testLead=n == 0) for n in range(3)))


def asked(scene: Scene, *more: str, finder: str = "analytics", pivot: str = "pivot=(value:CAMPAIGN)") -> Any:
    facet = f"accounts=List({quote(ACCOUNT, safe='')})"
    answer = scene.rest("/adAnalytics?" + "&".join([f"q={finder}", pivot, facet, *(more or (DAILY, NOVEMBER))]))
    assert answer.status == 200, answer.body
    return answer.json["elements"]


def test_each_day_tells_the_leads_that_were_really_sent_and_costs_as_decimal_text(scene: Scene) -> None:
    rows = asked(scene, DAILY, NOVEMBER, f"fields={ALL}")
    days = {row["dateRange"]["start"]["day"]: row for row in rows}
    assert sorted(days) == list(range(13, 23))
    assert {day: row["oneClickLeads"] for day, row in days.items() if row["oneClickLeads"]} == {20: 2}
    assert days[20]["pivotValues"] == [CAMPAIGN]
    assert isinstance(days[20]["costInLocalCurrency"], str)
    assert Decimal(days[20]["costInLocalCurrency"]) > 0
    assert days[20]["oneClickLeadFormOpens"] >= 2


@pytest.mark.parametrize("spelled", ["pivot=(value:CAMPAIGN)&timeGranularity=(value:DAILY)",
                                     "pivot=CAMPAIGN&timeGranularity=DAILY"])  # fmt: skip
def test_pivot_and_granularity_are_taken_in_both_spellings(scene: Scene, spelled: str) -> None:
    pivot, granularity = spelled.split("&")
    assert asked(scene, granularity, NOVEMBER, f"fields={ALL}", pivot=pivot) == asked(
        scene, DAILY, NOVEMBER, f"fields={ALL}"
    )


def test_statistics_tell_by_several_pivots_and_agree_with_one(scene: Scene) -> None:
    fields = f"fields={ALL}"
    both = asked(scene, DAILY, NOVEMBER, fields, finder="statistics", pivot="pivots=List(CAMPAIGN,CREATIVE)")
    assert {tuple(row["pivotValues"]) for row in both} == {
        (CAMPAIGN, CREATIVE), (CAMPAIGN, "urn:li:sponsoredCreative:770002")
    }  # fmt: skip
    (whole,) = asked(scene, "timeGranularity=(value:ALL)", NOVEMBER, fields)
    assert sum(Decimal(row["costInLocalCurrency"]) for row in both) == Decimal(whole["costInLocalCurrency"])


def test_without_fields_only_impressions_and_clicks_come_back(scene: Scene) -> None:
    assert {name for row in asked(scene) for name in row} == {"impressions", "clicks"}


def test_what_the_member_may_not_see_tells_nothing_and_is_no_refusal(scene: Scene) -> None:
    scene.put("members", "bo", account_roles={})
    scene.token = scene.new_token(*ADS_SCOPES, member="bo")
    assert asked(scene) == []


def test_recent_days_keep_moving_until_they_are_settled(scene: Scene) -> None:
    def cost_of_yesterday() -> Decimal:
        (row,) = asked(
            scene,
            DAILY,
            "dateRange=(start:(year:2026,month:11,day:22),end:(year:2026,month:11,day:22))",
            "fields=costInLocalCurrency",
        )
        return Decimal(row["costInLocalCurrency"])

    told = []
    for _ in range(5):
        told.append(cost_of_yesterday())
        scene.advance(86_400)
    assert told[0] < told[1] < told[2]
    assert told[3] == told[4]


def test_an_answer_ends_at_the_most_rows_and_has_no_second_page(scene: Scene) -> None:
    scene.settings(analytics_max_rows=3)
    assert len(asked(scene)) == 3


def test_what_it_cannot_tell_is_refused(scene: Scene) -> None:
    facet = f"accounts=List({quote(ACCOUNT, safe='')})"
    good = ["q=analytics", "pivot=(value:CAMPAIGN)", DAILY, NOVEMBER, facet]
    wrong = [
        ("fields=" + ",".join(["clicks"] * 1 + [f"metric{n}" for n in range(20)]), "at most 20"),
        ("fields=pleasure", "no metric"),
        ("start=0", "not allowed"),
    ]
    for more, words in wrong:
        answer = scene.rest("/adAnalytics?" + "&".join([*good, more]))
        assert answer.status == 400, answer.body
        assert words in answer.json["message"]
    for missing in good[1:]:
        answer = scene.rest("/adAnalytics?" + "&".join(part for part in good if part != missing))
        assert answer.status == 400, (missing, answer.body)


def test_without_the_reporting_scope_it_is_denied(scene: Scene) -> None:
    scene.token = scene.new_token("r_ads")
    answer = scene.rest(f"/adAnalytics?q=analytics&pivot=CAMPAIGN&{DAILY}&{NOVEMBER}&accounts=List(a)")
    assert (answer.status, answer.json["code"]) == (403, "ACCESS_DENIED")
    assert "adAnalytics.FINDER-analytics" in answer.json["message"]
