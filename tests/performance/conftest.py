"""A console over an environment whose submissions are put straight into the tables, each with its outcome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from guardian.conftest import both, house, services
from leadferry.accounts.model import Environment
from leadferry.app import Tools
from leadferry.delivery.model import EventKind, MatchingStatus, ProcessingState, Settlement, State
from leadferry.forms.model import FormVersion
from leadferry.intake.model import Door, Received
from leadferry.linkedin.reading import to_form_version
from leadferry.store.tables import submissions
from web import Console, new_console

__all__ = ["both", "house", "services"]
DAY_MS = 86_400_000
NOON = 20_782 * DAY_MS + 12 * 3_600_000  # 25 November 2026
CREATED = (State.DELIVERED, MatchingStatus.CREATED)
UPDATED = (State.DELIVERED, MatchingStatus.UPDATED)
LINKED = (State.DELIVERED, MatchingStatus.NOT_UPDATED)
REVIEW = (State.REVIEW, MatchingStatus.MATCH_FAILED)
FAILED = (State.FAILED, MatchingStatus.CREATION_FAILED)
REJECTED = (State.REJECTED, MatchingStatus.PENDING)


@dataclass
class Insight:
    """`submit` makes submissions, `days_ago` days old, that reached Dynamics `seconds` later."""

    console: Console
    environment: Environment
    now: list[int]
    number: int = 0

    def form(self, number: int, name: str) -> int:
        form: FormVersion = to_form_version(
            f'{{"id": {number}, "versionId": 1, "name": "{name}", "content": {{"questions": []}}}}'.encode()
        )
        return self.console.app.forms.save_version(self.environment.id, None, form, b"{}")[0]

    def submit(
        self,
        count: int,
        outcome: tuple[State, MatchingStatus] | None,
        *,
        days_ago: int = 0,
        seconds: float = 2,
        test: bool = False,
        form: int | None = None,
        campaign: int | None = None,
        kind: str = "SPONSORED",
    ) -> list[int]:
        app, at = self.console.app, NOON - days_ago * DAY_MS
        about = {"test": test, "form_version_id": form, "campaign_id": campaign}
        names = [f"r{self.number + n}" for n in range(count)]
        self.number += count
        app.inbox.store(self.environment.id, Door.POLL, [Received(n, b"{}", at, kind, **about) for n in names])  # type: ignore[arg-type]
        with app.database.read() as connection:
            mine = sa.select(submissions.c.id).where(submissions.c.response_id.in_(names))
            keys = list(connection.execute(mine).scalars())
        if outcome:
            self.now[0] = at + int(seconds * 1000)
            done = ProcessingState.SUCCEEDED
            app.submissions.settle([Settlement(key, *outcome, done, EventKind.CREATED) for key in keys])
            self.now[0] = NOON
        return keys


@pytest.fixture
def insight(tmp_path: Path) -> Iterator[Insight]:
    now = [NOON]
    with new_console(tmp_path, tools=Tools(clock=lambda: now[0])) as console:
        environment = console.app.environments.add(
            "crane", "https://crane.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s"
        )
        console.app.keep_figures(environment)
        yield Insight(console, environment, now)
