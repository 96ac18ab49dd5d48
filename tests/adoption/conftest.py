"""An environment that Microsoft's connector once fed, and an App that is connected to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

import simulated
from databases import KINDS, database_url, new_sqlite_file
from environments import StandingClock
from leadferry.accounts.model import Environment
from leadferry.adoption.model import Report
from leadferry.app import App, Tools, open_app
from leadferry.intake.model import Door, Received
from leadferry.settings import load_settings
from leadferry.simulators.dataverse.original_rows import person, submitted_at
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from services import Dynamics

SUBMISSIONS = 20


@dataclass
class Succession:
    """`original`: rows of Microsoft's tables; `app`: ours."""

    app: App
    environment: Environment
    dynamics: Dynamics
    clock: StandingClock

    def plan(self, **options: Any) -> Report:
        return self.app.adoption(self.environment).plan(**options)

    def adopt(self, **options: Any) -> Report:
        return self.app.adoption(self.environment).run(**options)

    def done(self, report: Report, kind: str = "") -> dict[str, str]:
        """Name of a setting -> what was done about it."""
        return {item.name: item.do.value for item in report.items if kind in {"", item.kind}}

    def receive(
        self,
        number: int,
        response_id: str,
        *,
        door: Door = Door.POLL,
        late_ms: int = 0,
        email: str = "",
        questions: tuple[int, int] = (11, 12),
    ) -> None:
        """What person `number` sent comes in by one of our doors. `questions`: of the first name and the e-mail."""
        at = int(submitted_at(number).timestamp()) * 1000 + late_ms
        first, _, address, _ = person(number)
        form = (3162, 3170)[number % 2]
        answers = [_answer(questions[0], first), _answer(questions[1], email or f" {address.upper()}")]
        body = {
            "id": response_id,
            "submittedAt": at,
            "leadType": "SPONSORED",
            "versionedLeadGenFormUrn": f"urn:li:versionedLeadGenForm:(urn:li:leadGenForm:{form},4)",
            "formResponse": {"answers": answers},
        }
        received = Received(response_id, msgspec.json.encode(body), at, "SPONSORED")
        self.app.inbox.store(self.environment.id, door, [received])

    def show(self, reference: str | int) -> dict[str, Any]:
        return self.app.submissions.show(self.environment.id, reference)

    def count(self) -> int:
        return self.app.counts(self.environment)["all"]


def _answer(question: int, text: str) -> dict[str, Any]:
    return {"questionId": question, "answerDetails": {"textQuestionAnswer": {"answer": text}}}


@pytest.fixture
def dynamics() -> Iterator[Dynamics]:
    with simulated.original(StandingClock(), SUBMISSIONS) as running:
        yield Dynamics(running)


Opened = Callable[[Dynamics, str], Succession]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    def open_one(dynamics: Dynamics, kind: str) -> Succession:
        environ = {"LEADFERRY_DATA": str(tmp_path), "LEADFERRY_DATABASE_URL": closing.enter_context(database_url(kind))}
        if kind == "sqlite":
            new_sqlite_file(tmp_path)
        clock = StandingClock()
        app = closing.enter_context(open_app(load_settings(environ), tools=Tools(clock, lambda _: None)))
        environment = app.environments.add(
            "test", dynamics.url, tenant_id=TENANT_ID, client_id=CLIENT_ID, secret=CLIENT_SECRET, authority=dynamics.url
        )
        return Succession(app, environment, dynamics, clock)

    with ExitStack() as closing:
        yield open_one


@pytest.fixture
def succession(opened: Opened, dynamics: Dynamics) -> Succession:
    return opened(dynamics, "sqlite")


@pytest.fixture(params=KINDS)
def on_both(request: pytest.FixtureRequest, opened: Opened, dynamics: Dynamics) -> Succession:
    """On SQLite and on PostgreSQL."""
    return opened(dynamics, request.param)
