"""The examples of docs/how-to/use-the-api.md do what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from delivery.conftest import Ferry, dynamics, sqlite_ferry
from leadferry.console.rights import Scope
from leadferry.delivery.model import EventKind, MatchingStatus, ProcessingState, Settlement, State
from web import serving

__all__ = ["dynamics", "sqlite_ferry"]
TEXT = (Path(__file__).parents[2] / "docs/how-to/use-the-api.md").read_text("utf-8")
CURL = re.findall(r"```sh curl\n(.*?)```", TEXT, re.DOTALL)
[PYTHON] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def ferry(sqlite_ferry: Ferry) -> Ferry:
    """Three submissions: two that failed, one that crossed."""
    for number, name in enumerate(("Brandt", "Holm", "Crane"), 1):
        sqlite_ferry.respond(last_name=name, email=f"{name.lower()}@x.test")
        if number < 3:
            states = (State.FAILED, MatchingStatus.CREATION_FAILED, ProcessingState.FAILED, EventKind.FAILED)
            sqlite_ferry.app.submissions.settle([Settlement(number, *states)])
    sqlite_ferry.deliver()
    return sqlite_ferry


@pytest.fixture
def environ(ferry: Ferry) -> Iterator[dict[str, str]]:
    _, token = ferry.app.tokens.make(1, "script", [Scope.SUBMISSIONS, Scope.SYNC], 1, "Ada")
    with serving(ferry.app) as console:
        yield {**os.environ, "LEADFERRY_URL": console.url, "LEADFERRY_TOKEN": token}


def test_the_examples_in_python_run(ferry: Ferry, environ: dict[str, str]) -> None:
    ran = subprocess.run([sys.executable, "-c", PYTHON], env=environ, capture_output=True, text=True, check=True)
    assert ran.stdout == "2 replayed, 0 on their way already\n"
    assert ferry.app.counts(ferry.environment)["delivered"] == 3
    broken = {**environ, "LEADFERRY_TOKEN": "lf_wrong"}
    refused = subprocess.run([sys.executable, "-c", PYTHON], env=broken, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "(token-needed)" in refused.stderr


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
def test_the_examples_for_a_shell_run(ferry: Ferry, environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("First Name,Last Name,Email\nAnna,Strand,anna@nord.test\n")
    said = [
        subprocess.run(["sh", "-ec", example], env=environ, cwd=tmp_path, capture_output=True, text=True, check=True)
        for example in CURL
    ]
    assert said[0].stdout.count('"state":"failed"') == 2
    assert (tmp_path / "submissions.jsonl").read_text().count("\n") == 3
    assert '"new":1' in said[2].stdout
    assert ferry.app.counts(ferry.environment)["all"] == 4
