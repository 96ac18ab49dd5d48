"""Dashboards over the API: those of the person who made the token, with the figures of their charts."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from leadferry.console.person import OPERATOR
from leadferry.console.rights import Scope
from leadferry.performance.dashboard_charts import FIRST, MOST_CHARTS, Chart
from leadferry.performance.narrowing import Narrowing
from leadferry.performance.outcome_stages import Stage
from performance.conftest import Insight, insight
from performance.worth import Worth

__all__ = ["insight"]
KEEP = (Scope.DASHBOARDS,)


def ask(insight: Insight, method: str, path: str, *scopes: Scope, **more: Any) -> httpx2.Response:
    _, token = insight.console.app.tokens.make(1, "script", scopes or KEEP, 1, "Ada")
    headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
    return httpx2.request(method, f"{insight.console.url}/api/v1/{path}", headers=headers, timeout=60, **more)


def made(insight: Insight, **values: Any) -> dict[str, Any]:
    answer = ask(insight, "POST", "dashboards", json={"name": "Monday", **values})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_one_is_made_with_the_usual_charts_renamed_and_deleted(insight: Insight) -> None:
    one = made(insight)
    assert [chart["shape"] for chart in one["charts"]] == [chart.shape for chart in FIRST]
    assert (one["mine"], one["shared"], one["made_by"]) == (True, False, "Ada")
    changed = ask(insight, "PATCH", "dashboards/1", json={"name": " Tuesday "}).json()
    assert changed == one | {"name": "Tuesday", "changed_at": changed["changed_at"]}
    assert ask(insight, "GET", "dashboards").json() == {"items": [changed], "next": None}
    assert ask(insight, "DELETE", "dashboards/1").status_code == 204
    assert ask(insight, "GET", "dashboards/1").json()["code"] == "dashboard-not-found"
    told = [(one.action, one.via) for one in insight.console.app.audit.list(insight.environment, limit=10)]
    assert told == [("dashboard.keep", "api")] * 3


def test_charts_are_set_as_a_whole_in_their_order_or_not_at_all(insight: Insight) -> None:
    bars = {"shape": "bars", "measure": "spent", "by": "form", "days": 90, "narrowing": {"campaign": "7"}}
    made(insight, charts=[])
    charts = ask(insight, "PATCH", "dashboards/1", json={"charts": [bars, {"shape": "funnel"}]}).json()["charts"]
    assert charts[0] == {"size": "half", "title": ""} | bars
    (kept,) = insight.console.app.dashboards.list(1, OPERATOR.id)
    assert kept.charts == [Chart("bars", "spent", "form", 90, narrowing=Narrowing(campaign=7)), Chart("funnel")]
    refused = ask(insight, "PATCH", "dashboards/1", json={"name": "x", "charts": [{"shape": "hologram"}]})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-chart")
    many = ask(insight, "PATCH", "dashboards/1", json={"charts": [{"shape": "funnel"}] * (MOST_CHARTS + 1)})
    assert many.json()["code"] == "too-many-charts"
    assert ask(insight, "GET", "dashboards/1").json()["charts"] == charts


def test_the_figures_are_those_that_its_page_draws(insight: Insight) -> None:
    worth = Worth(insight)
    euro = worth.account(5001, "Halden", "EUR")
    worth.leads(euro, [Stage.WON, Stage.OPEN], campaign=worth.campaign(7, "Water"))
    worth.spend(euro, "EUR", {0: 50}, campaign=7)
    charts = [{"shape": "number", "measure": "per-lead"}, {"shape": "bars", "measure": "qualified-share"},
              {"shape": "line", "days": 7}, {"shape": "funnel"}]  # fmt: skip
    made(insight, charts=charts)
    number, bars, line, funnel = ask(insight, "GET", "dashboards/1/figures", Scope.READ).json()
    assert number["items"] == [{"key": "all", "name": "All", "unit": "EUR", "value": "25", "before": "0"}]
    assert bars["items"] == [{"key": 7, "name": "Water", "unit": "%", "value": 50.0, "before": 0.0}]
    assert (line["place"], len(line["items"]), line["items"][-1]["key"]) == (2, 7, "2026-11-25")
    assert [(one["key"], one["value"]) for one in funnel["items"]] == [
        ("submitted", 2), ("in dynamics", 2), ("qualified", 1), ("won", 1)
    ]  # fmt: skip


def test_sharing_and_what_others_share_needs_a_scope_of_its_own(insight: Insight) -> None:
    store = insight.console.app.dashboards
    key = store.add(1, "ada", "Ada", "Ada's", [])
    assert ask(insight, "GET", f"dashboards/{key}").status_code == 404
    store.change(store.get(1, "ada", key), "Ada's", shared=True)
    seen = ask(insight, "GET", f"dashboards/{key}").json()
    assert (seen["mine"], seen["made_by"], seen["shared"]) == (False, "Ada", True)
    assert ask(insight, "PATCH", f"dashboards/{key}", json={"name": "Mine"}).status_code == 404
    assert ask(insight, "DELETE", f"dashboards/{key}").status_code == 404
    assert ask(insight, "PATCH", f"dashboards/{key}/sharing", json={"shared": False}).status_code == 403
    taken = ask(insight, "PATCH", f"dashboards/{key}/sharing", Scope.ADMIN, json={"shared": False})
    assert (taken.status_code, taken.json()) == (200, None)
    assert store.get(1, "ada", key).shared is False


@pytest.mark.parametrize(("method", "path"), [("POST", "dashboards"), ("PATCH", "dashboards/1")])
def test_a_token_that_only_reads_keeps_none(insight: Insight, method: str, path: str) -> None:
    assert ask(insight, method, path, Scope.READ, json={"name": "x"}).status_code == 403


def test_a_change_of_what_was_changed_meanwhile_is_refused(insight: Insight) -> None:
    made(insight)
    tag = ask(insight, "GET", "dashboards/1").headers["etag"]
    insight.now[0] += 1000
    assert ask(insight, "PATCH", "dashboards/1", json={"name": "A"}, headers={"If-Match": tag}).status_code == 200
    assert ask(insight, "PATCH", "dashboards/1", json={"name": "B"}, headers={"If-Match": tag}).status_code == 412
