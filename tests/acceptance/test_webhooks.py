"""Webhooks from end to end: real commands, both services simulated, a receiver that verifies; `kill -9` in between."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from acceptance.conftest import Scene, now_ms
from leadferry.app import Tools, open_app
from leadferry.settings import load_settings
from leadferry.webhooks.outbox_store import LEASE_MS
from samples import response
from services import Dynamics, LinkedIn
from webhooks.receiver import Receiver, receiving

RESPONSES = 40


class Told(Scene):
    """Receivers on this machine are allowed."""

    @property
    def environ(self) -> dict[str, str]:
        return {**super().environ, "LEADFERRY_WEBHOOK_HTTP": "yes", "LEADFERRY_WEBHOOK_NETWORKS": "127.0.0.0/8"}


@pytest.fixture
def told(services: tuple[LinkedIn, Dynamics], tmp_path: Path) -> Told:
    scene = Told(*services, tmp_path / "data")
    scene.start_over()
    scene.connect()
    at = now_ms() - 3_600_000
    scene.linkedin.respond(
        *(
            response(f"response-{number}", at + number, email=f"p{number}@x.test", last_name=f"Crane {number}")
            for number in range(RESPONSES)
        )
    )
    return scene


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def add(told: Told, receiver: Receiver) -> str:
    said = told.run("webhooks", "add", "Warehouse", "--url", receiver.url, "--event", "submission.received",
                    "--event", "lead.created")  # fmt: skip
    assert said.returncode == 0, said.stderr
    return said.stdout.splitlines()[1]


def test_each_lead_that_crosses_is_told_once_and_verifies(told: Told, receiver: Receiver) -> None:
    secret = add(told, receiver)
    assert told.run("sync", "--once").returncode == 0
    messages = [one.verified(secret) for one in receiver.got]
    assert sorted(one["type"] for one in messages) == ["lead.created"] * RESPONSES + ["submission.received"] * RESPONSES
    leads = {row["leadid"] for row in told.dynamics.leads()}
    assert {one["data"]["lead"]["id"] for one in messages if one["type"] == "lead.created"} == leads
    assert messages[-1]["data"]["form"]["name"] == "Paper"
    assert not any(b"@x.test" in one.body for one in receiver.got)


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_every_event_arrives_under_one_id(told: Told, receiver: Receiver, seed: int) -> None:
    add(told, receiver)
    told.configure(claim_size=8, write_chunk=4, parallel=2)
    luck = random.Random(seed)
    for _ in range(6):
        process = told.start("sync", "--once")
        seen = len(receiver.got)
        while process.poll() is None and len(receiver.got) < seen + luck.randint(0, 8):
            time.sleep(0.001)
        time.sleep(luck.random() * 0.2)
        process.kill()
        process.communicate()
    assert told.run("sync", "--once").returncode == 0
    later = Tools(clock=lambda: now_ms() + LEASE_MS)
    with open_app(load_settings(told.environ), tools=later) as app:
        app.webhook_courier.once()
        log = app.webhook_outbox.list(1, 1, limit=1000)
    assert {one.state for one in log} == {"delivered"}
    ids = defaultdict(set)
    for one in receiver.got:
        message = one.message
        ids[message["type"], message["data"]["submission"]["response_id"]].add(message["id"])
    assert len(ids) == len(log) == 2 * RESPONSES
    assert all(len(known) == 1 for known in ids.values())
