"""The command line as a person meets it: arguments in; exit code, standard output and standard error out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import simulated
from acceptance.conftest import Scene, now_ms
from databases import new_sqlite_file
from leadferry.cli.main import run
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from leadferry.simulators.linkedin import service as linkedin
from services import Dynamics, LinkedIn


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Line = Callable[..., Said]


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Line:
    """`line("sync", "--once", stdin="...")` in an empty data folder; standard input is no terminal."""
    new_sqlite_file(tmp_path / "data")
    monkeypatch.setenv("LEADFERRY_DATA", str(tmp_path / "data"))

    def said(*arguments: str, stdin: str = "") -> Said:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = run(list(arguments))
        return Said(code, *capsys.readouterr())

    return said


@pytest.fixture
def connected(line: Line, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Environment `test` and profile `Ada`, connected by commands."""
    for name, value in scene.environ.items():
        monkeypatch.setenv(name, value)
    assert line(*adding(scene), stdin=CLIENT_SECRET).code == 0
    assert line("profile", "add", "Ada", "--refresh-token-stdin", stdin=scene.refresh_token).code == 0
    return scene


def adding(scene: Scene, name: str = "test") -> tuple[str, ...]:
    url = scene.dynamics.url
    return (
        *("environment", "add", name, "--url", url, "--authority", url),
        *("--tenant", TENANT_ID, "--client-id", CLIENT_ID, "--secret-stdin"),
    )


@pytest.fixture(scope="package")
def simulators() -> Iterator[tuple[LinkedIn, Dynamics]]:
    with linkedin.start() as one, simulated.fresh(now_ms) as other:
        yield LinkedIn(one), Dynamics(other)


@pytest.fixture
def scene(simulators: tuple[LinkedIn, Dynamics], tmp_path: Path) -> Scene:
    scene = Scene(*simulators, tmp_path / "services")
    scene.start_over()
    scene.linkedin.no_faults()
    scene.dynamics.no_faults()
    return scene
