"""Secrets are planted, everything is done that prints or stores, and then they are looked for."""

from __future__ import annotations

import base64
import io
import logging
import os
import re
import sqlite3
import subprocess
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

from guardian.conftest import House, ada, environment_of
from leadferry.alerts.model import Event
from leadferry.alerts.wishes import Wishes
from leadferry.app import App
from leadferry.cli.reference import commands
from leadferry.cli.reference_rights import addresses_of
from leadferry.console.person import OPERATOR
from leadferry.console.rights import Scope
from leadferry.errors import LeadferryError
from leadferry.intake.model import Door, Received
from leadferry.performance.dashboard_charts import Chart
from leadferry.simulators.certificates import make_certificates
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from services import LinkedIn
from web import serving
from webhooks.nowhere import nowhere

ALERT_PASSWORD = "alert-pass-9f31c7"
ADDRESS_KEY = "sig-in-address-77aa01"
BESIDE = ("/metrics", "/healthz", "/readyz", "/sign-in", "/no-such-page", "/api/v1/openapi.json")


@pytest.fixture
def key(house: House) -> str:
    return next(line for line in (house.folder / "master.key").read_text().splitlines() if not line.startswith("#"))


@pytest.fixture
def planted(house: House, key: str, tmp_path: Path) -> Iterator[tuple[App, list[str]]]:
    """Every kind of secret, in its place. Yields what must be found nowhere."""
    files = make_certificates(tmp_path / "pems", datetime.now(UTC) - timedelta(days=1))
    key_lines = files.key.read_text().splitlines()
    with house.opened(LEADFERRY_MONITORING_ON_CONSOLE="yes") as app:
        environment, profile = environment_of(app), ada(app)
        app.environments.set_linkedin_app(environment.id, LinkedIn.APP, LinkedIn.SECRET)
        app.environments.add(
            "certified",
            house.dynamics.url,
            tenant_id=TENANT_ID,
            client_id=CLIENT_ID,
            certificate_pem=files.certificate.read_text() + files.key.read_text(),
            authority=house.dynamics.url,
        )
        address = f"mailtos://u:{ALERT_PASSWORD}@127.0.0.1:1/?to=a@x.test"
        wishes = Wishes("mail", frozenset(Event))
        app.channels.add(environment.id, wishes, address=address, service="E-mail", shown="mailtos://127.0.0.1")
        webhook, webhook_secret = app.webhooks.add(
            environment.id, nowhere("hook", f"https://127.0.0.1:9/x?{ADDRESS_KEY}")
        )
        newer_secret = app.webhooks.rotate(environment.id, webhook.id)
        app.webhook_courier.test(app.webhooks.by_id(environment.id, webhook.id))
        app.token_source(profile).token()
        tokens = app.profiles.tokens(environment.id, profile.id)
        assert tokens is not None
        secrets = [tokens.access, tokens.refresh, CLIENT_SECRET, LinkedIn.SECRET, ALERT_PASSWORD, key, key_lines[1]]
        secrets += [webhook_secret, newer_secret, ADDRESS_KEY]
        yield app, secrets


def found_in(text: str | bytes, secrets: list[str]) -> list[str]:
    raw = text if isinstance(text, bytes) else text.encode()
    return [secret[:6] for secret in secrets if secret.encode() in raw]


def failing(house: House) -> list[Callable[[App], object]]:
    """Calls that fail on the way to each service, with what holds the secrets."""

    def with_fault(service: str, **fault: object) -> Callable[[App], object]:
        def run(app: App) -> object:
            getattr(house, service).fault(**{"times": -1, **fault})
            try:
                app.profiles.set_authorization(1, 1, ada(app).authorization)
                certified = app.environments.get("certified")
                looked = [app.guardian.look(one) for one in (environment_of(app), certified)]
                return [app.sync_once(environment_of(app)).troubles, looked]
            finally:
                getattr(house, service).no_faults()

        return run

    return [
        with_fault("linkedin", kind="status", status=401, path="leadForm"),
        with_fault("linkedin", kind="status", status=500, path="accessToken"),
        with_fault("linkedin", kind="cut_before", path="introspectToken"),
        with_fault("linkedin", kind="cut_before", path="rest"),
        with_fault("dynamics", kind="status", status=400, path="oauth2", body='{"error":"invalid_client"}'),
        with_fault("dynamics", kind="cut_before", path="oauth2"),
        with_fault("dynamics", kind="status", status=403, path="api/data"),
        lambda app: app.environments.credential(environment_of(app).__class__(**{
            **{name: getattr(environment_of(app), name) for name in environment_of(app).__dataclass_fields__}, "id": 9,
        })),
        lambda app: app.vault.open(2, app.vault.seal(1, b"x")),
        lambda app: app.oauth(environment_of(app)).exchange("bad-code", "http://127.0.0.1:1/back"),
    ]  # fmt: skip


def test_no_error_no_trace_and_no_log_tells_a_secret(
    house: House, planted: tuple[App, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    app, secrets = planted
    said = io.StringIO()
    with caplog.at_level(logging.DEBUG):
        for call in failing(house):
            try:
                said.write(repr(call(app)))
            except LeadferryError as error:
                said.write(f"{error} {error!r} {error.fix} {error.__dict__}")
                said.write("".join(traceback.format_exception(error)))
        said.write(repr(app.profiles.tokens(1, 1)) + repr(app.environments.credential(environment_of(app))))
        said.write(repr(app.linkedin_app(environment_of(app))) + repr(app.settings))
    assert len(said.getvalue()) > 2000
    assert found_in(said.getvalue() + caplog.text, secrets) == []


WORDS = {"kind": "audit.csv", "name": "campaign", "place": "0"}
"""What an address takes in place of an id."""


def test_no_page_tells_a_secret(house: House, planted: tuple[App, list[str]]) -> None:
    app, secrets = planted
    app.check_now(environment_of(app))
    _, token = app.tokens.make(1, "all", list(Scope), 1, "Ada")
    app.views.save(1, "operator", "all", "")
    app.dashboards.add(1, OPERATOR.id, "Operator", "all", [Chart("table")])
    app.inbox.store(1, Door.POLL, [Received("one", b"{}", 1, "SPONSORED")])
    with serving(app) as console:
        visitor = console.operator()
        addresses = [one for one in addresses_of(app.web(console.url).app) if one.method == "GET" and one.action]
        seen = [visitor.get(path) for path in BESIDE]
        for one in addresses:
            path = re.sub(r"{(\w+)}", lambda name: WORDS.get(name[1], "1"), one.path)
            headers = {"Authorization": f"Bearer {token}"} if one.api else {}
            seen.append(visitor.get(path, headers=headers))
    absent = sum("{key}" in one.path or one.path.endswith("/review/{number}") for one in addresses)
    assert sum(page.status_code == 200 for page in seen) > len(addresses) - absent
    secrets = [*secrets, token]
    told = {str(page.url): found_in(page.text + str(page.headers), secrets) for page in seen}
    assert {address: found for address, found in told.items() if found} == {}


def test_the_database_holds_no_secret_in_clear(house: House, planted: tuple[App, list[str]]) -> None:
    app, secrets = planted
    app.guardian.look(environment_of(app))
    path = house.folder / "leadferry.db"
    raw = b"".join(one.read_bytes() for one in path.parent.glob("leadferry.db*"))
    with sqlite3.connect(path) as connection:
        dump = "\n".join(connection.iterdump())
    assert found_in(raw, secrets) == []
    assert found_in(dump, secrets) == []
    assert found_in(dump, [secret.encode().hex().upper() for secret in secrets]) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("doctor", "--names"),
        ("key", "status"),
        ("status", "--json"),
        ("environment", "list", "--json"),
        ("profile", "list", "--json"),
        ("alerts", "list"),
        ("webhooks", "list", "--json"),
        ("webhooks", "test", "hook"),
        ("webhooks", "deliveries", "hook"),
        ("--debug", "sync", "--once"),
        ("--debug", "profile", "authorize", "Ada", "--refresh-token-stdin"),
    ],
)
def test_no_command_tells_a_secret(house: House, planted: tuple[App, list[str]], arguments: tuple[str, ...]) -> None:
    _, secrets = planted
    house.linkedin.fault("status", status=400, path="accessToken", body='{"error":"invalid_grant"}', times=-1)
    house.dynamics.fault("status", status=403, path="api/data", times=-1)
    said = house.run(*arguments, stdin=f"{secrets[1]}\n")
    assert said.stdout + said.stderr
    assert found_in(said.stdout + said.stderr, secrets) == []


def test_no_secret_stands_on_a_command_line(house: House, planted: tuple[App, list[str]]) -> None:
    """What `ps` shows of a process that renews, delivers and seals."""
    _, secrets = planted
    running = house.start("sync")
    assert running.stderr is not None
    assert "Running for" in running.stderr.readline()
    shown = Path(f"/proc/{running.pid}/cmdline").read_bytes()
    running.terminate()
    running.communicate(timeout=60)
    assert b"sync" in shown
    assert found_in(shown, secrets) == []


def test_no_option_takes_a_secret_as_its_value() -> None:
    """Secrets come by standard input, a hidden prompt or a file."""
    words = ("secret", "token", "password", "key", "address")
    taking = [
        f"{path} {option.opts[0]}"
        for path, command, _ in commands()
        for option in command.params
        if isinstance(option, click.Option)
        and not option.is_flag
        and any(word in option.opts[0] for word in words)
        and not isinstance(option.type, click.Path)
    ]
    assert taking == []


def test_a_key_by_command_stands_neither_in_the_environment_nor_on_a_command_line(house: House, key: str) -> None:
    source = house.folder / "print-key"
    source.write_text(f"#!/bin/sh\necho {key}\n")
    source.chmod(0o700)
    environ = {**os.environ, **house.environ, "LEADFERRY_KEY_COMMAND": str(source)}
    said = subprocess.run(house.command("status"), env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert said.returncode == 0, said.stderr
    assert key not in said.stdout + said.stderr + " ".join(environ.values())
    assert len(base64.b64decode(key)) == 32
