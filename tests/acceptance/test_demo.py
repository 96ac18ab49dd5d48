"""`leadferry demo --once --json`, as a script meets it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from leadferry.cli.demo_scene import DemoScene
from leadferry.console.person import Person, PersonKind, Role
from leadferry.simulators.dataverse.users import TENANT_ID
from leadferry.simulators.world import World, build_world
from leadferry.simulators.world.staff import STAFF

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


def test_each_person_that_the_demonstration_names_has_their_role(tmp_path: Path) -> None:
    with DemoScene(tmp_path, 12, 1) as scene:
        people = [Person(PersonKind.ENTRA, one.object_id, one.name, tenant_id=TENANT_ID) for one in STAFF]
        roles = [set(scene.app.roles_in(person, scene.environment)) for person in people]
    assert roles == [{Role.ADMINISTRATOR}, {Role.SALESPERSON}, {Role.MANAGER}, set()]


def test_nothing_is_missing_on_a_machine_so_slow_that_the_world_is_minutes_old(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Longer than a look at LinkedIn reaches back."""
    monkeypatch.setattr(
        "leadferry.cli.demo_scene.build_world",
        lambda seed, many, now, **more: build_world(seed, many, now - 300_000, **more),
    )
    with DemoScene(tmp_path, 60, 1) as scene:
        found = scene.wave(lambda _: None, threading.Event())
    assert (found["form_responses"], found["submissions"], found["gap"]) == (60, 60, 0)


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
