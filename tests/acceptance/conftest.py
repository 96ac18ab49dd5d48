"""Both services simulated, a data folder, and the command line as a process of its own."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import simulated
from databases import new_sqlite_file
from leadferry.accounts.model import Environment
from leadferry.app import App, open_app
from leadferry.linkedin.tokens import Tokens
from leadferry.settings import load_settings
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from leadferry.simulators.linkedin import service as linkedin
from samples import form
from services import Dynamics, LinkedIn

FOLDERS = itertools.count()


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class Scene:
    linkedin: LinkedIn
    dynamics: Dynamics
    folder: Path
    refresh_token: str = ""

    @property
    def environ(self) -> dict[str, str]:
        return {
            "LEADFERRY_DATA": str(self.folder),
            "LEADFERRY_LINKEDIN_API_URL": self.linkedin.url,
            "LEADFERRY_LINKEDIN_OAUTH_URL": self.linkedin.url,
            "LEADFERRY_LINKEDIN_CLIENT_ID": LinkedIn.APP,
            "LEADFERRY_LINKEDIN_CLIENT_SECRET": LinkedIn.SECRET,
        }

    def start_over(self) -> None:
        """Empty services with one account and one form; nothing of ours."""
        self.refresh_token = self.linkedin.start_over()
        self.linkedin.put("forms", 3162, **form())
        self.linkedin.put("campaigns", 420001, account=5001, name="Autumn")
        self.dynamics.call("POST", "reset")
        self.folder = self.folder.parent / f"data-{next(FOLDERS)}"
        new_sqlite_file(self.folder)

    def app(self) -> App:
        return open_app(load_settings(self.environ))

    def connect(self) -> Environment:
        """Environment and profile, as `environment add` and `profile add` make them."""
        with self.app() as app:
            app.environments.add(
                "test",
                self.dynamics.url,
                tenant_id=TENANT_ID,
                client_id=CLIENT_ID,
                secret=CLIENT_SECRET,
                authority=self.dynamics.url,
            )
            app.check_environment(app.environments.get("test"))
            environment = app.environments.get("test")
            app.add_profile(environment, "Ada", Tokens("", self.refresh_token))
            return environment

    def configure(self, **options: object) -> None:
        with self.app() as app:
            environment = app.environments.get("test")
            for name, value in options.items():
                app.environments.set_configuration(environment, name, str(value))

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "leadferry", *arguments]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            env={**os.environ, **self.environ},
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env={**os.environ, **self.environ},
            text=True,
            input=stdin,
            capture_output=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def services() -> Iterator[tuple[LinkedIn, Dynamics]]:
    with linkedin.start() as one, simulated.fresh(now_ms) as other:
        yield LinkedIn(one), Dynamics(other)


@pytest.fixture
def scene(services: tuple[LinkedIn, Dynamics], tmp_path: Path) -> Scene:
    scene = Scene(*services, tmp_path / "data")
    scene.start_over()
    return scene
