from __future__ import annotations

from collections.abc import Iterator

import pytest

import simulated
from simulators.entra.directory import NOW_MS, Directory


@pytest.fixture
def directory() -> Iterator[Directory]:
    """One application with a secret, and two people of whom Bob is disabled. Its clock stands still."""
    with simulated.directory(lambda: NOW_MS) as running:
        found = Directory(running.url)
        found.build()
        yield found
        found.http.close()
