from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa

from leadferry.performance import sums_store
from leadferry.performance.breakdown import first_keys, lines, others
from leadferry.performance.charts import change, marks, scale_of, stacked
from leadferry.performance.charts import lines as line_plot
from leadferry.performance.figures import Outcome
from leadferry.performance.look_worker import FigureLook
from leadferry.performance.narrowing import Narrowing, Period
from leadferry.store.tables import campaigns
from performance.conftest import CREATED, FAILED, REVIEW, UPDATED, Insight
from visitor import text_of


def campaign(insight: Insight, key: int, name: str) -> int:
    values = {"id": key, "environment_id": 1, "urn": f"urn:li:sponsoredCampaign:{key}", "name": name, "seen_at": 1}
    with insight.console.app.database.write() as connection:
        connection.execute(sa.insert(campaigns).values(values))
    return key


def test_leads_are_told_by_campaign_form_and_source_beside_the_period_before(insight: Insight) -> None:
    water, paper = campaign(insight, 7, "Water Q4"), insight.form(3162, "Paper")
    insight.submit(4, CREATED, campaign=water, form=paper)
    insight.submit(2, UPDATED, campaign=water, form=paper, days_ago=31)
    insight.submit(1, FAILED, kind="EVENT")
    text = text_of(insight.console.operator().get("/e/1/performance"))
    assert "Water Q4 4 2 4 0 0 0" in text
    assert "No campaign 1 0 0 0 0 1" in text
    assert "By form as CSV Paper 4 Form unknown 1" in text
    assert "By source as CSV Sponsored content 4 Event 1" in text
    assert "Submissions 5 ▲ 150 % on the period before" in text


def test_a_filter_narrows_every_figure_and_stays_in_every_link(insight: Insight) -> None:
    water = campaign(insight, 7, "Water Q4")
    insight.submit(4, CREATED, campaign=water)
    insight.submit(3, REVIEW)
    page = insight.console.operator().get("/e/1/performance?campaign=7&days=7")
    text = text_of(page)
    assert "Submissions 4 " in text
    assert "No campaign 3" not in text
    assert 'href="/e/1/performance?days=90&amp;campaign=7"' in page.text
    assert "/e/1/performance/csv/days?days=7&amp;campaign=7" in page.text
    assert (
        "from=2026-11-19&amp;to=2026-11-25&amp;days=environment&amp;state=delivered&amp;status=created&amp;campaign=7&amp;test=no"
        in page.text
    )


def test_a_chart_comes_as_csv_and_no_name_becomes_a_formula(insight: Insight) -> None:
    insight.submit(2, CREATED, campaign=campaign(insight, 7, "=cmd()"))
    visitor = insight.console.operator()
    answer = visitor.get("/e/1/performance/csv/campaign")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["campaign"], row["count"], row["created"]) == ("'=cmd()", "2", "2")
    days = list(csv.DictReader(io.StringIO(visitor.get("/e/1/performance/csv/days?days=7").text)))
    assert len(days) == 7
    assert days[-1] == {"day": "2026-11-25", "count": "2", "before": "0"}
    assert visitor.get("/e/1/performance/csv/people").status_code == 404


def test_another_environments_figures_are_not_in_it(insight: Insight) -> None:
    insight.submit(4, CREATED, campaign=campaign(insight, 7, "Water Q4"))
    insight.console.app.environments.add(
        "other", "https://o.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s"
    )
    text = text_of(insight.console.operator().get("/e/2/performance"))
    assert "Submissions 0" in text
    assert "Water Q4" not in text


def test_a_filter_that_is_none_is_refused_in_words(insight: Insight) -> None:
    visitor = insight.console.operator()
    for wrong in ("campaign=x", "type=RUMOUR", "form=-1", "days=31"):
        assert visitor.get(f"/e/1/performance?{wrong}").status_code == 422


def test_more_than_fit_become_one_line_and_nothing_is_lost() -> None:
    now, before = {(n,): n for n in range(1, 11)}, {(4,): 9, (99,): 5}
    keys = first_keys(now, before, 3)
    shown = lines("form", {(n, 3): n for n in keys}, dict.fromkeys([(n,) for n in keys], 0), {n: f"f{n}" for n in keys})
    short = [*shown, others(shown, {Outcome.CREATED: 55}, 14, 11)]
    assert [one.name for one in short] == ["f10", "f9", "f8", "8 others"]
    assert sum(one.count for one in short) == 55
    assert sum(one.of(Outcome.CREATED) for one in short) == 55
    assert sum(one.before for one in short) == 14


def test_a_scale_ends_at_a_round_number_above_the_most() -> None:
    assert scale_of(0) == (4, 3, 2, 1, 0)
    assert scale_of(20) == (20, 15, 10, 5, 0)
    assert scale_of(73) == (80, 60, 40, 20, 0)
    assert scale_of(1001)[0] >= 1001


def test_bars_stand_on_each_other_and_on_the_ground() -> None:
    lower, upper = stacked([{"created": 1, "failed": 3}]).rects
    assert (lower.y + lower.height, upper.y + upper.height) == (190.0, lower.y)


def test_a_line_of_one_day_is_still_a_line() -> None:
    assert line_plot([2]).line.count("L") == 1
    assert marks(30) == [0, 7, 14, 22, 29]


def test_without_a_period_before_nothing_is_compared() -> None:
    assert change(5, 0).words == ""
    assert change(112, 100).words == "▲ 12 %"
    assert change(96, 100).words == "▼ 4 %"


def row_count(page: str) -> int:
    return page.count("data-row")


def test_a_chart_leads_to_just_what_it_counted_though_the_reader_lives_in_another_time_zone(insight: Insight) -> None:
    insight.console.app.environments.set_configuration(insight.environment, "time_zone", "Pacific/Auckland")
    insight.submit(2, CREATED)  # noon UTC: 26 November there
    insight.submit(3, CREATED, days_ago=7)  # 19 November there: not of the last 7 days
    visitor = insight.console.operator()
    assert "Submissions 2 " in text_of(visitor.get("/e/1/performance?days=7"))
    link = "/e/1/submissions?from=2026-11-20&to=2026-11-26&days=environment&test=no"
    assert link.replace("&", "&amp;") in visitor.get("/e/1/performance?days=7").text
    page = visitor.get(link)
    assert row_count(page.text) == 2
    assert "days of Pacific/Auckland" in text_of(page)


def test_those_without_a_campaign_or_an_answer_have_their_list_and_their_figures_too(insight: Insight) -> None:
    insight.submit(2, CREATED, campaign=campaign(insight, 7, "Water Q4"))
    insight.submit(3, REVIEW)
    visitor = insight.console.operator()
    page = visitor.get("/e/1/performance?days=7").text
    assert 'href="/e/1/performance?days=7&amp;campaign=none"' in page
    assert "days=environment&amp;campaign=none&amp;test=no" in page
    assert row_count(visitor.get("/e/1/submissions?campaign=none&test=no").text) == 3
    assert row_count(visitor.get("/e/1/submissions?country=none&test=no").text) == 5
    narrowed = text_of(visitor.get("/e/1/performance?days=7&campaign=none"))
    assert "Submissions 3 " in narrowed
    assert "By country as CSV Not answered 3" in narrowed


def test_where_a_country_has_too_many_to_be_told_apart_the_page_says_so_and_shows_the_rest(
    insight: Insight, monkeypatch: pytest.MonkeyPatch
) -> None:
    insight.submit(3, CREATED, campaign=campaign(insight, 7, "Water Q4"))
    monkeypatch.setattr(sums_store, "MOST_WALKED", 2)
    page = insight.console.operator().get("/e/1/performance?days=365&country=none")
    assert page.status_code == 200
    assert "Submissions 3 " in text_of(page)
    assert "submissions pass this filter in this time" in text_of(page)
    assert "Water Q4" not in text_of(page).partition("Submissions over time")[2]


def test_of_many_campaigns_the_first_are_shown_and_the_others_as_one(insight: Insight) -> None:
    for number in range(12):
        insight.submit(12 - number, CREATED, campaign=campaign(insight, 7 + number, f"Wave {number:02}"))
    page = text_of(insight.console.operator().get("/e/1/performance?days=7"))
    assert all(f"Wave {number:02}" in page for number in range(12))
    look = insight.console.app.figures
    asked = FigureLook(look, 1, Period(7, insight.console.app.keep_figures(insight.environment)), Narrowing())
    shown, every = asked.first_lines("campaign", 5), asked.lines("campaign")
    assert [one.name for one in shown] == ["Wave 00", "Wave 01", "Wave 02", "Wave 03", "8 others"]
    assert shown[:4] == every[:4]
    assert shown[4].count == sum(one.count for one in every[4:])
    assert shown[4].outcomes == {int(Outcome.CREATED): shown[4].count}


def test_all_time_is_told_by_months_and_compared_with_nothing(insight: Insight) -> None:
    insight.submit(2, CREATED)
    insight.submit(1, FAILED, days_ago=400)
    visitor = insight.console.operator()
    page = visitor.get("/e/1/performance?days=all")
    text = text_of(page)
    assert "Submissions 3 nothing to compare" in text
    days = list(csv.DictReader(io.StringIO(visitor.get("/e/1/performance/csv/days?days=all").text)))
    assert (days[0]["day"], days[0]["count"]) == ("2025-10-01", "1")
    assert (days[-1]["day"], days[-1]["count"], len(days)) == ("2026-11-01", "2", 14)


def test_while_the_submissions_are_counted_the_page_says_how_far_it_is(insight: Insight) -> None:
    insight.submit(4, CREATED)
    keeper = insight.console.app.figure_keeper
    keeper.at_once, keeper.counting.size = 0, 2
    keeper.counting.begin(1, "UTC")
    keeper.counting.step(1)  # away with what was there
    keeper.counting.step(1)
    assert insight.console.app.figures.counted(1) == 0.5
    keeper.close()  # nobody goes on counting
    assert "The submissions are being counted: 50 %." in text_of(insight.console.operator().get("/e/1/performance"))
    assert "The submissions are being counted: 50 %." in text_of(insight.console.operator().get("/e/1"))


def test_names_are_text_wherever_they_stand(insight: Insight) -> None:
    """In the options of a filter, and in the gaps of a sentence."""
    evil, shown = '<img src="x">&\'', "&lt;img src=&#34;x&#34;&gt;&amp;&#39;"
    insight.submit(1, CREATED, campaign=campaign(insight, 7, evil))
    visitor = insight.console.operator()
    page = visitor.get("/e/1/performance").text
    assert f'<option value="7">{shown}</option>' in page
    key = insight.console.app.dashboards.add(1, "operator", "Me", evil, [])
    insight.console.app.dashboards.change(insight.console.app.dashboards.get(1, "operator", key), evil, shared=True)
    edit = visitor.get(f"/e/1/dashboards/{key}/edit").text
    assert f"Change {shown}</h1>" in edit
    assert "<img" not in page + edit
