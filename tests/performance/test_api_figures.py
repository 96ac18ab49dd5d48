from __future__ import annotations

import httpx2
import pytest

from leadferry.console.rights import Scope
from performance.conftest import CREATED, FAILED, Insight


def ask(insight: Insight, query: str, scope: Scope = Scope.READ) -> httpx2.Response:
    _, token = insight.console.app.tokens.make(1, "script", [scope], 1, "Ada")
    address = f"{insight.console.url}/api/v1/figures{query}"
    return httpx2.get(address, headers={"Authorization": f"Bearer {token}"})


def test_figures_come_by_day_beside_the_period_before(insight: Insight) -> None:
    insight.submit(3, CREATED, days_ago=1)
    insight.submit(2, FAILED, days_ago=8)
    answer = ask(insight, "?days=7").json()
    assert (answer["since"], answer["until"], len(answer["items"])) == ("2026-11-19", "2026-11-25", 7)
    assert answer["items"][-2] == {"key": "2026-11-24", "name": "", "count": 3, "before": 2}


def test_figures_come_by_outcome_and_by_form(insight: Insight) -> None:
    insight.submit(3, CREATED, form=insight.form(3162, "Paper"))
    by_outcome = {one["key"]: one["count"] for one in ask(insight, "?by=outcome").json()["items"]}
    assert by_outcome["created"] == 3
    assert sum(by_outcome.values()) == 3
    assert [one["name"] for one in ask(insight, "?by=form").json()["items"]] == ["Paper"]


def test_the_time_to_lead_and_the_last_reconciliation_are_those_of_home(insight: Insight) -> None:
    assert ask(insight, "/time-to-lead").json()["median_ms"] is None
    assert ask(insight, "/reconciliation").json()["counted_at"] is None
    insight.submit(9, CREATED, seconds=2)
    insight.submit(1, CREATED, seconds=60)
    times = ask(insight, "/time-to-lead?days=7").json()
    assert (times["since"], times["until"]) == ("2026-11-19", "2026-11-25")
    assert times["median_ms"] == pytest.approx(2_000, rel=0.06)
    assert times["p95_ms"] == pytest.approx(60_000, rel=0.06)
    insight.console.app.figures.save_reconciliation(1, forms=2, linkedin=12, stored=10, settled=9)
    told = ask(insight, "/reconciliation").json()
    assert (told["at_linkedin"], told["stored"], told["settled"], told["gap"]) == (12, 10, 9, 3)


def test_what_figures_are_not_told_by_is_refused_and_so_is_a_token_without_the_scope(insight: Insight) -> None:
    answer = ask(insight, "?by=mood")
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad-filter"
    assert ask(insight, "", Scope.SYNC).status_code == 403
