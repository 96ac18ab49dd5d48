from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from environments import KEY, StandingClock, connect
from leadferry.accounts.model import Environment
from leadferry.accounts.vault import Vault
from leadferry.delivery.model import EventKind, MatchingStatus, ProcessingState, Settlement, State
from leadferry.delivery.submission_store import SubmissionStore
from leadferry.forms.form_store import FormStore
from leadferry.intake.inbox_store import InboxStore
from leadferry.intake.model import Door, Received
from leadferry.store.database import Database
from leadferry.store.tables import submissions
from leadferry.webhooks.addresses import Rules, read_rules
from leadferry.webhooks.deliver_worker import Courier
from leadferry.webhooks.facts_store import FactsStore
from leadferry.webhooks.model import CHOOSABLE, Delivery, Webhook
from leadferry.webhooks.outbox_store import OutboxStore
from leadferry.webhooks.payload import Place
from leadferry.webhooks.post_client import PostClient
from leadferry.webhooks.webhook_store import WebhookStore
from leadferry.webhooks.wishes import read_wishes
from webhooks.receiver import Receiver, receiving

HERE = read_rules(True, ["127.0.0.0/8"])
"""For receivers on this machine."""
LEAD = "0f5e2a6c-0000-4000-8000-000000000001"


@dataclass
class House:
    """One environment, with everything about webhooks joined as the application joins it."""

    database: Database
    clock: StandingClock
    environment: Environment
    rules: Rules = HERE
    timeout_s: float = 5.0
    results: list[str] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)
    number: int = 0

    def __post_init__(self) -> None:
        self.webhooks = WebhookStore(self.database, Vault([KEY]), self.clock)
        self.outbox = OutboxStore(self.database, self.clock)
        self.submissions = SubmissionStore(self.database, self.clock)
        self.inbox = InboxStore(self.database, self.clock)
        self.forms = FormStore(self.database, self.clock)

    def add(self, url: str, name: str = "Warehouse", **more: Any) -> tuple[Webhook, str]:
        wished = {"events": CHOOSABLE, "forms": (), "answers": False, "known_forms": more.get("forms", ()), **more}
        wishes = read_wishes(name, url, rules=self.rules, url_needed=True, **wished)
        return self.webhooks.add(self.environment.id, wishes)

    def courier(self, **more: Any) -> Courier:
        place = Place(self.environment.id, "crane", "https://crane.crm4.dynamics.com", "https://ferry.example")
        given: dict[str, Any] = {
            "post": PostClient(self.rules, timeout_s=self.timeout_s).post,
            "on_result": lambda _, result: self.results.append(result),
            "on_change": self.changes.append,
            **more,
        }
        facts = FactsStore(self.database, self.forms.version_by_key)
        return Courier(self.webhooks, self.outbox, facts, clock=self.clock, place_of=lambda _: place, **given)

    def store(self, count: int = 1, body: bytes = b"{}", **about: Any) -> list[int]:
        names = [f"r{self.number + n}" for n in range(count)]
        self.number += count
        received = [Received(name, body, self.clock() - 60_000, "SPONSORED", **about) for name in names]
        self.inbox.store(self.environment.id, Door.POLL, received)
        with self.database.read() as connection:
            mine = sa.select(submissions.c.id).where(submissions.c.response_id.in_(names)).order_by(submissions.c.id)
            return list(connection.execute(mine).scalars())

    def settle(self, *keys: int, kind: EventKind = EventKind.CREATED, **more: Any) -> None:
        self.submissions.settle([outcome(key, kind, **more) for key in keys], told_in=self.environment.id)

    def log(self, webhook: Webhook) -> list[Delivery]:
        return self.outbox.list(self.environment.id, webhook.id, limit=1000)

    def now(self, webhook: Webhook) -> Webhook:
        return self.webhooks.by_id(self.environment.id, webhook.id)


OUTCOMES = {
    EventKind.CREATED: (State.DELIVERED, MatchingStatus.CREATED),
    EventKind.UPDATED: (State.DELIVERED, MatchingStatus.UPDATED),
    EventKind.LINKED: (State.DELIVERED, MatchingStatus.NOT_UPDATED),
    EventKind.HELD: (State.REVIEW, MatchingStatus.MATCH_FAILED),
    EventKind.FAILED: (State.FAILED, MatchingStatus.CREATION_FAILED),
    EventKind.REJECTED: (State.REJECTED, MatchingStatus.PENDING),
    EventKind.RETRY: (State.RETRY, MatchingStatus.PENDING),
}


def outcome(key: int, kind: EventKind, **more: Any) -> Settlement:
    state, status = OUTCOMES[kind]
    lead = {"lead_id": LEAD} if state is State.DELIVERED else {}
    return Settlement(key, state, status, ProcessingState.SUCCEEDED, kind, 1, **{**lead, **more})


@pytest.fixture
def clock() -> StandingClock:
    """Stands at this very moment: who verifies looks at the real time."""
    return StandingClock(time.time_ns() // 1_000_000)


@pytest.fixture
def house(database: Database, clock: StandingClock) -> House:
    return House(database, clock, connect(database, "crane"))


@pytest.fixture
def light_house(sqlite: Database, clock: StandingClock) -> House:
    """On SQLite alone, for what is not about storage."""
    return House(sqlite, clock, connect(sqlite, "crane"))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver
