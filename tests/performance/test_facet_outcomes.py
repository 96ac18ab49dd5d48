"""What became of leads by creative, country and industry: as many as a full look at the submissions counts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from databases import KINDS, database_url
from leadferry.app import Tools
from leadferry.console.rights import Scope
from leadferry.performance.facet_outcome_store import tells
from leadferry.performance.narrowing import NONE, Narrowing
from leadferry.performance.outcome_stages import Stage
from leadferry.store.tables import facet_values, submissions
from performance.conftest import NOON, Insight
from performance.worth import TODAY, Worth
from visitor import text_of
from web import new_console

COUNTRY = 6
DE, PL = 1, 2


@pytest.fixture(params=KINDS)
def insight(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Insight]:
    """Of Germany one won and one qualified of three, of Poland none of one, of nobody knows where one qualified."""
    now = [NOON]
    tools = Tools(clock=lambda: now[0])
    with database_url(request.param) as url, new_console(tmp_path, url, tools) as console:
        environment = console.app.environments.add(
            "crane", "https://crane.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s"
        )
        console.app.keep_figures(environment)
        insight = Insight(console, environment, now)
        _fill(insight)
        yield insight


def _fill(insight: Insight) -> None:
    app, worth = insight.console.app, Worth(insight)
    euro = worth.account(5001, "Halden", "EUR")
    water, air = worth.campaign(7, "Water"), worth.campaign(8, "Air")
    with app.database.write() as connection:
        values = [{"id": key, "environment_id": 1, "dimension": COUNTRY, "text": text}
                  for key, text in ((DE, "DE"), (PL, "PL"))]  # fmt: skip
        connection.execute(sa.insert(facet_values), values)
    for country, stages, campaign, ago in (
        (DE, [Stage.WON, Stage.OPEN], water, 0),
        (DE, [Stage.QUALIFIED], air, 0),
        (PL, [Stage.DISQUALIFIED], water, 0),
        (0, [Stage.QUALIFIED], water, 0),
        (DE, [Stage.WON], water, 31),
    ):
        with app.database.read() as connection:
            last = connection.execute(sa.select(sa.func.max(submissions.c.id))).scalar() or 0
        worth.leads(euro, stages, campaign=campaign, days_ago=ago)
        with app.database.write() as connection:
            mine = sa.update(submissions).where(submissions.c.id > last)
            connection.execute(mine.values(country_id=country, industry_id=0, creative_id=0))
    app.rebuild_figures(insight.environment)
    app.facet_outcomes.recount(1, "UTC")


def stages(insight: Insight, **narrowing: Any) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = insight.console.app.facet_outcomes.stages(
        1, "country", (TODAY - 29, TODAY), Narrowing(**narrowing), "UTC"
    )
    return found


def ask(insight: Insight, query: str) -> Any:
    _, token = insight.console.app.tokens.make(1, "script", [Scope.READ], 1, "Ada")
    address = f"{insight.console.url}/api/v1/figures/conversion?{query}"
    answer = httpx2.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=60)
    return answer.json().get("items", answer.json())


def test_they_are_summed_by_value_and_stage(insight: Insight) -> None:
    won, qualified, disqualified = int(Stage.WON), int(Stage.QUALIFIED), int(Stage.DISQUALIFIED)
    assert stages(insight) == {DE: {won: 1, qualified: 1}, PL: {disqualified: 1}, 0: {qualified: 1}}
    assert stages(insight, country=DE) == {DE: {won: 1, qualified: 1}}
    assert stages(insight, country=NONE) == {0: {qualified: 1}}


def test_narrowed_by_something_else_the_submissions_are_looked_at(insight: Insight) -> None:
    assert stages(insight, campaign=8) == {DE: {int(Stage.QUALIFIED): 1}}
    assert stages(insight, campaign=7, country=DE) == {DE: {int(Stage.WON): 1}}
    assert stages(insight, type="EVENT") == {}
    assert tells(Narrowing(campaign=7, country=DE)) == "country"


def test_an_erased_person_is_counted_no_more_and_a_second_count_changes_nothing(insight: Insight) -> None:
    app = insight.console.app
    before = stages(insight)
    app.facet_outcomes.recount(1, "UTC")
    assert stages(insight) == before
    app.erase(insight.environment, [1], mirror=False)
    app.facet_outcomes.recount(1, "UTC")
    assert stages(insight)[DE] == {int(Stage.QUALIFIED): 1}


def test_the_api_tells_conversion_by_country_and_what_a_country_narrows(insight: Insight) -> None:
    lines = ask(insight, "by=country")
    told = {one["name"]: (one["now"]["submissions"], one["now"]["qualified"], one["now"]["won"]) for one in lines}
    assert told == {"Germany": (3, 2, 1), "Poland": (1, 0, 0), "Not answered": (1, 1, 0)}
    assert [one["before"]["won"] for one in lines if one["name"] == "Germany"] == [1]
    [whole] = ask(insight, f"by=all&country={DE}")
    assert (whole["now"]["submissions"], whole["now"]["qualified"], whole["before"]["won"]) == (3, 2, 1)
    campaigns = ask(insight, f"by=campaign&country={DE}")
    assert {one["name"]: one["now"]["qualified"] for one in campaigns} == {"Water": 1, "Air": 1}
    assert ask(insight, f"by=day&country={DE}&campaign=7")["code"] == "bad-filter"


def test_the_page_and_its_file_tell_it_too(insight: Insight) -> None:
    visitor = insight.console.operator()
    text = text_of(visitor.get("/e/1/performance"))
    assert "Germany 3" in text
    assert "Germany 3 1 3 2 67 % 1" in text_of(visitor.get("/e/1/performance/table/country"))
    assert "estimates that leave small numbers out" in text
    narrowed = text_of(visitor.get(f"/e/1/performance?country={DE}"))
    assert "Submitted 3 In Dynamics 3 100 % Qualified 2 67 % Won 1 50 %" in narrowed
    rows = csv.DictReader(io.StringIO(visitor.get("/e/1/performance/csv/country").text))
    assert {row["country"]: (row["qualified"], row["won"], row["disqualified"]) for row in rows} == {
        "Germany": ("2", "1", "0"), "Poland": ("0", "0", "1"), "Not answered": ("1", "0", "0")
    }  # fmt: skip


def test_the_api_tells_conversion_of_one_country_day_by_day(insight: Insight) -> None:
    """As many in all as the period has together, and the same days before beside them."""
    (whole,) = ask(insight, f"by=all&days=30&country={DE}")
    days = ask(insight, f"by=day&days=30&country={DE}")
    assert len(days) == 30
    for side in ("now", "before"):
        assert {name: sum(day[side][name] for day in days) for name in whole[side]} == whole[side], side
    assert (days[-1]["now"]["won"], days[-1]["now"]["qualified"]) == (1, 2)
    assert days[-2]["before"]["won"] == 1, "31 days ago is the day before the last of the period before"
    months = ask(insight, f"by=day&days=all&country={DE}")
    assert sum(month["now"]["won"] for month in months) == 2
    (today,) = ask(insight, "by=day&days=1&country=none")
    assert today["now"]["qualified"] == 1
