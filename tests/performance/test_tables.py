"""Performance: every chart has its table, which comes when somebody opens it, with a link of its own."""

from __future__ import annotations

import pytest

from browser import browsing, window
from leadferry.performance import performance_routes
from performance.conftest import CREATED, REVIEW, Insight
from performance.test_performance import campaign
from performance.test_worth import worth
from performance.worth import Worth
from visitor import text_of

__all__ = ["worth"]


def table(insight: Insight, name: str, query: str = "") -> str:
    return text_of(insight.console.operator().get(f"/e/1/performance/table/{name}{query}"))


def test_a_charts_table_is_a_page_with_the_period_before_and_leads_back_with_the_same_filter(insight: Insight) -> None:
    water, paper = campaign(insight, 7, "Water Q4"), insight.form(3162, "Paper")
    insight.submit(4, CREATED, campaign=water, form=paper)
    insight.submit(2, CREATED, campaign=water, form=paper, days_ago=8)
    insight.submit(3, REVIEW)
    answer = insight.console.operator().get("/e/1/performance/table/form?days=7&campaign=7")
    assert "Form Submissions Before New leads Paper 4 2 4 " in text_of(answer)
    assert "Form unknown" not in text_of(answer)
    for link in ("performance", "performance/csv/form"):
        assert f'href="/e/1/{link}?days=7&amp;campaign=7"' in answer.text
    assert 'href="/e/1/performance?days=7&amp;form=' in answer.text
    assert "Paper 4 2 4 Form unknown 3 0 0" in table(insight, "form", "?days=7")
    assert "Event" not in table(insight, "type", "?days=7")


def test_days_are_told_from_the_last_one_on_and_of_all_time_months(insight: Insight) -> None:
    insight.submit(2, CREATED)
    insight.submit(1, CREATED, days_ago=7)
    text = table(insight, "days", "?days=7")
    assert "Day Submissions 7 days before 25 Nov 2 1 24 Nov 0 0" in text
    text = table(insight, "days", "?days=all")
    assert "Month from Submissions 1 Nov 3 " in text
    assert "before" not in text.partition("Month from")[2]


def test_what_was_spent_has_a_table_for_each_currency_and_what_a_lead_cost_on_each_day(
    insight: Insight, worth: Worth
) -> None:
    text = table(insight, "spent-EUR", "?days=7")
    assert "Spent over time, EUR" in text
    assert "25 Nov €40.00 €0.00 €10.00 " in text
    assert insight.console.operator().get("/e/1/performance/table/spent-CHF").status_code == 404


def test_a_table_that_there_is_not_is_refused_in_words(insight: Insight) -> None:
    answer = insight.console.operator().get("/e/1/performance/table/people")
    assert answer.status_code == 404
    assert "There is no such table of figures." in text_of(answer)


def test_a_table_opens_in_its_place_and_without_scripts_on_a_page_of_its_own(insight: Insight) -> None:
    insight.submit(2, CREATED, form=insight.form(3162, "Paper"))
    link = insight.console.app.sessions.make_link
    with browsing() as browser:
        with window(browser, insight.console.url) as shown:
            page = shown.page
            page.goto(f"/sign-in/link/{link()}")
            page.get_by_role("button", name="Sign in").click()
            page.goto("/e/1/performance")
            by_form = page.locator("section[aria-labelledby=p-form]")
            assert by_form.get_by_role("table").count() == 0
            by_form.get_by_text("Show as table").click()
            by_form.get_by_role("row", name="Paper 2 0 2").wait_for()
            assert shown.complaints == []
        with window(browser, insight.console.url, script=False) as shown:
            page = shown.page
            page.goto(f"/sign-in/link/{link()}")
            page.get_by_role("button", name="Sign in").click()
            page.goto("/e/1/performance")
            by_form = page.locator("section[aria-labelledby=p-form]")
            by_form.get_by_text("Show as table").click()
            by_form.get_by_role("link", name="Open the table").click()
            page.get_by_role("row", name="Paper 2 0 2").wait_for()


def test_what_needs_a_look_at_many_submissions_comes_after_the_page_and_without_scripts_on_one(
    insight: Insight, monkeypatch: pytest.MonkeyPatch
) -> None:
    insight.submit(3, CREATED, campaign=campaign(insight, 7, "Water Q4"), form=insight.form(3162, "Paper"))
    link, address = insight.console.app.sessions.make_link, "/e/1/performance?campaign=7"
    visitor = insight.console.operator()
    at_once = text_of(visitor.get(address))
    assert "By country as CSV Not answered 3" in at_once
    assert "are told apart" not in at_once
    monkeypatch.setattr(performance_routes, "AT_ONCE", 2)
    first = text_of(visitor.get(address))
    assert "Submissions 3 nothing to compare" in first
    assert "By country" not in first
    assert "3 submissions are told apart" in first
    with browsing() as browser:
        for script in (True, False):
            with window(browser, insight.console.url, script=script) as shown:
                page = shown.page
                page.goto(f"/sign-in/link/{link()}")
                page.get_by_role("button", name="Sign in").click()
                page.goto(address)
                if not script:
                    page.get_by_role("link", name="Show them on one page").click()
                page.locator("section[aria-labelledby=p-country]").get_by_text("Not answered").wait_for()
                assert page.get_by_text("are told apart").count() == 0
                assert page.locator("section[aria-labelledby=p-form]").count() == 1
                assert shown.complaints == []


def test_of_one_country_campaigns_come_after_the_page_too(insight: Insight, monkeypatch: pytest.MonkeyPatch) -> None:
    insight.submit(3, CREATED, campaign=campaign(insight, 7, "Water Q4"))
    monkeypatch.setattr(performance_routes, "AT_ONCE", 2)
    visitor = insight.console.operator()
    first = text_of(visitor.get("/e/1/performance?country=none"))
    assert "Water Q4" not in first.partition("Submissions over time")[2]
    part = visitor.get("/e/1/performance/apart?country=none", headers={"hx-request": "true"})
    assert "Water Q4 3 0 3 0 0 0" in text_of(part)
    assert "<html" not in part.text
    assert "Water Q4 3 0 3 0 0 0" in text_of(visitor.get("/e/1/performance/apart?country=none"))


def test_of_very_many_submissions_what_is_below_the_first_screen_follows_and_a_link_into_it_holds(
    insight: Insight, worth: Worth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(performance_routes, "AT_ONCE", 2)
    monkeypatch.setattr(performance_routes, "MANY", 2)
    visitor = insight.console.operator()
    first = text_of(visitor.get("/e/1/performance"))
    assert "Campaigns as CSV Campaign Submissions" in first
    assert "Spent over time" in first
    assert "Forms: conversion and costs" not in first
    assert "By country" not in first
    rest = text_of(visitor.get("/e/1/performance/apart", headers={"hx-request": "true"}))
    assert "Water 4 before 2 2 50 % before 1 1 before 0 €100.00 before €60.00 €25.00 before €30.00" in rest
    assert "By country as CSV Not answered 4" in rest
    assert "Campaign Submissions Share Before" not in rest
    from playwright.sync_api import expect

    with browsing() as browser, window(browser, insight.console.url, height=400) as shown:
        page = shown.page
        page.goto(f"/sign-in/link/{insight.console.app.sessions.make_link()}")
        page.get_by_role("button", name="Sign in").click()
        page.goto("/e/1/performance#w-form")
        expect(page.locator("#w-form")).to_be_in_viewport()
        assert shown.complaints == []
