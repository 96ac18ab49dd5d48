"""`leadferry demo --once --json`, as a script meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from leadferry.simulators.world import World, build_world

KEYS = (
    "form_responses", "submissions", "created", "updated", "matched_not_updated", "match_failed", "failed",
    "test_leads", "gap", "linkedin_requests", "dynamics_requests", "seconds",
)  # fmt: skip
PARTS = {"tables": 12, "keys": 6, "roles": 3, "views": 16, "charts": 6, "dashboards": 1}
OUTCOMES = ("created", "updated", "matched_not_updated", "match_failed")


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "leadferry", "demo", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def answers_of(world: World) -> int:
    """Answers and consents of all responses, those of the switches too."""
    bodies = [*world.responses, *(body for step in world.rounds for body in step.responses)]
    given = [body["formResponse"] for body in bodies]
    return sum(len(one.get("answers", ())) + len(one.get("consentResponses", ())) for one in given)


def figures(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return dict(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize("seed", [1, 7])
def test_the_first_wave_ends_as_the_world_says_it_must(seed: int) -> None:
    run = demo("--responses", "300", "--once", "--json", "--seed", str(seed))
    assert run.returncode == 0, run.stderr
    found = figures(run)
    assert tuple(found)[: len(KEYS)] == KEYS
    world = build_world(seed, 300, 1_793_000_000_000)
    expected = dict.fromkeys(OUTCOMES, 0) | {"test_leads": 0}
    for part in (world.expected, *(step.expected for step in world.rounds)):
        for name in expected:
            expected[name] += part.get(name, 0)
    assert {name: found[name] for name in expected} == expected
    assert (found["form_responses"], found["submissions"], found["gap"], found["failed"]) == (300, 300, 0, 0)
    assert found["mirrored_submissions"] == 300
    assert found["mirrored_answers"] == answers_of(world)
    assert 0 < found["mirror_requests"] < found["dynamics_requests"]
    assert found["solution"] == PARTS


def test_the_first_lines_say_what_is_simulated_and_json_leaves_standard_output_to_the_script() -> None:
    run = demo("--responses", "60", "--once", "--json")
    assert len(run.stdout.splitlines()) == 1
    assert "Simulated: LinkedIn" in "".join(run.stderr.splitlines()[:3])
    assert all(figures(run)[name] > 0 for name in OUTCOMES)


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    run = demo("--once", "--data", str(tmp_path))
    assert run.returncode == 2
    assert "is not empty" in run.stderr
    assert (tmp_path / "precious").read_text() == "mine"
