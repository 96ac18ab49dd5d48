"""`kill -9` at random moments: what was interrupted ends as what was not."""

from __future__ import annotations

import random
import subprocess
import time
from typing import Any

import pytest

from acceptance.conftest import Scene, now_ms
from samples import response

RESPONSES = 240
COLUMNS = (
    "firstname", "lastname", "companyname", "jobtitle", "subject", "numberofemployees", "statecode", "parentcontactid",
)  # fmt: skip


def fill(scene: Scene) -> None:
    """A third are leads already, some of them closed; one in six comes twice, in another case."""
    scene.start_over()
    at = now_ms() - 3_600_000
    seeded = [
        {
            "leadid": f"00000000-0000-0000-0000-{number:012d}",
            "emailaddress1": f"P{number}@x.test",
            "firstname": "Old",
            "statecode": 2 if number % 4 == 0 else 0,
            "statuscode": 4 if number % 4 == 0 else 1,
        }
        for number in range(0, RESPONSES, 3)
    ]
    scene.dynamics.seed("lead", seeded)
    scene.linkedin.respond(*(made(number, at) for number in range(RESPONSES)))


def made(number: int, at: int) -> dict[str, Any]:
    person = number - 1 if number % 6 == 5 else number
    email = f"p{person}@x.test"
    return response(
        f"response-{number}",
        at + number,
        first_name="Ada",
        last_name=f"Crane {person}",
        email=email.upper() if person != number else email,
        company_name="Works",
        job_title="x" * (200 if number % 50 == 7 else 20),
        company_size="51-200",
    )


def connect(scene: Scene) -> None:
    """Small chunks, so that a run has many places to die in."""
    scene.connect()
    scene.configure(claim_size=24, lookup_chunk=12, write_chunk=6, parallel=2)


def sync(scene: Scene) -> subprocess.Popen[str]:
    return scene.start("sync", "--once", "--environment", "test", "--json")


def leads(scene: Scene) -> list[dict[str, Any]]:
    return scene.dynamics.leads(*COLUMNS)


def outcomes(scene: Scene) -> dict[str, tuple[str, str | None]]:
    with scene.app() as app:
        environment = app.environments.get("test")
        return {
            row["response_id"]: (row["matching_status"].label, row["lead_id"])
            for row in app.submissions.export(environment.id)
        }


def undisturbed(scene: Scene) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    fill(scene)
    connect(scene)
    process = sync(scene)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return leads(scene), outcomes(scene)


def kill_at_random_moments(scene: Scene, kills: int, luck: random.Random) -> int:
    """Starts, kills, starts again. Returns how many of the kills hit a process that was at work."""
    hits = 0
    while hits < kills:
        process = sync(scene)
        wait_for_requests(scene, process, luck.randint(1, 10))
        time.sleep(luck.random() * 0.02)
        process.kill()
        process.communicate()
        hits += process.returncode == -9
        if process.returncode == 0:  # it was done before we struck
            return hits
    return hits


def wait_for_requests(scene: Scene, process: subprocess.Popen[str], more: int) -> None:
    seen = sum(scene.dynamics.counts().values())
    while process.poll() is None and sum(scene.dynamics.counts().values()) < seen + more:
        time.sleep(0.001)


@pytest.mark.parametrize("seed", [1, 2])
def test_twenty_kills_change_nothing(scene: Scene, seed: int) -> None:
    interrupted_as_undisturbed(scene, 10, random.Random(seed))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_two_hundred_kills_change_nothing(scene: Scene, seed: int) -> None:
    interrupted_as_undisturbed(scene, 10, random.Random(1000 + seed))


def interrupted_as_undisturbed(scene: Scene, kills: int, luck: random.Random) -> None:
    expected_leads, expected_outcomes = undisturbed(scene)
    fill(scene)
    connect(scene)
    assert kill_at_random_moments(scene, kills, luck) == kills
    process = sync(scene)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert leads(scene) == expected_leads
    assert outcomes(scene) == expected_outcomes
    with scene.app() as app:
        assert app.submissions.intents(app.environments.get("test").id) == []
