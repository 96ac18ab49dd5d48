"""Performance: what leads cost and became, beside the period before, on the page, as CSV and over the API."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from leadferry.console.rights import Scope
from leadferry.performance.charts import change
from leadferry.performance.cost_rows import Reading
from leadferry.performance.cost_words import CostState, cost_notice
from leadferry.performance.outcome_stages import Stage
from leadferry.performance.worth import Side, together, with_payers
from leadferry.performance.worth_table import amount, compared, compared_prices, in_words
from performance.conftest import Insight
from performance.test_api_figures import ask
from performance.worth import Worth
from visitor import text_of

OPEN, QUALIFIED, WON, DISQUALIFIED = Stage.OPEN, Stage.QUALIFIED, Stage.WON, Stage.DISQUALIFIED


@pytest.fixture
def worth(insight: Insight) -> Worth:
    """Halden pays in euro: 100 now for four leads of Water, 60 before for two. Two of the four were qualified, one of
    these won; of the two before one."""
    worth = Worth(insight)
    owner, water = worth.account(5001, "Halden", "EUR"), worth.campaign(7, "Water")
    form = insight.form(3162, "Paper")
    worth.leads(owner, [OPEN, QUALIFIED, WON, DISQUALIFIED], campaign=water, form=form)
    worth.leads(owner, [QUALIFIED, OPEN], days_ago=31, campaign=water, form=form)
    worth.spend(owner, "EUR", {0: 40, 5: 60, 31: 60}, campaign=water, ad=770001)
    return worth


def page(insight: Insight, query: str = "") -> str:
    return text_of(insight.console.operator().get(f"/e/1/performance{query}"))


def file(insight: Insight, name: str, query: str = "") -> list[dict[str, str]]:
    answer = insight.console.operator().get(f"/e/1/performance/csv/{name}{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_without_a_lead_there_is_no_price_and_no_lower_one() -> None:
    assert compared_prices({}, {"EUR": 50}) == []
    assert compared_prices({"EUR": 50}, {"EUR": 60, "USD": 7}) == [("", change(50, 60))]
    assert compared_prices({"EUR": 50, "USD": 8}, {"EUR": 60}) == compared({"EUR": 50, "USD": 8}, {"EUR": 60})


def test_the_page_tells_conversion_and_costs_and_says_in_words_whether_they_got_better(
    insight: Insight, worth: Worth
) -> None:
    text = page(insight)
    assert "Qualified 2 50 % ▲ 100 % better than before" in text
    assert "Won 1 25 % nothing to compare with" in text
    assert "Spent €100.00 ▲ 67 % more than before" in text
    assert "Cost per lead €25.00 ▼ 17 % better than before" in text
    assert "Cost per qualified lead €50.00 ▼ 17 % better than before" in text
    assert "Water 4 before 2 2 50 % before 1 1 before 0 €100.00 before €60.00 €25.00 before €30.00" in text


def test_the_funnel_counts_each_step_of_the_one_above(insight: Insight, worth: Worth) -> None:
    assert "Submitted 4 In Dynamics 4 100 % Qualified 2 50 % Won 1 50 %" in page(insight)
    steps = {row["step"]: (row["count"], row["before"]) for row in file(insight, "funnel")}
    assert steps == {
        "submitted": ("4", "2"), "in dynamics": ("4", "2"), "qualified": ("2", "1"), "won": ("1", "0"),
        "disqualified": ("1", "0"),
    }  # fmt: skip


def test_every_table_comes_as_csv_with_exact_amounts_and_the_period_before(insight: Insight, worth: Worth) -> None:
    (row,) = file(insight, "cost-campaign")
    assert (row["campaign"], row["submissions"], row["qualified"], row["won"]) == ("Water", "4", "2", "1")
    assert (row["currency"], row["spent"], row["cost per lead"], row["cost per qualified lead"]) == (
        "EUR", "100", "25", "50"
    )  # fmt: skip
    assert (row["spent before"], row["cost per lead before"], row["qualified before"]) == ("60", "30", "1")
    (ad,) = file(insight, "cost-ad")
    assert (ad["ad"], ad["leads told by linkedin"], ad["cost per lead"]) == ("Ad 770001", "4", "25")
    days = file(insight, "spent", "?days=7")
    assert [(row["day"], row["spent"]) for row in days if row["spent"] != "0"] == [
        ("2026-11-20", "60"), ("2026-11-25", "40")
    ]  # fmt: skip


def test_a_filter_narrows_costs_too_and_stays_in_the_links_of_every_chart(insight: Insight, worth: Worth) -> None:
    other = worth.account(5002, "Crane", "EUR")
    worth.leads(other, [QUALIFIED], campaign=worth.campaign(8, "Air"))
    worth.spend(other, "EUR", {0: 11}, campaign=8)
    assert "Spent €111.00" in page(insight)
    answer = insight.console.operator().get("/e/1/performance?campaign=8&days=7")
    assert "Spent €11.00" in text_of(answer)
    assert "Qualified 1 100 %" in text_of(answer)
    for link in ("performance?days=7&amp;campaign=8#c2", "csv/funnel?days=7&amp;campaign=8",
                 "csv/cost-form?days=7&amp;campaign=8", "csv/spent?days=7&amp;campaign=8"):  # fmt: skip
        assert link in answer.text


def test_accounts_of_different_currencies_are_never_added_up(insight: Insight, worth: Worth) -> None:
    other = worth.account(5002, "Crane", "USD")
    worth.leads(other, [OPEN, OPEN])
    worth.spend(other, "USD", {0: 30})
    text = page(insight)
    assert "Spent €100.00 and US$30.00" in text
    assert "Cost per lead €25.00 and US$15.00" in text
    assert "The accounts pay in different currencies." in text
    assert "EUR ▼ 17 % better than before; USD nothing to compare with" in text
    days = {(row["day"], row["currency"]): row["spent"] for row in file(insight, "spent")}
    assert (days["2026-11-25", "EUR"], days["2026-11-25", "USD"]) == ("40", "30")


def test_costs_that_linkedin_does_not_tell_by_the_filter_are_not_guessed(insight: Insight, worth: Worth) -> None:
    text = page(insight, "?type=EVENT")
    assert "Costs are not told by this filter." in text
    assert "Spent -" in text


def test_without_costs_the_page_says_why_and_what_to_do(insight: Insight) -> None:
    text = page(insight)
    assert "Costs are not read from LinkedIn. If the LinkedIn app has the product Advertising API" in text
    assert "Cost per lead - nothing to compare with" in text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CostState(wanted=True, held=False, readings=[]), "No user profile was granted r_ads_reporting."),
        (CostState(wanted=False, held=False, readings=[]), "add r_ads_reporting to LEADFERRY_LINKEDIN_SCOPES"),
        (CostState(wanted=True, held=True, readings=[]), "Costs are not read yet."),
        (CostState(wanted=True, held=True, readings=[Reading(trouble="It rained.")]), "It rained. They are read again"),
        (CostState(wanted=True, held=True, readings=[Reading("EUR", 1, 1, 1)], told=False), "not told by this filter"),
    ],
)
def test_each_reason_has_its_words(state: CostState, words: str) -> None:
    assert words in " ".join(cost_notice(state))


def test_what_was_read_needs_no_words() -> None:
    assert cost_notice(CostState(wanted=True, held=True, readings=[Reading("EUR", 1, 1, 1)])) == ("", "")


def test_costs_per_lead_divide_by_what_the_currency_s_accounts_brought() -> None:
    euro = Side({3: 4}, {1: 2}, {"EUR": 100})
    dollar = Side({3: 1}, {}, {"USD": 7})
    page_of_company = Side({3: 90}, {1: 90})
    whole = together([(euro, "EUR"), (dollar, "USD"), (page_of_company, "")])
    assert (whole.submissions, whole.qualified) == (95, 92)
    assert whole.per_lead == {"EUR": 25, "USD": 7}
    assert whole.per_qualified == {"EUR": 50}
    assert with_payers(Side({3: 4}, {}, {"EUR": 1, "USD": 1})).per_lead == {}


def test_amounts_are_told_exactly_and_in_the_reader_s_words() -> None:
    assert [amount(micros) for micros in (141_270_000, 5, 0, 1_000_000)] == ["141.27", "0.000005", "0", "1"]
    assert in_words({}, lambda *_: "") == "-"
    assert in_words({"USD": 1, "EUR": 2}, lambda micros, name: f"{micros} {name}") == "2 EUR and 1 USD"
    assert compared({"EUR": 3}, {"EUR": 2}) == [("", change(3, 2))]


def test_conversion_and_costs_come_over_the_api(insight: Insight, worth: Worth) -> None:
    told: dict[str, Any] = ask(insight, "/conversion?by=campaign").json()
    (line,) = told["items"]
    assert line["name"] == "Water"
    assert line["now"] == {"submissions": 4, "in_dynamics": 4, "qualified": 2, "won": 1, "disqualified": 1}
    assert told["read_at"]
    (line,) = ask(insight, "/costs").json()["items"]
    assert line["now"] == [{"currency": "EUR", "spent": "100", "per_lead": "25", "per_qualified": "50"}]
    assert line["before"][0]["spent"] == "60"
    days = ask(insight, "/costs?by=day&days=7").json()["items"]
    assert [one["key"] for one in days if one["now"]] == ["2026-11-20", "2026-11-25"]
    assert ask(insight, "/costs?by=mood").status_code == ask(insight, "/conversion?by=ad").status_code == 422
    assert ask(insight, "/costs", Scope.SYNC).status_code == 403


def test_what_one_account_spent_by_day_is_told_alone(insight: Insight, worth: Worth) -> None:
    other = worth.account(5002, "Crane", "EUR")
    worth.spend(other, "EUR", {0: 11, 31: 7})
    rows = {row["day"]: (row["spent"], row["before"]) for row in file(insight, "spent", f"?owner={other}")}
    assert rows["2026-11-25"] == ("11", "0")
    assert {row for day, row in rows.items() if day != "2026-11-25"} == {("0", "0"), ("0", "7")}
    assert {row["day"]: row["spent"] for row in file(insight, "spent")}["2026-11-25"] == "51"
