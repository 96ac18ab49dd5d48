"""An environment in the simulator, an App on either database, and form responses put straight into the inbox."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

import simulated
from databases import KINDS, database_url, new_sqlite_file
from environments import StandingClock
from leadferry.accounts.model import Environment
from leadferry.app import App, Tools, open_app
from leadferry.engine.progress import SyncResult
from leadferry.intake.model import Door, Received
from leadferry.linkedin.reading import to_form_version
from leadferry.settings import load_settings
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from services import Dynamics

FIELDS = ("FIRST_NAME", "LAST_NAME", "EMAIL", "COMPANY_NAME", "JOB_TITLE")
FORM = {
    "id": 3162,
    "versionId": 1,
    "name": "Paper",
    "creationLocale": {"country": "US", "language": "en"},
    "content": {
        "questions": [
            {"questionId": n, "predefinedField": name, "name": name, "question": {"localized": {"en_US": name}}}
            for n, name in enumerate(FIELDS, 1)
        ]
    },
}
LINKEDIN_SOURCE = {"value": 192350000, "label": "LinkedIn Sponsored Content"}


@dataclass
class Ferry:
    """`respond` puts a response into the inbox, `deliver` delivers what is open."""

    app: App
    environment: Environment
    dynamics: Dynamics
    clock: StandingClock
    waits: list[float]
    version_key: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def respond(self, response_id: str = "", test: bool = False, **answers: str) -> str:
        number = next(self.numbers)
        body = {
            "id": response_id or f"response-{number}",
            "submittedAt": self.clock.now + number,
            "leadType": "SPONSORED",
            "testLead": test,
            "versionedLeadGenFormUrn": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,1)",
            "formResponse": {
                "answers": [
                    {
                        "questionId": FIELDS.index(name.upper()) + 1,
                        "answerDetails": {"textQuestionAnswer": {"answer": text}},
                    }
                    for name, text in answers.items()
                ]
            },
        }
        self.receive(msgspec.json.encode(body), str(body["id"]), self.clock.now + number, test=test)
        return str(body["id"])

    def receive(self, body: bytes, response_id: str, at: int, **more: Any) -> None:
        received = Received(response_id, body, at, "SPONSORED", form_version_id=self.version_key, **more)
        self.app.inbox.store(self.environment.id, Door.POLL, [received])

    def deliver(self) -> SyncResult:
        return self.app.deliver(self.environment)

    def configure(self, name: str, value: str) -> None:
        self.app.environments.set_configuration(self.environment, name, value)

    def strategy(self, **changes: Any) -> None:
        strategy = self.app.strategies.active(self.environment.id)
        self.app.strategies.change(self.environment.id, strategy.id, **changes)

    def match_by(self, *columns: str) -> None:
        strategy = self.app.strategies.active(self.environment.id)
        mappings = self.app.mappings.list(self.environment.id)
        fields = [next(m.id for m in mappings if m.column == column) for column in columns]
        self.app.strategies.set_fields(self.environment.id, strategy.id, fields)

    def show(self, response_id: str) -> dict[str, Any]:
        return self.app.submissions.show(self.environment.id, response_id)

    def outcome(self, response_id: str) -> str:
        return str(self.show(response_id)["matching_status"].label)

    def last_event(self, response_id: str) -> dict[str, Any]:
        return dict(self.show(response_id)["events"][-1]["detail"])


@pytest.fixture
def dynamics() -> Iterator[Dynamics]:
    with simulated.fresh(StandingClock()) as running:
        yield Dynamics(running)


@pytest.fixture(params=KINDS)
def ferry(request: pytest.FixtureRequest, dynamics: Dynamics, tmp_path: Path) -> Iterator[Ferry]:
    with open_ferry(dynamics, tmp_path, request.param) as ferry:
        yield ferry


@pytest.fixture
def sqlite_ferry(dynamics: Dynamics, tmp_path: Path) -> Iterator[Ferry]:
    with open_ferry(dynamics, tmp_path, "sqlite") as ferry:
        yield ferry


@contextmanager
def open_ferry(dynamics: Dynamics, folder: Path, kind: str) -> Iterator[Ferry]:
    if kind == "sqlite":
        new_sqlite_file(folder)
    clock, waits = StandingClock(), list[float]()
    with database_url(kind) as url:
        settings = load_settings({"LEADFERRY_DATA": str(folder), "LEADFERRY_DATABASE_URL": url})
        with open_app(settings, tools=Tools(clock, waits.append)) as app:
            yield _ferry(app, dynamics, clock, waits)


def _ferry(app: App, dynamics: Dynamics, clock: StandingClock, waits: list[float]) -> Ferry:
    environment = app.environments.add(
        "test", dynamics.url, tenant_id=TENANT_ID, client_id=CLIENT_ID, secret=CLIENT_SECRET, authority=dynamics.url
    )
    ferry, raw = Ferry(app, environment, dynamics, clock, waits), msgspec.json.encode(FORM)
    ferry.version_key, _ = app.forms.save_version(environment.id, None, to_form_version(raw), raw)
    return ferry
