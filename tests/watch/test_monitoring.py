"""The port for machines, over HTTP, beside an application that works."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from leadferry.app import App, open_app
from leadferry.cli.monitoring import monitoring
from leadferry.settings import load_settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    environ = {"LEADFERRY_DATA": str(tmp_path), "LEADFERRY_MONITORING_PORT": str(free_port())}
    with open_app(load_settings(environ)) as app:
        app.environments.add("crane", "https://crane.crm4.dynamics.com", tenant_id="t", client_id="c", secret="hush")
        yield app


def test_the_three_addresses_answer_without_sign_in(app: App) -> None:
    with monitoring(app) as url:
        assert httpx2.get(f"{url}/healthz").text == "ok\n"
        assert httpx2.get(f"{url}/readyz").text == "ready\n"
        text = httpx2.get(f"{url}/metrics").text
    assert 'leadferry_submissions_open{environment="crane"} 0.0' in text
    assert "leadferry_build_info" in text


def test_nothing_else_answers_there(app: App) -> None:
    with monitoring(app) as url:
        assert httpx2.get(f"{url}/environments").status_code == 404


def test_each_application_counts_for_itself(app: App, tmp_path: Path) -> None:
    with open_app(load_settings({"LEADFERRY_DATA": str(tmp_path / "other")})) as other:
        assert app.metrics_registry() is app.metrics_registry()
        assert app.metrics_registry() is not other.metrics_registry()


def test_requests_are_counted_while_somebody_measures(app: App) -> None:
    with monitoring(app) as url:
        app.http.send("GET", f"{url}/rest/leadForms/7", {})
        text = httpx2.get(f"{url}/metrics").text
    assert 'leadferry_requests_total{resource="leadForms",service="linkedin",status="4xx"} 1.0' in text


def test_without_the_setting_there_is_no_port(tmp_path: Path) -> None:
    with open_app(load_settings({"LEADFERRY_DATA": str(tmp_path)})) as app, monitoring(app) as url:
        assert url == ""
        assert app.meter is None
