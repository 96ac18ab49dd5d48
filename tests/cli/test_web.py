from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_console_and_the_work_behind_it(tmp_path: Path, number: signal.Signals) -> None:
    """The worker is waited for: a signal that only the server hears would leave it running, or cut it short."""
    process = subprocess.Popen(
        [sys.executable, "-m", "leadferry", "web", "--port", "0"],
        env={**os.environ, "LEADFERRY_DATA": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "/sign-in/link/" in line:
            break
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "Ending after the work in hand" in err
