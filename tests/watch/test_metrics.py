"""The table, what is scraped, and the board and rules that are handed out: all of one mind."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from prometheus_client import generate_latest

from environments import StandingClock, connect
from leadferry.alerts.alert_store import AlertStore
from leadferry.alerts.model import Event
from leadferry.delivery.model import EventKind, MatchingStatus, ProcessingState, Settlement, State
from leadferry.linkedin.versions import ends_at
from leadferry.store.database import Database
from leadferry.store.tables import cursors, environments, owners, user_profiles
from leadferry.watch.gauges_store import DAY_MS, GaugesStore
from leadferry.watch.meter import Meter, made_leads
from leadferry.watch.metrics import METRICS, TABLE
from leadferry.watch.traffic import Exchange

DOCS = Path(__file__).parents[2] / "docs"
BOARD = DOCS / "grafana" / "leadferry.json"
RULES = DOCS / "grafana" / "alert-rules.yml"
KNOWN = {series for metric in TABLE for series in metric.series}


def scraped(meter: Meter) -> dict[str, float]:
    lines = generate_latest(meter.registry).decode().splitlines()
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("leadferry_")}


def settled(key: int, kind: EventKind, state: State = State.DELIVERED, *, test: bool = False) -> Settlement:
    return Settlement(key, state, MatchingStatus.CREATED, ProcessingState.SUCCEEDED, kind, test=test)


def test_what_happens_is_counted() -> None:
    meter = Meter(list)
    meter.stored("crane", 12)
    meter.settled("crane", [settled(1, EventKind.CREATED), settled(2, EventKind.CREATED), settled(3, EventKind.HELD)])
    meter.delivered("crane", [3.0, 400.0])
    meter.exchanged(Exchange("dynamics", "leads", "POST", 429, 0.3))
    meter.exchanged(Exchange("dynamics", "leads", "POST", 0, 30.0))
    found = scraped(meter)
    assert found['leadferry_responses_stored_total{environment="crane"}'] == 12
    assert found['leadferry_outcomes_total{environment="crane",kind="created"}'] == 2
    assert found['leadferry_lead_seconds_bucket{environment="crane",le="5.0"}'] == 1
    assert found['leadferry_lead_seconds_bucket{environment="crane",le="900.0"}'] == 2
    assert found['leadferry_requests_total{resource="leads",service="dynamics",status="4xx"}'] == 1
    assert found['leadferry_requests_total{resource="leads",service="dynamics",status="none"}'] == 1
    assert found['leadferry_requests_throttled_total{service="dynamics"}'] == 1
    assert found['leadferry_request_seconds_count{service="dynamics"}'] == 1


def test_only_real_leads_have_a_time_of_arrival() -> None:
    some = [
        settled(1, EventKind.CREATED),
        settled(2, EventKind.CREATED, test=True),
        settled(3, EventKind.HELD, State.REVIEW),
    ]
    assert made_leads(some) == [1]


def test_gauges_come_from_the_tables(database: Database) -> None:
    clock = StandingClock()
    crane = connect(database, "crane")
    AlertStore(database, clock).open(crane.id, Event.GAP, "gap:1", "bad", "T", "B")
    with database.write() as connection:
        ends = {"credential_expires_at": clock() + 9 * DAY_MS, "trouble": "No."}
        connection.execute(sa.update(environments).values(**ends))
        profile = {"environment_id": crane.id, "name": "Ada", "authorization": 1, "sync_status": 1, "created_at": 1}
        connection.execute(sa.insert(user_profiles).values(**profile, id=3, refresh_expires_at=clock() + DAY_MS))
        owner = {"environment_id": crane.id, "urn": "u", "name": "n", "sync_enabled": True, "form_sync_status": 1}
        connection.execute(sa.insert(owners).values(**owner, id=5))
        polled = {"owner_id": 5, "lead_type": "SPONSORED", "through_at": 1, "polled_at": clock() - 42_000}
        connection.execute(sa.insert(cursors).values(**polled))
    found = scraped(Meter(GaugesStore(database, clock, "202609").read))
    expected = {
        'leadferry_gaps{environment="crane"}': 1,
        'leadferry_alerts_open{environment="crane",level="bad"}': 1,
        'leadferry_alerts_undelivered{environment="crane"}': 0,
        'leadferry_credential_days{environment="crane"}': 9,
        'leadferry_consent_days{environment="crane",profile="3"}': 1,
        'leadferry_delivery_trouble{environment="crane"}': 1,
        'leadferry_last_sync_seconds{environment="crane"}': 42,
        'leadferry_submissions_open{environment="crane"}': 0,
        'leadferry_version_days{environment="crane",version="202609"}': round(
            (ends_at("202609") - clock()) / DAY_MS, 2
        ),
    }
    assert {name: found[name] for name in expected} == expected
    assert not [name for name in found if "Ada" in name]


def test_a_table_that_was_never_read_holds_every_metric_once() -> None:
    assert len(METRICS) == len(TABLE)
    assert all(metric.meaning.endswith(".") or "label" in metric.meaning for metric in TABLE)


def board() -> dict[str, Any]:
    return dict(json.loads(BOARD.read_text("utf-8")))


def named_in(expression: str) -> set[str]:
    return set(re.findall(r"\bleadferry_\w+", expression))


def test_every_panel_of_the_board_names_metrics_that_exist() -> None:
    panels = [panel for panel in board()["panels"] if panel["type"] != "row"]
    assert len(panels) >= 10
    for panel in panels:
        expressions = [target["expr"] for target in panel["targets"]]
        assert expressions
        for expression in expressions:
            assert named_in(expression), panel["title"]
            assert named_in(expression) <= KNOWN, panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}"


def test_the_board_asks_for_its_datasource_and_has_no_two_panels_in_one_place() -> None:
    assert board()["templating"]["list"][0]["type"] == "datasource"
    ids = [panel["id"] for panel in board()["panels"]]
    assert len(ids) == len(set(ids))
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in board()["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))


def test_every_rule_names_metrics_that_exist_and_says_what_to_do() -> None:
    rules = [rule for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"] for rule in group["rules"]]
    assert len(rules) >= 6
    for rule in rules:
        assert named_in(rule["expr"])
        assert named_in(rule["expr"]) <= KNOWN, rule["alert"]
        assert rule["annotations"]["description"]


@pytest.mark.parametrize("metric", TABLE, ids=lambda metric: metric.name)
def test_every_metric_is_on_the_board_or_documented(metric: Any) -> None:
    assert f"`{metric.written}`" in (DOCS / "reference" / "metrics.md").read_text("utf-8")
