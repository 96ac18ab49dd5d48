from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from leadferry.engine.reconcile_worker import FormCount
from leadferry.guardian.model import Check, Finding, Level
from performance.conftest import CREATED, FAILED, LINKED, REVIEW, UPDATED, Insight
from visitor import text_of


def test_before_the_first_lead_the_page_says_so_and_nothing_is_made_up(insight: Insight) -> None:
    text = text_of(insight.console.operator().get("/e/1"))
    assert "Not counted yet" in text
    assert "No lead yet" in text
    assert "Nothing needs you" in text
    assert "nothing to compare with" in text


def test_the_tiles_are_of_the_period_without_test_leads(insight: Insight) -> None:
    insight.submit(3, CREATED)
    insight.submit(2, UPDATED, days_ago=29)
    insight.submit(4, LINKED, days_ago=3)
    insight.submit(1, REVIEW)
    insight.submit(8, CREATED, test=True)
    insight.submit(5, CREATED, days_ago=40)
    visitor = insight.console.operator()
    text = text_of(visitor.get("/e/1"))
    assert "Leads in 10 ▲ 100 % on the period before" in text
    assert "Created 3 30 % of all" in text
    assert "Updated 2 4 more not updated" in text
    assert "Leads in 4 nothing to compare" in text_of(visitor.get("/e/1?days=1"))


def test_every_number_opens_the_rows_it_counts(insight: Insight) -> None:
    insight.submit(3, CREATED)
    page = insight.console.operator().get("/e/1?days=7").text
    tiles = re.findall(r'<a class="card tile" href="([^"]+)"', page)
    asked = [parse_qs(urlsplit(one.replace("&amp;", "&")).query) for one in tiles]
    days = {"from": ["2026-11-19"], "to": ["2026-11-25"], "days": ["environment"], "test": ["no"]}
    assert asked[0] == days
    assert asked[1] == days | {"state": ["delivered"], "status": ["created"]}
    assert asked[3] == days | {"state": ["review"]}


def test_the_time_to_lead_is_told_as_median_and_as_what_95_percent_keep(insight: Insight) -> None:
    insight.submit(90, CREATED, seconds=2)
    insight.submit(10, UPDATED, seconds=60)
    text = text_of(insight.console.operator().get("/e/1"))
    found = re.search(r"Time to lead ([\d.]+) s median; 95 % within ([\d.]+) (s|min)", text)
    assert found
    assert abs(float(found[1]) - 2) < 0.11


def test_the_crossing_shows_what_the_last_reconciliation_counted(insight: Insight) -> None:
    forms = [FormCount(1, "Paper", 40, 40, 40), FormCount(2, "Guide", 10, 9, 8)]
    insight.console.app.keep_reconciliation(insight.environment, forms)
    text = text_of(insight.console.operator().get("/e/1"))
    assert "Responses at LinkedIn 50" in text
    assert "Submissions stored 49" in text
    assert "With an outcome 48" in text
    assert "Gap 2 2 forms compared, Today" in text


def test_what_needs_a_person_stands_with_the_button_that_mends_it(insight: Insight) -> None:
    insight.submit(2, FAILED)
    insight.submit(1, REVIEW, days_ago=200)
    found = [
        Finding(Check.CONSENT, "profile:3", Level.WARN, "Ada's access ends in 9 days.", "", "Authorize it again."),
        Finding(Check.DELIVERY, "", Level.GOOD, "Dynamics answers."),
    ]
    insight.console.app.findings.save(1, found, {Check.CONSENT, Check.DELIVERY})
    page = insight.console.operator().get("/e/1")
    text = text_of(page)
    assert (
        text.index("2 submissions could not become leads")
        < text.index("Ada's access ends")
        < text.index("1 submission waits")
    )
    assert 'href="/e/1/profiles/3"' in page.text
    assert 'href="/e/1/submissions?state=failed&amp;test=no"' in page.text
    assert 'href="/e/1/review"' in page.text
    assert "Dynamics answers." not in text


def test_days_are_those_of_the_environments_time_zone(insight: Insight) -> None:
    insight.submit(1, CREATED, days_ago=0)
    insight.console.app.environments.set_configuration(insight.environment, "time_zone", "Pacific/Auckland")
    visitor = insight.console.operator()
    assert "Thursday, 26 November 2026" in text_of(visitor.get("/e/1"))
    assert "Leads in 1" in text_of(visitor.get("/e/1?days=1"))


def test_a_period_that_does_not_exist_is_refused_in_words(insight: Insight) -> None:
    answer = insight.console.operator().get("/e/1?days=soon")
    assert answer.status_code == 422
    assert "It is one of 1, 7, 30, 90, 365, all." in text_of(answer)
